"""Tasks taken away, read back by the readers that others use."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from skills.base import Place
from skills.tasks.recurring.rule import Rule
from skills.tasks.series import stored
from skills.tasks.store.task import Due, Task
from skills.tasks.views.exporting import COLUMNS, calendar_of, table_of

TASK = Task(
    id=1, team="T1", number=12, title="Ship the notes", notes="", state="open", asker="U1", assignee="U2",
    place=Place("C1", "channel"), link="https://example.com/x",
    due=Due(datetime.fromisoformat("2026-12-04T17:00"), False, "Europe/Berlin"),
    zone="Europe/Berlin", priority=2, labels=("fair", "展会"), effort=120, estimate=None, after=(3,),
    parent=None, series=None, occurrence=None,
    rule=None, planned=None, blocked="", snoozed_until=None, made_at=1_796_000_000.0, begun_at=None, done_at=None,
    changed_at=1_796_000_000.0, version=1, pending=None,
)  # fmt: skip
NAMES = {"U1": "Ana", "U2": "Ben"}


def todo(**changes: Any) -> Any:
    calendar = Calendar.from_ical(calendar_of([replace(TASK, **changes)], NAMES))
    return next(iter(calendar.walk("VTODO")))


def test_a_task_is_a_to_do_with_its_time_and_zone() -> None:
    found = todo()
    assert found["SUMMARY"] == "Ship the notes"
    assert found["DUE"].dt == datetime.fromisoformat("2026-12-04T17:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert found["PRIORITY"] == 3
    assert {str(one) for one in found["CATEGORIES"].cats} == {"fair", "展会"}


def test_a_whole_day_is_a_day() -> None:
    assert todo(due=Due(datetime.fromisoformat("2026-12-04"), True, "Europe/Berlin"))["DUE"].dt == date(2026, 12, 4)


def test_what_repeats_says_so_with_the_month_end_as_meant() -> None:
    rule = Rule(rrule="FREQ=MONTHLY;BYMONTHDAY=31", zone="Europe/Berlin", anchor=date(2026, 12, 31))
    rules = todo(rule=stored(rule))["RRULE"]
    assert "BYSETPOS" in str(rules.to_ical() if hasattr(rules, "to_ical") else rules)


def test_the_table_is_read_back_as_it_was() -> None:
    rows = list(csv.DictReader(io.StringIO(table_of([TASK], NAMES))))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["assignee"] == "Ben"
    assert rows[0]["due"] == "2026-12-04T17:00:00"
    assert rows[0]["after"] == "3"


@given(st.text(min_size=1, max_size=80).filter(lambda text: "\x00" not in text and text.strip()))
def test_no_title_breaks_a_file_or_becomes_a_formula(title: str) -> None:
    task = replace(TASK, title=title)
    rows = list(csv.DictReader(io.StringIO(table_of([task], NAMES), newline="")))
    assert rows[0]["title"].lstrip("'") == title.lstrip("'")
    assert not rows[0]["title"].startswith(("=", "+", "-", "@"))
    Calendar.from_ical(calendar_of([task], NAMES))
