"""Answers from the team's own documents, with sources."""

from skills.knowledge.skill import KnowledgeSkill

__all__ = ["KnowledgeSkill"]
