"""Where a version in its shadow period and what serves differ, and whether that speaks against the version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from skills.classifiers.gate.voting import Tally
from skills.classifiers.registry.models import ShadowReadRow
from skills.classifiers.registry.versions import Sessions
from skills.learning.shadowing.side_by_side import ANSWERED, HANDED_OVER
from skills.support.conversations.models import TurnRow

Differing = tuple[str, str | None, str | None]
"""A question's words, its label before and now."""

CHANCE = 0.01
"""What speaks against a version is what chance would do at most this often (McNemar's mid-p, one-sided)."""
HARM = 0.01
"""The share of all questions, on balance, that must be left without an answer for that."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One question as both read it, what became of it (`path`), and what somebody thought of the answer."""

    label_before: str | None
    answers_before: bool
    label: str | None
    answers: bool
    path: str
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What `n` questions say. `changed` counts by the labels before and now, None for none of the intents.

    `spared` went to a person, and only the version would have answered them; `missed` were answered, and it would not
    have. `won` and `lost` are the questions, whatever became of them, that only the version would have answered, and
    that only what serves would have, without those whose answer somebody found not helpful.
    """

    n: int
    alike: int
    changed: tuple[tuple[tuple[str | None, str | None], int], ...]
    spared: int
    missed: int
    won: int
    lost: int

    @property
    def p_worse(self) -> float:
        """How likely chance alone would leave so many more questions without an answer. Imports SciPy."""
        return Tally(self.won, self.lost).p_worse

    @property
    def speaks_against(self) -> bool:
        """Whether the version evidently leaves more questions without an answer. Imports SciPy."""
        return self.lost - self.won > HARM * self.n and self.p_worse <= CHANCE

    def figures(self) -> dict[str, Any]:
        """Returns the numbers as they stand in the ledger."""
        names = ("n", "alike", "spared", "missed", "won", "lost", "p_worse")
        return {name: getattr(self, name) for name in names}


def differences(seen: Iterable[Seen]) -> Differences:
    """Returns what the questions say, the most frequent changes first."""
    rows = list(seen)
    changed = Counter((one.label_before, one.label) for one in rows if one.label_before != one.label)
    won = [one for one in rows if one.answers and not one.answers_before]
    lost = [one for one in rows if one.answers_before and not one.answers and one.verdict != "not_helpful"]
    return Differences(
        n=len(rows),
        alike=len(rows) - changed.total(),
        changed=tuple(sorted(changed.items(), key=lambda item: (-item[1], str(item[0])))),
        spared=sum(one.path == HANDED_OVER for one in won),
        missed=sum(one.path in ANSWERED for one in lost),
        won=len(won),
        lost=len(lost),
    )


async def seen_in(sessions: Sessions, team: str, version: int) -> list[Seen]:
    """Returns the questions that were read in a version's shadow period."""
    rows = (
        select(
            ShadowReadRow.label_before,
            ShadowReadRow.answers_before,
            ShadowReadRow.label,
            ShadowReadRow.answers,
            TurnRow.path,
            TurnRow.verdict,
        )
        .join(TurnRow, TurnRow.id == ShadowReadRow.turn)
        .where(ShadowReadRow.team == team, ShadowReadRow.version == version)
    )
    async with sessions() as session:
        return [Seen(*row) for row in await session.execute(rows)]


async def differing(sessions: Sessions, team: str, version: int, limit: int) -> list[Differing]:
    """Returns the newest questions that were taken for something else.

    Those whose words were forgotten are left out.
    """
    rows = (
        select(TurnRow.question, ShadowReadRow.label_before, ShadowReadRow.label)
        .join(TurnRow, TurnRow.id == ShadowReadRow.turn)
        .where(
            ShadowReadRow.team == team,
            ShadowReadRow.version == version,
            ShadowReadRow.label.is_distinct_from(ShadowReadRow.label_before),
            TurnRow.question != "",
        )
        .order_by(TurnRow.at.desc())
        .limit(limit)
    )
    async with sessions() as session:
        return [(row.question, row.label_before, row.label) for row in await session.execute(rows)]
