"""One watched series: texts in by the time that they claim, alarms, expectations and forecasts out.

Texts may come late and in any order: within `late_hours` of the newest moment known, the outcome is the same as if
they had come in order. To that end the state of the tests at the start of each recent hour is kept, with the counts
of the minutes since; a late text sends the tests back to its hour. An hour teaches the rhythm only when no text can
change it any more; hours of a surge teach nothing, unless it lasts so long that it is the new level.

The state is bounded whatever comes: 24 + 7 factors, some sums, and the minutes of `late_hours + 2` hours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skills.monitor.surges.finding import Finding, finding
from skills.monitor.surges.forecast import Band, Forecast, band, forecast
from skills.monitor.surges.rhythm import HOURS, Expected, Prior, Rhythm
from skills.monitor.surges.sensitivity import NORMAL, Sensitivity
from skills.monitor.surges.watcher import LASTING, Alarm, Usual, Watcher, weights

SLOT = 60
"""Seconds."""
SLOTS = 60
"""In an hour."""
LATE_HOURS = 3
_AHEAD = 5 * 60
"""Seconds that a text may claim to be ahead of the clock before it is taken as of now."""
_OUTAGE = 9.0
"""So many texts expected and none come: the source is silent, and hours of silence tell of the rhythm only."""
_OUTAGE_BELIEVED = 7 * HOURS
_LEAP = 28 * HOURS
"""After a gap of so many hours all but the rhythm is begun anew."""
_FORGET_SHARE = 0.5 ** (1 / (10 * HOURS))
_SURE = 1.3
_STATE_VERSION = 2

IsHoliday = Callable[[int], bool]
"""Whether a day, counted from 1970 in the series' wall time, is a holiday."""


def no_holidays(day: int) -> bool:
    """Knows none."""
    return False


@dataclass(slots=True)
class Tally:
    """Texts that were not simply counted."""

    late: int = 0
    """Too late to be tested."""
    ahead: int = 0
    """Claimed a time to come, and were taken as of now."""


class Series:
    """Watches one topic.

    Times are Unix seconds; hours and days are of the wall time `utc_offset` seconds east of UTC.
    """

    def __init__(
        self,
        *,
        begun: float,
        prior: Prior | None = None,
        sensitivity: Sensitivity = NORMAL,
        late_hours: int = LATE_HOURS,
        utc_offset: int = 0,
        is_holiday: IsHoliday = no_holidays,
    ) -> None:
        self.begun = begun
        self.sensitivity = sensitivity
        self.rhythm = Rhythm(prior if prior is not None else Prior())
        self.tally = Tally()
        self._is_holiday = is_holiday
        self._late_hours = late_hours
        self._offset = utc_offset
        self._share = [1.0, 3.0]
        """Negatives and all texts of the hours learned, forgotten slowly, with a prior."""
        self._silence = [0.0, 0.0]
        """Texts expected and hours passed since one came."""
        self._begin_at(self._slot(begun))

    # What comes in

    def add(self, time: float, negative: bool, *, now: float | None = None, count: int = 1) -> None:
        """Takes in `count` texts that claim `time`.

        `now`, the clock, keeps claims of a time to come from being believed.
        """
        if now is not None and time > now + _AHEAD:
            time = now
            self.tally.ahead += count
        slot = int(time + self._offset) // SLOT
        watcher = self._watcher
        if slot != watcher.slot:
            if slot < watcher.slot:
                self._add_late(slot, negative, count)
                return
            if self._dirty is not None:
                self._settle()
                watcher = self._watcher
            if slot < self._hour_end:
                watcher.open(slot, self._usual)
            else:
                self._move_to(slot)
                watcher = self._watcher
        counts = self._counts.get(slot)
        if counts is None:
            counts = self._counts[slot] = [0, 0]
        if negative:
            counts[0] += count
            if self._dirty is None:
                usual = self._usual
                for _ in range(count):
                    watcher.negative(usual)
        else:
            counts[1] += count
            if self._dirty is None:
                watcher.other(count)

    def advance(self, now: float) -> None:
        """Lets time pass until `now` without a text."""
        slot = self._slot(now)
        if slot > self._watcher.slot:
            self._settle()
            self._move_to(slot)

    def lean_on(self, prior: Prior) -> None:
        """Takes over what sister topics taught; it acts from the next hour on."""
        self.rhythm.lean_on(prior)

    # What comes out

    @property
    def alarm(self) -> Alarm | None:
        """The open surge, if there is one; its times are slots: see `finding` for seconds."""
        if self._dirty is not None:
            self._settle()
        return self._watcher.alarm

    @property
    def past_surges(self) -> list[tuple[float, float]]:
        """The last surges that are over, each with begin and end in Unix seconds."""
        if self._dirty is not None:
            self._settle()
        return [(since * SLOT - self._offset, last * SLOT - self._offset) for since, last in self._watcher.past]

    @property
    def now(self) -> float:
        """The newest moment known, in Unix seconds."""
        return self._watcher.slot * SLOT - self._offset

    @property
    def days_of_data(self) -> float:
        """On how many days the series has been watched."""
        return max(0.0, (self.now - self.begun) / 86400)

    @property
    def silent_hours(self) -> float:
        """For how long nothing has come although some texts were due; 0 where silence is usual."""
        expected, hours = self._silence
        return hours if expected > _OUTAGE else 0.0

    def finding(self) -> Finding | None:
        """Explains the open surge, if there is one."""
        alarm = self.alarm
        return None if alarm is None else self._explained(alarm)

    def last_finding(self) -> Finding | None:
        """Explains the last surge that is over, if there was one."""
        if self._dirty is not None:
            self._settle()
        ended = self._watcher.ended
        return None if ended is None else self._explained(ended)

    def _explained(self, alarm: Alarm) -> Finding:
        per_day = self.rhythm.level * HOURS
        return finding(alarm, per_day, self._usual_share, self.days_of_data, SLOT, self._offset)

    def band(self, begin: float, end: float, cover: float = 0.8) -> list[Band]:
        """Returns what is expected of each hour that begins from `begin` until before `end`, with a band."""
        first, last = self._hour(begin + 3599), self._hour(end - 1)
        return [band(hour * 3600 - self._offset, self._expected(hour), cover) for hour in range(first, last + 1)]

    def forecast(self, begin: float | None = None, cover: float = 0.8) -> Forecast:
        """Returns what the next 24 hours should bring, by hour and in all, from the newest moment or `begin` on."""
        start = self.now if begin is None else begin
        first = self._hour(start)
        left = 1 - (start + self._offset - first * 3600) / 3600
        hours = [self._expected(hour) for hour in range(first, first + HOURS + 1)]
        parts = [left, *([1.0] * (HOURS - 1)), 1 - left]
        total = sum(one.mean * part for one, part in zip(hours, parts, strict=True))
        doubt = self.rhythm.day_dispersion
        return forecast(start, total, doubt, self.band(start - 3599, start + 86400, cover), cover)

    # State

    def to_state(self) -> dict[str, Any]:
        """Returns everything but the settings, as plain values for JSON."""
        self._settle()
        return {
            "version": _STATE_VERSION,
            "begun": self.begun,
            "rhythm": self.rhythm.to_state(),
            "share": list(self._share),
            "silence": list(self._silence),
            "tally": [self.tally.late, self.tally.ahead],
            "watcher": self._watcher.to_state(),
            "hour": self._current,
            "starts": [[hour, one.to_state()] for hour, one in self._starts.items()],
            "usual": [[hour, *one] for hour, one in self._usuals.items()],
            "counts": [[slot, *counts] for slot, counts in sorted(self._counts.items())],
        }

    @classmethod
    def from_state(
        cls,
        state: Mapping[str, Any],
        *,
        prior: Prior | None = None,
        sensitivity: Sensitivity = NORMAL,
        late_hours: int = LATE_HOURS,
        utc_offset: int = 0,
        is_holiday: IsHoliday = no_holidays,
    ) -> Series:
        """Returns the series that `to_state` described. Raises `ValueError` for a state of another version."""
        if state.get("version") != _STATE_VERSION:
            raise ValueError(f"state version {state.get('version')!r} is not {_STATE_VERSION}")
        made = cls(
            begun=state["begun"],
            prior=prior,
            sensitivity=sensitivity,
            late_hours=late_hours,
            utc_offset=utc_offset,
            is_holiday=is_holiday,
        )
        made.rhythm = Rhythm.from_state(made.rhythm.prior, state["rhythm"])
        made._share = list(state["share"])
        made._silence = list(state["silence"])
        made.tally = Tally(*state["tally"])
        made._watcher = Watcher.from_state(state["watcher"])
        made._current = state["hour"]
        made._starts = {hour: Watcher.from_state(one) for hour, one in state["starts"]}
        made._usuals = {hour: _usual(one) for hour, *one in state["usual"]}
        made._counts = {slot: list(counts) for slot, *counts in state["counts"]}
        made._usual = made._usuals[made._current]
        made._hour_end = (made._current + 1) * SLOTS
        return made

    # Within

    def _slot(self, time: float) -> int:
        return int(time + self._offset) // SLOT

    def _hour(self, time: float) -> int:
        return int(time + self._offset) // 3600

    def _expected(self, hour: int) -> Expected:
        return self.rhythm.expected(hour, self._is_holiday(hour // HOURS))

    @property
    def _usual_share(self) -> float:
        return self._share[0] / self._share[1]

    def _begin_at(self, slot: int) -> None:
        """Begins the tests anew at `slot`; the rhythm stays."""
        self._current = slot // SLOTS
        self._hour_end = (self._current + 1) * SLOTS
        self._watcher = Watcher(slot)
        self._starts: dict[int, Watcher] = {self._current: self._watcher.copy()}
        self._usuals: dict[int, Usual] = {}
        self._counts: dict[int, list[int]] = {}
        self._dirty: int | None = None
        self._usual = self._usuals[self._current] = self._make_usual(self._current)

    def _make_usual(self, hour: int) -> Usual:
        expected = self._expected(hour)
        per_day = self.rhythm.level * HOURS
        negatives, texts = self._share
        share = negatives / texts
        upper = share + _SURE * math.sqrt(share * (1 - share) / texts)
        gains, losses = weights(expected.mean / SLOTS, expected.certainty, expected.dispersion * SLOTS)
        return Usual(
            expected.mean / SLOTS,
            expected.certainty,
            gains,
            losses,
            min(upper, 0.99),
            self.sensitivity.threshold(per_day, self.rhythm.days_of_data),
            self.sensitivity.share_threshold(per_day, self.rhythm.days_of_data),
        )

    def _move_to(self, slot: int) -> None:
        """Opens `slot`, an hour at a time, learning from the hours that are settled."""
        if slot // SLOTS - self._current > _LEAP:
            self.rhythm.weaken()
            self._begin_at(slot)
            return
        watcher = self._watcher
        while slot >= self._hour_end:
            watcher.open(self._hour_end, self._usual)
            self._current += 1
            self._hour_end += SLOTS
            self._enter()
            self._starts[self._current] = watcher.copy()
        if slot > watcher.slot:
            watcher.open(slot, self._usual)

    def _enter(self) -> None:
        """Learns what has settled as the current hour begins, then says what is usual in it."""
        settled = self._current - self._late_hours - 1
        if settled in self._usuals:
            self._learn(settled)
        self._starts.pop(self._current - self._late_hours - 1, None)
        self._usual = self._usuals[self._current] = self._make_usual(self._current)

    def _learn(self, hour: int) -> None:
        first = hour * SLOTS
        counted = [self._counts.pop(slot, None) for slot in range(first, first + SLOTS)]
        negatives = sum(one[0] for one in counted if one)
        others = sum(one[1] for one in counted if one)
        self._usuals.pop(hour)
        begun = self._slot(self.begun)
        if first < begun:
            return
        known = self._starts.get(self._current - self._late_hours, self._watcher)
        alarm = known.alarm
        touched = [last - since for since, last in known.past if since < first + SLOTS and last > first]
        if alarm is not None and alarm.since < first + SLOTS:
            touched.append(first - alarm.since)
        accepting = any(length > LASTING for length in touched) or any(
            last - since > LASTING and last <= first < last + LASTING for since, last in known.past
        )
        if touched and not accepting:
            return
        holiday = self._is_holiday(hour // HOURS)
        if negatives:
            self._silence = [0.0, 0.0]
        else:
            self._silence = [self._silence[0] + self._expected(hour).mean, self._silence[1] + 1]
            if self._silence[0] > _OUTAGE and self._silence[1] < _OUTAGE_BELIEVED:
                self.rhythm.learn_silence(hour)
                return
        self.rhythm.learn(hour, negatives, negatives + others, holiday, accepting=accepting)
        share = self._share
        share[0] = 1.0 + (share[0] - 1.0) * _FORGET_SHARE + negatives
        share[1] = 3.0 + (share[1] - 3.0) * _FORGET_SHARE + negatives + others

    def _add_late(self, slot: int, negative: bool, count: int) -> None:
        hour = slot // SLOTS
        if hour not in self._starts or slot < self._starts[hour].slot:
            self.tally.late += count
            return
        counts = self._counts.setdefault(slot, [0, 0])
        counts[0 if negative else 1] += count
        self._dirty = hour if self._dirty is None else min(self._dirty, hour)

    def _settle(self) -> None:
        """Runs the tests again from the hour of the oldest text that came late."""
        if self._dirty is None:
            return
        hour, self._dirty = self._dirty, None
        until = self._watcher.slot
        watcher = self._starts[hour].copy()
        slots = iter(sorted(slot for slot in self._counts if hour * SLOTS <= slot <= until))
        slot = next(slots, None)
        while True:
            usual = self._usuals[hour]
            end = (hour + 1) * SLOTS
            while slot is not None and slot < end:
                if slot > watcher.slot:
                    watcher.open(slot, usual)
                negatives, others = self._counts[slot]
                for _ in range(negatives):
                    watcher.negative(usual)
                watcher.other(others)
                slot = next(slots, None)
            if hour == self._current:
                break
            watcher.open(end, usual)
            hour += 1
            self._starts[hour] = watcher.copy()
        if until > watcher.slot:
            watcher.open(until, self._usuals[hour])
        self._watcher = watcher


def _usual(state: Sequence[Any]) -> Usual:
    rate, certainty, gains, losses, *rest = state
    return Usual(rate, certainty, tuple(gains), tuple(losses), *rest)
