"""Opinion followed: what teams watch, where they listen, and alerts when negative opinion surges."""

from skills.monitor.skill import MonitorSkill

__all__ = ["MonitorSkill"]
