"""Teaches a `SummedHead` what a team's corrections say, on top of what it knows.

The sets that the shipped heads learned from do not travel with them. So nothing is learned anew: a further part for
each encoder is fitted to what the head gets wrong, its own logits being the offset (as one step of boosting, Friedman,
Greedy Function Approximation, 2001), and is kept small by its penalty. Of texts that nobody corrected it is to make
what the head made of them (Li and Hoiem, Learning without Forgetting, 2016). SciPy is imported here only, when
something is taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import log_softmax, softmax
from skills.classifiers.summed.parts import VectorPart
from skills.classifiers.summed.summed_head import SummedHead, View

TAUGHT = "team."
"""Begins the names of the parts that teams' corrections have added."""

STRENGTH = 4.0
"""Inverse of the L2 penalty: at 4 some three corrections of one kind turn what is like them, one turns itself."""


def teach(
    head: SummedHead,
    texts: Sequence[str],
    labels: Sequence[str | None],
    languages: Sequence[str],
    vectors: Mapping[str, Floats],
    weights: Floats,
) -> SummedHead:
    """Returns `head` with a part for each encoder that makes `texts` likelier to have their `labels`.

    None as a label: to be read as the head reads it already. `vectors` are the encoders' unit rows of all texts,
    float32 (texts, dimensions); `weights` (texts,) say how much each counts. What an earlier teaching added is
    replaced, not added to. Raises ValueError for a label that the head doesn't know.
    """
    untaught = without_teaching(head)
    unknown = sorted({label for label in labels if label is not None} - set(head.labels))
    if unknown:
        raise ValueError(f'the label "{unknown[0]}" is none of {", ".join(head.labels)}')
    places = {label: place for place, label in enumerate(head.labels)}
    corrected = np.array([row for row, label in enumerate(labels) if label is not None], dtype=np.intp)
    target = np.array([places[label] for label in labels if label is not None], dtype=np.intp)
    parts = dict(untaught.parts)
    for name in sorted({part.encoder or "" for part in untaught.parts.values()} & vectors.keys()):
        mean = next(
            part.mean for part in untaught.parts.values() if isinstance(part, VectorPart) and part.encoder == name
        )
        before = _logits(untaught, texts, languages, {name: vectors[name]})
        wanted = softmax(before)
        wanted[corrected] = np.eye(len(places))[target]
        weighed = _fit(centred(vectors[name], mean), wanted, before, weights)
        parts[f"{TAUGHT}{name}"] = VectorPart.linear_only(name, mean, weighed)
    return replace(untaught, parts=parts, views=tuple(_with_teaching(view, untaught, parts) for view in untaught.views))


def without_teaching(head: SummedHead) -> SummedHead:
    """Returns the head as it was before anything was taught."""
    parts = {name: part for name, part in head.parts.items() if not name.startswith(TAUGHT)}
    views = [
        replace(view, shares={name: share for name, share in view.shares.items() if name in parts})
        for view in head.views
    ]
    return replace(head, parts=parts, views=tuple(views))


def _with_teaching(view: View, head: SummedHead, parts: Mapping[str, object]) -> View:
    """Returns the view with the new parts of its encoders, each counting for its share of them."""
    encoders = sorted({name for part in view.shares if (name := head.parts[part].encoder) is not None})
    taught = [f"{TAUGHT}{name}" for name in encoders if f"{TAUGHT}{name}" in parts]
    return replace(view, shares={**view.shares, **{name: round(1.0 / len(taught), 4) for name in taught}})


def _logits(
    head: SummedHead, texts: Sequence[str], languages: Sequence[str], vectors: Mapping[str, Floats]
) -> npt.NDArray[np.float64]:
    """Returns the logarithms of what the head makes of texts, (texts, labels)."""
    logits = np.empty((len(texts), len(head.labels)))
    for language in sorted(set(languages)):
        rows = [row for row, one in enumerate(languages) if one == language]
        read = head.predict_many([texts[row] for row in rows], language, {n: v[rows] for n, v in vectors.items()})
        logits[rows] = np.log([[max(one.scores[label], 1e-9) for label in head.labels] for one in read])
    return logits


def _fit(rows: Floats, wanted: npt.NDArray[np.float64], before: npt.NDArray[np.float64], weights: Floats) -> Floats:
    """Returns weights float32 (labels, dimensions) that, added to the logits `before`, lead to the shares `wanted`.

    Both are (texts, labels).
    """
    from scipy.optimize import minimize

    size, classes = rows.shape[1], before.shape[1]
    dense = rows.astype(np.float64)

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        added = flat.reshape(size, classes)
        logits = before + dense @ added
        missed = -(wanted * log_softmax(logits)).sum(axis=1)
        slope = (softmax(logits) - wanted) * weights[:, None]
        gradient = dense.T @ slope + added / STRENGTH
        return float(weights @ missed) + 0.5 / STRENGTH * float((added * added).sum()), gradient.ravel()

    found = minimize(loss, np.zeros(size * classes), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weighed: Floats = found.reshape(size, classes).T.astype(np.float32)
    return weighed
