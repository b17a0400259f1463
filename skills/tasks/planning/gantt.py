"""A plan as a Gantt chart, and the data for the words beside it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from skills.fonts import CHINESE
from skills.tasks.planning.plan import Placed, Plan
from skills.tasks.planning.problem import Work

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ONE_A_ROW = 40
"""Up to so many works have a row each; more share a row with all of their worker's."""
MOST_PEOPLE = 25
_COLOURS = {1: "#16325c", 2: "#2f6db3", 3: "#86b3dd", 4: "#ccd9e6"}
_LATE = "#c62828"
_NOW = "#444444"
_DAY = 86400.0
_MOST_DAYS = 16
_BAND = "#f3f5f8"
_DOTS_PER_INCH = 150
_WIDTH = 10.0
_LABEL = 34
"""Columns of a title beside a row; a Chinese character takes two."""
_SMALL, _TINY = 8.0, 6.5


@dataclass(frozen=True, slots=True)
class Words:
    """What is written into the chart, from the catalogs: its title, the four priorities, and three marks."""

    title: str
    priorities: tuple[str, str, str, str]
    late: str
    now: str


@dataclass(frozen=True, slots=True)
class Row:
    """One work as the chart shows it; times are epoch seconds, `late` is seconds behind its due time, or 0."""

    work: int
    title: str
    worker: str
    priority: int
    start: float
    finish: float
    late: float


@dataclass(frozen=True, slots=True)
class Described:
    """What a chart shows: by person the works and the hours from first start to last finish, and what is late.

    `people` are (name, works, first start, last finish), times in epoch seconds; `late` holds the rows that are late,
    the latest first; `hidden` works are in the plan but not in the chart.
    """

    works: int
    people: tuple[tuple[str, int, float, float], ...]
    late: tuple[Row, ...]
    left_out: int
    hidden: int


def rows(
    plan: Plan,
    works: Collection[Work],
    titles: Mapping[int, str],
    names: Mapping[str, str],
    *,
    most_people: int = MOST_PEOPLE,
) -> tuple[Row, ...]:
    """Returns what the chart shows: people by name, the first `most_people` of them, and their works by start."""
    priorities = {work.id: min(max(work.priority, 1), 4) for work in works}
    late = dict(plan.late)

    def row(one: Placed) -> Row:
        title, name = titles.get(one.work, f"#{one.work}"), names.get(one.worker, one.worker)
        return Row(one.work, title, name, priorities[one.work], one.start, one.finish, late.get(one.work, 0.0))

    people = sorted({(names.get(one.worker, one.worker), one.worker) for one in plan.placed})[:most_people]
    return tuple(row(one) for _, id in people for one in plan.placed if one.worker == id)


def described(
    plan: Plan,
    works: Collection[Work],
    titles: Mapping[int, str],
    names: Mapping[str, str],
    *,
    most_people: int = MOST_PEOPLE,
) -> Described:
    """Returns the data for a text that stands for the chart with the same arguments."""
    shown = rows(plan, works, titles, names, most_people=most_people)
    people: dict[str, list[Row]] = {}
    for one in shown:
        people.setdefault(one.worker, []).append(one)
    late = tuple(sorted((one for one in shown if one.late), key=lambda one: (-one.late, one.work)))
    return Described(
        len(shown),
        tuple(
            (name, len(mine), min(r.start for r in mine), max(r.finish for r in mine)) for name, mine in people.items()
        ),
        late,
        len(plan.left_out),
        len(plan.placed) - len(shown),
    )


def gantt(
    plan: Plan,
    works: Collection[Work],
    titles: Mapping[int, str],
    names: Mapping[str, str],
    zone: tzinfo,
    words: Words,
    now: float,
    *,
    most_people: int = MOST_PEOPLE,
) -> bytes:
    """Returns a plan as a PNG: a bar a work by person, darker for higher priority, hatched in red when late.

    Days are those of `zone`; a line marks `now` (epoch seconds). Takes about a second; blocking.
    """
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure

    shown = rows(plan, works, titles, names, most_people=most_people)
    installed = set(font_manager.get_font_names())
    fonts = ["DejaVu Sans", *(font for font in CHINESE if font in installed)]
    with rc_context({"font.family": fonts, "hatch.linewidth": 0.6, "hatch.color": _LATE}):
        lanes = _lanes(shown)
        height = 1.5 + (0.26 if len(shown) <= ONE_A_ROW else 0.42) * (max(lanes, default=-1) + 1)
        figure = Figure(figsize=(_WIDTH, max(2.4, height)), dpi=_DOTS_PER_INCH, layout="constrained")
        axes = figure.subplots()
        _draw_days(axes, shown, zone, now)
        _draw_people(axes, shown, lanes)
        _draw_bars(axes, shown, lanes)
        axes.set_title(_literal(words.title), fontsize=11, loc="left")
        _draw_legend(axes, words)
        written = io.BytesIO()
        figure.savefig(written, format="png")
    return written.getvalue()


def _lanes(shown: Sequence[Row]) -> list[int]:
    """Returns the lane of each row: one each where they are few, else as few a person as don't overlap."""
    if len(shown) <= ONE_A_ROW:
        return list(range(len(shown)))
    lanes: list[int] = []
    person, base, ends = "", 0, [0.0]
    for one in shown:
        if one.worker != person:
            base, ends, person = (base + len(ends) if lanes else 0), [], one.worker
        free = next((at for at, end in enumerate(ends) if end <= one.start), len(ends))
        ends[free : free + 1] = [one.finish]
        lanes.append(base + free)
    return lanes


def _draw_days(axes: Axes, shown: Sequence[Row], zone: tzinfo, now: float) -> None:
    # The classes of matplotlib.dates have no types.
    dates: Any = importlib.import_module("matplotlib.dates")
    begin = min([now, *(one.start for one in shown)]) / _DAY
    end = max([now + _DAY, *(one.finish for one in shown)]) / _DAY
    margin = (end - begin) * 0.01
    axes.set_xlim(begin - margin, end + margin)
    if end - begin <= _MOST_DAYS:
        axes.xaxis.set_major_locator(dates.DayLocator(tz=zone))
    elif end - begin <= 7 * _MOST_DAYS:
        axes.xaxis.set_major_locator(dates.WeekdayLocator(dates.MO, tz=zone))
    else:
        axes.xaxis.set_major_locator(dates.AutoDateLocator(tz=zone))
    axes.xaxis.set_major_formatter(dates.DateFormatter("%m-%d", tz=zone))
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelsize=_SMALL, length=0)
    axes.grid(axis="x", alpha=0.35)
    axes.set_axisbelow(True)
    axes.axvline(now / _DAY, color=_NOW, linestyle="--", linewidth=1.2, zorder=4)
    for side in ("right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_people(axes: Axes, shown: Sequence[Row], lanes: Sequence[int]) -> None:
    """Shades every second person's lanes and writes the names, and titles where each work has its own."""
    spans: dict[str, list[int]] = {}
    for one, lane in zip(shown, lanes, strict=True):
        spans.setdefault(one.worker, []).append(lane)
    for number, taken in enumerate(spans.values()):
        if number % 2 == 0:
            axes.axhspan(min(taken) - 0.5, max(taken) + 0.5, color=_BAND, zorder=0, linewidth=0)
    axes.set_ylim(max(lanes, default=0) + 0.5, -0.5)
    single = len(shown) <= ONE_A_ROW
    if single:
        first = {min(taken): name for name, taken in spans.items()}
        labels = [
            f"{_cut(first[lane], 16)}  ·  {_cut(one.title, _LABEL)}" if lane in first else _cut(one.title, _LABEL)
            for one, lane in zip(shown, lanes, strict=True)
        ]
        axes.set_yticks(lanes, [_literal(label) for label in labels], fontsize=_SMALL)
    else:
        middles = [sum(taken) / len(taken) for taken in spans.values()]
        axes.set_yticks(middles, [_literal(_cut(name, 20)) for name in spans], fontsize=_SMALL)
    axes.tick_params(axis="y", length=0)


def _draw_bars(axes: Axes, shown: Sequence[Row], lanes: Sequence[int]) -> None:
    single = len(shown) <= ONE_A_ROW
    begin, end = axes.get_xlim()
    # So many columns of tiny letters the whole width takes, beside the names.
    columns = 200.0
    for one, lane in zip(shown, lanes, strict=True):
        start, finish = one.start / _DAY, one.finish / _DAY
        axes.barh(
            lane, finish - start, left=start, height=0.72, color=_COLOURS[one.priority], zorder=3,
            edgecolor=_LATE if one.late else "white", linewidth=1.4 if one.late else 0.5,
            hatch="////" if one.late else None,
        )  # fmt: skip
        if not single:
            room = int(columns * (finish - start) / (end - begin)) - 1
            label = f"#{one.work} {one.title}" if room > len(str(one.work)) + 5 else f"#{one.work}"
            if room >= len(str(one.work)) + 1:
                axes.text(
                    start + (finish - start) / 2, lane, _literal(_cut(label, room)), ha="center", va="center",
                    fontsize=_TINY, color="white" if one.priority <= 2 else "black", zorder=5, clip_on=True,
                    bbox={"facecolor": _COLOURS[one.priority], "edgecolor": "none", "pad": 0.6} if one.late else None,
                )  # fmt: skip


def _draw_legend(axes: Axes, words: Words) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Patch | Line2D] = [
        Patch(facecolor=_COLOURS[number], label=_literal(word)) for number, word in enumerate(words.priorities, start=1)
    ]
    marks.append(Patch(facecolor="white", edgecolor=_LATE, hatch="////", label=_literal(words.late)))
    marks.append(Line2D([], [], color=_NOW, linestyle="--", linewidth=1.2, label=_literal(words.now)))
    axes.figure.legend(handles=marks, loc="outside lower center", ncols=6, frameon=False, fontsize=_SMALL)


def _cut(text: str, columns: int) -> str:
    """Returns as much of a text as fits; a wide character takes two columns."""
    text = " ".join(text[: 4 * columns].split())
    used = 0
    for at, letter in enumerate(text):
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > columns:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text


def _literal(text: str) -> str:
    """Returns `text` such that matplotlib reads no formula in it."""
    return text.replace("$", r"\$")
