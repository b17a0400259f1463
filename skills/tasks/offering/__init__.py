"""Requests noticed in channels that agreed: their writers are offered, quietly and once a thread, to make a task."""
