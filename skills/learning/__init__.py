"""The learning loop: when classifiers are retrained, what the gate decides, who is told, and what serves."""

from skills.learning.skill import LearningSkill

__all__ = ["LearningSkill"]
