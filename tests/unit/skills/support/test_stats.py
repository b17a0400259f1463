"""The figures of a support desk, on made rows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.catalogs import Catalogs
from skills.support import SupportSkill
from skills.support.stats.reckoning import Spread, Taken, Turn, over_time, reckon, top_intents
from skills.support.stats.view import times_text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = NOW.timestamp()
BERLIN = ZoneInfo("Europe/Berlin")


def turn(thread: str, path: str, **more: object) -> Turn:
    return Turn(AT, "C1", thread, path, **more)  # type: ignore[arg-type]


def test_a_conversation_is_deflected_when_it_was_answered_and_nobody_took_part() -> None:
    turns = [
        turn("1", "slot"),
        turn("1", "template"),
        turn("2", "index"),
        turn("2", "handover"),
        turn("3", "template"),
        turn("4", "template", drafted=True),
        turn("5", "rephrase"),
        turn("6", "thanks"),
    ]
    numbers = reckon(turns, [Taken("C1", "3", AT)])
    assert (numbers.questions, numbers.conversations, numbers.deflected) == (7, 5, 1)
    assert numbers.deflection == 0.2


def test_the_same_thread_in_another_channel_is_another_conversation() -> None:
    numbers = reckon([turn("1", "template"), Turn(AT, "C2", "1", "template")], [Taken("C2", "1", AT)])
    assert (numbers.conversations, numbers.deflected) == (2, 1)


def test_times_are_medians_and_ninetieth_percentiles_of_what_happened() -> None:
    taken = [Taken("C1", str(at), AT, AT + 60 * at, AT + 3600 * at) for at in range(1, 12)]
    numbers = reckon([], [*taken, Taken("C1", "open", AT)])
    assert numbers.first_response is not None
    assert numbers.resolution is not None
    assert (numbers.first_response.p50, numbers.first_response.p90, numbers.first_response.count) == (360, 600, 11)
    assert numbers.resolution.p90 == 36_000


def test_satisfaction_counts_verdicts_only() -> None:
    turns = [turn("1", "template", verdict="helpful"), turn("2", "index", verdict="not_helpful"), turn("3", "index")]
    assert reckon(turns, []).satisfaction == 0.5
    assert reckon(turns[2:], []).satisfaction is None
    assert reckon([], []).deflection is None


def test_the_intents_asked_for_most_come_first_with_how_many_were_answered() -> None:
    turns = [
        turn("1", "template", intent="refund"),
        turn("2", "handover", intent="refund"),
        turn("3", "template", intent="order"),
        turn("4", "handover"),
        turn("5", "thanks", intent="order"),
    ]
    assert top_intents(turns, 5) == [("refund", 2, 1), ("order", 1, 1)]
    assert top_intents(turns, 1) == [("refund", 2, 1)]


def test_days_are_those_of_the_readers_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    days = over_time([Turn(late.timestamp(), "C1", "1", "handover")], NOW, 3, BERLIN)
    assert [(day.begins.isoformat(), day.questions, day.handed_over) for day in days] == [
        ("2026-11-21", 0, 0),
        ("2026-11-22", 0, 0),
        ("2026-11-23", 1, 1),
    ]


@given(st.lists(st.floats(0, 27.9), max_size=30), st.sampled_from([28, 60, 365]))
def test_long_spans_are_reckoned_by_the_week_and_lose_nothing(ages: list[float], span: int) -> None:
    turns = [Turn((NOW - timedelta(days=age)).timestamp(), "C1", "1", "template") for age in ages]
    days = over_time(turns, NOW, span, ZoneInfo("UTC"))
    assert (days[1].begins - days[0].begins).days == 7
    assert sum(day.questions for day in days) >= len(turns) - sum(age > 27 for age in ages)


@pytest.mark.parametrize("days", [1, 7, 14, 20])
def test_short_spans_have_a_point_a_day(days: int) -> None:
    assert len(over_time([], NOW, days, BERLIN)) == days


@pytest.mark.parametrize(
    ("spread", "reads"),
    [
        (Spread(36, 42, 2), "0.6 / 0.7 min"),
        (Spread(1200, 7200, 2), "20 min / 2 h"),
        (Spread(200_000, 300_000, 2), "2.3 / 3.5 d"),
    ],
)
def test_two_times_share_their_unit_where_they_have_one(spread: Spread, reads: str) -> None:
    say = Catalogs([SupportSkill.catalogs]).say("en-US", ZoneInfo("UTC"))
    assert times_text(spread, say) == reads
