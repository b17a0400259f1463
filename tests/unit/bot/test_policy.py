"""Who is answered where: the one gate, and the flood."""

from zoneinfo import ZoneInfo

import pytest

from bot.desk.channel import by_words
from bot.flood import Flood
from bot.policy import Policy, Refusal, refusal
from skills.base import Person, Place

ANA = Person("U1", "ana", "en-US", ZoneInfo("UTC"), is_admin=True)
BEN = Person("U2", "ben", "en-US", ZoneInfo("UTC"))
GENERAL = Place("C1", "channel")


@pytest.mark.parametrize(
    ("policy", "person", "addressed", "expected"),
    [
        (Policy(), BEN, True, None),
        (Policy(), BEN, False, "not_addressed"),
        (Policy(overhears=True), BEN, False, None),
        (Policy(on=False), ANA, True, "off"),
        (Policy(on=False, overhears=True), ANA, False, "off"),
        (Policy(askers="admins"), BEN, True, "admins_only"),
        (Policy(askers="admins"), ANA, True, None),
        (Policy(askers="listed"), BEN, True, "not_listed"),
        (Policy(askers="listed", people=("U2",)), BEN, True, None),
        (Policy(askers="listed"), ANA, True, None),
    ],
)
def test_the_gate_names_its_reason(policy: Policy, person: Person, addressed: bool, expected: Refusal | None) -> None:
    assert refusal(policy, person, GENERAL, addressed) == expected


def test_a_direct_message_has_no_policy() -> None:
    assert refusal(Policy(on=False), BEN, Place("D1", "dm"), addressed=True) is None


def test_every_refusal_of_somebody_who_asked_is_logged_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        refusal(Policy(on=False), BEN, GENERAL, addressed=True)
        refusal(Policy(), BEN, GENERAL, addressed=False)
    assert [record.reason for record in caplog.records] == ["off"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("policy", [Policy(), Policy(False, "listed", ("U1", "U2"), True), Policy(askers="admins")])
def test_a_policy_is_stored_and_read_back(policy: Policy) -> None:
    assert Policy.read(policy.stored()) == policy


def test_a_policy_of_a_later_version_is_read_strictly() -> None:
    assert Policy.read({"askers": "friends_of_friends"}).askers == "admins"


def test_words_change_a_policy_and_nonsense_changes_nothing() -> None:
    assert by_words(Policy(), "off") == Policy(on=False)
    assert by_words(Policy(on=False), "On ADMINS overhear") == Policy(askers="admins", overhears=True)
    assert by_words(Policy(), "off please") is None


def test_a_flood_is_warned_of_once_a_minute_and_only_the_one_who_floods() -> None:
    now = 0.0
    flood = Flood(2, lambda: now)
    assert [flood.admit("T", "U1") for _ in range(5)] == ["pass", "pass", "warn", "drop", "drop"]
    assert flood.admit("T", "U2") == "pass"
    now = 60.0
    assert [flood.admit("T", "U1") for _ in range(3)] == ["pass", "pass", "warn"]
