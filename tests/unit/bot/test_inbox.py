"""What makes two deliveries one, and where a delivery belongs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.inbox import delivery_id, keys, place_of


def message(event_id: str, kind: str = "message", **event: Any) -> dict[str, Any]:
    fields = {"type": kind, "channel": "C1", "user": "U1", "ts": "1.0", "text": "hello", **event}
    return {"type": "event_callback", "event_id": event_id, "event": fields}


def test_the_two_events_of_a_mention_share_their_message_and_not_their_delivery() -> None:
    first, second = keys(message("Ev1"), None), keys(message("Ev2", "app_mention"), None)
    assert first[0] != second[0]
    assert first[1] == second[1] == "C1:1.0"


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "channel_join"])
def test_what_happens_to_a_message_is_no_second_message(subtype: str) -> None:
    assert keys(message("Ev1", subtype=subtype), None)[1] is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_words_with_a_subtype_are_a_message(subtype: str) -> None:
    assert keys(message("Ev1", subtype=subtype), None)[1] == "C1:1.0"


def test_a_delivery_goes_by_event_id_then_trigger_id_then_envelope_then_its_content() -> None:
    assert keys({"event_id": "Ev1", "trigger_id": "t"}, "e")[0] == "Ev1"
    assert keys({"trigger_id": "t"}, "e")[0] == "t"
    assert keys({"type": "view_closed"}, "e")[0] == "e"
    assert keys({"type": "view_closed"}, None) == keys({"type": "view_closed"}, None)
    assert keys({"type": "view_closed"}, None) != keys({"type": "view_closed", "view": {"id": "V1"}}, None)


def test_ids_of_deliveries_are_short_stable_and_of_their_team() -> None:
    assert delivery_id("T1", "Ev1") == delivery_id("T1", "Ev1")
    assert len({delivery_id("T1", "Ev1"), delivery_id("T2", "Ev1"), delivery_id("T1", "Ev2")}) == 3
    assert len(delivery_id("T1", "x" * 255)) == 21


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (message("Ev1"), "C1"),
        ({"event": {"type": "reaction_added", "item": {"channel": "C2"}, "user": "U1"}}, "C2"),
        ({"event": {"type": "channel_created", "channel": {"id": "C3"}}}, "C3"),
        ({"event": {"type": "app_home_opened", "user": "U1"}}, "U1"),
        ({"command": "/ask", "channel_id": "C4", "user_id": "U1"}, "C4"),
        ({"type": "block_actions", "channel": {"id": "C5"}, "user": {"id": "U1"}}, "C5"),
        ({"type": "block_actions", "container": {"type": "view"}, "user": {"id": "U1"}}, "U1"),
        ({"type": "view_submission", "user": {"id": "U1"}}, "U1"),
        ({"type": "app_rate_limited"}, None),
    ],
)
def test_order_is_kept_by_channel_else_by_person(body: dict[str, Any], place: str | None) -> None:
    assert place_of(body) == place
