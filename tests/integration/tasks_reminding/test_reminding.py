"""Who is reminded of what and when, and how messages of one person are folded."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from reminding_stage import BERLIN, OFFICE, TEAM, Stage, due_at, week
from sqlalchemy import inspect, select

from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence
from skills.tasks.people.profile import Profile
from skills.tasks.people.rows import Profiles
from skills.tasks.reminding.reminding import Reminding
from skills.tasks.reminding.tables import Base, ReminderRow
from skills.tasks.reminding.working import Working, Workings


async def test_the_tables_are_those_of_the_models(either_stage: Stage) -> None:
    async with either_stage.services.sessions() as session:
        connection = await session.connection()
        for name, table in Base.metadata.tables.items():
            columns = await connection.run_sync(lambda sync, name=name: inspect(sync).get_columns(name))  # type: ignore[misc]
            assert {column["name"] for column in columns} == set(table.columns.keys())


async def test_somebody_is_reminded_before_when_due_and_ever_more_rarely_after(either_stage: Stage) -> None:
    stage = either_stage
    await stage.make("2026-12-10T15:00")
    assert await stage.until("2026-12-09T08:59") == []
    assert await stage.until("2026-12-09T09:00") == ["U2 #1:before"]
    assert await stage.until("2026-12-10T14:59") == []
    assert await stage.until("2026-12-10T15:00") == ["U2 #1:due"]
    heard = []
    for day in range(11, 31):
        heard += [(day, text) for text in await stage.until(f"2026-12-{day}T09:00")]
    assert heard == [(day, "U2 #1:overdue") for day in (11, 14, 16, 22)]


async def test_reminders_of_the_same_minutes_are_one_message_the_most_urgent_first(either_stage: Stage) -> None:
    stage = either_stage
    await stage.make("2026-12-07T15:03", priority=4)
    await stage.make("2026-12-07T15:00", priority=3)
    await stage.make("2026-12-07T15:01", priority=1)
    await stage.make("2026-12-07T15:20", priority=1)
    await stage.make("2026-12-07T15:00", priority=2, assignee="U3")
    await stage.until("2026-12-07T14:00")
    assert await stage.until("2026-12-07T15:00") == ["U2 #3:due #2:due #1:due", "U3 #5:due"]
    assert await stage.until("2026-12-07T15:20") == ["U2 #4:due"]


async def test_what_was_missed_while_the_bot_was_down_comes_once_and_folded(either_stage: Stage) -> None:
    stage = either_stage
    for hour in (12, 13, 14, 15):
        await stage.make(f"2026-12-07T{hour}:30")
    await stage.make("2026-12-07T15:00", assignee="U3")
    stage.restart()
    assert await stage.until("2026-12-08T11:00") == [
        "U2 late #1:overdue #2:overdue #3:overdue #4:overdue",
        "U3 late #5:overdue",
    ]
    assert await stage.until("2026-12-08T12:00") == []


async def test_nobody_is_reminded_of_what_is_done_or_dropped(stage: Stage) -> None:
    first, second = await stage.make("2026-12-07T15:00"), await stage.make("2026-12-07T15:00")
    await stage.change(first, state="done")
    await stage.change(second, state="dropped")
    assert await stage.until("2026-12-07T15:00") == []
    await stage.change(first, state="open")
    assert await stage.until("2026-12-08T09:00") == ["U2 #1:overdue"]


async def test_work_that_begins_changes_no_reminder(stage: Stage) -> None:
    task = await stage.make("2026-12-07T15:00")
    await stage.tick(hours=4, minutes=1)
    stage.restart()
    late = await stage.make("2026-12-07T15:30")
    stage.clock.at += timedelta(minutes=40)
    await stage.change(late, state="doing")
    await stage.change(task, state="blocked")
    assert await stage.tick() == ["U2 #2:due"]


async def test_a_snoozed_task_comes_back_at_its_time_and_only_once(either_stage: Stage) -> None:
    stage = either_stage
    task = await stage.make("2026-12-07T15:00")
    await stage.change(task, snoozed_until=stage.clock.epoch + 86_400)
    assert await stage.until("2026-12-07T15:00") == []
    assert await stage.until("2026-12-08T10:59") == []
    assert await stage.until("2026-12-08T11:00") == ["U2 #1:snoozed"]
    assert await stage.until("2026-12-08T16:00") == []
    assert await stage.until("2026-12-09T09:00") == ["U2 #1:overdue"]


async def test_a_task_without_a_date_comes_back_when_it_was_snoozed(stage: Stage) -> None:
    task = await stage.make(None)
    assert await stage.tick(days=30) == []
    await stage.change(task, snoozed_until=due_at("2027-01-09T12:00").at)  # type: ignore[union-attr]
    assert await stage.until("2027-01-09T12:00") == []
    assert await stage.until("2027-01-11T09:00") == ["U2 #1:snoozed"]
    assert await stage.tick(days=60) == []


async def test_a_snooze_that_is_taken_back_gives_back_what_came_due_meanwhile(stage: Stage) -> None:
    task = await stage.make("2026-12-07T12:00")
    task = await stage.change(task, snoozed_until=stage.clock.epoch + 86_400)
    assert await stage.until("2026-12-07T14:00") == []
    await stage.change(task, snoozed_until=None)
    assert await stage.tick() == ["U2 #1:due"]


async def test_a_new_date_or_another_person_begins_anew(stage: Stage) -> None:
    task = await stage.make("2026-12-07T12:00")
    assert await stage.until("2026-12-07T12:00") == ["U2 #1:due"]
    await stage.change(task, due=due_at("2026-12-07T16:00"))
    assert await stage.until("2026-12-07T14:00") == ["U2 #1:before"]
    assert await stage.until("2026-12-07T16:00") == ["U2 #1:due"]
    await stage.change(task, assignee="U3")
    assert await stage.tick(minutes=1) == []
    assert await stage.until("2026-12-08T09:00") == ["U3 #1:overdue"]


async def test_of_what_nobody_has_the_asker_is_told_when_it_is_due(stage: Stage) -> None:
    await stage.make("2026-12-10T15:00", assignee=None)
    assert await stage.until("2026-12-09T09:00") == []
    assert await stage.until("2026-12-10T15:00") == ["U1 #1:unassigned"]
    assert await stage.until("2026-12-14T09:00") == []


async def test_nobody_is_reminded_outside_their_hours_or_while_away(either_stage: Stage) -> None:
    stage = either_stage
    away = (Absence(date(2026, 12, 8), date(2026, 12, 9)),)
    stage.people.workings["U2"] = Working(week(mon="9-12", tue="9-12", thu="13-17"), ZoneInfo(BERLIN), away)
    await stage.make("2026-12-07T16:00")
    assert await stage.until("2026-12-07T11:58") == []
    assert await stage.until("2026-12-07T11:59") == ["U2 #1:due"]
    for at in ("2026-12-08T09:30", "2026-12-10T12:59"):
        assert await stage.until(at) == []
    assert await stage.until("2026-12-10T13:00") == ["U2 #1:overdue"]


async def test_an_absence_that_was_told_later_counts_too(stage: Stage) -> None:
    await stage.make("2026-12-08T15:00")
    stage.people.workings["U2"] = Working(
        WorkingWeek(), ZoneInfo(BERLIN), (Absence(date(2026, 12, 7), date(2026, 12, 9)),)
    )
    assert await stage.until("2026-12-08T15:00") == []
    assert await stage.until("2026-12-10T09:00") == ["U2 #1:due"]


async def test_hours_that_were_changed_are_gone_by_at_once(either_stage: Stage) -> None:
    stage = either_stage
    await stage.make("2026-12-10T15:00")
    await stage.make("2026-12-11T15:00", assignee=None)
    off = Working(WorkingWeek(), ZoneInfo(BERLIN), reminders=frozenset())
    stage.people.workings["U2"] = stage.people.workings["U1"] = off
    for person in ("U1", "U2"):
        await stage.reminding.refresh(stage.services, TEAM, person)  # type: ignore[arg-type]
    assert await stage.until("2026-12-10T15:00") == []
    stage.people.workings["U2"] = OFFICE
    await stage.reminding.refresh(stage.services, TEAM, "U2")  # type: ignore[arg-type]
    assert await stage.tick() == ["U2 #1:due"]
    assert await stage.until("2026-12-11T09:00") == ["U2 #1:overdue"]
    assert await stage.until("2026-12-11T15:00") == []


@pytest.mark.parametrize(("wanted", "heard"), [("due", ["U2 #1:due"]), ("before", ["U2 #1:before"])])
async def test_only_wanted_reminders_come(stage: Stage, wanted: str, heard: list[str]) -> None:
    stage.people.workings["U2"] = Working(WorkingWeek(), ZoneInfo(BERLIN), reminders=frozenset({wanted}))
    await stage.make("2026-12-10T15:00")
    found = []
    for at in ("2026-12-09T09:00", "2026-12-10T15:00", "2026-12-11T09:00", "2026-12-14T09:00"):
        found += await stage.until(at)
    assert found == heard


async def test_who_is_not_to_be_disturbed_hears_of_everything_afterwards(either_stage: Stage) -> None:
    stage = either_stage
    await stage.make("2026-12-07T12:00")
    await stage.make("2026-12-07T12:30")
    await stage.make("2026-12-07T12:30", assignee="U3")
    stage.services.quiet["U2"] = due_at("2026-12-07T14:00").at  # type: ignore[union-attr]
    assert await stage.until("2026-12-07T12:00") == []
    assert await stage.until("2026-12-07T12:30") == ["U3 #3:due"]
    assert await stage.until("2026-12-07T13:59") == []
    assert await stage.until("2026-12-07T14:00") == ["U2 #1:due #2:due"]


async def test_a_pause_into_the_night_ends_with_the_next_working_day(stage: Stage) -> None:
    await stage.make("2026-12-07T16:00")
    stage.services.quiet["U2"] = due_at("2026-12-07T22:00").at  # type: ignore[union-attr]
    assert await stage.until("2026-12-07T16:00") == []
    assert await stage.until("2026-12-07T22:01") == []
    assert await stage.until("2026-12-08T09:00") == ["U2 #1:overdue"]


async def test_of_who_is_gone_the_asker_is_told_once_a_task(either_stage: Stage) -> None:
    stage = either_stage
    stage.services.gone.add("U9")
    await stage.make("2026-12-07T12:00", assignee="U9")
    await stage.make("2026-12-07T12:00", assignee="U9", asker="U9")
    assert await stage.until("2026-12-07T12:00") == ["U1 #1:unreached (not U9)"]
    for at in ("2026-12-08T09:00", "2026-12-09T09:00"):
        assert await stage.until(at) == []
    await stage.make("2026-12-09T16:00", assignee="U9")
    assert await stage.until("2026-12-09T16:00") == ["U1 #3:unreached (not U9)"]


async def test_who_cannot_be_written_to_is_tried_for_an_hour_before_the_asker_is_told(stage: Stage) -> None:
    stage.services.mute.add("U9")
    await stage.make("2026-12-07T12:00", assignee="U9")
    assert await stage.until("2026-12-07T12:00") == []
    heard = [(minute, text) for minute in range(1, 120) for text in await stage.tick(minutes=1)]
    assert heard == [(1 + 4 + 16 + 64, "U1 #1:unreached (not U9)")]
    stage.services.mute.add("U8")
    await stage.make("2026-12-07T15:00", assignee="U8")
    assert await stage.until("2026-12-07T15:00") == []
    stage.services.mute.clear()
    assert await stage.until("2026-12-07T15:01") == ["U8 #2:due"]


async def test_nothing_is_asked_while_nothing_is_due(stage: Stage) -> None:
    await stage.make("2026-12-10T15:00")
    await stage.tick()
    asked = len(stage.services.asked)
    sessions = stage.services.sessions
    stage.services.sessions = None  # type: ignore[assignment]
    for _ in range(20):
        await stage.tick(seconds=1)
    stage.services.sessions = sessions
    assert len(stage.services.asked) == asked


async def test_a_reminder_made_by_a_change_in_this_process_is_known_at_once(stage: Stage) -> None:
    await stage.tick()
    await stage.make("2026-12-07T11:10")
    assert await stage.until("2026-12-07T11:10") == ["U2 #1:due"]


async def test_old_messages_are_forgotten_and_waiting_ones_are_not(stage: Stage) -> None:
    await stage.make("2026-12-07T12:00")
    stage.services.mute.add("U3")
    await stage.make("2026-12-07T12:00", assignee="U3")
    await stage.until("2026-12-07T12:00")
    assert await stage.reminding.forget(stage.services.sessions, stage.clock.epoch + 1) == 1
    async with stage.services.sessions() as session:
        assert [row.person for row in await session.scalars(select(ReminderRow))] == ["U3"]


async def test_people_are_reminded_by_what_they_have_said_of_themselves(stage: Stage) -> None:
    profiles = Profiles(stage.services.sessions)
    await profiles.keep(TEAM, "U2", Profile(week=week(tue="13-15"), zone="Asia/Shanghai", reached=("due",)))
    await profiles.add_absence(TEAM, "U2", Absence(date(2026, 12, 8), date(2026, 12, 8)))
    stage.people = Workings()  # type: ignore[assignment]
    stage.restart()
    stage.reminding = Reminding(stage.reminding._render, stage.people)
    await stage.make("2026-12-10T12:00")
    await stage.make("2026-12-10T12:00", assignee="U3")
    async with stage.services.sessions() as session:
        known = await stage.people(session, TEAM, ["U2", "U3"], BERLIN)
    assert known["U2"].zone == ZoneInfo("Asia/Shanghai")
    assert (known["U2"].reminders, known["U2"].day_at) == (frozenset({"due"}), None)
    assert known["U3"] == Working(WorkingWeek(), ZoneInfo(BERLIN), day_at=9)
    assert await stage.until("2026-12-09T09:00") == ["U3 #2:before"]
    assert await stage.until("2026-12-10T12:00") == ["U3 #2:due"]
    assert await stage.until("2026-12-14T17:00") == ["U3 late #2:overdue"]
    assert await stage.until("2026-12-15T05:59") == []
    assert await stage.until("2026-12-15T06:00") == ["U2 #1:due"]
