"""What a watch has settled for its alerts. An episode keeps the plan of the moment at which it opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.local_time import moment


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Daily from `start` until before `end` (wall time of `zone`), over midnight where `end` is not later.

    With `critical_passes` what is critical is told all the same. Raises `ValueError` where both are the same.
    """

    start: time
    end: time
    zone: str
    critical_passes: bool = True

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("quiet hours that end when they start")

    def until(self, at: float) -> float | None:
        """Returns when the quiet hours end in which the moment `at` (epoch seconds) lies; None where it is in none."""
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(at, UTC).astimezone(zone).date()
        over_midnight = timedelta(days=1 if self.end < self.start else 0)
        for day in (today - timedelta(days=1), today):
            end = moment(day + over_midnight, self.end, zone)
            if moment(day, self.start, zone) <= at < end:
                return end
        return None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and how episodes are told. Durations in seconds; None leaves a step out.

    `channels` names the topics that have a channel of their own. Each of `escalate_to` is called `escalate_after` the
    one before, while nobody acknowledges. An acknowledgement is to be confirmed every `confirm_after`, and lapses when
    it isn't within `confirm_within`. `repeat_every` is counted from what last made a sound. A surge that is over for
    less than `hold_off` goes on as the same episode. A message is edited no sooner than `debounce` after its last
    edit.
    """

    channel: str
    channels: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    escalate_to: tuple[str, ...] = ()
    escalate_after: float = 1_800.0
    confirm_after: float | None = 4 * 3_600.0
    confirm_within: float = 900.0
    repeat_every: float | None = None
    quiet: QuietHours | None = None
    hold_off: float = 900.0
    debounce: float = 45.0

    def channel_of(self, topic: str) -> str:
        """Returns where a topic is told."""
        return self.channels.get(topic, self.channel)
