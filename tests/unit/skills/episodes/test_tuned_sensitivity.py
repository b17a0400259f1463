"""What people's judgement does to a watch's sensitivity."""

from __future__ import annotations

from itertools import pairwise

from skills.monitor.episodes import Usefulness, tuned
from skills.monitor.surges import LOW, NORMAL


def test_each_press_of_not_useful_asks_for_fewer_false_alarms_but_never_for_none() -> None:
    asked = [tuned(NORMAL, Usefulness(0, presses)).false_alarms_per_quarter for presses in range(200)]
    assert asked[0] == NORMAL.false_alarms_per_quarter
    assert all(later <= earlier for earlier, later in pairwise(asked))
    assert asked[20] < asked[0] / 2
    assert asked[-1] > 0


def test_what_was_useful_makes_up_for_what_was_not_and_never_loosens_what_was_settled() -> None:
    assert tuned(LOW, Usefulness(5, 5)) == LOW
    assert tuned(LOW, Usefulness(50, 5)) == LOW
