"""The week of a report: when it is due, and how the questions of it and of the one before fared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import Database
from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from skills.learning.weekly.figures import Fared, figures
from skills.learning.weekly.material import OF_ONE, questions
from skills.learning.weekly.week import Week, next_due, over, running
from skills.support.conversations.models import ConversationRow, TurnRow

TEAM = "T1"
BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Week(date(2026, 11, 30), BERLIN)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path, branches=migration_branches(installed_skills()))
    yield opened
    await opened.close()


async def asked(
    database: Database,
    at: float,
    path: str = "template",
    who: str = "U1",
    question: str = "where is it",
    **more: object,
) -> None:
    id = f"{at:.3f} {who}"
    values: dict[str, object] = {"intent": "order", "probability": 0.9, "verdict": None, "thread": id} | more
    async with database.sessions.begin() as session:
        session.add(
            TurnRow(
                id=id,
                team=TEAM,
                at=at,
                channel="C1",
                path=path,
                drafted=False,
                language="en",
                question=question,
                **values,
            )
        )
        session.add(ConversationRow(team=TEAM, channel="C1", thread=id, asker=who, state={}, updated_at=at))


@pytest.mark.parametrize(
    ("now", "zone", "monday", "due"),
    [
        (datetime(2026, 12, 2, 10, tzinfo=UTC), BERLIN, date(2026, 12, 7), datetime(2026, 12, 7, 8, tzinfo=UTC)),
        (datetime(2026, 12, 7, 7, 59, tzinfo=UTC), BERLIN, date(2026, 12, 7), datetime(2026, 12, 7, 8, tzinfo=UTC)),
        (datetime(2026, 12, 7, 8, tzinfo=UTC), BERLIN, date(2026, 12, 14), datetime(2026, 12, 14, 8, tzinfo=UTC)),
        (datetime(2026, 12, 6, 20, tzinfo=UTC), SHANGHAI, date(2026, 12, 7), datetime(2026, 12, 7, 1, tzinfo=UTC)),
        # Summer time ends on the Sunday between.
        (datetime(2026, 10, 23, 10, tzinfo=UTC), BERLIN, date(2026, 10, 26), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        (datetime(2026, 10, 16, 10, tzinfo=UTC), BERLIN, date(2026, 10, 19), datetime(2026, 10, 19, 7, tzinfo=UTC)),
    ],
)
def test_a_report_is_due_on_monday_at_nine_where_somebody_is_in_charge(
    now: datetime, zone: ZoneInfo, monday: date, due: datetime
) -> None:
    assert next_due(now, zone) == (monday, due)


def test_it_is_about_the_week_that_is_over_and_by_command_about_the_days_up_to_now() -> None:
    monday = datetime(2026, 12, 7, 8, tzinfo=UTC)
    assert over(monday, BERLIN) == over(monday + timedelta(days=6), BERLIN) == WEEK
    assert (WEEK.first, WEEK.last) == (date(2026, 11, 30), date(2026, 12, 6))
    assert running(monday, BERLIN).last == date(2026, 12, 7)


def test_a_week_in_which_the_clocks_change_has_an_hour_more() -> None:
    week = Week(date(2026, 10, 19), BERLIN)
    assert week.until - week.since == 7 * 86_400 + 3_600


async def test_each_question_counts_in_its_week_and_on_its_day_there(database: Database) -> None:
    monday = WEEK.since
    await asked(database, monday, verdict="not_helpful")
    await asked(database, monday + 60, "index")
    await asked(database, monday + 3_600, "handover", intent="")
    await asked(database, WEEK.until - 1, "slot")
    await asked(database, WEEK.until - 2, "thanks")
    await asked(database, WEEK.until)
    await asked(database, monday - 1, "handover")
    await asked(database, WEEK.ago(1) - 1)
    found = await figures(database.sessions, TEAM, WEEK)
    assert found.week == Fared(questions=4, book=1, documents=1, handed_over=1, not_helpful=1)
    assert (found.week.answered, found.week.asked_back) == (2, 1)
    assert found.before == Fared(questions=1, handed_over=1)
    days = dict(found.days)
    assert len(days) == 28
    assert days[date(2026, 11, 30)].questions == 3
    assert days[date(2026, 12, 6)] == Fared(questions=1)
    assert days[date(2026, 11, 22)].questions == 1


async def test_drift_is_looked_for_without_those_who_take_no_part_and_what_a_button_picked(database: Database) -> None:
    await asked(database, WEEK.since + 1)
    await asked(database, WEEK.since + 2, question="", who="U2")
    await asked(database, WEEK.since + 3, probability=1.0)
    await asked(database, WEEK.since + 4, "index", intent="", probability=0.4)
    await asked(database, WEEK.since + 5, "thanks")
    times = await questions(database.sessions, TEAM, WEEK)
    assert [(one.labels, one.probabilities) for one in times.now] == [
        ({"intent": "order"}, {"intent": 0.9}),
        ({"intent": "order"}, {}),
        ({"intent": "none"}, {}),
    ]
    assert not times.before


async def test_what_one_person_asks_again_and_again_is_no_drift(database: Database) -> None:
    for number in range(3 * OF_ONE):
        await asked(database, WEEK.since + number)
    await asked(database, WEEK.since + 900, who="U2")
    times = await questions(database.sessions, TEAM, WEEK)
    assert len(times.now) == OF_ONE + 1
