"""What holds for any text: no fault, offsets in range, no overlap, quick."""

from __future__ import annotations

from datetime import datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.tasks.dates.clock_times import clock_time
from skills.tasks.dates.finding import due_date, find_dates

UTC = ZoneInfo("UTC")
NOW = datetime.fromisoformat("2026-11-25T10:00:00")
MOST_SECONDS = 0.05

WORDS = (
    "by|before|until|on|at|in|the|next|this|last|every|Friday|Mon|Wed|may|March|Dec|4|31st|12/4|2026-12-04|5pm|17:30|noon"
    "|midnight|end|of|month|week|quarter|year|EOD|tomorrow|tonight|2|hours|days|from|now|a|after|between|and|to|-|,|(|)|."
    "|Christmas|PST|UTC+2|T+2|Q1|mid|early|29|Feb|freitag|bis|demain|thrusday|🎉|５|１２月|İ|ß|下周五|周三|12月5日|月底|前"
    "|之前|三天|内|后|下午|三点半|国庆|明天|每|第|号|到|半小时|二十|上|本|当天|零点|的|（|）|24:00|年底|明年"
)
mixed = st.lists(st.sampled_from(WORDS.split("|")), max_size=14).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda blank: blank.join(words))
)
moments = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-12-31"))


@given(st.one_of(st.text(max_size=80), mixed), moments, st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_gives_phrases_within_it_that_do_not_overlap(text: str, now: datetime, day_first: bool) -> None:
    end = 0
    for phrase in find_dates(text, now, UTC, day_first=day_first):
        assert end <= phrase.start < phrase.end <= len(text)
        assert phrase.text == text[phrase.start : phrase.end]
        assert phrase.readings
        assert len({one.at for one in phrase.readings}) == len(phrase.readings)
        assert all(0 < one.weight <= 1 for one in phrase.readings)
        assert all(one.at.time() == datetime.min.time() for one in phrase.readings if one.whole_day)
        assert phrase.sure or phrase.asks
        end = phrase.end
    due_date(text, now, UTC, day_first=day_first)
    clock_time(text)


@given(
    mixed, moments, st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe"])
)
@settings(max_examples=80, deadline=None)
def test_any_zone_will_do(text: str, now: datetime, zone: str) -> None:
    find_dates(text, now, ZoneInfo(zone))


@pytest.mark.parametrize(
    "unit",
    [
        *("1234567890", "5 ", "1/", "1.", "12:", "2026-", "99/99 ", "1 day ", "5pm ", "12月", "99 jan "),
        *(
            "next ",
            "next friday ",
            "the ",
            "in a ",
            "the end of the ",
            "at 5 ",
            "half a ",
            "every friday and ",
            "due: ",
        ),
        *("a", "a ", "x", " ", "(", "\n", "t+", "by by ", "thrusday ", "wendesdax ", "mon tue wed ", "new year "),
        *(
            "月",
            "一",
            "下",
            "上周",
            "每",
            "三天",
            "今年",
            "二零",
            "十月",
            "最晚",
            "国庆",
            "周五",
            "🎉",
            "İ",
            "ß",
            "\u0660",
        ),
    ],
)
def test_ten_thousand_characters_are_read_quickly(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    spent = []
    for _ in range(3):
        began = process_time()
        find_dates(text, NOW, UTC)
        spent.append(process_time() - began)
    assert min(spent) < MOST_SECONDS
