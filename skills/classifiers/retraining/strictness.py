"""How much a challenger refuses: of what people ask no more than the champion, but for a little.

Where to refuse is chosen anew in each training, and the curve by which it is chosen is flat: one version accepts from a
probability of 0.3 on and the next, which is better in every way, from 0.6. People would be refused from one day to the
next what they were answered before. And what a version has learned can't be seen where it refuses more: of the first 30
intents of CLINC150 at random feedback took the accuracy from 0.952 to 0.987 on held-out texts, but from 0.943 to 0.938
with what was refused, which is no reason to promote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.classifiers.heads.head import Head, Prediction
from skills.classifiers.tuning.tuned_head import TunedHead

FEWEST = 50
"""Texts that it takes to tell which share of them is refused."""
MORE = 0.01
"""So much larger the share may be: a desk that began too lax becomes stricter by and by."""


def bearable(champion: Sequence[Prediction], challenger: Sequence[Prediction]) -> float | None:
    """Returns the greatest threshold at which a challenger refuses no larger share of texts than is borne.

    Both are the predictions of the same texts in scope, on which neither was trained, in order. None where the texts
    are too few to tell, or the challenger refuses no more as it is.
    """
    if len(champion) < FEWEST:
        return None
    borne = int(sum(not one.accepted for one in champion) + MORE * len(champion))
    if sum(not one.accepted for one in challenger) <= borne:
        return None
    return sorted(one.in_scope for one in challenger)[borne]


def refusing_below(head: Head | TunedHead, threshold: float) -> Head | TunedHead:
    """Returns the head with another threshold."""
    if isinstance(head, TunedHead):
        return replace(head, frozen=replace(head.frozen, rule=replace(head.frozen.rule, threshold=threshold)))
    return replace(head, rule=replace(head.rule, threshold=threshold))


def read_from(threshold: float, prediction: Prediction) -> Prediction:
    """Returns what a text is taken for where texts are accepted from `threshold` on."""
    return replace(prediction, accepted=prediction.in_scope >= threshold)
