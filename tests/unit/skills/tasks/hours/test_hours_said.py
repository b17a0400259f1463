"""Working hours as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.tasks.hours.said import read_week
from skills.tasks.hours.week import WorkingWeek

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIGNS = "一二三四五六日"


def said(week: WorkingWeek) -> dict[str, str]:
    """Returns a week in short, without the days off."""
    return {
        name: " ".join(f"{begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}" for begin, end in spans)
        for name, spans in zip(NAMES, week.days, strict=True)
        if spans
    }


def refusal(text: str) -> str:
    """Returns why a text is refused; "hours_read" if it is not."""
    try:
        read_week(text)
    except ValueError as error:
        return str(error)
    return "hours_read"


OFFICE = dict.fromkeys(NAMES[:5], "9:00-17:00")


@pytest.mark.parametrize(
    "text",
    ["9-17", "9-5", "9am-5pm", "9:00 to 17:00", "Mon-Fri 9-17", "weekdays 9–17", "Mo-Fr 9-17", "周一到周五9点-17点"],
)
def test_office_hours_are_read_in_many_words(text: str) -> None:
    assert said(read_week(text)) == OFFICE


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mon-Thu 9:00-17:30, Fri 9-13", dict.fromkeys(NAMES[:4], "9:00-17:30") | {"Fri": "9:00-13:00"}),
        ("mon, wed and fri 8-12 and 13-17", dict.fromkeys(("Mon", "Wed", "Fri"), "8:00-12:00 13:00-17:00")),
        ("周一到周五 9点-18点", dict.fromkeys(NAMES[:5], "9:00-18:00")),
        (
            "周一至周四 上午9点到下午6点，周五9点到12点半",
            dict.fromkeys(NAMES[:4], "9:00-18:00") | {"Fri": "9:00-12:30"},
        ),
        ("Sat & Sun 10:15-16", dict.fromkeys(("Sat", "Sun"), "10:15-16:00")),
        ("Fri-Mon 9-17", dict.fromkeys(("Mon", "Fri", "Sat", "Sun"), "9:00-17:00")),
        ("Mon-Thu 9-17, Fri off", dict.fromkeys(NAMES[:4], "9:00-17:00")),
        ("Fri 22-6", {"Fri": "22:00-24:00", "Sat": "0:00-6:00"}),
        ("Sunday 22-6", {"Mon": "0:00-6:00", "Sun": "22:00-24:00"}),
        ("daily 0-24", dict.fromkeys(NAMES, "0:00-24:00")),
    ],
)
def test_days_and_hours_are_read(text: str, week: dict[str, str]) -> None:
    assert said(read_week(text)) == week


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "hours_none"),
        ("Mon-Fri", "hours_none"),
        ("9-17, Sat", "hours_none"),
        ("lunch", "hours_words"),
        ("9-17 lunch", "hours_words"),
        ("25-30", "hours_time"),
        ("9:75-10", "hours_time"),
        ("9-12, 11-15", "hours_overlap"),
        ("9-17 " * 200, "hours_length"),
    ],
)
def test_what_is_no_week_is_refused_with_its_reason(text: str, key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}$"):
        read_week(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 24)), min_size=7, max_size=7), st.booleans())
def test_a_week_that_is_written_out_is_read_back(hours: list[tuple[int, int]], chinese: bool) -> None:
    days = tuple(((min(pair) * 60, max(pair) * 60),) if min(pair) < max(pair) else () for pair in hours)
    parts = []
    for name, sign, spans in zip(NAMES, SIGNS, days, strict=True):
        for begin, end in spans:
            parts.append(
                f"周{sign}{begin // 60}点-{end // 60}点" if chinese else f"{name} {begin // 60}-{end // 60}:00"
            )
    if parts:
        assert read_week(", ".join(parts)) == WorkingWeek(days=days)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="Mon-FriSat 917:0,点周一到日", max_size=40))
def test_any_text_is_a_week_or_refused_by_a_key(text: str) -> None:
    assert refusal(text).startswith("hours_")


def test_a_long_text_is_refused_in_no_time() -> None:
    begun = time.process_time()
    for piece in ("9", "9-", "mon ", "周", " "):
        with pytest.raises(ValueError, match="hours_"):
            read_week(piece * 400)
    assert time.process_time() - begun < 0.25
