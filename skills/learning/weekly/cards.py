"""A weekly report as people read it. No text of anybody's is in it: questions are shown on request to reviewers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from statistics import median
from typing import TypeVar

from skills.catalogs import Say
from skills.classifiers.drift.inputs import Apart
from skills.classifiers.drift.outputs import Moved, Surer
from skills.classifiers.feedback.collected import NONE
from skills.learning.cards import ledger_parts
from skills.learning.weekly.drifting import Finding
from skills.learning.weekly.figures import Fared
from skills.learning.weekly.pictures import DayWords, SureWords, days_picture, sure_picture
from skills.learning.weekly.report import Weekly
from skills.learning.weekly.topics import Topic
from skills.reply import Button, Buttons, Fields, Note, Paragraph, Part, Picture, Quote
from skills.support.editing.book_editing import ADD
from skills.support.learning.unanswered import EXAMPLES, Unanswered, material
from skills.text import Bold, Code, Span, Text, spans_of

QUESTIONS = "learning.topic_questions"
"""Shows the questions of a topic to those who may see what people wrote."""

Words = TypeVar("Words", DayWords, SureWords)


async def weekly_parts(weekly: Weekly, say: Say) -> tuple[Part, ...]:
    """Returns the report, its pictures drawn in a thread."""
    week = weekly.week
    title = say("learning.weekly.title", first=week.first, last=week.last)
    parts: list[Part] = [Paragraph((Bold(say.plain(title)),)), Paragraph(_serves(weekly, say))]
    if weekly.figures.week.questions:
        parts += [Fields(_figures(weekly.figures.week, weekly.figures.before, say)), await _days(weekly, say)]
    else:
        parts.append(Paragraph(say("learning.weekly.no_questions")))
    parts += await _drift(weekly, say)
    for number, topic in enumerate(weekly.topics):
        parts += ([Paragraph(say("learning.weekly.topics"))] if number == 0 else []) + _topic(topic, say)
    parts += ledger_parts(weekly.decided, say)
    if weekly.failed:
        parts.append(Paragraph(say("learning.weekly.failed", count=weekly.failed)))
    if weekly.waiting:
        parts.append(Note(say("learning.waiting", count=weekly.waiting)))
    return tuple(parts)


def questions_parts(questions: Sequence[Unanswered], say: Say) -> tuple[Part, ...]:
    """Returns the questions of a topic, those that were forgotten since left out."""
    if not questions:
        return (Paragraph(say("learning.weekly.questions_gone")),)
    return (
        Paragraph(say("learning.weekly.questions")),
        Quote("\n".join(f"• {one.text}" for one in questions)),
    )


def finding_text(finding: Finding, say: Say) -> Text:
    """Returns a change in plain words."""
    tested = finding.tested
    task = say.label(f"learning.{'read' if tested.kind == 'input' else 'task'}.{tested.task}")
    match tested.result:
        case Apart(share=share):
            key = "learning.drift.input_words" if finding.words else "learning.drift.input"
            words = say.label("learning.weekly.comma").join(finding.words)
            return say(key, task=Bold(task), share=say.percent(share), words=words)
        case Surer(threshold=threshold, before=before, now=now):
            key = "learning.drift.less_sure" if now > before else "learning.drift.surer"
            shares = {"before": say.percent(before), "now": say.percent(now), "threshold": say.percent(threshold)}
            return say(key, task=Bold(task), **shares)
        case Moved(labels=labels):
            moved: list[Span] = []
            for label, before, now in labels:
                name = say.label("learning.none") if label == NONE else label
                shares = {"before": say.percent(before), "now": say.percent(now)}
                moved += [say.label("learning.weekly.comma")] if moved else []
                moved += spans_of(say("learning.drift.label", label=Code(name), **shares))
            return say("learning.drift.labels", task=Bold(task), labels=tuple(moved))


def _serves(weekly: Weekly, say: Say) -> Text:
    if not weekly.since:
        return say("learning.versions.starter")
    return say("learning.weekly.serving", version=weekly.serving, day=weekly.week.day_of(weekly.since))


def _figures(week: Fared, before: Fared, say: Say) -> tuple[tuple[Text, Text], ...]:
    pairs: list[tuple[Text, Text]] = [(say("learning.weekly.asked"), _against(week.questions, before.questions, say))]
    for name in ("book", "documents", "handed_over", "not_helpful"):
        now, then = getattr(week, name), getattr(before, name)
        share = say.percent(now / week.questions)
        if before.questions:
            value = say(
                "learning.weekly.share_before", number=now, share=share, before=say.percent(then / before.questions)
            )
        else:
            value = say("learning.weekly.share", number=now, share=share)
        pairs.append((say(f"learning.weekly.{name}"), value))
    return tuple(pairs)


def _against(now: int, before: int, say: Say) -> Text:
    return say("learning.weekly.number_before", number=now, before=before) if before else say.number(now)


async def _days(weekly: Weekly, say: Say) -> Picture:
    week = weekly.figures.week
    marks = _marks(weekly, say)
    png = await asyncio.to_thread(days_picture, weekly.figures.days, marks, _words(DayWords, "days", say))
    alt = say.label(
        "learning.weekly.days_alt",
        number=week.questions,
        answered=week.answered,
        asked_back=week.asked_back,
        handed_over=week.handed_over,
        not_helpful=week.not_helpful,
    )
    began = [say.label("learning.weekly.began", name=name, day=day) for day, name in marks.items()]
    return Picture(png, " ".join([alt, *began]))


def _marks(weekly: Weekly, say: Say) -> Mapping[date, str]:
    """Returns what began to serve on which day; of several a day the last."""
    starter = say.label("learning.weekly.starter")
    shown = {day for day, _ in weekly.figures.days}
    marks = {weekly.week.day_of(one.at): f"v{one.after}" if one.after else starter for one in weekly.changes}
    return {day: name for day, name in marks.items() if day in shown}


async def _drift(weekly: Weekly, say: Say) -> list[Part]:
    drift = weekly.drift
    if not drift.tests:
        return []
    if not drift.findings:
        return [Note(say("learning.drift.none"))]
    lines: list[Span] = []
    for finding in drift.findings:
        lines += ["\n" if lines else "", "• ", *spans_of(finding_text(finding, say))]
    parts: list[Part] = [Paragraph(say("learning.drift.title")), Paragraph(tuple(lines))]
    sure = next((one for one in drift.findings if one.tested.kind == "confidence"), None)
    if sure is not None:
        parts.append(await _sure(sure, say))
    if weekly.changes and any(one.tested.kind != "input" for one in drift.findings):
        parts.append(Note(say("learning.drift.new_version")))
    return parts


async def _sure(finding: Finding, say: Say) -> Picture:
    task = say.label(f"learning.task.{finding.tested.task}")
    words = _words(SureWords, "sure", say, task=task)
    png = await asyncio.to_thread(sure_picture, finding.before, finding.now, words)
    medians = {"now": say.percent(median(finding.now)), "before": say.percent(median(finding.before))}
    return Picture(png, say.label("learning.sure.alt", task=task, **medians))


def _topic(topic: Topic, say: Say) -> list[Part]:
    words = say.label("learning.weekly.comma").join(topic.words)
    name: Span = Code(topic.name) if topic.name else Bold(words or say.label("learning.weekly.nameless"))
    asked = say.label("learning.weekly.asked_times", count=topic.count)
    people = say.label("learning.weekly.people", count=topic.people)
    text = say("learning.weekly.topic", name=name, asked=asked, people=people)
    ids = " ".join(one.id for one in topic.questions[:EXAMPLES])
    return [
        Paragraph(text),
        Buttons(
            (
                Button(say.label("learning.weekly.show_questions"), QUESTIONS, ids),
                Button(say.label("learning.weekly.make_intent"), ADD, material(topic.questions, topic.name)),
            )
        ),
    ]


def _words(kind: type[Words], name: str, say: Say, **arguments: str) -> Words:
    return kind(**{one.name: say.label(f"learning.{name}.{one.name}", **arguments) for one in fields(kind)})
