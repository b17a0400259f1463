"""The forms in which a task is changed."""
