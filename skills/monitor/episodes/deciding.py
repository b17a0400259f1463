"""Send by reason: what is, compared with what was last sent, gives one reason to send something, or none.

So Alertmanager's deduplication works. It holds whatever was missed in between: a look after a day away finds the one
reason that is left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from skills.monitor.episodes.observation import Severity, rank
from skills.monitor.episodes.plan import Plan
from skills.monitor.episodes.view import Reason

AHEAD_SECONDS = 60.0
"""What was noted so far ahead of now was noted before the clock went back, and holds no longer."""
GROWTH = 1.5
"""So many times what was last told is worth telling."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the last message says. `silent` when it was the last: over, or merged into another."""

    severity: Severity
    observed: int
    standing: Collection[str]
    acknowledged_by: str | None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What is. `standing` are the topics that are not over; `on` is false while all of them may be.

    `dismissed` when a person has ended it; `merged` when the card of another speaks for it.
    """

    told: Told | None
    severity: Severity
    observed: int
    standing: Collection[str]
    on: bool
    acknowledged_by: str | None
    dismissed: bool
    merged: bool
    escalate_at: float | None
    confirm_at: float | None
    repeat_at: float | None
    card_at: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """What to send: the card, and with `line` a line under it, which makes a sound where an edit makes none."""

    reason: Reason
    line: bool = False


def passed(since: float, now: float, seconds: float) -> bool:
    """Returns whether so many seconds have passed."""
    return now - since >= seconds or since > now + AHEAD_SECONDS


def reached(at: float | None, now: float, interval: float | None) -> bool:
    """Returns whether a moment has come that was set `interval` seconds ahead."""
    return at is not None and interval is not None and (now >= at or at > now + interval + AHEAD_SECONDS)


def decide(state: State, plan: Plan, now: float, held: bool) -> Step | None:
    """Returns what to send now.

    `held` (muted, or quiet hours) lets nothing through that makes a sound or says something new: only what keeps a
    card true that stands already.
    """
    told = state.told
    if told is None:
        return Step("first") if state.on and not held and not state.dismissed else None
    if told.silent or state.card_at is None or not passed(state.card_at, now, plan.debounce):
        return None
    if state.dismissed:
        return Step("over")
    if not state.standing:
        return Step("over", line=not held)
    if state.merged:
        return Step("merged")
    news = None if held else _news(state, told, plan, now)
    if news is None and state.acknowledged_by not in (None, told.acknowledged_by):
        return Step("acknowledged")
    return news


def _news(state: State, told: Told, plan: Plan, now: float) -> Step | None:
    if reached(state.escalate_at, now, plan.escalate_after):
        return Step("escalated", line=True)
    if rank(state.severity) > rank(told.severity):
        return Step("grown", line=True)
    if not set(state.standing) <= set(told.standing) or state.observed >= GROWTH * max(told.observed, 1):
        return Step("grown")
    if reached(state.confirm_at, now, plan.confirm_after):
        return Step("confirm", line=True)
    if not set(told.standing) <= set(state.standing):
        return Step("partly_over")
    if told.acknowledged_by is not None and state.acknowledged_by is None:
        return Step("lapsed")
    if reached(state.repeat_at, now, plan.repeat_every):
        return Step("repeat", line=True)
    return None
