"""The support skill: customer-service replies from the team's answer book and its documents."""

from skills.support.skill import SupportSkill

__all__ = ["SupportSkill"]
