"""An example as feedback brought it, and the row of a dataset that it becomes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from skills.classifiers.feedback.collected import NONE

Role = Literal["base", "earlier", "new", "golden", "kept"]


@dataclass(frozen=True, slots=True)
class Collected:
    """One example from feedback.

    `text` is masked already. `label` is None where the prediction is only known to be wrong, and NONE for out of
    scope. `reviewed`: `reviewer` accepted or corrected it; `judge` is still who gave the feedback, empty for what was
    brought in by command. `at` in epoch seconds, UTC.
    """

    id: str
    task: str
    text: str
    label: str | None
    language: str
    predicted: str | None
    author: str
    judge: str
    source: str
    weight: float
    at: float
    reviewed: bool
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One text of a dataset with its label, None for out of scope.

    Rows in the roles `base` (the team's own examples), `earlier` and `new` are trained on. `golden` ones only judge,
    and so do `kept` ones: what was asked lately, with the label that it was answered by and nobody objected to.
    `repeats` counts the near-duplicates that were folded into it.
    """

    task: str
    text: str
    label: str | None
    language: str
    weight: float
    role: Role
    id: str = ""
    author: str = ""
    judge: str = ""
    at: float = 0.0
    reviewed: bool = False
    reviewer: str = ""
    repeats: int = 0

    @property
    def person(self) -> str:
        """Who answers for the label: the reviewer where there was one, else who gave the feedback."""
        return (self.reviewed and self.reviewer) or self.judge

    @property
    def impersonal(self) -> bool:
        """Whether no one person of the workspace answers for it: it ships, or was brought in by command."""
        return not self.person

    def vouched(self) -> bool:
        """Returns whether a second person looked at what the first one said."""
        return self.reviewed and self.reviewer not in ("", self.judge)


@dataclass(frozen=True, slots=True)
class Policy:
    """How carefully feedback is taken."""

    least_weight: float = 0.5
    """Below it an example waits for a review."""
    reviewed_weight: float = 1.0
    """What a reviewed example counts at least: as a review does, whatever the first act was."""
    per_day: int = 30
    """Examples of one person a UTC day and task."""
    per_label_day: int = 10
    """Examples of one person a UTC day, task and label."""
    reviewed_per_day: int = 300
    """Reviewed examples of one reviewer a UTC day and task."""
    share: float = 0.5
    """How much of a label's feedback, by weight, may be one person's."""
    people: int = 3
    """From so many people who gave feedback for a task on that is looked at."""
    tie: float = 0.05
    """Votes whose weights differ by no more are equal."""
    golden_from: int = 50
    """Reviewed examples of a task from which on some of them become golden."""
    golden_share: float = 0.2
    golden_most: int = 40
    """Golden examples a task and label."""


DEFAULT = Policy()


def row_of(one: Collected, policy: Policy, since: float, golden: bool) -> Row:
    """Returns the row of an example that has a label."""
    return Row(
        task=one.task,
        text=one.text,
        label=None if one.label == NONE else one.label,
        language=one.language,
        weight=max(one.weight, policy.reviewed_weight) if one.reviewed else one.weight,
        role="golden" if golden else "new" if one.at > since else "earlier",
        id=one.id,
        author=one.author,
        judge=one.judge,
        at=one.at,
        reviewed=one.reviewed,
        reviewer=one.reviewer,
    )


def lot(purpose: str, id: str) -> float:
    """Returns a number in [0, 1) that is always the same for an id, and for another purpose has nothing to do with it.

    Ids are hashes already of what nobody picks, so nobody picks what is drawn.
    """
    return int.from_bytes(hashlib.sha256(f"{purpose}\n{id}".encode()).digest()[:6]) / 2**48
