"""Tasks: from a request to done. The skill is `skills.tasks.skill.TasksSkill`; nothing here imports it."""
