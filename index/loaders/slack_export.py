"""A Slack export (zip) to pages: one for each thread, and one for each day's other messages of a channel.

The layout is described at https://slack.com/help/articles/220556107: `channels.json`, `groups.json` (private),
`dms.json`, `mpims.json`, `users.json`, and a folder for each conversation with a file for each day.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from index.loaders.pages import Page, Reading, UnreadableError
from index.types import EVERYONE, LeftOut, Section

MAX_UNPACKED = 2_000_000_000
MAX_MEMBER = 200_000_000
TITLE_LENGTH = 80
SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes that people write; the others tell of joins, topics and bots."""
REFERENCE = re.compile(r"<([@#!])([^>|]+)(?:\|([^>]*))?>")
WORKSPACE = re.compile(r"https://[\w-]+(?:\.enterprise)?\.slack\.com(?=/)")
NO_WORKSPACE = "https://slack.com"
"""Sends who is signed in on to their own workspace."""
LINK = re.compile(r"<((?:https?|mailto|tel)[^>|]*)(?:\|([^>]*))?>")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel or direct conversation of the export; `folder` holds its messages."""

    id: str
    name: str
    folder: str
    visible_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that somebody wrote, with names in the place of ids."""

    ts: str
    thread: str | None
    author: str
    text: str


def read_slack_export(data: bytes, name: str) -> Reading:
    """The pages of an export, each visible to whoever may see its conversation.

    A public channel's pages have no restriction of their own, a private one's are for the holders of its id (so
    that who leaves it loses them), a direct conversation's for the people in it. Raises `UnreadableError` for a zip
    that is broken, too large when unpacked, or something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return Export(archive, name).read()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableError("is not a readable zip file") from error


class Export:
    """One archive that is being read."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise UnreadableError("unpacks to more than 2 GB")
        self._archive = archive
        self._name = name
        self._members = archive.namelist()
        self._faults: list[LeftOut] = []
        self._address = NO_WORKSPACE
        if "users.json" not in self._members or not {"channels.json", "groups.json"} & set(self._members):
            raise UnreadableError("is a zip file, but not a Slack export")
        self._people = {user["id"]: name_of(user) for user in self._json("users.json") if "id" in user}

    def read(self) -> Reading:
        spoken = [(where, list(self._messages(where.folder))) for where in self._conversations()]
        pages = [page for where, messages in spoken for page in self._pages(where, messages)]
        if not pages:
            raise UnreadableError("has no messages")
        return Reading(tuple(pages), tuple(self._faults))

    def _json(self, member: str) -> list[dict[str, Any]]:
        """The objects of a file in the archive; what is broken is noted as a fault and left out."""
        if member not in self._members:
            return []
        if self._archive.getinfo(member).file_size > MAX_MEMBER:
            self._faults.append(LeftOut(f"{self._name}: {member}", "unpacks to more than 200 MB"))
            return []
        try:
            found = json.loads(self._archive.read(member))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            self._faults.append(LeftOut(f"{self._name}: {member}", "is not a JSON list"))
            return []
        return [entry for entry in found if isinstance(entry, dict)]

    def _conversations(self) -> Iterator[Conversation]:
        for file in ("channels.json", "groups.json", "dms.json", "mpims.json"):
            for entry in self._json(file):
                if not isinstance(entry.get("id"), str):
                    continue
                members = [member for member in entry.get("members") or [] if isinstance(member, str)]
                name = entry.get("name") or " and ".join(self._people.get(m, m) for m in members)
                if file == "channels.json" and not entry.get("is_private"):
                    visible_to = frozenset({EVERYONE})
                elif file in {"dms.json", "mpims.json"}:
                    visible_to = frozenset(members)
                else:
                    visible_to = frozenset({entry["id"]})
                folder = entry["id"] if file == "dms.json" else name
                yield Conversation(entry["id"], f"#{name}" if file[0] in "cg" else name, folder, visible_to)

    def _pages(self, conversation: Conversation, spoken: list[Message]) -> Iterator[Page]:
        threads: dict[str, list[Message]] = {}
        for message in sorted(spoken, key=lambda message: float(message.ts)):
            threads.setdefault(message.thread or message.ts, []).append(message)
        days: dict[str, list[Message]] = {}
        for ts, messages in threads.items():
            if len(messages) > 1 or messages[0].thread:
                yield self._page(conversation, messages, first_line(messages[0].text))
            else:
                days.setdefault(time_of(ts).date().isoformat(), []).extend(messages)
        for day, messages in days.items():
            yield self._page(conversation, messages, f"{conversation.name}, {day}")

    def _page(self, conversation: Conversation, messages: list[Message], title: str) -> Page:
        sections = tuple(
            Section((), f"{message.author}: {message.text}", link=self._permalink(conversation, message))
            for message in messages
        )
        first = messages[0]
        restricted = None if conversation.visible_to == {EVERYONE} else conversation.visible_to
        return Page(
            title=title,
            sections=sections,
            key=self._permalink(conversation, first),
            place=conversation.name,
            link=self._permalink(conversation, first),
            author=first.author,
            date=time_of(first.ts),
            visible_to=restricted,
        )

    def _permalink(self, conversation: Conversation, message: Message) -> str:
        link = f"{self._address}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
        if message.thread and message.thread != message.ts:
            link += f"?thread_ts={message.thread}&cid={conversation.id}"
        return link

    def _messages(self, folder: str) -> Iterator[Message]:
        prefix = f"{folder}/"
        for member in sorted(self._members):
            if not member.startswith(prefix) or not member.endswith(".json"):
                continue
            for entry in self._json(member):
                message = self._message(entry)
                if message is not None:
                    yield message

    def _message(self, entry: dict[str, Any]) -> Message | None:
        ts, text = entry.get("ts"), entry.get("text")
        if entry.get("subtype") not in SPOKEN or entry.get("bot_id") or not isinstance(text, str):
            return None
        if not isinstance(ts, str) or not re.fullmatch(r"\d{1,11}\.\d{1,6}", ts) or not text.strip():
            return None
        author = self._people.get(str(entry.get("user")), "somebody")
        thread = entry.get("thread_ts")
        self._note_address(entry)
        return Message(ts, thread if isinstance(thread, str) else None, author, self._readable(text))

    def _note_address(self, entry: dict[str, Any]) -> None:
        """An export doesn't name its workspace's address, but the links of files shared in it do."""
        for file in entry.get("files") or []:
            if isinstance(file, dict) and not file.get("is_external"):
                found = WORKSPACE.match(str(file.get("permalink")))
                self._address = found[0] if found else self._address

    def _readable(self, text: str) -> str:
        """Slack's markup as text (https://docs.slack.dev/messaging/formatting-message-text)."""

        def reference(match: re.Match[str]) -> str:
            sign, target, label = match.groups()
            if sign == "@":
                return "@" + self._people.get(target, label or target)
            if sign == "#":
                return "#" + (label or target)
            return "@" + (label or target.split("^")[0]).lstrip("@")

        def link(match: re.Match[str]) -> str:
            target, label = match.groups()
            return f"{label} ({target})" if label and label not in target else target

        return html.unescape(LINK.sub(link, REFERENCE.sub(reference, text))).strip()


def name_of(user: dict[str, Any]) -> str:
    found = user.get("profile")
    profile = found if isinstance(found, dict) else {}
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    return next((name for name in names if isinstance(name, str) and name.strip()), str(user.get("id")))


def time_of(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def first_line(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
