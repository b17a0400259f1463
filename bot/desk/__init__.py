"""The skill for the bot itself: `/deskhand`, feedback, and a word when somebody says hello or thanks."""

from bot.desk.skill import DeskSkill

__all__ = ["DeskSkill"]
