"""One look at a watch: surges that are on become episodes, and each episode one step to send, or none.

All of it is one transaction under the lock of the watch. What is to be sent is stored in it; see `sending`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.monitor.episodes.deciding import State, Step, Told, decide, reached
from skills.monitor.episodes.grouping import groups, join_held, regroup
from skills.monitor.episodes.observation import Observation, Severity, rank
from skills.monitor.episodes.plan import Plan
from skills.monitor.episodes.promises import due_at, kept_back
from skills.monitor.episodes.rows import (
    is_calm,
    is_on,
    lock,
    open_rows,
    plan_of,
    severity_of,
    state_of,
    told_of,
    topics_of,
    view_of,
)
from skills.monitor.episodes.tables import EpisodeRow, SendRow, WatchRow
from skills.monitor.episodes.view import PLANS, VIEWS
from skills.monitor.watches.watch import WHOLE


class Look:
    """A look at the watch of `row`, in the transaction that holds its lock."""

    def __init__(self, session: AsyncSession, row: WatchRow, now: float) -> None:
        self._session = session
        self._watch = row
        self._now = now

    async def see(self, plan: Plan, observations: Sequence[Observation]) -> list[str]:
        """Notes which surges are on; returns the ids of the episodes that began."""
        self._watch.looked_at = self._now
        new = {one.topic: one for one in observations}
        rows = await open_rows(self._session, self._watch.team, self._watch.watch)
        for row in rows:
            seen = new.pop(row.topic, None)
            if seen is None:
                if row.over_since is None:
                    row.over_since = self._now
            elif _has_had_its_say(row) and rank(seen.severity) > rank(severity_of(row)):
                # A person has ended it, but now it is worse than what they saw.
                row.open = None
                new[row.topic] = seen
            else:
                _note(row, seen)
        await self._session.flush()
        began = [self._begin(one, plan, rows) for one in new.values()]
        self._session.add_all(began)
        await self._session.flush()
        return [row.id for row in began]

    async def settle(self) -> None:
        """Decides of every open episode what is to be sent, and closes what is over."""
        rows = await open_rows(self._session, self._watch.team, self._watch.watch)
        for row in rows:
            self._lapse(row)
        regroup(rows)
        loud = [row for row in rows if not self._held(row, severity_of(row))]
        join_held(loud)
        heads = {row.id: row for row in rows}
        sending = await self._unsent()
        for group in groups(rows):
            group.head.topics = topics_of(group.head, group.members, self._now)
            for row in group.members:
                row.topics = topics_of(row, (), self._now)
            for row in (*group.members, group.head):
                if row.id not in sending:
                    self._settle_one(row, group.members if row is group.head else (), heads.get(row.head or ""))
        # What a person has ended, with the card that spoke for it.
        for row in rows:
            if _has_had_its_say(row) and is_calm(row, self._now):
                row.open = None

    def _settle_one(self, row: EpisodeRow, members: Sequence[EpisodeRow], head: EpisodeRow | None) -> None:
        state = state_of(row, members, head, self._now)
        if head is not None and state.told is None:
            # The head's card speaks for it, and has from the start.
            if not state.standing and row.outcome is None:
                self._end(row)
                # The group ends with the last of its topics.
                if head.over_since is not None and row.over_since is not None:
                    head.over_since = max(head.over_since, row.over_since)
            return
        held = self._held(row, state.severity)
        if held and state.told is None:
            row.held = True
        step = decide(state, plan_of(row), self._now, held)
        if step is not None:
            self._promise(row, step, state, head)
        elif not state.standing and row.outcome is None and (state.told is None or state.told.silent):
            self._end(row)

    def _promise(self, row: EpisodeRow, step: Step, state: State, head: EpisodeRow | None) -> None:
        due = due_at(row, step.reason, self._watch.muted_until, row.over_since)
        if step.reason == "escalated":
            row.escalations += 1
            row.escalate_at = None
        elif step.reason == "confirm":
            row.confirm_at = None
        elif step.reason == "over" and row.outcome is None:
            self._end(row)
        row.told = asdict(self._told(step, state))
        row.steps += 1
        self._session.add(
            SendRow(
                team=row.team,
                watch=row.watch,
                episode=row.id,
                number=row.steps,
                reason=step.reason,
                with_line=step.line,
                due_at=self._now if due is None else due,
                decided_at=self._now,
                view=VIEWS.dump_python(
                    view_of(row, head.card if head is not None and step.reason == "merged" else None), mode="json"
                ),
            )
        )

    def _told(self, step: Step, state: State) -> Told:
        silent = step.reason in ("over", "merged")
        if step.reason == "acknowledged" and state.told is not None:
            # It may come in quiet hours: what is new beside it is still to be told.
            return Told(
                state.told.severity, state.told.observed, list(state.told.standing), state.acknowledged_by, silent
            )
        return Told(state.severity, state.observed, sorted(state.standing), state.acknowledged_by, silent)

    def _end(self, row: EpisodeRow) -> None:
        row.open = None
        row.outcome = "over"
        row.closed_at = self._now
        row.escalate_at = row.confirm_at = row.lapse_at = row.repeat_at = None

    def _lapse(self, row: EpisodeRow) -> None:
        plan = plan_of(row)
        if row.acknowledged_by is None or not reached(row.lapse_at, self._now, plan.confirm_within):
            return
        if plan.escalate_to:
            row.escalate_at = row.lapse_at
            row.escalations = min(row.escalations, len(plan.escalate_to) - 1)
        if plan.repeat_every is not None:
            row.repeat_at = self._now + plan.repeat_every
        row.acknowledged_by = row.acknowledged_at = row.lapse_at = None

    def _held(self, row: EpisodeRow, severity: Severity) -> bool:
        return kept_back(plan_of(row), self._watch.muted_until, severity, self._now)

    async def _unsent(self) -> frozenset[str]:
        """Episodes whose last step is not known to be sent: the next one waits for it."""
        query = select(SendRow.episode).where(
            SendRow.team == self._watch.team, SendRow.watch == self._watch.watch, SendRow.sent_at.is_(None)
        )
        return frozenset(await self._session.scalars(query))

    def _begin(self, seen: Observation, plan: Plan, rows: Sequence[EpisodeRow]) -> EpisodeRow:
        channel = plan.channel_of(seen.topic)
        ended = next(
            (
                row
                for row in rows
                if row.open and row.topic == WHOLE and row.outcome is not None and row.channel == channel
                if rank(seen.severity) <= rank(severity_of(row))
            ),
            None,
        )
        return EpisodeRow(
            id=secrets.token_hex(8),
            team=self._watch.team,
            watch=self._watch.watch,
            topic=seen.topic,
            open=1,
            head=ended.id if ended is not None else None,
            channel=channel,
            plan=PLANS.dump_python(plan, mode="json"),
            opened_at=self._now,
            since=seen.since,
            alarm_since=seen.since,
            observed=seen.observed,
            expected=seen.expected,
            observed_before=0,
            expected_before=0.0,
            severity=seen.severity,
            details=dict(seen.details),
            topics={},
            held=False,
            steps=0,
            escalations=0,
            outcome=ended.outcome if ended is not None else None,
            closed_by=ended.closed_by if ended is not None else None,
            closed_at=self._now if ended is not None else None,
        )


def _has_had_its_say(row: EpisodeRow) -> bool:
    """Whether a person has ended it, and its card says so if there is one."""
    told = told_of(row)
    return row.outcome is not None and (told is None or told.silent)


def _note(row: EpisodeRow, seen: Observation) -> None:
    if not is_on(row) and seen.since > row.alarm_since:
        row.observed_before, row.expected_before = row.observed, row.expected
        row.alarm_since = seen.since
    row.over_since = None
    row.since = min(row.since, seen.since)
    row.observed = row.observed_before + seen.observed
    row.expected = row.expected_before + seen.expected
    row.details = dict(seen.details)
    if row.outcome is None:
        row.severity = max(severity_of(row), seen.severity, key=rank)


async def look(
    session: AsyncSession,
    team: str,
    watch: str,
    clock: Callable[[], float],
    muted_until: float | None,
    seen: tuple[Plan, Sequence[Observation]] | None,
) -> list[str]:
    """Takes one look in a transaction of its own; without `seen` at what is known. Returns the episodes that began."""
    row = await lock(session, team, watch)
    # Others may have had the lock for long: what they noted must not seem to be of a time to come.
    now = clock()
    if muted_until is not None:
        row.muted_until = muted_until
    elif row.muted_until is not None:
        row.muted_until = min(row.muted_until, now)
    this = Look(session, row, now)
    began = await this.see(*seen) if seen is not None else []
    await this.settle()
    return began
