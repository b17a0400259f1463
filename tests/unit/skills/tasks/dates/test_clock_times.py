"""Clock times alone."""

from __future__ import annotations

from datetime import time

import pytest

from skills.tasks.dates.clock_times import clock_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5pm", time(17)),
        ("5:30 pm", time(17, 30)),
        ("17:30", time(17, 30)),
        ("09:05", time(9, 5)),
        ("5", time(17)),
        ("at 9", time(9)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("half past 3", time(15, 30)),
        ("quarter to 6", time(17, 45)),
        ("6 o'clock", time(18)),
        ("下午三点半", time(15, 30)),
        ("早上9点", time(9)),
        ("１７：３０", time(17, 30)),
        ("晚上8点一刻", time(20, 15)),
        ("15 Uhr", time(15)),
        ("EOD", time(23, 59, 59)),
        ("25:00", None),
        ("5pm tomorrow", None),
        ("Friday", None),
        ("", None),
        ("five apples", None),
    ],
)
def test_a_clock_time_is_read_when_nothing_else_is_said(text: str, expected: time | None) -> None:
    assert clock_time(text) == expected
