"""How soon a case is to be claimed, as people write it."""

from __future__ import annotations

import pytest

from skills.support.settings.times import LONGEST, Times, TimesError, read_times, written


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("15m", Times(15)),
        ("15m 30m", Times(15, 30)),
        ("1h, 2h", Times(60, 120)),
        ("1h30m 1d12h", Times(90, 2160)),
        ("15 minutes 2 hours", Times(15, 120)),
        ("1小时、2 小时30分钟", Times(60, 150)),
        ("3天", Times(4320)),
        ("1 个小时", Times(60)),
        ("1M 7D", Times(1, LONGEST)),
    ],
)
def test_one_or_two_times_are_read(text: str, times: Times) -> None:
    assert read_times(text) == times


@pytest.mark.parametrize(
    ("text", "fault", "second"),
    [
        ("", "unread", False),
        ("soon", "unread", False),
        ("15", "unread", False),
        ("15 months", "unread", False),
        ("15m later", "unread", True),
        ("1h 2h 3h", "unread", False),
        ("0m", "short", False),
        ("8d", "long", False),
        ("1h 169h", "long", True),
        ("2h 1h", "early", True),
        ("1h 60m", "early", True),
        ("999999999m", "unread", False),
    ],
)
def test_what_cannot_be_used_is_named(text: str, fault: str, second: bool) -> None:
    with pytest.raises(TimesError) as refused:
        read_times(text)
    assert (refused.value.fault, refused.value.second) == (fault, second)


def test_where_none_is_settled_somebody_is_called_after_twice_the_time() -> None:
    assert Times(15).called_after == 30
    assert Times(15, 20).called_after == 20


@pytest.mark.parametrize(("minutes", "text"), [(1, "1m"), (90, "1h30m"), (1440, "1d"), (LONGEST, "7d")])
def test_a_time_is_written_so_that_it_reads_the_same(minutes: int, text: str) -> None:
    assert written(minutes) == text
    assert read_times(text) == Times(minutes)
