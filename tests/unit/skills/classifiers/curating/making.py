"""Examples and rows for the tests of curating."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from skills.classifiers.curating.examples import Collected, Row
from skills.classifiers.feedback.collected import NONE

DAY = 86_400.0
NOON = 20_000 * DAY + DAY / 2
KNOWN = {"intent": ("refund", "delivery", "parking"), "topic": ("billing", "shipping")}

TEXTS = tuple(
    f"{verb} {thing} {when}"
    for verb in ("where is", "please cancel", "how much costs", "who looks after", "can I borrow", "I have lost")
    for thing in ("my yellow bicycle", "the conference room", "our printer", "a parcel from Oslo", "this invoice")
    for when in ("before Monday", "during the holidays", "while it rains", "at midnight", "once more")
)
"""150 texts none of which is a near-duplicate of another."""


def example(text: str, label: str | None = "refund", judge: str = "ann", **others: Any) -> Collected:
    """Returns an example whose id follows from what is given here."""
    id = hashlib.sha256(repr((text, label, judge, sorted(others.items()))).encode()).hexdigest()[:32]
    values: dict[str, Any] = {
        "id": id,
        "task": "intent",
        "text": text,
        "label": label,
        "language": "en",
        "predicted": None,
        "author": "zoe",
        "judge": judge,
        "source": "correction",
        "weight": 0.6,
        "at": NOON,
        "reviewed": False,
    }
    return Collected(**(values | others))


def reviewed(text: str, label: str | None = "refund", judge: str = "ann", **others: Any) -> Collected:
    """Returns an example that somebody else reviewed."""
    return example(text, label, judge, **({"reviewed": True, "reviewer": "rea"} | others))


def base(text: str, label: str | None = "refund", task: str = "intent", weight: float = 1.0) -> Row:
    """Returns a row of the team's own."""
    return Row(task, text, label, "en", weight, "base")


def labelled(rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Returns texts and labels."""
    return {(row.text, NONE if row.label is None else row.label) for row in rows}
