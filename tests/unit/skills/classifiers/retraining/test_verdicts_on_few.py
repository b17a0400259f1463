"""Verdicts where corrections are few, and on what nobody objected to."""

from __future__ import annotations

from typing import Any, cast

import pytest

from skills.classifiers.gate.comparing import Judged, compare
from skills.classifiers.gate.deciding import Costs
from skills.classifiers.heads.head import Prediction
from skills.classifiers.retraining.challenging import Challenge, Weighed
from skills.classifiers.retraining.judging import FEW, LEAST_FLIPS, judge


def said(label: str) -> Prediction:
    return Prediction(label, 0.9, 1.0, True, {"refund": 0.9 if label == "refund" else 0.1, "delivery": 0.1})


def text(number: int, before: str, after: str, judge: str = "U_BEN", label: str = "refund") -> Judged:
    return Judged(f"text {number}", label, said(before), said(after), judge, str(number))


def challenge(
    held_out: list[Judged], taught: list[Judged], kept: list[Judged] | None = None, weight: float = 0.9
) -> Challenge:
    """A challenge as these answers make it; no model stands behind it."""
    base = [text(number, "refund", "refund", "") for number in range(50)]
    return Challenge(
        task="intent",
        champion=cast(Any, None),
        challenger=cast(Any, None),
        new=compare("intent", "new", held_out),
        golden=(compare("intent", "base", base),),
        kept=compare("intent", "kept", kept or []),
        judged=tuple(held_out),
        must=(),
        held=tuple(Weighed(one, weight) for one in held_out),
        taught=tuple(Weighed(one, weight) for one in taught),
        costs=Costs(),
    )


UNCHANGED = [text(number, "delivery", "delivery", f"U{number % 2}") for number in range(4)]
"""Held out, the corrections are too different from each other to be read rightly."""
MENDED = [text(number, "delivery", "refund", f"U{number % 2}") for number in range(4)]


def keys(one: Challenge) -> set[str]:
    return {reason.key for reason in judge(one).reasons}


def test_few_corrections_that_are_right_now_are_enough_where_two_people_made_them() -> None:
    assert judge(challenge(UNCHANGED, MENDED)).promote
    assert "mended" in keys(challenge(UNCHANGED, MENDED))


def test_one_persons_word_is_enough_only_where_it_was_reviewed_or_an_admins() -> None:
    alone = [text(number, "delivery", "refund", "U1") for number in range(4)]
    assert not judge(challenge(UNCHANGED, alone)).promote
    assert judge(challenge(UNCHANGED, alone, weight=1.0)).promote


def test_what_only_one_person_finds_better_stays_out_however_much_it_is() -> None:
    burst = [text(number, "delivery", "refund", "U_EVE") for number in range(12)]
    verdict = judge(challenge(burst, burst))
    assert not verdict.promote
    assert "one_judge" in {reason.key for reason in verdict.reasons if not reason.good}
    assert judge(challenge(burst, burst, weight=1.0)).promote
    assert judge(challenge([*burst, text(20, "delivery", "refund", "U_BEN")], burst)).promote


@pytest.mark.parametrize(
    ("held_out", "taught"),
    [
        (UNCHANGED, UNCHANGED),
        (UNCHANGED, [*MENDED, text(9, "refund", "delivery")]),
        ([*UNCHANGED, text(9, "refund", "delivery")], MENDED),
        (UNCHANGED, [*MENDED, *(text(10 + number, "delivery", "delivery") for number in range(5))]),
        (UNCHANGED, [text(number, "delivery", "refund", f"U{number % 2}") for number in range(FEW)]),
    ],
    ids=["not right now", "another is wrong now", "held out it loses", "most are still wrong", "they are not few"],
)
def test_else_what_is_not_better_on_held_out_feedback_stays_out(held_out: list[Judged], taught: list[Judged]) -> None:
    assert not judge(challenge(held_out, taught)).promote


def test_a_version_that_turns_what_nobody_objected_to_stays_out_whatever_it_mended() -> None:
    turned = [text(number, "refund", "delivery", "") for number in range(LEAST_FLIPS + 1)]
    assert judge(challenge(UNCHANGED, MENDED, kept=turned[:LEAST_FLIPS])).promote
    verdict = judge(challenge(UNCHANGED, MENDED, kept=turned))
    assert not verdict.promote
    assert verdict.overridable
    assert [reason.values["set"] for reason in verdict.reasons if not reason.good] == ["kept"]
