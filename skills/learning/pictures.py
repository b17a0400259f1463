"""The pictures of a report: what the new version confuses, and how far its probabilities can be trusted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from skills.catalogs import Say
from skills.classifiers.gate.pictures import ConfusionWords, ReliabilityWords
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.versions import Registry
from skills.classifiers.retraining.job import PICTURES
from skills.reply import Picture

log = logging.getLogger("deskhand.learning")


def picture_words(say: Say) -> dict[str, dict[str, str]]:
    """Returns what is written into the pictures, by picture."""
    kinds = {"confusion": ConfusionWords, "reliability": ReliabilityWords}
    return {
        kind: {one.name: say.label(f"learning.{kind}.{one.name}") for one in fields(words)}
        for kind, words in kinds.items()
    }


async def pictures_of(
    registry: Registry, team: str, version: int, report: Mapping[str, Any], say: Say
) -> list[Picture]:
    """Returns a version's pictures, with what they show in words; none where its files are gone or damaged."""
    try:
        files = await registry.files(team, version)
    except DamagedVersionError:
        # The report is worth telling without them.
        log.warning("a version's pictures are gone or damaged", extra={"team": team, "version": version})
        return []
    found = []
    for task, of in report["tasks"].items():
        for kind, alt in (("confusion", _confusions(task, of, say)), ("reliability", _reliability(task, of, say))):
            png = files.get(f"{PICTURES}/{task}.{kind}.png")
            if png is not None:
                found.append(Picture(png, alt))
    return found


def _confusions(task: str, of: Mapping[str, Any], say: Say) -> str:
    facts = of["confusion"]
    named = say.label(f"learning.task.{task}")
    text = say.label("learning.alt.confusion", task=named, right=facts["right"], count=facts["n"])
    none = say.label("learning.none")
    pairs = [f"{one['label'] or none} → {one['said'] or none}: {one['n']}" for one in facts["confused"]]
    return f"{text} {'; '.join(pairs)}".strip()


def _reliability(task: str, of: Mapping[str, Any], say: Say) -> str:
    before, after = (of["new"][model]["ece"] for model in ("champion", "challenger"))
    errors = [say.percent(one["value"]) if one is not None else "–" for one in (before, after)]
    named = say.label(f"learning.task.{task}")
    return say.label("learning.alt.reliability", task=named, before=errors[0], after=errors[1])
