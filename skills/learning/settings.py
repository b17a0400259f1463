"""When and how classifiers learn from feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from skills.classifiers.retraining.job import Method


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """`at` is the time of day of the nightly training, in the workspace's zone, None for never.

    `enough` new examples start one by themselves, 0 for never. `weekly`: last week's report is posted on Mondays.
    `channel` is the id of the channel that is told, None for the one in which people take over from the support skill,
    else the first admin. `minutes` is how long a training may take, `threads` how many of the processor's it may use.
    The newest `kept` versions keep their files. What passes reads `shadow_hours` silently along before it serves, 0 for
    none. `ray` is the address of a Ray cluster on which trainings are tried first.

    `review_at` is the time of day at which on working days cards ask about uncertain texts, None for never, at most
    `review_cards` of them. `review_channel` is the id of the channel that gets them, None for the first reviewer, else
    the first admin.
    """

    at: time | None = time(2)
    enough: int = 50
    weekly: bool = True
    channel: str | None = None
    method: Method = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    minutes: float = 60.0
    threads: int = 1
    kept: int = 5
    shadow_hours: float = 0.0
    ray: str | None = None
    review_at: time | None = time(10)
    review_cards: int = 5
    review_channel: str | None = None
