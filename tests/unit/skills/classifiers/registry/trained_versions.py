"""Versions as runs bring them, with the verdict that a test wants."""

from __future__ import annotations

from collections.abc import Mapping

from skills.classifiers.registry.versions import GATE, Registry, Trained

TEAM = "T1"
ADMIN = "U0ANA"
FILES = {"topic/card.json": b"{}", "topic/weights.safetensors": bytes(range(256)), "report/topic.confusion.png": b"p"}


def trained(
    run: str, *, passed: bool = True, overridable: bool = True, dataset: str = "d1", files: Mapping[str, bytes] = FILES
) -> Trained:
    verdict = {"promote": passed, "overridable": overridable, "reasons": []}
    return Trained(run, dataset, ["topic"], {"verdict": verdict, "rows": {"new": 1}}, files)


async def promoted(registry: Registry, run: str, dataset: str = "d1") -> int:
    """Returns the number of a new version that passed and serves."""
    version = await registry.put(TEAM, trained(run, dataset=dataset), await registry.serving(TEAM))
    await registry.promote(TEAM, version, GATE, "better", {})
    return version
