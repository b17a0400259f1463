"""Rules by schedule and by completion: which days, at which moments."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from skills.tasks.recurring.days import days_of, first_day
from skills.tasks.recurring.describing import describe
from skills.tasks.recurring.ical import rrules
from skills.tasks.recurring.occurrences import next_after, occurrences
from skills.tasks.recurring.parts import WORKDAYS, Parts, read_parts
from skills.tasks.recurring.rule import Rule

BERLIN = ZoneInfo("Europe/Berlin")

MONTHLY_PARTS = st.builds(
    Parts,
    st.sampled_from(("MONTHLY", "YEARLY")),
    st.integers(1, 30),
    st.lists(st.integers(1, 12), max_size=4).map(lambda found: tuple(sorted(set(found)))),
    st.lists(st.integers(1, 31) | st.just(-1), max_size=4).map(lambda found: tuple(sorted(set(found)))),
)
PARTS = (
    st.builds(Parts, st.just("DAILY"), st.integers(1, 400))
    | st.builds(
        Parts,
        st.just("WEEKLY"),
        st.integers(1, 60),
        weekdays=st.lists(st.integers(0, 6), max_size=4).map(lambda days: tuple((0, day) for day in sorted(set(days)))),
    )
    | MONTHLY_PARTS
)


def rule(rrule: str, **more: object) -> Rule:
    return Rule.model_validate(
        {"rrule": rrule, "zone": "Europe/Berlin", "anchor": date(2026, 1, 31), "at": time(9)} | more
    )


def wall(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def shown(moments: list[float | None]) -> list[str]:
    return [datetime.fromtimestamp(at, BERLIN).strftime("%Y-%m-%d %H:%M") if at else "" for at in moments]


def first(rrule: str, number: int = 4, start: str = "2026-01-01", **more: object) -> list[str]:
    at: float | None = wall(start)
    found: list[float | None] = []
    while at is not None and len(found) < number:
        at = next_after(rule(rrule, **more), at)
        found.append(at)
    return shown(found)


def test_monthly_on_the_31st_is_the_last_day_of_shorter_months() -> None:
    assert first("FREQ=MONTHLY;BYMONTHDAY=31") == [
        "2026-01-31 09:00",
        "2026-02-28 09:00",
        "2026-03-31 09:00",
        "2026-04-30 09:00",
    ]


def test_monthly_on_the_31st_leaves_shorter_months_out_where_so_chosen() -> None:
    found = first("FREQ=MONTHLY;BYMONTHDAY=31", month_end="skip")
    assert found == ["2026-01-31 09:00", "2026-03-31 09:00", "2026-05-31 09:00", "2026-07-31 09:00"]


def test_two_days_that_fall_together_at_a_month_s_end_are_one() -> None:
    found = first("FREQ=MONTHLY;BYMONTHDAY=15,30,31", start="2026-02-01")
    assert found == ["2026-02-15 09:00", "2026-02-28 09:00", "2026-03-15 09:00", "2026-03-30 09:00"]


def test_29_february_is_the_28th_in_other_years_or_comes_in_leap_years_only() -> None:
    assert first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 3) == [
        "2026-02-28 09:00",
        "2027-02-28 09:00",
        "2028-02-29 09:00",
    ]
    assert first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 2, "2096-01-01", month_end="skip") == [
        "2096-02-29 09:00",
        "2104-02-29 09:00",
    ]


def test_the_last_workday_is_no_weekend_and_no_holiday_of_a_country() -> None:
    last = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert first(last, 1, "2026-05-01", anchor=date(2026, 5, 1)) == ["2026-05-29 09:00"]
    # 31 March 2027 is a Wednesday, and so it stays; the 26th was Good Friday.
    assert first(last, 1, "2027-03-01", country="DE") == ["2027-03-31 09:00"]
    # In China 28 February 2026, a Saturday, was worked for the Spring Festival.
    assert first(last, 1, "2026-02-01", country="CN") == ["2026-02-28 09:00"]


def test_every_workday_leaves_out_holidays_only_where_a_country_is_given() -> None:
    workdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert first(workdays, 2, "2026-12-24T10:00") == ["2026-12-25 09:00", "2026-12-28 09:00"]
    assert first(workdays, 1, "2026-12-24T10:00", country="DE") == ["2026-12-28 09:00"]
    assert first(workdays, 1, "2026-12-24T10:00", country="QQ") == ["2026-12-25 09:00"]


def test_every_other_week_is_counted_from_the_week_of_the_anchor() -> None:
    found = first("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", 4, anchor=date(2026, 1, 1))
    assert found == ["2026-01-01 09:00", "2026-01-13 09:00", "2026-01-15 09:00", "2026-01-27 09:00"]


def test_the_skipped_hour_fires_at_the_next_valid_minute_and_the_repeated_one_once() -> None:
    spring = occurrences(rule("FREQ=DAILY", at=time(2, 30)), wall("2026-03-28"), wall("2026-03-31"))
    assert shown(list(spring)) == ["2026-03-28 02:30", "2026-03-29 03:00", "2026-03-30 02:30"]
    autumn = list(occurrences(rule("FREQ=DAILY", at=time(2, 30)), wall("2026-10-24"), wall("2026-10-27")))
    assert shown(list(autumn)) == ["2026-10-24 02:30", "2026-10-25 02:30", "2026-10-26 02:30"]
    assert autumn[1] == datetime.fromisoformat("2026-10-25T02:30+02:00").timestamp()


def test_a_day_that_a_zone_skipped_fires_with_the_day_after_it() -> None:
    samoa = rule("FREQ=DAILY", zone="Pacific/Apia", at=time(0), anchor=date(2011, 12, 1))
    start, end = (
        datetime(2011, 12, 29, tzinfo=ZoneInfo("Pacific/Apia")),
        datetime(2012, 1, 1, 1, tzinfo=ZoneInfo("Pacific/Apia")),
    )
    days = [
        datetime.fromtimestamp(at, ZoneInfo("Pacific/Apia")).day
        for at in occurrences(samoa, start.timestamp(), end.timestamp())
    ]
    assert days == [29, 31, 1]


def test_a_rule_ends_after_its_last_day_and_after_so_many_times() -> None:
    assert first("FREQ=DAILY", 9, until=date(2026, 2, 1)) == ["2026-01-31 09:00", "2026-02-01 09:00", ""]
    assert first("FREQ=DAILY;INTERVAL=2", 9, count=2) == ["2026-01-31 09:00", "2026-02-02 09:00", ""]


@pytest.mark.parametrize(
    ("rrule", "done", "following"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-06-10T23:50", "2026-06-13 09:00"),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-06-10T08:00", "2026-06-24 09:00"),
        ("FREQ=MONTHLY", "2026-08-31T08:00", "2026-09-30 09:00"),
        ("FREQ=YEARLY", "2028-02-29T08:00", "2029-02-28 09:00"),
        ("FREQ=WEEKLY;BYDAY=FR", "2026-06-10T08:00", "2026-06-12 09:00"),
        ("FREQ=WEEKLY;BYDAY=FR", "2026-06-12T08:00", "2026-06-19 09:00"),
    ],
)
def test_by_completion_it_is_counted_from_the_day_it_was_done(rrule: str, done: str, following: str) -> None:
    assert shown([next_after(rule(rrule, by="completion"), wall(done))]) == [following]


def test_done_early_by_completion_it_does_not_fire_for_the_day_that_was_met() -> None:
    fridays = rule("FREQ=WEEKLY;BYDAY=FR", by="completion")
    following = next_after(fridays, wall("2026-06-10T08:00"), due=wall("2026-06-12T09:00"))
    assert shown([following]) == ["2026-06-19 09:00"]


def test_by_completion_it_ends_when_it_was_done_so_many_times() -> None:
    thrice = rule("FREQ=DAILY", by="completion", count=3)
    assert next_after(thrice, wall("2026-06-10"), done=2) is not None
    assert next_after(thrice, wall("2026-06-10"), done=3) is None


@pytest.mark.parametrize(
    ("rrule", "key"),
    [
        ("FREQ=HOURLY", "rule_frequency"),
        ("FREQ=DAILY;BYDAY=MO", "rule_part"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rule_weekday"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule_weekday"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rule_number"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "rule_number"),
        ("FREQ=DAILY;INTERVAL=1000", "rule_number"),
        ("FREQ=DAILY;FREQ=DAILY", "rule_form"),
        ("", "rule_form"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_its_reason(rrule: str, key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}$"):
        read_parts(rrule)


@pytest.mark.parametrize(
    ("rrule", "more", "written"),
    [
        ("FREQ=DAILY", {}, ["FREQ=DAILY"]),
        ("FREQ=DAILY", {"by": "completion"}, []),
        ("FREQ=WEEKLY", {"until": date(2026, 7, 1)}, ["FREQ=WEEKLY;BYDAY=SA;UNTIL=20260701T070000Z"]),
        ("FREQ=DAILY", {"count": 3, "at": None}, ["FREQ=DAILY;UNTIL=20260202"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", {"month_end": "skip"}, ["FREQ=MONTHLY;BYMONTHDAY=31"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,31",
            {},
            ["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"],
        ),
    ],
)
def test_other_calendars_are_given_what_is_meant(rrule: str, more: dict[str, object], written: list[str]) -> None:
    assert rrules(rule(rrule, **more)) == tuple(written)


@settings(max_examples=60, deadline=None)
@given(PARTS, st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.sampled_from(("last_day", "skip")), st.integers(1, 20))
def test_other_calendars_find_the_same_days(parts: Parts, anchor: date, month_end: str, count: int) -> None:
    one = rule(parts.text, anchor=anchor, at=None, month_end=month_end, count=count)
    begin = datetime.combine(anchor, time())
    found = {day.date() for text in rrules(one) for day in islice(rrulestr(text, dtstart=begin), count)}
    assert sorted(found)[:count] == list(islice(days_of(one, anchor, anchor), count))


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="rule_zone"):
        rule("FREQ=DAILY", zone=zone)


def test_a_time_of_another_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="rule_time"):
        rule("FREQ=DAILY", at="09:00Z")


@given(PARTS)
def test_parts_and_their_text_are_the_same(parts: Parts) -> None:
    assert read_parts(parts.text) == parts


@given(
    PARTS, st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.times() | st.none(), st.sampled_from(("last_day", "skip"))
)
def test_a_rule_comes_back_from_json(parts: Parts, anchor: date, at: time | None, month_end: str) -> None:
    one = rule(parts.text, anchor=anchor, at=at, month_end=month_end, count=3, until=anchor)
    assert Rule.model_validate_json(one.model_dump_json()) == one


@settings(max_examples=60, deadline=None)
@given(PARTS, st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 4_000))
def test_what_comes_next_does_not_depend_on_how_long_ago_the_anchor_is(parts: Parts, anchor: date, days: int) -> None:
    """The counted rule walks all days from its anchor, the other begins near the moment it is asked about."""
    start = datetime.combine(anchor, time(), BERLIN).timestamp() + days * 86_400
    walked = next_after(rule(parts.text, anchor=anchor, count=9_999), start)
    assert next_after(rule(parts.text, anchor=anchor), start) == walked


def test_a_new_rule_is_counted_from_the_first_day_that_it_names() -> None:
    wednesday = date(2026, 12, 2)
    assert first_day(Parts("WEEKLY", 2, weekdays=((0, 0),)), wednesday) == date(2026, 12, 7)
    assert first_day(Parts("WEEKLY", 2, weekdays=((0, 1), (0, 3))), wednesday) == date(2026, 12, 3)
    assert first_day(Parts("MONTHLY", 3, month_days=(31,)), date(2027, 2, 5)) == date(2027, 2, 28)
    assert first_day(Parts("DAILY", 3), wednesday) == wednesday


@pytest.mark.parametrize(
    ("rrule", "key", "arguments"),
    [
        ("FREQ=DAILY;INTERVAL=2", "every_days", {"n": 2}),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every_workday", {}),
        ("FREQ=WEEKLY", "every_weeks", {"weekdays": (5,)}),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every_months_days", {"days": (-1,)}),
        ("FREQ=MONTHLY", "every_months_days", {"days": (31,), "shortened": True}),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every_months_weekdays", {"weekdays": ((-1, 4),)}),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every_months_workday", {"position": -1}),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8", "every_years_days", {"months": (3,), "days": (8,)}),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", "every_years_weekdays", {"months": (5,), "weekdays": ((2, 6),)}),
    ],
)
def test_a_rule_is_described_by_key_and_arguments(rrule: str, key: str, arguments: dict[str, object]) -> None:
    said, given_ = describe(rule(rrule))
    assert said == key
    assert given_.items() >= ({"at": time(9), "by": "schedule", "n": 1} | arguments).items()


def test_by_completion_no_day_is_described_that_isn_t_said() -> None:
    assert describe(rule("FREQ=MONTHLY;INTERVAL=2", by="completion"))[0] == "every_months"


def test_the_workdays_of_a_rule_are_monday_to_friday() -> None:
    assert read_parts("FREQ=WEEKLY;BYDAY=FR,MO,TU,WE,TH").weekdays == WORKDAYS
