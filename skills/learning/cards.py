"""What people see of a training: how far it is, what the gate decided and why, and what to do about it.

The texts that changed are people's own: they are not in the report, which stands in a channel, but shown on request to
those who may review feedback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from skills.catalogs import Say
from skills.classifiers.registry.models import LedgerRow, ShadowRow, VersionRow
from skills.classifiers.registry.versions import GATE, WATCH
from skills.classifiers.retraining.job import Progress
from skills.classifiers.retraining.learners import INTENT
from skills.learning.running import Outcome
from skills.reply import Button, Buttons, Cell, Note, Paragraph, Part, Picture, Quote, Table
from skills.text import Bold, Code, PersonRef, Span, Text, When, spans_of

CANCEL, PROMOTE, KEEP, ROLL_BACK, CHANGED, DIFFERED = (
    f"learning.{name}" for name in ("cancel", "promote", "keep", "roll_back", "changed", "differed")
)

_PERSON = re.compile(r"[UW][A-Z0-9]+")

_WHYS = ("changed", "replaced", "shadow", "must")
"""Why the gate refused what had passed."""

_BAR = 20
_SHOWN = 10


def progress_parts(progress: Progress, run: str, say: Say) -> tuple[Part, ...]:
    """Returns how far a training is, with the button that stops it."""
    filled = round(_BAR * progress.share)
    bar = "█" * filled + "░" * (_BAR - filled)
    phase = say.label(f"learning.phase.{progress.phase}")
    text = say("learning.progress", bar=Code(bar), share=say.percent(progress.share), phase=phase)
    return (Paragraph(text), Buttons((Button(say.label("learning.cancel"), CANCEL, run),)))


def ended_text(outcome: Outcome, say: Say) -> Text:
    """Returns in a sentence how a training ended."""
    match outcome.state:
        case "promoted":
            return say("learning.ended.promoted", version=outcome.version or 0)
        case "refused":
            return say("learning.ended.refused", version=outcome.version or 0)
        case "shadow":
            return say("learning.ended.shadow", version=outcome.version or 0)
        case "cancelled":
            return say("learning.ended.cancelled")
        case "empty" if outcome.fault == "left_out":
            return say("learning.ended.left_out", what=_rules(json.loads(outcome.detail), say))
        case "empty" if not outcome.detail:
            return say("learning.ended.empty")
    return say(f"learning.ended.{outcome.fault or 'crashed'}", detail=outcome.detail or "-")


def report_parts(
    version: int,
    report: Mapping[str, Any],
    pictures: Sequence[Picture],
    say: Say,
    *,
    promoted: bool,
    shadow: ShadowRow | None = None,
) -> tuple[Part, ...]:
    """Returns the report of a version: the decision, what it rests on, pictures, and what an admin can do.

    `shadow` is its shadow period where that runs.
    """
    rows = report["rows"]
    new = int(rows.get("new", 0))
    key = "learning.report.promoted" if promoted else "learning.report.refused"
    decision = say(key, version=version, count=new)
    if shadow is not None:
        decision = say("learning.report.shadow", version=version, count=new, until=_moment(shadow.until))
    parts: list[Part] = [
        Paragraph((Bold(say.label("learning.report.title", version=version)),)),
        Paragraph(decision),
        *(_on_shadow(shadow, report, say) if shadow is not None else ()),
        *reason_parts(report, say),
        Table(*_figures(report, say), say.label("learning.report.figures")),
        *pictures,
        *_left_out(report, say),
        Buttons(tuple(_buttons(version, report, say, promoted=promoted, shadow=shadow is not None))),
    ]
    return tuple(parts)


def _on_shadow(shadow: ShadowRow, report: Mapping[str, Any], say: Say) -> list[Part]:
    """Returns what there is to say about a shadow period that begins."""
    notes = []
    if shadow.replaces is not None:
        notes.append(Note(say("learning.shadow.replaces", version=shadow.version, older=shadow.replaces)))
    if INTENT not in report["serves"]:
        notes.append(Note(say("learning.shadow.nothing", version=shadow.version)))
    return list(notes)


def reason_parts(report: Mapping[str, Any], say: Say) -> list[Part]:
    """Returns why, the obstacles first, each in a line."""
    reasons = sorted(report["verdict"]["reasons"], key=lambda reason: bool(reason["good"]))
    told = [reason for reason in reasons if is_told(reason)]
    lines: list[Span] = []
    for reason in told:
        lines += ["\n" if lines else "", "✓ " if reason["good"] else "✗ ", *spans_of(reason_text(reason, say))]
    return [Paragraph(tuple(lines))] if lines else []


def reason_text(reason: Mapping[str, Any], say: Say) -> Text:
    """Returns one reason in a sentence. No text of anybody's is in it."""
    values = reason["values"]
    key = reason["key"]
    task = say.label(f"learning.task.{reason['task']}") if reason["task"] else ""
    named = say.label(f"learning.set.{values['set']}") if "set" in values else ""
    match key:
        case "better" | "same" | "worse" | "one_judge":
            return say(
                f"learning.reason.{key}",
                task=task,
                count=int(values["n"]),
                won=int(values["won"]),
                lost=int(values["lost"]),
                chance=say.percent(float(values["p_worse" if key == "worse" else "p_better"])),
            )
        case "mended":
            return say("learning.reason.mended", task=task, count=int(values["n"]), right=int(values["right"]))
        case "golden":
            return say("learning.reason.golden", task=task, set=named, count=int(values["n"]))
        case "macro_f1" | "oos_auroc" | "oos_recall" | "ece":
            return say(
                f"learning.reason.{key}",
                task=task,
                set=named,
                points=points(float(values["difference"]), say),
                margin=points(float(values["margin"]), say, signed=False),
            )
        case "negative_flips":
            return say("learning.reason.negative_flips", task=task, set=named, count=int(values["lost"]))
        case "per_class":
            label = values["label"] or say.label("learning.none")
            before, after = (say.percent(float(values[one])) for one in ("champion", "challenger"))
            return say("learning.reason.per_class", task=task, label=Code(label), before=before, after=after)
        case "must":
            if "n" in values:
                return say("learning.reason.must_held", count=int(values["n"]))
            return say("learning.reason.must", task=task, label=Code(values["label"] or say.label("learning.none")))
        case "latency" | "size":
            before, after = (say.number(round(float(values[one]), 1)) for one in ("champion", "challenger"))
            return say(f"learning.reason.{key}", before=before, after=after)
    return say(f"learning.reason.{key}")


def changed_parts(report: Mapping[str, Any], say: Say) -> tuple[Part, ...]:
    """Returns the texts that the version takes for something else than the one before did."""
    parts: list[Part] = []
    for task, of in report["tasks"].items():
        examples = [one for comparison in (of["new"], *of["golden"]) for one in comparison["examples"]]
        for one in examples[:_SHOWN]:
            words = {key: label_text(one[key], say) for key in ("label", "champion", "challenger")}
            text = say("learning.changed", task=say.label(f"learning.task.{task}"), **words)
            parts += [Quote(one["text"]), Note(text)]
    return (
        (Paragraph(say("learning.changed_title")), *parts) if parts else (Paragraph(say("learning.nothing_changed")),)
    )


def versions_parts(
    versions: Sequence[VersionRow],
    serving: int,
    acts: Mapping[int, str],
    lines: Sequence[LedgerRow],
    say: Say,
    shadow: ShadowRow | None = None,
) -> tuple[Part, ...]:
    """Returns which versions there are, which of them serves, and the last decisions.

    `acts` are the last decisions about each version, `shadow` is the shadow period that runs.
    """
    if not versions:
        return (Paragraph(say("learning.versions.none")),)
    columns = tuple(say.label(f"learning.versions.{name}") for name in ("version", "made", "learned", "tasks", "state"))
    rows: list[tuple[Cell, ...]] = []
    for one in versions:
        state = state_of(one, serving, acts)
        tasks = ", ".join(say.label(f"learning.task.{task}") for task in one.tasks)
        new = int(one.report["rows"].get("new", 0))
        made = say.moment(_moment(one.at))
        rows.append((f"v{one.number}", made, new, tasks, say.label(f"learning.state.{state}")))
    now = say("learning.versions.serving", version=serving) if serving else say("learning.versions.starter")
    return (
        Paragraph(now),
        *([Paragraph(shadow_text(shadow, say))] if shadow is not None else ()),
        Table(columns, tuple(rows), say.label("learning.versions.title")),
        *ledger_parts(lines, say),
    )


def shadow_text(shadow: ShadowRow, say: Say) -> Text:
    """Returns which version is in its shadow period, and how long."""
    return say("learning.shadow.runs", version=shadow.version, until=_moment(shadow.until))


def state_of(version: VersionRow, serving: int, decided: Mapping[int, str]) -> str:
    """Returns `serving`, or by the last decisions about each version what became of this one, or is becoming."""
    if version.number == serving:
        return "serving"
    return decided.get(version.number, "promoted" if version.report["verdict"]["promote"] else "refused")


def ledger_parts(lines: Sequence[LedgerRow], say: Say) -> list[Part]:
    """Returns the decisions, the newest first: who, when, what, and why."""
    spans: list[Span] = []
    for line in lines:
        spans += ["\n" if spans else "", When(_moment(line.at)), " · ", *spans_of(who_text(line.who, say)), " · "]
        spans += spans_of(act_text(line, say))
    return [Paragraph((Bold(say.label("learning.ledger")),)), Paragraph(tuple(spans))] if spans else []


def act_text(line: LedgerRow, say: Say) -> Text:
    """Returns what was decided, in a few words."""
    passed = line.act == "refused" and line.why in _WHYS
    key = f"learning.act.refused.{line.why}" if passed else f"learning.act.{line.act}"
    return say(key, version=line.version, after=line.after)


def who_text(who: str, say: Say) -> Text:
    """Returns who decided: the gate or the watch, a person, or the command by which it was done."""
    if who in (GATE, WATCH):
        return say(f"learning.who.{who}")
    return (PersonRef(who) if _PERSON.fullmatch(who) else Code(who),)


def points(share: float, say: Say, *, signed: bool = True) -> str:
    """Returns a difference of shares in percentage points, with one decimal."""
    value = say.number(round(abs(100 * share), 1))
    sign = "" if not signed else "+" if share > 0 else "−" if share < 0 else "±"
    return f"{sign}{value}"


def _figures(report: Mapping[str, Any], say: Say) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Returns the table's columns and rows: one row a task and set."""
    columns = tuple(
        say.label(f"learning.column.{name}") for name in ("set", "texts", "before", "after", "change", "won", "lost")
    )
    rows: list[tuple[Cell, ...]] = []
    for task, of in report["tasks"].items():
        for one in (of["new"], *of["golden"]):
            change = one["differences"]["accuracy"]
            if not one["n"] or change is None:
                continue
            before, after = (one[model]["accuracy"]["value"] for model in ("champion", "challenger"))
            low, high = points(change["low"], say), points(change["high"], say)
            of_set = say.label(f"learning.set.{one['name']}")
            name = f"{say.label(f'learning.task.{task}')} · {of_set}"
            rows.append(
                (
                    name,
                    one["n"],
                    say.percent(before),
                    say.percent(after),
                    say.label("learning.change", points=points(change["value"], say), low=low, high=high),
                    one["won"],
                    one["lost"],
                )
            )
    return columns, tuple(rows)


def _left_out(report: Mapping[str, Any], say: Say) -> list[Part]:
    told = [_rules(report["left_out"], say), *(_note(note, say) for note in report["notes"])]
    what = "; ".join(filter(None, told))
    return [Note(say("learning.left_out", what=what))] if what else []


def _rules(counts: Mapping[str, int], say: Say) -> str:
    """Returns how many examples each rule left out."""
    return "; ".join(say.label(f"learning.left_out.{rule}", count=count) for rule, count in counts.items())


def _note(note: Mapping[str, Any], say: Say) -> str:
    task = say.label(f"learning.task.{note['task']}") if note.get("task") else ""
    labels = ", ".join(note.get("labels", ()))
    return say.label(f"learning.note.{note['key']}", task=task, labels=labels, why=str(note.get("why", "")))


def _buttons(version: int, report: Mapping[str, Any], say: Say, *, promoted: bool, shadow: bool) -> list[Button]:
    changed = Button(say.label("learning.show_changed"), CHANGED, str(version))
    if shadow:
        return [
            changed,
            Button(say.label("learning.promote_now"), PROMOTE, str(version), "primary"),
            Button(say.label("learning.keep_old"), KEEP, str(version), "danger"),
        ]
    if promoted:
        return [changed, Button(say.label("learning.roll_back"), ROLL_BACK, str(version), "danger")]
    buttons = [changed, Button(say.label("learning.keep"), KEEP, str(version))]
    if report["verdict"]["overridable"]:
        buttons.append(Button(say.label("learning.promote"), PROMOTE, str(version), "danger"))
    return buttons


def is_told(reason: Mapping[str, Any]) -> bool:
    """Returns whether a reason says something that people want to know: costs are only told where they are too high."""
    return not (reason["good"] and reason["key"] in ("latency", "size"))


def label_text(label: str | None, say: Say) -> Code:
    """Returns a label as it is shown, that of none of the intents in words."""
    return Code(label if label is not None else say.label("learning.none"))


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
