"""Tasks: from a request to done."""

from skills.tasks.skill import TasksSkill

__all__ = ["TasksSkill"]
