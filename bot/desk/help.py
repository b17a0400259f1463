"""What the bot can do, made from the skills' declarations, so that it can't drift from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skills.base import Skill
from skills.catalogs import Say
from skills.reply import Note, Paragraph, Part


def usages(skills: Iterable[Skill], say: Say) -> Sequence[Part]:
    """Returns a line for each slash command, the bot's own last."""
    ordered = sorted(skills, key=lambda skill: (skill.name == "deskhand", skill.name))
    return [Paragraph(say(key)) for skill in ordered for _, key in sorted(skill.commands.items())]


def help_parts(skills: Iterable[Skill], say: Say) -> tuple[Part, ...]:
    """Returns the help: what to say, the commands, and where else they work."""
    return (Paragraph(say("desk.help.intro")), *usages(skills, say), Note(say("desk.help.mention")))
