"""Dates that are over: questioned when something is due by them, left out when they only tell of the past."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from skills.tasks.dates.finding import due_date

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime.fromisoformat("2026-12-02T09:00")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("send the invoice by yesterday", "2026-12-01"),
        ("more boxes by yesterday 5pm", "2026-12-01"),
        ("by last Friday please", "2026-11-27"),
        ("请昨天之前把发票寄出去", "2026-12-01"),
        ("上周五之前给我", "2026-11-27"),
        ("by November 30, 2026", "2026-11-30"),
    ],
)
def test_a_past_date_is_questioned(text: str, day: str) -> None:
    found = due_date(text, WEDNESDAY, BERLIN)
    assert found is not None
    assert found.past
    assert found.asks
    assert found.readings[0].at.date().isoformat() == day


@pytest.mark.parametrize(
    "text",
    [
        "did anybody finish it last Friday?",
        "what I said yesterday",
        "昨天的会议纪要整理一下",
        "上周五的报告发一下",
    ],
)
def test_what_tells_of_the_past_is_no_due_date(text: str) -> None:
    assert due_date(text, WEDNESDAY, BERLIN) is None
