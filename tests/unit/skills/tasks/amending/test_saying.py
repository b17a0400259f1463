"""What is said of a task that is there, and what says something else."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skills.tasks.amending.saying import amendment
from skills.tasks.capture.draft import Names

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime.fromisoformat("2026-12-02T09:00")
MEMBERS = {"ana": "U1", "ben": "U2", "dana": "U4"}

SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("hmm, make it Monday instead", {"due": "2026-12-07"}),
    ("lol sorry. tommorow", {"due": "2026-12-03"}),
    ("no, not thursday, friday", {"due": "2026-12-04"}),
    ("actually no, @dana should do it", {"assignee": "U4"}),
    ("give it to ben please", {"assignee": "U2"}),
    ("I'll do it", {"assignee": "U1"}),
    ("high priority I guess? the fair is on tuesday", {"priority": 2, "due": None}),
    ("done ✅", {"doing": "done"}),
    ("finished it, thanks", {"doing": "done"}),
    ("oh wait there's a whole pallet in the cellar, cancel it", {"doing": "drop"}),
    ("never mind", {"doing": "drop"}),
    ("on it", {"doing": "start"}),
    ("blocked by the supplier", {"doing": "block", "why": "the supplier"}),
    ("no deadline", {"no_due": True}),
    ("#1 after #2", {"numbers": (1,), "after": (2,)}),
    ("comment: the key is at the desk", {"comment": "the key is at the desk"}),
    ("rename it to Print posters", {"title": "Print posters"}),
    ("改成周五吧", {"due": "2026-12-04"}),
    ("还是交给 @dana", {"assignee": "U4"}),
    ("我周四不在，交给 @dana 可以吗", {"assignee": "U4", "due": None}),
    ("不急，月底就行", {"priority": 4, "due": "2026-12-31"}),
    ("算了不用了", {"doing": "drop"}),
    ("搞定", {"doing": "done"}),
)


@pytest.mark.parametrize(("text", "expected"), SAID, ids=[text[:30] for text, _ in SAID])
def test_a_change_of_mind_is_understood(text: str, expected: dict[str, Any]) -> None:
    wish = _read(text)
    assert wish is not None
    for name, value in expected.items():
        found = getattr(wish, name)
        if name == "due" and value is not None:
            assert found.readings[0].at.date().isoformat() == value
        else:
            assert found == value, name


@pytest.mark.parametrize(
    "text",
    [
        "how long do refunds take?",
        "@ben please change the shop window by Thursday evening",
        "the customer called again about the broken lamp",
        "what did we agree on?",
        "thanks a lot!",
        "I think the design of the second page on Monday was much better than this",
        "退款需要多久？",
        "这个报告写得很好，客户也很满意",
    ],
)
def test_what_says_something_else_changes_nothing(text: str) -> None:
    assert _read(text) is None


def _read(text: str) -> Any:
    mentions = tuple((id, f"@{name}") for name, id in MEMBERS.items() if f"@{name}" in text)
    return amendment(text, Names(mentions, MEMBERS, "U1"), WEDNESDAY, BERLIN)
