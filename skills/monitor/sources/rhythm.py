"""How a source is doing, and when it is looked at again: pure arithmetic on what the looks found.

Time that a source was watched is summed from look to look, each step bounded: neither a clock that jumps nor a day on
which nobody looked makes a source seem silent.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from skills.monitor.sources.freshness import LONGEST_WAIT

FAILING_AFTER = 5
"""So many failures in a row are reported, once."""
LONGEST_BACK_OFF = 6 * 3600.0
SHORTEST_BACK_OFF = 30.0
LANE_PAUSE = 60.0
LONGEST_LANE_PAUSE = 3600.0
JITTER = 0.05
SILENT_POSTS = 10
"""Only of a source that has brought so many posts can it be said that it fell silent."""
SILENT_SECONDS = 3600.0
SILENT_GAPS = 8.0
SILENT_LONGEST = 2.0
GAP_SHARE = 0.2
GAP_FADES = 0.98
LOOKS_PER_GAP = 2.0
GAPS_AT_FIRST = 20

What = Literal["failing", "silent", "well"]


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a source's ways; see `SourceRow`."""

    failures: int = 0
    posts: int = 0
    gap: float | None = None
    longest_gap: float = 0.0
    quiet: float = 0.0
    reported: What | None = None

    def failed(self) -> tuple[Pulse, What | None]:
        """Returns the pulse after one more failure, and what is to be told."""
        failing = self.failures + 1 >= FAILING_AFTER and self.reported != "failing"
        pulse = replace(self, failures=self.failures + 1, reported="failing" if failing else self.reported)
        return pulse, "failing" if failing else None

    def answered(self, new: int, watched: float) -> tuple[Pulse, What | None]:
        """Returns the pulse after a look that brought `new` posts, `watched` seconds after the last; what to tell."""
        quiet = self.quiet + max(0.0, watched)
        pulse = replace(self, failures=0, posts=self.posts + new, quiet=0.0 if new else quiet)
        if new:
            each = quiet / new
            gap = each if self.gap is None else (1 - GAP_SHARE) * self.gap + GAP_SHARE * each
            pulse = replace(pulse, gap=gap, longest_gap=max(GAP_FADES * self.longest_gap, quiet))
        if self.reported == "failing" or (self.reported == "silent" and new):
            return replace(pulse, reported=None), "well"
        if self.reported is None and pulse.is_silent:
            return replace(pulse, reported="silent"), "silent"
        return pulse, None

    @property
    def is_silent(self) -> bool:
        if self.gap is None or self.posts < SILENT_POSTS:
            return False
        return self.quiet > max(SILENT_SECONDS, SILENT_GAPS * self.gap, SILENT_LONGEST * self.longest_gap)


def first_pulse(pulse: Pulse, times: Sequence[datetime], now: datetime) -> Pulse:
    """Returns the pulse after the first look, from the times that the newest posts bear."""
    newest = sorted(times, reverse=True)[:GAPS_AT_FIRST]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    if not gaps:
        return replace(pulse, failures=0, posts=len(newest))
    quiet = max(0.0, (now - newest[0]).total_seconds())
    # What has long been quiet when it is added is none that fell silent: its rhythm is the slower one.
    return replace(
        pulse,
        failures=0,
        posts=len(newest),
        gap=max(sum(gaps) / len(gaps), quiet / 4),
        longest_gap=max(*gaps, quiet),
        quiet=quiet,
    )


def interval(
    pulse: Pulse, shortest: float, longest: float, *, fresh_for: float | None = None, complete: bool = True
) -> float:
    """Returns after how many seconds to look again: some looks for each post, within bounds, as the server allows."""
    pace = shortest if pulse.gap is None or not complete else max(pulse.gap, pulse.quiet / 4) / LOOKS_PER_GAP
    wanted = min(max(pace, shortest), longest)
    return max(wanted, min(fresh_for or 0.0, LONGEST_WAIT))


def jittered(seconds: float, chance: random.Random) -> float:
    """Returns `seconds` a little longer or shorter, so that what began together spreads."""
    return seconds * chance.uniform(1 - JITTER, 1 + JITTER)


def back_off(failures: int, interval: float, retry_after: float | None, chance: random.Random) -> float:
    """Returns after how many seconds to try again after `failures` in a row. It grows to some hours, and never ends."""
    doubled = max(interval, SHORTEST_BACK_OFF) * 2.0 ** min(failures - 1, 16)
    pause = min(doubled, max(LONGEST_BACK_OFF, interval)) * chance.uniform(0.8, 1.2)
    return max(pause, (retry_after or 0.0) * chance.uniform(1.0, 1.1))


def lane_pause(refusals: int, retry_after: float | None) -> float:
    """Returns for how long a host is spared that has refused `refusals` times in a row."""
    if retry_after is not None:
        return retry_after
    return float(min(LANE_PAUSE * 2.0 ** min(refusals - 1, 10), LONGEST_LANE_PAUSE))
