"""The local workspace: everything that it holds, put together."""

from pathlib import Path
from typing import Any

from bot.workspace.accounts import (
    APP_ID,
    BOT,
    BOT_ID,
    BOT_USER,
    BY_ID,
    MEMBERS,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    user_object,
)
from bot.workspace.arguments import manifest
from bot.workspace.channels import Channels, channel_object
from bot.workspace.clock import Clock
from bot.workspace.database import Database
from bot.workspace.elements import Values
from bot.workspace.events import Events
from bot.workspace.faults import Faults
from bot.workspace.feed import Feed
from bot.workspace.files import Files
from bot.workspace.hooks import ResponseUrls, Triggers
from bot.workspace.journal import Journal
from bot.workspace.messages import Messages
from bot.workspace.posting import Posting
from bot.workspace.presence import Presence
from bot.workspace.snoozes import Snoozes
from bot.workspace.sockets import Sockets
from bot.workspace.views import Views

Json = dict[str, Any]


class Workspace:
    """A workspace kept in `data/workspace.db`. `url` is its address once it listens."""

    def __init__(self, data: Path) -> None:
        self.database = Database(data / "workspace.db")
        self.url = ""
        self.journal = Journal()
        self.feed = Feed()
        self.clock = Clock(self.database)
        self.faults = Faults()
        self.channels = Channels(self.database)
        self.messages = Messages(self.database)
        self.sockets = Sockets(self.database, self.journal)
        self.events = Events(self.sockets)
        self.files = Files(self.database)
        self.presence = Presence(self.database, self.feed)
        self.snoozes = Snoozes(self.database, self.clock)
        self.triggers = Triggers()
        self.responses = ResponseUrls(self.database)
        self.views = Views(self.database, self.feed)
        self.posting = Posting(self)
        self.suggested: dict[tuple[str, str, str], list[Json]] = {}  # user, view or message, action -> options given
        self.filled: dict[tuple[str, str], Values] = {}  # what people filled in on messages: user, message
        self.journal.listeners.append(self._tell_pages)

    def close(self) -> None:
        """Closes the database; what waits is there again at the next start."""
        self.database.close()

    def permalink(self, channel: str, ts: str, thread_ts: str | None) -> str:
        """The address of a message."""
        link = f"{self.url}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts else link

    def unread(self, channel: str, user: str) -> Json:
        """What a person has not read in a channel: `unread`, `mentions` and `last_read`."""
        row = self.database.execute(
            "SELECT body FROM records WHERE kind = 'read' AND key = ?", f"{user}:{channel}"
        ).fetchone()
        last_read: str = row[0].strip('"') if row else ""
        unread, mentions = self.messages.unread(channel, user, last_read)
        return {"unread": unread, "mentions": mentions, "last_read": last_read}

    def mark_read(self, channel: str, user: str, ts: str) -> None:
        """Counts what is not later than `ts` as read."""
        self.database.execute("INSERT OR REPLACE INTO records VALUES ('read', ?, ?)", f"{user}:{channel}", f'"{ts}"')
        self.feed.send([user], "unread", channel=channel, **self.unread(channel, user))

    def tell_channel(self, channel: Json, users: list[str]) -> None:
        """Tells the pages of these members that a channel is new or its members changed."""
        for user in self.feed.watched(users):
            self.feed.send([user], "channel", channel=self.channel_for(channel, user))

    def channel_for(self, channel: Json, user: str) -> Json:
        """A channel as a person's page lists it."""
        shown = channel_object(channel, user) | {"is_member": user in channel["members"]}
        return shown | self.unread(channel["id"], user)

    def snapshot(self, user: str) -> Json:
        """All that a person's page needs to start, apart from the messages."""
        seen = self.channels.seen_by(user)
        ids = {channel["id"] for channel in seen}
        features = manifest()["features"]
        return {
            "type": "snapshot",
            "me": user_object(BY_ID[user]),
            "team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
            "bot": {"user_id": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "name": BOT.handle},
            "people": [user_object(member) for member in MEMBERS],
            "channels": [self.channel_for(channel, user) for channel in seen],
            "commands": features["slash_commands"],
            "shortcuts": features["shortcuts"],
            "prompts": [frame for frame in self.presence.prompts.values() if frame["channel"] in ids],
            "statuses": [one["frame"] for one in self.presence.statuses.values() if one["frame"]["channel"] in ids],
            "sessions": [session for session in self.presence.sessions.values() if session["channel"] in ids],
            "views": self.views.open_for(user),
            "home": self.views.homes.get(user),
            "clock": {"now": self.clock.now(), "offset": self.clock.offset},
            "sockets": len(self.sockets.connections),
        }

    def _tell_pages(self, entry: Json) -> None:
        self.feed.send_entry(entry)
        if entry["kind"] == "socket":
            self.feed.send_all("sockets", sockets=len(self.sockets.connections))
