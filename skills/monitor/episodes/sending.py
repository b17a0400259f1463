"""Sends what a look has stored, and keeps the handles: a crash anywhere repeats the same keys with the same words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.episodes.rows import lock, plan_of
from skills.monitor.episodes.tables import EpisodeRow, SendRow
from skills.monitor.episodes.view import VIEWS, Reason, Sender

log = logging.getLogger("deskhand.monitor.episodes")

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Sent:
    """A step that was told: the answer ids of the card and of the line under it."""

    episode: str
    number: int
    reason: Reason
    sent_at: float
    card: str
    line: str | None


async def send_all(
    sessions: Sessions,
    now: Callable[[], float],
    team: str,
    watch: str,
    sender: Sender,
    skipped: Collection[str] = (),
) -> tuple[list[Sent], list[str]]:
    """Sends what is stored and not known to be sent; returns it, and the episodes whose step failed.

    Leaves those of the `skipped` episodes. A step that can't be sent stays stored, and holds up no other episode.
    """
    query = select(SendRow).where(SendRow.team == team, SendRow.watch == watch, SendRow.sent_at.is_(None))
    async with sessions() as session:
        found = (
            await session.execute(
                query.join(EpisodeRow, EpisodeRow.id == SendRow.episode)
                .add_columns(EpisodeRow.card)
                .order_by(SendRow.id)
            )
        ).all()
    sent: list[Sent] = []
    failed: list[str] = []
    for step, posted in found:
        if step.episode in skipped:
            continue
        try:
            sent.append(await _send(sessions, now, step, posted, sender))
        except Exception:
            log.exception("a step could not be sent", extra={"episode": step.episode, "reason": step.reason})
            failed.append(step.episode)
    return sent, failed


async def _send(
    sessions: Sessions, now: Callable[[], float], step: SendRow, posted: str | None, sender: Sender
) -> Sent:
    view = VIEWS.validate_python(step.view)
    reason = cast(Reason, step.reason)
    key = f"episode {step.episode} {step.number}"
    card = await sender.send(view, reason, f"{key} card", posted, None)
    line = await sender.send(view, reason, f"{key} line", None, posted or card) if step.with_line else None
    sent = Sent(step.episode, step.number, reason, now(), card, line)
    async with sessions.begin() as session:
        await lock(session, step.team, step.watch)
        await _keep(session, step.id, sent)
    return sent


async def _keep(session: AsyncSession, id: int, sent: Sent) -> None:
    step = await session.get_one(SendRow, id)
    if step.sent_at is not None:
        return
    step.sent_at, step.card, step.line, step.view = sent.sent_at, sent.card, sent.line, {}
    row = await session.get_one(EpisodeRow, sent.episode)
    row.card_at = sent.sent_at
    if sent.reason == "first":
        row.card, row.told_at = sent.card, sent.sent_at
    if row.outcome is None:
        _promise_next(row, sent)


def _promise_next(row: EpisodeRow, sent: Sent) -> None:
    """Sets what is due after a step: an unanswered call is followed by the next, a sound by a repeat."""
    plan = plan_of(row)
    if sent.reason == "confirm" and row.confirm_at is None:
        row.lapse_at = sent.sent_at + plan.confirm_within
    if row.acknowledged_by is not None:
        return
    if sent.reason in ("first", "escalated") and row.escalations < len(plan.escalate_to):
        row.escalate_at = sent.sent_at + plan.escalate_after
    every = plan.repeat_every
    if every is None:
        return
    if sent.reason == "repeat" and row.repeat_at is not None:
        due = min(row.repeat_at, sent.sent_at)
        row.repeat_at = due + every * (1 + (sent.sent_at - due) // every)
    elif sent.reason == "first" or sent.line is not None:
        row.repeat_at = sent.sent_at + every
