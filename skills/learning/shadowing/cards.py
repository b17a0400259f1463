"""What people see of a shadow period that is over: what differed in it, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from skills.catalogs import Say
from skills.classifiers.registry.models import LedgerRow, VersionRow
from skills.classifiers.retraining.learners import INTENT
from skills.learning.cards import DIFFERED, PROMOTE, ROLL_BACK, label_text
from skills.learning.shadowing.differences import Differences, Differing
from skills.reply import Button, Buttons, Note, Paragraph, Part, Quote, Table
from skills.text import Bold

_SHOWN = 10


def ended_parts(version: VersionRow, line: LedgerRow, seen: Differences, say: Say) -> tuple[Part, ...]:
    """Returns how a shadow period ended, by the gate's `line` about the version, and what differed in it."""
    number = version.number
    decided = "promoted" if line.act == "promoted" else line.why
    parts: list[Part] = [
        Paragraph((Bold(say.label("learning.shadow.title", version=number)),)),
        Paragraph(say(f"learning.shadow.ended.{decided}", version=number, lost=seen.lost, won=seen.won)),
    ]
    if INTENT not in version.tasks:
        parts.append(Paragraph(say("learning.shadow.nothing_read")))
    elif not seen.n:
        parts.append(Paragraph(say("learning.shadow.nobody_asked")))
    else:
        parts += _differences(seen, say)
    buttons = _buttons(version, decided, seen, say)
    return (*parts, Buttons(tuple(buttons))) if buttons else tuple(parts)


def differed_parts(texts: Sequence[Differing], say: Say) -> tuple[Part, ...]:
    """Returns questions that were taken for something else, and for what."""
    if not texts:
        return (Paragraph(say("learning.shadow.no_texts")),)
    parts: list[Part] = [Paragraph(say("learning.shadow.texts_title"))]
    for text, before, now in texts:
        note = say("learning.shadow.text", before=label_text(before, say), now=label_text(now, say))
        parts += [Quote(text), Note(note)]
    return tuple(parts)


def _differences(seen: Differences, say: Say) -> list[Part]:
    parts: list[Part] = [Paragraph(say("learning.shadow.read", count=seen.n, alike=seen.alike))]
    if seen.spared or seen.missed:
        parts.append(Paragraph(say("learning.shadow.handed_over", spared=seen.spared, missed=seen.missed)))
    if seen.changed:
        columns = tuple(say.label(f"learning.shadow.{name}") for name in ("before", "now", "questions"))
        rows = tuple((_named(before, say), _named(now, say), count) for (before, now), count in seen.changed[:_SHOWN])
        parts.append(Table(columns, rows, say.label("learning.shadow.changed")))
        if (more := len(seen.changed) - _SHOWN) > 0:
            parts.append(Note(say("learning.shadow.more", count=more)))
    return parts


def _named(label: str | None, say: Say) -> str:
    return label if label is not None else say.label("learning.none")


def _buttons(version: VersionRow, decided: str, seen: Differences, say: Say) -> list[Button]:
    number = str(version.number)
    buttons = [Button(say.label("learning.shadow.show"), DIFFERED, number)] if seen.changed else []
    if decided == "promoted":
        buttons.append(Button(say.label("learning.roll_back"), ROLL_BACK, number, "danger"))
    elif decided == "shadow":
        buttons.append(Button(say.label("learning.promote"), PROMOTE, number, "danger"))
    return buttons
