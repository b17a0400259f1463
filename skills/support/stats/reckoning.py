"""The numbers of a support desk, reckoned from what became of its questions and cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

ANSWERED = frozenset({"template", "index"})
"""What a turn came to when the bot gave an answer; `handover` and `rephrase` are questions without one."""
NO_QUESTION = frozenset({"thanks", "dropped"})

MOST_POINTS = 20
"""Points of a chart over time; longer spans are reckoned by the week."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question: when (epoch seconds), where, and what became of it. `drafted`: a person saw the answer first."""

    at: float
    channel: str
    thread: str
    path: str
    intent: str = ""
    drafted: bool = False
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What people did: a case, or a draft that was approved. Times in epoch seconds, None where it did not happen."""

    channel: str
    thread: str
    opened_at: float
    responded_at: float | None = None
    closed_at: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in seconds: the median and the 90th percentile, of `count` times."""

    p50: float
    p90: float
    count: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """A desk's figures. `deflected` are conversations that were answered and in which no person took part."""

    questions: int
    conversations: int
    deflected: int
    first_response: Spread | None
    resolution: Spread | None
    helpful: int
    not_helpful: int

    @property
    def deflection(self) -> float | None:
        """The share of conversations that needed no person."""
        return self.deflected / self.conversations if self.conversations else None

    @property
    def satisfaction(self) -> float | None:
        """The share of verdicts that were helpful."""
        judged = self.helpful + self.not_helpful
        return self.helpful / judged if judged else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or the week that begins on it: questions asked, and how many of them were handed to a person."""

    begins: date
    questions: int
    handed_over: int


def reckon(turns: Iterable[Turn], taken: Iterable[Taken]) -> Numbers:
    """Returns the figures of some turns and of what people did."""
    asked = [turn for turn in turns if turn.path not in NO_QUESTION]
    taken = list(taken)
    by_conversation: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    for turn in asked:
        by_conversation[turn.channel, turn.thread].append(turn)
    with_person = {(one.channel, one.thread) for one in taken}
    deflected = sum(
        key not in with_person
        and any(turn.path in ANSWERED for turn in said)
        and not any(turn.drafted or turn.path == "handover" for turn in said)
        for key, said in by_conversation.items()
    )
    verdicts = Counter(turn.verdict for turn in asked)
    return Numbers(
        questions=len(asked),
        conversations=len(by_conversation),
        deflected=deflected,
        first_response=_spread(one.responded_at - one.opened_at for one in taken if one.responded_at is not None),
        resolution=_spread(one.closed_at - one.opened_at for one in taken if one.closed_at is not None),
        helpful=verdicts["helpful"],
        not_helpful=verdicts["not_helpful"],
    )


def top_intents(turns: Iterable[Turn], most: int) -> list[tuple[str, int, int]]:
    """Returns (intent, questions, of these answered) of the intents that were asked for most."""
    asked = [turn for turn in turns if turn.intent and turn.path not in NO_QUESTION]
    answered = Counter(turn.intent for turn in asked if turn.path in ANSWERED)
    counts = Counter(turn.intent for turn in asked)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(intent, count, answered[intent]) for intent, count in ranked[:most]]


def over_time(turns: Iterable[Turn], now: datetime, days: int, zone: ZoneInfo) -> list[Day]:
    """Returns the last `days` days up to `now` in `zone`, or their weeks (the last ends today) where they are many."""
    today = now.astimezone(zone).date()
    step = 1 if days <= MOST_POINTS else 7
    count = min(-(-days // step), 52)
    begins = [today - timedelta(days=step * back + step - 1) for back in reversed(range(count))]
    asked: Counter[date] = Counter()
    handed: Counter[date] = Counter()
    for turn in turns:
        day = datetime.fromtimestamp(turn.at, zone).date()
        at = count - 1 - (today - day).days // step
        if turn.path in NO_QUESTION or not 0 <= at < count:
            continue
        asked[begins[at]] += 1
        handed[begins[at]] += turn.path == "handover"
    return [Day(begin, asked[begin], handed[begin]) for begin in begins]


def _spread(seconds: Iterable[float]) -> Spread | None:
    values: Sequence[float] = [max(0.0, value) for value in seconds]
    if not values:
        return None
    p50, p90 = np.percentile(values, (50, 90))
    return Spread(float(p50), float(p90), len(values))
