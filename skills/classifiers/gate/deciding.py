"""Whether a challenger may be promoted: better on new feedback, not worse on golden sets, nothing broken that must not.

In doubt it stays: a figure that is no number is treated as too bad.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from skills.classifiers.gate.comparing import Comparison, Interval, Judged, class_changes, is_right, said
from skills.classifiers.gate.voting import Tally, together, without_each_judge

Key = Literal[
    "better",
    "same",
    "not_better",
    "mended",
    "worse",
    "one_judge",
    "nothing_new",
    "golden",
    "no_golden",
    "macro_f1",
    "negative_flips",
    "per_class",
    "oos_auroc",
    "oos_recall",
    "ece",
    "must",
    "latency",
    "size",
]

_ROUNDING = 1e-9
"""What sums of floats may miss a margin by."""
_JUDGES = 3
"""From so many judges on, being better must not hang on any of them."""


@dataclass(frozen=True, slots=True)
class Margins:
    """What is still no harm, and what counts as better."""

    macro_f1: float = 0.01
    """By how much the macro-F1 of a golden set may fall."""
    negative_flips: float = 0.02
    """The share of a golden set that may be wrong now and was right before. Between versions that only got better,
    learned of honest feedback on CLINC150, 1.1 to 1.6 % of all texts turn."""
    p_flips: float = 0.1
    """Where no more was lost than won, so many may turn as chance would make of that share in one set of ten: two of
    fifty texts, fourteen of five hundred."""
    per_class: float = 0.10
    """By how much the F1 of a class may fall on a golden set."""
    least_of_class: int = 10
    """Classes with fewer texts in a golden set, out of scope among them, are too few to be judged each by itself."""
    oos_auroc: float = 0.01
    """By how much the area under the curve of the scope probability may fall on a golden set."""
    oos_recall: float = 0.03
    """By how much the share of texts out of scope that are refused may fall on a golden set."""
    ece: float = 0.03
    """By how much the expected calibration error may rise on a golden set."""
    least_for_interval: int = 200
    """In golden sets of at least so many texts a figure may not have fallen at all where its paired interval reaches
    beyond twice the margin."""
    latency_ratio: float = 1.5
    """How many times as long a text may take, and `latency_slack` beyond that."""
    latency_slack: float = 1.0
    """Milliseconds that the ratio doesn't count, being noise."""
    megabytes_ratio: float = 2.0
    """How many times as large the version may be on disk, and `megabytes_slack` beyond that."""
    megabytes_slack: float = 10.0
    """Megabytes that the ratio doesn't count, being little."""
    least_new: int = 1
    """So many texts of new feedback there must be, all tasks together."""
    p_better: float = 0.1
    """Better, or worse, on new feedback is what chance would do at most this often (mid-p)."""
    p_without_one: float = 0.25
    """The same for what remains without any one judge. Taking one of twelve away takes a tenth of the texts, and with
    them as much of what chance leaves certain: that the others speak for it all the same, three to one, is enough."""
    per_judge: int = 60
    """So many texts of one judge count in that, in each task. Of ten people who label fifty each all should: with 20,
    three improvements of four on CLINC150 could not be told from chance."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a text takes (milliseconds) and what a version holds (megabytes); None where it wasn't measured."""

    champion_ms: float | None = None
    challenger_ms: float | None = None
    champion_megabytes: float | None = None
    challenger_megabytes: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was found. `good` is False where it forbids the promotion; `task` is '' where it is about all.

    `values` say what it rests on, by key:

    - better, same, worse, one_judge: `set`, `n`, `judges`, `won`, `lost`, `p_better`, `p_worse`, as votes count
    - mended (`decide` gives it not, who knows more may): `n` answers were wrong, `right` of them are right now
    - not_better: `n`; nothing_new: `n`, `least`; no_golden: none
    - golden (nothing wrong with this set): `set`, `n`, `won`, `lost`, and `difference` of the macro-F1
    - macro_f1, oos_auroc, oos_recall, ece: `set`, `n`, `difference`, `low`, `high`, `margin`, and `by`, "point" or
      "interval"
    - negative_flips: `set`, `n`, `won`, `lost`, `share`, `margin`
    - per_class: `set`, `label`, `n`, `champion`, `challenger` (its F1), `margin`; one reason a class
    - must: `text`, `id`, `label`, `said`, one reason a broken text; or `n` where none is
    - latency, size: `champion`, `challenger`, `most`

    A label of '' is out of scope.
    """

    key: Key
    task: str
    good: bool
    values: Mapping[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger may be promoted, and why; `promote` holds where every reason is good.

    `overridable`: an admin may promote it all the same. Never so where an example that must not break is broken.
    """

    promote: bool
    overridable: bool
    reasons: tuple[Reason, ...]


def decide(
    new: Sequence[Comparison],
    golden: Sequence[Comparison],
    must: Sequence[Judged],
    costs: Costs,
    margins: Margins = Margins(),
) -> Verdict:
    """Returns whether the challenger may take the champion's place.

    `new` are comparisons on feedback that neither model was trained on, `golden` those on sets that stay, one a task
    and set; empty ones count as absent. `must` are the examples that must not break.
    """
    broken = tuple(_broken(must))
    reasons = (
        *broken,
        *([Reason("must", "", True, {"n": len(must)})] if must and not broken else ()),
        *_on_new([one for one in new if one.n], margins),
        *_on_golden([one for one in golden if one.n], margins),
        *_on_costs(costs, margins),
    )
    return Verdict(all(reason.good for reason in reasons), not broken, reasons)


def _broken(must: Sequence[Judged]) -> Iterator[Reason]:
    for one in must:
        if not is_right(one, one.challenger):
            values = {"text": one.text, "id": one.id, "label": one.label or "", "said": said(one.challenger) or ""}
            yield Reason("must", one.task, False, values)


def _on_new(comparisons: Sequence[Comparison], margins: Margins) -> list[Reason]:
    texts = sum(one.n for one in comparisons)
    if texts < max(1, margins.least_new):
        return [Reason("nothing_new", "", False, {"n": texts, "least": margins.least_new})]
    keys = [_how(one, margins) for one in comparisons]
    if "better" in keys:
        # What hangs on one judge is an obstacle only where nothing else speaks for the challenger.
        keys = ["same" if key == "one_judge" else key for key in keys]
    reasons = [
        Reason(key, one.task, key in ("better", "same"), _votes(one, margins))
        for key, one in zip(keys, comparisons, strict=True)
    ]
    if not {"better", "one_judge"} & set(keys):
        reasons.append(Reason("not_better", "", False, {"n": texts}))
    return reasons


def _how(comparison: Comparison, margins: Margins) -> Literal["better", "same", "worse", "one_judge"]:
    tally = _counted(comparison, margins)
    if tally.p_worse <= margins.p_better:
        return "worse"
    if not tally.p_better <= margins.p_better:
        return "same"
    others = without_each_judge(comparison.ballots, margins.per_judge)
    if len(others) >= _JUDGES and not all(other.p_better <= margins.p_without_one for other in others):
        return "one_judge"
    return "better"


def _counted(comparison: Comparison, margins: Margins) -> Tally:
    return together([ballot.tally(margins.per_judge) for ballot in comparison.ballots])


def _votes(comparison: Comparison, margins: Margins) -> dict[str, int | float | str]:
    tally = _counted(comparison, margins)
    return {
        "set": comparison.name,
        "n": comparison.n,
        "judges": sum(ballot.named for ballot in comparison.ballots),
        "won": tally.won,
        "lost": tally.lost,
        "p_better": tally.p_better,
        "p_worse": tally.p_worse,
    }


def _on_golden(comparisons: Sequence[Comparison], margins: Margins) -> list[Reason]:
    reasons = [] if comparisons else [Reason("no_golden", "", True, {})]
    for one in comparisons:
        harm = [*_lower_figures(one, margins), *_flips(one, margins), *_worse_classes(one, margins)]
        macro_f1 = one.differences.macro_f1
        values: dict[str, int | float | str] = {"set": one.name, "n": one.n, "won": one.won, "lost": one.lost}
        if macro_f1 is not None:
            values["difference"] = macro_f1.value
        reasons += harm or [Reason("golden", one.task, True, values)]
    return reasons


def _lower_figures(comparison: Comparison, margins: Margins) -> Iterator[Reason]:
    differences = comparison.differences
    figures: tuple[tuple[Key, Interval | None, float], ...] = (
        ("macro_f1", differences.macro_f1, margins.macro_f1),
        ("oos_auroc", differences.oos_auroc, margins.oos_auroc),
        ("oos_recall", differences.oos_recall, margins.oos_recall),
        ("ece", differences.ece, margins.ece),
    )
    for key, difference, margin in figures:
        outside = next((one.n for one in comparison.champion.classes if one.label is None), 0)
        if difference is None or (key in ("oos_auroc", "oos_recall") and outside < margins.least_of_class):
            continue
        # Of the calibration error, which is better when it is lower, the other end counts.
        gain, least = (-difference.value, -difference.high) if key == "ece" else (difference.value, difference.low)
        by = ""
        if not gain >= -margin - _ROUNDING:
            by = "point"
        elif comparison.n >= margins.least_for_interval and gain < 0 and not least >= -2 * margin - _ROUNDING:
            by = "interval"
        if by:
            values = {"difference": difference.value, "low": difference.low, "high": difference.high, "margin": margin}
            yield Reason(key, comparison.task, False, {"set": comparison.name, "n": comparison.n, **values, "by": by})


def _flips(comparison: Comparison, margins: Margins) -> Iterator[Reason]:
    from scipy.stats import binom

    borne = comparison.n * margins.negative_flips + _ROUNDING
    if comparison.lost <= comparison.won:
        borne = max(borne, float(binom.isf(margins.p_flips, comparison.n, margins.negative_flips)))
    if comparison.lost > borne:
        yield Reason(
            "negative_flips",
            comparison.task,
            False,
            {
                "set": comparison.name,
                "n": comparison.n,
                "won": comparison.won,
                "lost": comparison.lost,
                "share": comparison.negative_flip_rate,
                "margin": margins.negative_flips,
            },
        )


def _worse_classes(comparison: Comparison, margins: Margins) -> Iterator[Reason]:
    for change in class_changes(comparison.champion, comparison.challenger):
        if change.n >= margins.least_of_class and change.champion - change.challenger > margins.per_class + _ROUNDING:
            yield Reason(
                "per_class",
                comparison.task,
                False,
                {
                    "set": comparison.name,
                    "label": change.label or "",
                    "n": change.n,
                    "champion": change.champion,
                    "challenger": change.challenger,
                    "margin": margins.per_class,
                },
            )


def _on_costs(costs: Costs, margins: Margins) -> Iterator[Reason]:
    kinds: tuple[tuple[Key, float | None, float | None, float, float], ...] = (
        ("latency", costs.champion_ms, costs.challenger_ms, margins.latency_ratio, margins.latency_slack),
        (
            "size",
            costs.champion_megabytes,
            costs.challenger_megabytes,
            margins.megabytes_ratio,
            margins.megabytes_slack,
        ),
    )
    for key, champion, challenger, ratio, slack in kinds:
        if champion is not None and challenger is not None:
            most = champion * ratio + slack
            yield Reason(key, "", challenger <= most, {"champion": champion, "challenger": challenger, "most": most})
