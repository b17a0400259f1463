"""The pictures of a weekly report: how questions fared by the day, and how sure the classifiers were of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from skills.drawing import figure, fonts, literal, png
from skills.learning.weekly.figures import Fared

_BINS = 20
_NAMED = 14
"""Days that have their date below the chart, at most."""
_BEFORE, _NOW = "tab:gray", "tab:blue"


@dataclass(frozen=True, slots=True)
class DayWords:
    """What is written into the picture of the days."""

    title: str
    answered: str
    asked_back: str
    handed_over: str
    not_helpful: str


@dataclass(frozen=True, slots=True)
class SureWords:
    """What is written into the picture of the probabilities."""

    title: str
    probability: str
    texts: str
    before: str
    now: str


def days_picture(days: Sequence[tuple[date, Fared]], marks: Mapping[date, str], words: DayWords) -> bytes:
    """Returns how questions fared by the day as a PNG: bars of what became of them, a line of what was not helpful.

    `marks` are the names of what began to serve, by the day. Takes a second; blocking.
    """
    from matplotlib.ticker import MaxNLocator

    with fonts():
        drawn = figure(8.0, 4.5)
        axes = drawn.subplots()
        places = np.arange(len(days))
        below = np.zeros(len(days))
        for name, colour, counts in (
            (words.answered, "tab:blue", [one.answered for _, one in days]),
            (words.asked_back, "0.75", [one.asked_back for _, one in days]),
            (words.handed_over, "tab:orange", [one.handed_over for _, one in days]),
        ):
            axes.bar(places, counts, 0.8, below, color=colour, label=literal(name))
            below += np.array(counts)
        bad = [one.not_helpful for _, one in days]
        axes.plot(
            places, bad, color="tab:red", marker="o", markersize=4, linewidth=1.5, label=literal(words.not_helpful)
        )
        top = 1.15 * max(1.0, float(below.max()))
        for place, (day, _) in enumerate(days):
            if day in marks:
                axes.axvline(place - 0.5, color="0.3", linestyle="--", linewidth=1)
                # On the side where there is room for it.
                shift, side = (-0.4, "left") if place < len(days) - 5 else (-0.6, "right")
                axes.text(place + shift, 0.98 * top, literal(marks[day]), va="top", ha=side, fontsize=10, color="0.2")
        named = range(len(days) - 1, -1, -max(1, -(-len(days) // _NAMED)))
        axes.set_xticks(list(named), [f"{days[at][0]:%m-%d}" for at in named], rotation=45, ha="right")
        axes.set_title(literal(words.title))
        axes.set_ylim(0, top)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
        drawn.legend(loc="outside lower center", ncols=4, frameon=False)
        return png(drawn)


def sure_picture(before: Sequence[float], now: Sequence[float], words: SureWords) -> bytes:
    """Returns how probabilities are spread, before and now, as a PNG. Takes a second; blocking."""
    edges = np.linspace(0, 1, _BINS + 1)
    with fonts():
        drawn = figure(8.0, 4.0)
        axes = drawn.subplots()
        for name, colour, given, filled in ((words.before, _BEFORE, before, True), (words.now, _NOW, now, False)):
            shares = np.histogram(given, edges)[0] / max(1, len(given))
            axes.stairs(
                shares, edges, color=colour, alpha=0.5 if filled else 1.0, fill=filled, linewidth=2, label=literal(name)
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        axes.set_xlabel(literal(words.probability))
        axes.set_ylabel(literal(words.texts))
        axes.set_title(literal(words.title))
        axes.grid(axis="y", alpha=0.3)
        drawn.legend(loc="outside lower center", ncols=2, frameon=False)
        return png(drawn)
