"""Whatever surges, ends, is pressed or crashes in whatever order: one message an episode, and nothing said twice."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from episode_stage import PLAN, TEAM, WATCH, Channel, Crash, Message, MovedClock
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.store.upgrade import open_database
from skills.monitor.episodes import Episodes, Observation, QuietHours
from skills.monitor.episodes.tables import EpisodeRow, SendRow
from skills.monitor.sources import MIGRATIONS

TOPICS = ("", "billing", "login", "prices")
HOUR = 3600


class Course(RuleBasedStateMachine):
    """One watch, its surges, people who press, and a process that may die between any two steps."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder)
        self.runner = asyncio.Runner()
        self.database = self.runner.run(open_database(self.folder, branches=[MIGRATIONS]))
        self.clock = MovedClock(datetime(2026, 12, 1, 20, tzinfo=UTC))
        self.channel = Channel(self.clock)
        self.episodes = Episodes(self.database.sessions, self.clock)
        self.world: dict[str, Observation] = {}
        self.muted_until: datetime | None = None
        self.plan = PLAN

    @initialize(
        quiet=st.booleans(), critical=st.booleans(), repeat=st.sampled_from([None, HOUR]), called=st.integers(0, 2)
    )
    def settle_plan(self, quiet: bool, critical: bool, repeat: float | None, called: int) -> None:
        self.plan = replace(
            PLAN,
            quiet=QuietHours(time(22), time(7), "Europe/Berlin", critical) if quiet else None,
            repeat_every=repeat,
            escalate_to=("U7", "U8")[:called],
            escalate_after=1200.0,
            confirm_after=2.0 * HOUR,
            channels={"prices": "C2"},
        )

    # What happens

    @rule(topic=st.sampled_from(TOPICS), observed=st.sampled_from([12, 30, 45, 70, 200]))
    def surges(self, topic: str, observed: int) -> None:
        now = self.clock.now().timestamp()
        since = self.world[topic].since if topic in self.world else now
        self.world[topic] = Observation(topic, since, observed, 6.0, 200.0, {"n": observed})

    @precondition(lambda self: self.world)
    @rule(data=st.data())
    def ends(self, data: st.DataObject) -> None:
        del self.world[data.draw(st.sampled_from(sorted(self.world)))]

    @rule(seconds=st.sampled_from([5, 44, 60, 300, 901, 1300, HOUR, 5 * HOUR]))
    def passes(self, seconds: int) -> None:
        self.clock.at += timedelta(seconds=seconds)

    @rule(hours=st.sampled_from([0, 1, 3]))
    def mutes(self, hours: int) -> None:
        self.muted_until = self.clock.now() + timedelta(hours=hours) if hours else None

    @rule()
    def looks(self) -> None:
        self.runner.run(self._look())

    @precondition(lambda self: self.plan.quiet is not None)
    @rule(first=st.sampled_from(TOPICS), second=st.sampled_from(TOPICS))
    def surges_come_at_night_and_the_morning_dawns(self, first: str, second: str) -> None:
        self.clock.at = (self.clock.at + timedelta(days=1)).replace(hour=23, minute=0)
        self.surges(first, 30)
        self.looks()
        self.surges(second, 30)
        self.clock.at += timedelta(hours=8)
        self.looks()

    @rule(seconds=st.sampled_from([60, 300]), times=st.integers(2, 5))
    def looks_again_and_again(self, seconds: int, times: int) -> None:
        for _ in range(times):
            self.clock.at += timedelta(seconds=seconds)
            self.runner.run(self._look())

    @rule()
    def two_replicas_look(self) -> None:
        async def both() -> None:
            await asyncio.gather(self._look(), self._look())

        self.runner.run(both())

    @rule(
        topic=st.sampled_from(TOPICS),
        observed=st.sampled_from([12, 30, 200]),
        after=st.booleans(),
        sends=st.integers(0, 2),
    )
    def surges_and_the_process_dies_in_the_look(self, topic: str, observed: int, after: bool, sends: int) -> None:
        self.surges(topic, observed)
        self.clock.at += timedelta(seconds=60)
        left = [sends]

        def die(reason: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Crash

        setattr(self.channel, "after" if after else "before", die)
        try:
            self.runner.run(self._look())
        except Crash:
            pass
        finally:
            self.channel.before = self.channel.after = lambda reason: None
        self.clock.at += timedelta(seconds=20)

    @precondition(lambda self: self.channel.messages)
    @rule(data=st.data(), what=st.sampled_from(["acknowledge", "confirm", "useful", "not_useful", "close"]))
    def presses(self, data: st.DataObject, what: str) -> None:
        cards = sorted({one.episode.id for one in self.channel.messages.values()})
        id = data.draw(st.sampled_from(cards))
        self.runner.run(getattr(self.episodes, what)(TEAM, id, "U5"))

    async def _look(self) -> None:
        observations = list(self.world.values())
        looked = await self.episodes.look(TEAM, WATCH, self.plan, observations, self.channel, self.muted_until)
        assert not looked.failed

    # What always holds

    @invariant()
    def no_episode_has_two_cards(self) -> None:
        cards = Counter(one.episode.id for one in self.channel.messages.values() if one.kind == "card")
        assert all(count == 1 for count in cards.values())

    @invariant()
    def a_card_is_touched_no_sooner_than_the_debounce(self) -> None:
        for messages in self._by_card().values():
            moments = [one.at for one in messages if one.kind != "line"]
            assert all((later - earlier).total_seconds() >= self.plan.debounce for earlier, later in pairwise(moments))

    @invariant()
    def lines_stand_under_the_card_of_their_episode(self) -> None:
        for card, messages in self._by_card().items():
            assert messages[0].kind == "card"
            assert {one.episode.id for one in messages} == {self.channel.messages[_key(card)].episode.id}

    @invariant()
    def nothing_follows_the_last_word(self) -> None:
        for messages in self._by_card().values():
            last = [place for place, one in enumerate(messages) if one.reason in ("over", "merged")]
            if last:
                keys = {one.key.rpartition(" ")[0] for one in messages[last[0] :]}
                assert len(keys) == 1

    @invariant()
    def each_reason_is_stored_once_and_each_message_has_one(self) -> None:
        rows = self.runner.run(self._rows(SendRow))
        stored = {f"episode {row.episode} {row.number}": row for row in rows}
        assert len(stored) == len(rows)
        for message in self.channel.messages.values():
            assert stored[message.key.rpartition(" ")[0]].reason == message.reason
        told = {key for key, row in stored.items() if row.sent_at is not None}
        assert told <= {message.key.rpartition(" ")[0] for message in self.channel.messages.values()}

    @invariant()
    def what_was_held_back_is_caught_up_with_in_one_message_a_channel(self) -> None:
        held = {row.id: row.channel for row in self.runner.run(self._rows(EpisodeRow)) if row.held}
        firsts = Counter(
            (held[row.episode], row.decided_at)
            for row in self.runner.run(self._rows(SendRow))
            if row.reason == "first" and row.episode in held
        )
        assert all(count == 1 for count in firsts.values())

    @invariant()
    def nothing_new_is_decided_in_quiet_hours(self) -> None:
        quiet = self.plan.quiet
        if quiet is None or quiet.critical_passes:
            return
        for row in self.runner.run(self._rows(SendRow)):
            if quiet.until(row.decided_at) is not None:
                assert row.reason in ("over", "merged", "acknowledged")
                assert not row.with_line

    def teardown(self) -> None:
        """When all is over everywhere, every card says so, and no topic is left open."""
        self.world.clear()
        self.muted_until = None
        for _ in range(4):
            self.clock.at += timedelta(seconds=1000)
            self.runner.run(self._look())
        try:
            assert [row.open for row in self.runner.run(self._rows(EpisodeRow)) if row.open] == []
            assert all(row.sent_at is not None for row in self.runner.run(self._rows(SendRow)))
            for messages in self._by_card().values():
                assert messages[-1].reason in ("over", "merged")
            told = len(self.channel.messages)
            self.clock.at += timedelta(hours=30)
            self.runner.run(self._look())
            assert len(self.channel.messages) == told
        finally:
            self.runner.run(self.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _rows(self, table: type) -> list:  # type: ignore[type-arg]
        async with self.database.sessions() as session:
            return list(await session.scalars(select(table)))

    def _by_card(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = defaultdict(list)
        for one in self.channel.messages.values():
            found[one.edits or one.under or one.id].append(one)
        return found


def _key(id: str) -> str:
    return id.removeprefix("id of ")


def test_any_course_of_events_keeps_to_one_message_an_episode(empty_database: Path) -> None:
    Course.template = empty_database
    course = settings(max_examples=25, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Course, settings=course)
