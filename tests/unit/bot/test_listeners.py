"""Which payloads are whose words, and that nothing Slack is asked to send goes unheard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.listeners import actions, app_home, commands, members, messages, reactions, sessions, shortcuts, views
from bot.listeners.messages import _is_edit, _is_tombstone
from bot.payloads import acted

MANIFEST = json.loads((Path(bot.__file__).parent / "manifest.json").read_text())
MODULES = (messages, app_home, sessions, reactions, members, commands, shortcuts, actions, views)


class RecordingApp:
    """Notes what would be registered with Bolt."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = {}

    def __getattr__(self, kind: str) -> Any:
        def register(what: Any) -> Any:
            self.heard.setdefault(kind, set()).add(what.pattern if isinstance(what, re.Pattern) else what)
            return lambda handler: handler

        return register


def test_every_event_that_the_manifest_asks_for_has_a_listener() -> None:
    app = RecordingApp()
    for module in MODULES:
        module.register(app)  # type: ignore[arg-type]
    asked = {name.partition(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert asked <= app.heard["event"]
    assert {"command", "shortcut", "action", "view", "view_closed", "options"} <= app.heard.keys()


def changed(**message: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "message": {"user": "U1", "text": "new", "ts": "100.0", "edited": {"user": "U1", "ts": "200.0"}, **message},
        "previous_message": {"user": "U1", "text": "old", "ts": "100.0"},
    }


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (changed(), True),
        (changed(text="old"), False),
        (changed(edited=None), False),
        (changed(edited={"user": "U1", "ts": "400.0"}), True),
        (changed(edited={"user": "U1", "ts": "400.1"}), False),
        (changed(subtype="tombstone"), False),
    ],
)
def test_an_edit_is_new_words_within_five_minutes(event: dict[str, Any], expected: bool) -> None:
    assert _is_edit(event) is expected


def test_a_stone_in_the_place_of_a_root_is_a_deletion() -> None:
    assert _is_tombstone(changed(subtype="tombstone"))
    assert not _is_tombstone(changed())


@pytest.mark.parametrize(
    ("body", "person", "channel", "kind"),
    [
        (
            {"event": {"type": "message", "user": "U1", "channel": "C1", "channel_type": "im", "ts": "1.0"}},
            "U1",
            "C1",
            "dm",
        ),
        ({"event": changed()}, "U1", "C1", "channel"),
        (
            {"command": "/ask", "user_id": "U1", "channel_id": "C1", "channel_name": "privategroup"},
            "U1",
            "C1",
            "private",
        ),
        (
            {
                "type": "block_actions",
                "user": {"id": "U1"},
                "channel": {"id": "D1", "name": "directmessage"},
                "container": {"type": "message"},
                "actions": [],
            },
            "U1",
            "D1",
            "dm",
        ),
        (
            {
                "type": "view_submission",
                "user": {"id": "U1"},
                "view": {"private_metadata": json.dumps({"channel": "C1", "kind": "group"})},
            },
            "U1",
            "C1",
            "group",
        ),
    ],
)
def test_who_acted_where_is_read_from_every_payload(body: dict[str, Any], person: str, channel: str, kind: str) -> None:
    who = acted(body)
    assert who is not None
    assert (who.person, who.place.channel, who.place.kind) == (person, channel, kind)


def test_nobody_is_behind_an_event_without_a_person() -> None:
    assert acted({"event": {"type": "message", "channel": "C1", "ts": "1.0"}}) is None
    assert acted({"event": {"type": "app_rate_limited"}}) is None
