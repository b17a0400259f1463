"""The verdict on one task: the gate's, and what it can't know of how feedback comes about.

Corrections are of what went wrong alone. So what was asked lately and nobody objected to is looked at beside them:
a version that turns everything like them looks better on them than it is. And where they are few, no part of them can
be kept from training and still tell anything: then it counts that the version gets right what people corrected, as a
mended fault does, if more than one person says so, and nothing else is worse.
"""

from __future__ import annotations

from dataclasses import replace

from skills.classifiers.gate.comparing import is_right
from skills.classifiers.gate.deciding import Reason, Verdict, decide
from skills.classifiers.retraining.challenging import Challenge

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
    verdict = decide([one.new], one.golden, one.must, one.costs)
    obstacles = {reason.key for reason in verdict.reasons if not reason.good}
    if obstacles <= {"not_better", "one_judge"} and obstacles and (mended := _mended(one)) is not None:
        reasons = (mended, *(reason for reason in verdict.reasons if reason.good))
        verdict = replace(verdict, promote=True, reasons=reasons)
    return _unless_it_turns_answers(one, verdict)


def _mended(one: Challenge) -> Reason | None:
    """Returns that what people corrected is right now, where they are few and it is."""
    wrong = [row for row in one.taught if not is_right(row.judged, row.judged.champion)]
    right = [row for row in wrong if is_right(row.judged, row.judged.challenger)]
    lost = [row for row in one.taught if not is_right(row.judged, row.judged.challenger) and row not in wrong]
    vouched = any(row.weight >= VOUCHED for row in right) or len({row.judged.judge for row in right}) > 1
    if not right or lost or not vouched or len(one.taught) >= FEW:
        return None
    if len(right) < MENDED * len(wrong) or one.new.lost > one.new.won:
        return None
    return Reason("mended", one.task, True, {"n": len(wrong), "right": len(right)})


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
