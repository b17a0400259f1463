"""How somebody works, and what reaches them; what they haven't said is the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence

Reached = Literal["before", "due", "overdue", "day"]
"""What somebody can be sent: a word before something is due, when it is, after it was, and the morning's list."""

ALL: tuple[Reached, ...] = ("before", "due", "overdue", "day")


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("zone") from None
    return name


class Profile(BaseModel):
    """`skills` as people stated them; `capacity` in minutes a week, at most what the week holds.

    `zone` overrules the one that Slack tells. `day_at` is the hour of the morning's list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: WorkingWeek = WorkingWeek()
    zone: Annotated[str | None, AfterValidator(_known_zone)] = None
    skills: tuple[str, ...] = ()
    capacity: int | None = Field(None, ge=0, le=7 * 24 * 60)
    reached: tuple[Reached, ...] = ALL
    day_at: int = Field(9, ge=0, le=23)

    @property
    def weekly(self) -> int:
        """Minutes a week that can be planned."""
        return self.week.minutes if self.capacity is None else min(self.capacity, self.week.minutes)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the team as work is given to them; `zone` is their own wish's, else Slack's."""

    id: str
    name: str
    zone: ZoneInfo
    profile: Profile
    absences: Sequence[Absence]
