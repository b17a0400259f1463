"""What a phrase can mean, when it is asked about, and what of a sentence it takes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from skills.tasks.dates.finding import due_date, find_dates
from skills.tasks.dates.reading import Phrase

UTC = ZoneInfo("UTC")
WEDNESDAY = datetime.fromisoformat("2026-11-25T10:00:00")
FRIDAY = datetime.fromisoformat("2026-11-27T10:00:00")
SUNDAY = datetime.fromisoformat("2026-11-29T10:00:00")


def found(text: str, now: datetime = WEDNESDAY, zone: ZoneInfo = UTC, *, day_first: bool = False) -> Phrase:
    phrase = due_date(text, now, zone, day_first=day_first)
    assert phrase is not None
    return phrase


def shown(phrase: Phrase) -> list[str]:
    return [one.at.isoformat(sep=" ", timespec="minutes") for one in phrase.readings]


@pytest.mark.parametrize(
    "text",
    [
        "by tomorrow",
        "Friday 5pm",
        "on Friday",
        "12月5日",
        "in 2 hours",
        "by Dec 4",
        "by EOD",
        "end of month",
        "Thursday next week",
        "by midnight",
        "下周五",
        "周五下午三点",
        "月底前",
        "三天内",
        "2026-12-04",
        "by 5pm",
        "at 3",
        "next month",
        "25/12 by 5pm",
    ],
)
def test_what_is_clear_is_not_asked_about(text: str) -> None:
    assert not found(f"send the report {text}").asks


@pytest.mark.parametrize(
    ("text", "now", "readings"),
    [
        ("by next Friday", WEDNESDAY, ["2026-12-04 00:00", "2026-11-27 00:00"]),
        ("by Friday", FRIDAY, ["2026-11-27 00:00", "2026-12-04 00:00"]),
        ("by 7/6", WEDNESDAY, ["2027-07-06 00:00", "2027-06-07 00:00"]),
        ("this weekend", WEDNESDAY, ["2026-11-28 00:00", "2026-11-29 00:00"]),
        ("by the end of the week", WEDNESDAY, ["2026-11-29 23:59", "2026-11-27 23:59"]),
        ("by midnight on Friday", WEDNESDAY, ["2026-11-28 00:00", "2026-11-27 00:00"]),
        ("by Nov 20", WEDNESDAY, ["2027-11-20 00:00", "2026-11-20 00:00"]),
    ],
)
def test_what_has_two_plausible_readings_is_asked_about_with_both(
    text: str, now: datetime, readings: list[str]
) -> None:
    phrase = found(f"send the report {text}", now)
    assert phrase.asks
    assert shown(phrase) == readings


def test_next_friday_said_on_a_sunday_is_clear() -> None:
    phrase = found("send it next Friday", SUNDAY)
    assert shown(phrase) == ["2026-12-04 00:00"]
    assert not phrase.asks


def test_a_past_date_is_questioned() -> None:
    phrase = found("send it by 2024-05-01")
    assert phrase.past
    assert phrase.asks
    assert not found("send it today").past


def test_a_clock_time_that_is_past_today_is_tomorrows() -> None:
    assert shown(found("call me at 9am")) == ["2026-11-26 09:00"]
    assert shown(found("on Friday at 9am", FRIDAY)) == ["2026-12-04 09:00"]


def test_the_day_comes_first_where_people_write_so() -> None:
    assert shown(found("by 7/6", day_first=True))[0] == "2027-06-07 00:00"
    assert shown(found("by 12/31", day_first=True)) == ["2026-12-31 00:00"]


def test_a_zone_that_is_named_is_turned_into_the_askers_wall_time() -> None:
    phrase = found("publish it at 5pm PST", zone=ZoneInfo("Europe/Berlin"))
    assert shown(phrase) == ["2026-11-26 02:00"]
    assert phrase.zone == ZoneInfo("America/Los_Angeles")
    assert shown(found("publish it at 9am CST", zone=ZoneInfo("Asia/Shanghai"))) == ["2026-11-26 09:00"]
    assert found("publish it at 5pm").zone is None


def test_a_whole_day_is_told_from_a_time() -> None:
    assert found("send it tomorrow").readings[0].whole_day
    assert not found("send it tomorrow at noon").readings[0].whole_day
    assert found("send it by end of month").readings[0].at == datetime.fromisoformat("2026-11-30T23:59:59")


@pytest.mark.parametrize(
    ("text", "phrase", "rest"),
    [
        ("send the report by Friday 5pm", "by Friday 5pm", "send the report "),
        ("能不能下周五下午五点前发一下报告", "下周五下午五点前", "能不能发一下报告"),
        ("write the post (due Thursday)", "(due Thursday)", "write the post "),
        ("🎉🎉 send it tomorrow 🎉", "tomorrow", "🎉🎉 send it  🎉"),
        ("请于周五（27日）前反馈", "于周五（27日）前", "请反馈"),
        ("１２月５日前交", "１２月５日前", "交"),
        ("draft it no later than Dec 4 please", "no later than Dec 4", "draft it  please"),
        ("between Mon and Wed interview them", "between Mon and Wed", " interview them"),
        ("remind @bob tomorrow to call", "tomorrow", "remind @bob  to call"),
        ("@小王 明天之前看一下", "明天之前", "@小王 看一下"),
        ("5pm CET: publish", "5pm CET", ": publish"),
    ],
)
def test_the_phrase_takes_its_preposition_and_leaves_a_good_title(text: str, phrase: str, rest: str) -> None:
    one = found(text)
    assert one.text == phrase == text[one.start : one.end]
    assert text[: one.start] + text[one.end :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "post the numbers every Friday",
        "每周五发周报",
        "review it every 15th",
        "takes 2 hours",
        "(2h) update the wiki",
        "effort 2d",
        "~30 min",
        "预计3小时",
        "start after #12",
        "fix it asap",
        "the report from last week",
        "needed this since Monday",
        "Sunday Times ad",
        "the Friday report is broken",
        "ship 1/2 of the pallets",
        "v1.2.3",
        "24小时客服",
    ],
)
def test_what_is_no_due_date_is_none(text: str) -> None:
    assert due_date(text, WEDNESDAY, UTC) is None


def test_a_clock_time_beside_a_recurrence_still_counts() -> None:
    assert shown(found("every Friday post the numbers by 5pm")) == ["2026-11-25 17:00"]


def test_of_several_the_one_with_by_is_the_due_date() -> None:
    text = "we meet on Friday, please get three quotes by Thursday"
    assert [one.text for one in find_dates(text, WEDNESDAY, UTC)] == ["on Friday", "by Thursday"]
    assert found(text).text == "by Thursday"


def test_of_a_range_the_end_counts() -> None:
    assert shown(found("interview them between Mon and Wed")) == ["2026-12-02 00:00"]
    assert shown(found("周一到周三完成")) == ["2026-12-02 00:00"]
    assert shown(found("Dec 3-5 fix it")) == ["2026-12-05 00:00"]
    assert shown(found("tomorrow 2-4pm fix it")) == ["2026-11-26 16:00"]


def test_what_may_be_no_date_is_doubted_and_what_stands_at_an_edge_is_sure() -> None:
    assert found("send the report Friday").sure
    doubted = found("Friday demo needs slides")
    assert not doubted.sure
    assert doubted.asks


def test_a_misspelt_day_counts_after_a_preposition_only() -> None:
    assert shown(found("send it by thrusday")) == ["2026-11-26 00:00"]
    assert due_date("the thrusday of his life", WEDNESDAY, UTC) is None
    assert due_date("a sundry list", WEDNESDAY, UTC) is None


def test_a_weekday_that_differs_from_its_date_is_asked_about() -> None:
    phrase = found("send it by Friday, Dec 5")
    assert shown(phrase) == ["2026-12-05 00:00", "2026-11-27 00:00"]
    assert phrase.asks


def test_february_29_is_the_next_that_exists() -> None:
    assert shown(found("on Feb 29")) == ["2028-02-29 00:00"]
    assert shown(found("before Feb 29", datetime.fromisoformat("2097-01-01T00:00:00")))[0] == "2104-02-29 00:00"
