"""The verdict on one task: the gate's, and what it can't know of how feedback comes about.

Corrections are of what went wrong alone. So what was asked lately and nobody objected to is looked at beside them:
a version that turns everything like them looks better on them than it is. And where they are few, no part of them can
be kept from training and still tell anything: then it counts that the version gets right what people corrected, as a
mended fault does, if more than one person says so, and nothing else is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.classifiers.gate.comparing import is_right
from skills.classifiers.gate.deciding import Reason, Verdict, decide
from skills.classifiers.retraining.challenging import Challenge, Weighed

BORNE_FLIPS = 0.1
LEAST_FLIPS = 2
"""The share, and the number whatever the share, of what nobody objected to that may be taken for something else: some
of it was wrong, and nobody said so."""

FEW = 30
"""New rows below which mended answers count."""
MENDED = 0.5
"""Share of the answers that were wrong that must be right now."""
VOUCHED = 1.0
"""From this weight on one person's word will do: an admin's, or what was reviewed."""


def judge(one: Challenge) -> Verdict:
    """Returns whether the challenger of a task may serve, and why."""
    verdict = _unless_one_person_says_so(one, decide([one.new], one.golden, one.must, one.costs))
    obstacles = {reason.key for reason in verdict.reasons if not reason.good}
    if obstacles <= {"not_better", "one_judge"} and obstacles and (mended := _mended(one)) is not None:
        reasons = (mended, *(reason for reason in verdict.reasons if reason.good))
        verdict = replace(verdict, promote=True, reasons=reasons)
    return _unless_it_turns_answers(one, verdict)


def _mended(one: Challenge) -> Reason | None:
    """Returns that what people corrected is right now, where they are few and it is."""
    wrong = [row for row in one.taught if not is_right(row.judged, row.judged.champion)]
    right = _won(one.taught)
    lost = [row for row in one.taught if not is_right(row.judged, row.judged.challenger) and row not in wrong]
    if not right or lost or not _vouched(right) or len(one.taught) >= FEW:
        return None
    if len(right) < MENDED * len(wrong) or one.new.lost > one.new.won:
        return None
    return Reason("mended", one.task, True, {"n": len(wrong), "right": len(right)})


def _unless_one_person_says_so(one: Challenge, verdict: Verdict) -> Verdict:
    """Returns the verdict, a refusal where all that speaks for the challenger is one person's word.

    A burst of wrong labels by one account looks just like that.
    """
    if not verdict.promote or _vouched(_won(one.held)):
        return verdict
    reasons = tuple(
        replace(reason, key="one_judge", good=False) if reason.key == "better" else reason for reason in verdict.reasons
    )
    return replace(verdict, promote=False, reasons=reasons)


def _won(rows: Sequence[Weighed]) -> list[Weighed]:
    """Returns the rows that the champion has wrong and the challenger right."""
    return [
        row
        for row in rows
        if not is_right(row.judged, row.judged.champion) and is_right(row.judged, row.judged.challenger)
    ]


def _vouched(rows: Sequence[Weighed]) -> bool:
    """Returns whether more than one person stands behind rows, or one whose word will do."""
    return any(row.weight >= VOUCHED for row in rows) or len({row.judged.judge for row in rows}) > 1


def _unless_it_turns_answers(one: Challenge, verdict: Verdict) -> Verdict:
    kept = one.kept
    if kept.lost <= max(LEAST_FLIPS, BORNE_FLIPS * kept.n):
        return verdict
    values: dict[str, int | float | str] = {
        "set": kept.name,
        "n": kept.n,
        "won": kept.won,
        "lost": kept.lost,
        "share": kept.negative_flip_rate,
        "margin": BORNE_FLIPS,
    }
    reason = Reason("negative_flips", one.task, False, values)
    return replace(verdict, promote=False, reasons=(*verdict.reasons, reason))
