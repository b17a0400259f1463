"""Finds the skills: ours and those of other packages, by the entry-point group `deskhand.skills`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

from index.models import MIGRATIONS as INDEX
from skills.base import Skill
from skills.classifiers.feedback.models import MIGRATIONS as CLASSIFIERS

GROUP = "deskhand.skills"


class SkillError(Exception):
    """A skill can't be used; the message is one sentence naming it and its package."""


def installed_skills() -> tuple[Skill, ...]:
    """Returns one instance of each installed skill, by name. Raises `SkillError` when one can't be loaded."""
    found: dict[str, Skill] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        package = point.dist.name if point.dist is not None else point.value
        try:
            skill = point.load()()
        except Exception as error:  # whatever a foreign package raises, it is named
            raise SkillError(f"the skill {point.name} of {package} can't be loaded: {error}") from error
        if not isinstance(skill, Skill):
            raise SkillError(f"the skill {point.name} of {package} is not a skills.base.Skill")
        if skill.name in found:
            raise SkillError(f"two skills are called {skill.name}; uninstall {package} or rename its skill")
        found[skill.name] = skill
    return tuple(found.values())


def migration_branches(skills: Iterable[Skill]) -> tuple[Path, ...]:
    """Returns the folders of migrations beside the bot's own: the index's, the classifiers' and the skills'."""
    return (INDEX, CLASSIFIERS, *(skill.migrations for skill in skills if skill.migrations is not None))
