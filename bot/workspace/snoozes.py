"""Do not disturb: who has paused their notifications, from when and until when."""

from bot.workspace.clock import Clock
from bot.workspace.database import Database


class Snoozes:
    """Pauses by person's id, kept in the database; they go by the workspace's clock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.pauses: dict[str, tuple[int, int]] = {
            user: (body["start"], body["end"]) for user, body in database.records("snooze")
        }

    def set(self, user: str, minutes: int) -> tuple[int, int]:
        """Pauses a person's notifications from now on; returns begin and end in epoch seconds."""
        start = int(self.clock.now())
        pause = self.pauses[user] = (start, start + 60 * minutes)
        self.database.put("snooze", user, {"start": pause[0], "end": pause[1]})
        return pause

    def end(self, user: str) -> bool:
        """Ends a pause; returns whether there was one."""
        was_on = self.of(user) is not None
        self.pauses.pop(user, None)
        self.database.drop("snooze", user)
        return was_on

    def of(self, user: str) -> tuple[int, int] | None:
        """Begin and end of the pause that is on."""
        pause = self.pauses.get(user)
        return pause if pause is not None and self.clock.now() < pause[1] else None
