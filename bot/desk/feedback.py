"""What people thought of answers: a press each, a reason and a comment where they give one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.services import BotServices
from bot.store.models import FeedbackRow
from skills.base import Request
from skills.catalogs import Say
from skills.reply import Choice, Fields, Form, Paragraph, Part, Quote, TextInput

Verdict = Literal["helpful", "not_helpful"]
HELPFUL: Verdict = "helpful"
NOT_HELPFUL: Verdict = "not_helpful"
VERDICTS: Mapping[str, Verdict] = {HELPFUL: HELPFUL, NOT_HELPFUL: NOT_HELPFUL}
REASONS = ("wrong", "outdated", "incomplete", "off_topic", "other")
FORM = "deskhand.feedback"
SUMMARY_DAYS = 30
COMMENTS = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """Feedback of the last `SUMMARY_DAYS` days; `comments` are the newest."""

    verdicts: dict[str, int]
    reasons: dict[str, int]
    comments: Sequence[str]


async def store_verdict(services: BotServices, team: str, answer: str, person: str, verdict: str) -> None:
    """Keeps what a person thought of an answer, in place of what they thought before."""
    key = {"team": team, "answer": answer, "person": person}

    def write(connection: Connection) -> None:
        connection.execute(delete(FeedbackRow).filter_by(**key))
        connection.execute(insert(FeedbackRow).values(**key, verdict=verdict, at=time.time()))

    await services.database.run(write)


async def judge(request: Request, verdict: Verdict, services: BotServices) -> None:
    """Keeps what `request.person` thought of `request.answer`, and tells the skill whose answer it is."""
    answer = request.answer
    if answer is None:
        return
    await store_verdict(services, request.team, answer.id, request.person.id, verdict)
    for skill in services.skills:
        if skill.name == answer.skill:
            await skill.judged(request, verdict, services)


async def drop_verdict(services: BotServices, team: str, answer: str, person: str, verdict: str) -> None:
    """Forgets that a person thought so of an answer."""
    gone = delete(FeedbackRow).filter_by(team=team, answer=answer, person=person, verdict=verdict)
    await services.database.run(lambda connection: connection.execute(gone))


async def store_reason(request: Request, services: BotServices) -> None:
    """Keeps what was wrong with the answer whose id the form carries."""
    comment = request.values.get("comment")
    change = update(FeedbackRow).filter_by(team=request.team, answer=request.value, person=request.person.id)
    values = {"reason": request.values.get("reason"), "comment": comment or None, "at": time.time()}
    await services.database.run(lambda connection: connection.execute(change.values(**values)))


def reason_form(say: Say, answer: str) -> Form:
    """Returns the modal that asks what was wrong."""
    return Form(
        name=FORM,
        title=say.label("desk.feedback.form_title"),
        submit=say.label("desk.feedback.form_submit"),
        state=answer,
        parts=(
            Choice(
                "reason",
                say.label("desk.feedback.reason"),
                tuple((reason, say.label(f"desk.feedback.reason_{reason}")) for reason in REASONS),
            ),
            TextInput("comment", say.label("desk.feedback.comment"), multiline=True, required=False, max_length=2000),
        ),
    )


async def summary_parts(request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns how often answers helped, why others didn't, and the newest comments."""
    say = request.say
    summary = await _summary(request.team, services)
    if not summary.verdicts:
        return (Paragraph(say("desk.feedback.none", count=SUMMARY_DAYS)),)
    pairs = [(say(f"desk.feedback.{verdict}"), say.number(count)) for verdict, count in summary.verdicts.items()]
    pairs += [(say(f"desk.feedback.reason_{reason}"), say.number(count)) for reason, count in summary.reasons.items()]
    title = Paragraph(say("desk.feedback.title", count=SUMMARY_DAYS))
    return (title, Fields(tuple(pairs)), *(Quote(comment) for comment in summary.comments))


async def _summary(team: str, services: BotServices) -> Summary:
    since = time.time() - SUMMARY_DAYS * 86_400

    def read(connection: Connection) -> Summary:
        recent = (FeedbackRow.team == team, FeedbackRow.at > since)
        verdicts = connection.execute(
            select(FeedbackRow.verdict, func.count()).where(*recent).group_by(FeedbackRow.verdict)
        )
        reasons = connection.execute(
            select(FeedbackRow.reason, func.count())
            .where(*recent, FeedbackRow.reason.is_not(None))
            .group_by(FeedbackRow.reason)
        )
        comments = connection.execute(
            select(FeedbackRow.comment)
            .where(*recent, FeedbackRow.comment.is_not(None))
            .order_by(FeedbackRow.at.desc())
            .limit(COMMENTS)
        )
        return Summary(
            {row.verdict: row[1] for row in verdicts},
            {str(row.reason): row[1] for row in reasons},
            [str(comment) for comment in comments.scalars()],
        )

    return await services.database.run(read)
