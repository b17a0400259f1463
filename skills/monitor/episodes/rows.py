"""Episodes in the database: the lock of a watch, and a row as what is shown and decided by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.dialects import INSERT
from skills.monitor.episodes.deciding import State, Told, passed
from skills.monitor.episodes.observation import SEVERITIES, Severity, rank
from skills.monitor.episodes.plan import Plan
from skills.monitor.episodes.tables import EpisodeRow, WatchRow
from skills.monitor.episodes.view import PLANS, EpisodeView, Outcome, TopicView


async def lock(session: AsyncSession, team: str, watch: str) -> WatchRow:
    """Returns the row of a watch, held until the transaction ends. To be the first statement of it.

    On SQLite a transaction that reads first could not write any more once another has written.
    """
    insert = INSERT[session.get_bind().dialect.name]
    turn = insert(WatchRow).values(team=team, watch=watch, turn=1)
    await session.execute(
        turn.on_conflict_do_update(index_elements=["team", "watch"], set_={"turn": WatchRow.turn + 1})
    )
    return await session.get_one(WatchRow, (team, watch), populate_existing=True)


async def open_rows(session: AsyncSession, team: str, watch: str) -> list[EpisodeRow]:
    """Returns the open episodes of a watch, the oldest first."""
    here = select(EpisodeRow).where(EpisodeRow.open == 1, EpisodeRow.team == team, EpisodeRow.watch == watch)
    return list(await session.scalars(here.order_by(EpisodeRow.opened_at, EpisodeRow.id)))


def severity_of(row: EpisodeRow) -> Severity:
    """Returns how severe the topic has been."""
    return cast(Severity, row.severity)


def plan_of(row: EpisodeRow) -> Plan:
    """Returns the plan that was kept when the episode opened."""
    return PLANS.validate_python(row.plan)


def told_of(row: EpisodeRow) -> Told | None:
    """Returns what was last sent."""
    return Told(**row.told) if row.told is not None else None


def is_on(row: EpisodeRow) -> bool:
    """Returns whether the last look saw the surge."""
    return row.over_since is None


def is_calm(row: EpisodeRow, now: float) -> bool:
    """Returns whether the surge has been over for so long that it is over."""
    return row.over_since is not None and passed(row.over_since, now, row.plan["hold_off"])


def state_of(row: EpisodeRow, members: Iterable[EpisodeRow], head: EpisodeRow | None, now: float) -> State:
    """Returns what is: of the episode, of those that it speaks for, and of the one that speaks for it, if any."""
    standing = [one for one in (row, *members) if not is_calm(one, now)]
    return State(
        told=told_of(row),
        severity=max((severity_of(one) for one in standing), key=rank, default=SEVERITIES[0]),
        observed=max((one.observed for one in standing), default=0),
        standing=frozenset(one.topic for one in standing),
        on=any(is_on(one) for one in standing),
        acknowledged_by=row.acknowledged_by,
        dismissed=row.outcome is not None,
        merged=head is not None and head.card is not None,
        escalate_at=row.escalate_at,
        confirm_at=row.confirm_at,
        repeat_at=row.repeat_at,
        card_at=row.card_at,
    )


def topics_of(row: EpisodeRow, members: Iterable[EpisodeRow], now: float) -> dict[str, Any]:
    """Returns what the card says of each topic: as it is, or as it was when it ended."""
    return dict(row.topics) | {
        one.topic: {
            "since": one.since,
            "observed": one.observed,
            "expected": one.expected,
            "severity": one.severity,
            "over": is_calm(one, now),
            "details": one.details,
        }
        for one in (row, *members)
    }


def view_of(row: EpisodeRow, merged_into: str | None = None) -> EpisodeView:
    """Returns an episode as it is shown."""
    plan = plan_of(row)
    topics = tuple(
        TopicView(topic=topic, **known)
        for topic, known in sorted(row.topics.items(), key=lambda one: one[0] != row.topic)
    )
    standing = [one.severity for one in topics if not one.over] or [one.severity for one in topics]
    called = min(row.escalations, len(plan.escalate_to))
    return EpisodeView(
        id=row.id,
        team=row.team,
        watch=row.watch,
        topic=row.topic,
        channel=row.channel,
        plan=plan,
        since=min(one.since for one in topics),
        opened_at=row.opened_at,
        severity=max(standing, key=rank),
        topics=topics,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        called=plan.escalate_to[called - 1] if called else None,
        card=row.card,
        told_at=row.told_at,
        merged_into=merged_into,
        useful=row.useful,
        outcome=cast("Outcome | None", row.outcome),
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )
