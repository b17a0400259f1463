"""What a challenger confuses, and how far both models' probabilities can be trusted, as pictures with facts beside.

Each picture comes with a function that returns the numbers in it, for its alternative text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt

from skills.classifiers.gate.comparing import Judged, is_right, said
from skills.classifiers.gate.resampling import BINS, bins_of
from skills.classifiers.heads.calibration import expected_calibration_error
from skills.drawing import figure, fonts, literal, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CLASSES = 25
"""Classes that a confusion matrix shows; of more, those that are confused most."""
_PAIRS = 5
"""Confusions that are named beside the picture."""
_LABEL = 24
"""Columns of a label beside the matrix; a Chinese character takes two."""
_DARK = 0.55
"""From this share on a cell is so dark that its number is white."""
_CHAMPION, _CHALLENGER = "tab:gray", "tab:blue"


@dataclass(frozen=True, slots=True)
class ConfusionWords:
    """What is written into a confusion matrix."""

    title: str = "What the challenger takes texts for"
    wanted: str = "meant"
    said: str = "taken for"
    out_of_scope: str = "out of scope"
    others: str = "others"


@dataclass(frozen=True, slots=True)
class ReliabilityWords:
    """What is written into a reliability diagram."""

    title: str = "How far probabilities can be trusted"
    probability: str = "probability given"
    right: str = "share that was right"
    texts: str = "share of texts"
    champion: str = "champion"
    challenger: str = "challenger"
    perfect: str = "perfect"


@dataclass(frozen=True, slots=True, eq=False)
class _Matrix:
    """How many texts of each class (rows) are taken for each (columns), those of `folded` classes in the last one."""

    classes: list[str | None]
    folded: int
    counts: npt.NDArray[np.intp]


def confusion_picture(
    judged: Sequence[Judged], words: ConfusionWords = ConfusionWords(), most: int = MOST_CLASSES
) -> bytes:
    """Returns what the challenger takes texts for, as a PNG: a row a class meant, a column a class answered.

    Blue is right, orange wrong, the darker the greater its share of the row. Of more than `most` classes the others
    are one row and column. Takes a second; blocking.
    """
    matrix = _matrix(judged, most)
    size = max(1, len(matrix.counts))
    names = [words.out_of_scope if label is None else label for label in matrix.classes]
    names += [f"{words.others} ({matrix.folded})"] if matrix.folded else []
    side = 7.0 if size <= 12 else 10.0
    with fonts():
        drawn = figure(side + 1, side)
        axes = drawn.subplots()
        axes.imshow(_colours(matrix.counts, matrix.folded), aspect="auto")
        letters = 14.0 if size <= 5 else 10.0 if size <= 12 else 9.0
        _write_counts(axes, matrix.counts, letters)
        labels = [literal(_cut(name, _LABEL)) for name in names]
        axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", rotation_mode="anchor", fontsize=letters)
        axes.set_yticks(range(len(labels)), labels, fontsize=letters)
        axes.set_xlabel(literal(words.said), fontsize=12)
        axes.set_ylabel(literal(words.wanted), fontsize=12)
        axes.set_title(literal(words.title), fontsize=14)
        axes.set_xticks(np.arange(size + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(size + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="0.9", linewidth=0.8)
        axes.tick_params(which="both", length=0)
        return png(drawn)


def confusion_facts(judged: Sequence[Judged], most: int = MOST_CLASSES) -> dict[str, Any]:
    """Returns the numbers of `confusion_picture`.

    `n` texts, of which `right`; the `classes` shown (None: out of scope) and how many are `folded`; `confused`, the
    commonest mistakes, as dicts of `label`, `said` and `n`.
    """
    matrix = _matrix(judged, most)
    mistakes: dict[tuple[str | None, str | None], int] = {}
    for one in judged:
        if not is_right(one, one.challenger):
            pair = one.label, said(one.challenger)
            mistakes[pair] = mistakes.get(pair, 0) + 1
    ordered = sorted(mistakes.items(), key=lambda item: (-item[1], [label or "" for label in item[0]]))
    return {
        "n": len(judged),
        "right": len(judged) - sum(mistakes.values()),
        "classes": matrix.classes,
        "folded": matrix.folded,
        "confused": [{"label": label, "said": answer, "n": n} for (label, answer), n in ordered[:_PAIRS]],
    }


def reliability_picture(judged: Sequence[Judged], words: ReliabilityWords = ReliabilityWords()) -> bytes:
    """Returns both models' reliability diagram (Niculescu-Mizil & Caruana 2005) over texts in scope, as a PNG.

    Above stands the share of right labels by probability, in 15 bins of equal width, below the share of the texts in
    each. Takes a second; blocking.
    """
    facts = reliability_facts(judged)
    with fonts():
        drawn = figure(8.0, 7.0)
        upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        upper.plot([0, 1], [0, 1], color="0.6", linestyle=":", label=literal(words.perfect))
        width = 1 / BINS
        for side, name, colour, marker, shift in (
            ("champion", words.champion, _CHAMPION, "s", -0.2),
            ("challenger", words.challenger, _CHALLENGER, "o", 0.2),
        ):
            bins = facts[side]["bins"]
            label = name if facts[side]["ece"] is None else f"{name} (ECE {facts[side]['ece']:.3f})"
            upper.plot(
                [one["probability"] for one in bins],
                [one["right"] for one in bins],
                color=colour,
                marker=marker,
                label=literal(label),
            )
            middles = [(one["low"] + one["high"]) / 2 + shift * width for one in bins]
            lower.bar(middles, [one["n"] / facts["n"] for one in bins], 0.4 * width, color=colour)
        upper.set_xlim(0, 1)
        upper.set_ylim(-0.02, 1.02)
        upper.set_ylabel(literal(words.right), fontsize=12)
        lower.set_ylim(bottom=0)
        lower.set_ylabel(literal(words.texts), fontsize=12)
        lower.set_xlabel(literal(words.probability), fontsize=12)
        for axes in (upper, lower):
            axes.grid(alpha=0.3)
            axes.set_axisbelow(True)
            axes.tick_params(labelsize=11)
        upper.set_title(literal(words.title), fontsize=14)
        drawn.legend(loc="outside lower center", ncols=3, fontsize=11, frameon=False)
        return png(drawn)


def reliability_facts(judged: Sequence[Judged]) -> dict[str, Any]:
    """Returns the numbers of `reliability_picture`.

    `n` texts in scope; for `champion` and `challenger` a dict of `ece` (None without texts) and `bins`, those with
    texts in them, as dicts of `low` and `high` (the edges), `n`, the mean `probability` and the share `right`.
    """
    inside = [one for one in judged if one.label is not None]
    return {
        "n": len(inside),
        "champion": _reliability([(one.champion.probability, one.champion.label == one.label) for one in inside]),
        "challenger": _reliability([(one.challenger.probability, one.challenger.label == one.label) for one in inside]),
    }


def _reliability(answers: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    given = np.array([probability for probability, _ in answers], dtype=np.float64)
    right = np.array([found for _, found in answers], dtype=np.float64)
    place = bins_of(given)
    return {
        "ece": expected_calibration_error(given, right, BINS) if answers else None,
        "bins": [
            {
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "n": int((place == number).sum()),
                "probability": float(given[place == number].mean()),
                "right": float(right[place == number].mean()),
            }
            for number in np.unique(place).tolist()
        ],
    }


def _matrix(judged: Sequence[Judged], most: int) -> _Matrix:
    pairs = [(one.label, said(one.challenger)) for one in judged]
    mistakes: dict[str | None, int] = {}
    for label, answer in pairs:
        for one in (label, answer):
            mistakes[one] = mistakes.get(one, 0) + (label != answer)
    classes = sorted(mistakes, key=lambda label: (-mistakes[label], label is None, label or ""))
    shown = sorted(classes[:most], key=lambda label: (label is None, label or ""))
    places = {label: place for place, label in enumerate(shown)}
    folded = len(classes) - len(shown)
    size = len(shown) + (folded > 0)
    counts = np.zeros((size, size), dtype=np.intp)
    for label, answer in pairs:
        counts[places.get(label, len(shown)), places.get(answer, len(shown))] += 1
    return _Matrix(shown, folded, counts)


def _colours(counts: npt.NDArray[np.intp], folded: int) -> npt.NDArray[np.float64]:
    """Returns the cells' colours, (classes, classes, 4). Where others meet others is neither right nor wrong."""
    from matplotlib import colormaps

    if not len(counts):
        return np.ones((1, 1, 4))
    shares = _shares(counts)
    colours = colormaps["Oranges"](shares)
    diagonal = np.arange(len(counts))
    colours[diagonal, diagonal] = colormaps["Blues"](shares[diagonal, diagonal])
    if folded:
        colours[-1, -1] = colormaps["Greys"](shares[-1, -1])
    colours[counts == 0] = 1.0
    return np.asarray(colours, dtype=np.float64)


def _write_counts(axes: Axes, counts: npt.NDArray[np.intp], letters: float) -> None:
    shares = _shares(counts)
    for row, column in np.argwhere(counts).tolist():
        colour = "white" if shares[row, column] > _DARK else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour, fontsize=letters)


def _shares(counts: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def _cut(text: str, columns: int) -> str:
    """Returns as much of a label as fits; a wide character takes two columns."""
    text = " ".join(text.split())
    used = 0
    for at, letter in enumerate(text):
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > columns:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text
