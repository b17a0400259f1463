"""Modals and App Home: each person's stack of open modals, and one Home view."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.accounts import APP_ID, BOT_ID, TEAM_ID
from bot.workspace.database import Database
from bot.workspace.elements import Values, initial_values
from bot.workspace.errors import SlackError
from bot.workspace.feed import Feed
from bot.workspace.posting import with_ids

Json = dict[str, Any]

DEEPEST_STACK = 3

# What a view is, apart from what the workspace adds (docs.slack.dev/reference/views).
GIVEN = {
    "callback_id": "",
    "private_metadata": "",
    "external_id": "",
    "title": None,
    "submit": None,
    "close": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


@dataclass
class Watch:
    """A click whose answer waits for a view that it opens or changes."""

    user: str
    trigger_id: str
    home: bool
    change: asyncio.Future[Json] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Views:
    """Every person's views, kept in memory and written through to the database."""

    def __init__(self, database: Database, feed: Feed) -> None:
        self.database = database
        self.feed = feed
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self.watches: list[Watch] = []
        for user, record in database.records("view"):
            self.stacks[user] = record["stack"]
            if record["home"]:
                self.homes[user] = record["home"]

    def open_for(self, user: str) -> list[Json]:
        """The person's open modals, the top one last."""
        return self.stacks.get(user, [])

    def find(self, user: str, view_id: Any) -> Json:
        """The person's Home, or the modal on top, by its id. Raises SlackError `view_not_found` for any other."""
        home = self.homes.get(user)
        if home and home["id"] == view_id:
            return home
        stack = self.open_for(user)
        if stack and stack[-1]["id"] == view_id:
            return stack[-1]
        raise SlackError("view_not_found")

    def open(self, user: str, given: Json, trigger_id: str) -> Json:
        """Opens a modal in place of whatever was open."""
        view = self._new(given)
        self.stacks[user] = [view]
        self._changed(user, view, trigger_id)
        return view

    def push(self, user: str, given: Json, trigger_id: str) -> Json:
        """Puts a modal on the stack. Raises SlackError `push_limit_reached`, or `not_found` when none is open."""
        stack = self.open_for(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= DEEPEST_STACK:
            raise SlackError("push_limit_reached")
        view = self._new(given)
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(view)
        self._changed(user, view, trigger_id)
        return view

    def update(self, given: Json, *, view_id: str | None, external_id: str | None, known_hash: str | None) -> Json:
        """Replaces what a modal or Home shows. Raises SlackError `not_found` or `hash_conflict`."""
        for user in {*self.stacks, *self.homes}:
            home = [self.homes[user]] if user in self.homes else []
            for view in [*self.open_for(user), *home]:
                if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                    self._replace(view, given, known_hash)
                    self._changed(user, view, None)
                    return view
        raise SlackError("not_found")

    def publish(self, user: str, given: Json, known_hash: str | None) -> Json:
        """Shows a person's App Home. Raises SlackError `hash_conflict`."""
        view = self.homes.get(user)
        if view is None:
            view = self._new(given)
            self.homes[user] = view
        else:
            self._replace(view, given, known_hash)
        self._changed(user, view, None)
        return view

    def close(self, user: str, *, everything: bool = False) -> None:
        """Closes the modal on top, or all."""
        stack = self.open_for(user)
        self.stacks[user] = [] if everything else stack[:-1]
        self._store(user)

    def set_state(self, user: str, view: Json, values: Values) -> None:
        """Keeps what a person has filled in."""
        view["state"] = {"values": values}
        self._store(user)

    def watch(self, user: str, trigger_id: str, *, home: bool) -> Watch:
        """Begins to wait for a view that a click opens or changes; end it with `unwatch`."""
        watch = Watch(user, trigger_id, home)
        self.watches.append(watch)
        return watch

    def unwatch(self, watch: Watch) -> None:
        """Ends a wait."""
        self.watches.remove(watch)

    def _new(self, given: Json) -> Json:
        view_id = f"V{secrets.token_hex(5).upper()}"
        taken = given.get("external_id")
        if taken and any(view["external_id"] == taken for stack in self.stacks.values() for view in stack):
            raise SlackError("duplicate_external_id")
        view: Json = {
            "id": view_id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
            "root_view_id": view_id,
            "previous_view_id": None,
        }
        self._fill(view, given)
        return view

    def _replace(self, view: Json, given: Json, known_hash: str | None) -> None:
        if known_hash and known_hash != view["hash"]:
            raise SlackError("hash_conflict")
        self._fill(view, given)

    def _fill(self, view: Json, given: Json) -> None:
        before = view.get("state", {}).get("values")
        blocks = with_ids(given["blocks"])
        view |= {"type": given["type"], **GIVEN, **{key: given[key] for key in GIVEN if given.get(key) is not None}}
        view |= {
            "blocks": blocks,
            "state": {"values": initial_values(blocks, before)},
            "hash": f"{int(time.time())}.{secrets.token_urlsafe(6)[:8]}",
        }

    def _changed(self, user: str, view: Json, trigger_id: str | None) -> None:
        self._store(user)
        home = view["type"] == "home"
        for watch in self.watches:
            opened = trigger_id is not None and watch.trigger_id == trigger_id
            changed = trigger_id is None and watch.user == user and (not home or watch.home)
            if (opened or changed) and not watch.change.done():
                watch.change.set_result(view)

    def _store(self, user: str) -> None:
        record = {"stack": self.open_for(user), "home": self.homes.get(user)}
        self.database.put("view", user, record)
        self.feed.send([user], "views", views=record["stack"], home=record["home"])
