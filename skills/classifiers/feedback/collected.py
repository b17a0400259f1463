"""The one way in for labelled examples from people's feedback: masked before anything is stored.

`collect` keeps what somebody made known about a text; `collect_verdict` does so for helpful, not helpful and thumbs.
Nothing is kept of a text whose author opted out of learning, nor of feedback from a person who did
(`skills.classifiers.feedback.opting_out`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Place, Request, Services
from skills.classifiers.features.sketches import SAME, resemblance, sketch
from skills.classifiers.feedback.models import CorrectionRow, ExampleRow, OptOutRow
from skills.masking import mask

Task = Literal["intent", "sentiment", "topic", "priority", "router"]
Source = Literal[
    "helpful",
    "not_helpful",
    "wrong_intent",
    "correction",
    "draft_edit",
    "approve",
    "reject",
    "claim",
    "close",
    "reaction",
    "review",
    "import",
    "asked",
]

WEIGHTS: Mapping[Source, float] = {
    "review": 1.0,
    "import": 1.0,
    "wrong_intent": 0.9,
    "correction": 0.9,
    "approve": 0.8,
    "draft_edit": 0.7,
    "helpful": 0.6,
    "close": 0.5,
    "reaction": 0.5,
    "reject": 0.5,
    "not_helpful": 0.4,
    "claim": 0.3,
    "asked": 0.3,
}
"""How much an example counts when heads are trained, by how deliberate the act was that labelled it."""

ADMINS_WORD = 1.0
"""How much a label counts that an admin has named: as if it had been reviewed."""

CONFIRMING: frozenset[Source] = frozenset({"helpful", "approve", "draft_edit", "close"})
"""Acts that say that the prediction was right, where they name no other label."""

NONE = "none"
"""The label of a text that is none of the task's, as a reviewer names it."""

LONGEST = 4000
"""Characters of a text that are kept."""

RECENT = 200
"""How many of an author's last examples are looked through for near-duplicates."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text as its author wrote it, and what was read in it when it was answered.

    `probability` is the prediction's calibrated one, `margin` how far the second best label stands below it. `place`
    is where the text stands (`place.message`).
    """

    text: str
    author: str
    language: str
    predicted: str | None
    probability: float | None = None
    margin: float | None = None
    task: Task = "intent"
    place: Place | None = None


def sureness(shares: Sequence[float]) -> tuple[float | None, float | None]:
    """Returns the `probability` and `margin` of a `Written` from the labels' shares, the likeliest first."""
    return shares[0] if shares else None, shares[0] - shares[1] if len(shares) > 1 else None


async def collect(
    request: Request, services: Services, written: Written, source: Source, label: str | None = None
) -> str | None:
    """Keeps what `request.person` made known about `written` by `source`, and returns the example's id.

    `label` is the one that was named. Without it the prediction counts as confirmed or, by acts such as `not_helpful`
    and `reject`, as wrong with the right one unknown. Returns None when nothing is learned from one of the two. The
    same request adds an example once; a near-duplicate of what the author had written, with the same label, adds
    none: the first one's id is returned.
    """
    text = (await asyncio.to_thread(mask, written.text)).text[:LONGEST].strip()
    if not text:
        return None
    given = label or (written.predicted if source in CONFIRMING else None)
    id = hashlib.sha256(f"{request.team}\n{request.id}\n{written.task}\n{source}".encode()).hexdigest()[:32]
    now = request.now.timestamp()
    async with services.sessions.begin() as session:
        if await _takes_no_part(session, request.team, written.author, request.person.id):
            return None
        if await session.get(ExampleRow, id) is not None:
            return id
        for like in await _like(session, request.team, written, text):
            if like.given == given:
                like.repeats += 1
                like.weight = max(like.weight, WEIGHTS[source])
                return like.id
            if like.given is None and like.state == "open":
                # "Not helpful", and now which it was: the later word says more.
                _supersede(session, like, request.person.id, now)
        place = written.place
        session.add(
            ExampleRow(
                id=id,
                team=request.team,
                task=written.task,
                text=text,
                language=written.language,
                given=given,
                label=given,
                predicted=written.predicted,
                probability=written.probability,
                margin=written.margin,
                author=written.author,
                judge=request.person.id,
                source=source,
                weight=ADMINS_WORD if label is not None and request.person.is_admin else WEIGHTS[source],
                at=now,
                channel=place.channel if place else None,
                message=place.message if place else None,
                state="open",
                repeats=0,
                held_until=0.0,
            )
        )
    return id


async def collect_verdict(
    request: Request, services: Services, written: Written, verdict: Literal["helpful", "not_helpful"]
) -> str | None:
    """Keeps what a press on helpful or not helpful, or a thumb, says about `written`: see `collect`."""
    if request.name == "reaction":
        return await collect(
            request, services, written, "reaction", written.predicted if verdict == "helpful" else None
        )
    return await collect(request, services, written, verdict)


async def _takes_no_part(session: AsyncSession, team: str, *people: str) -> bool:
    out = select(OptOutRow.person).where(OptOutRow.team == team, OptOutRow.person.in_(people)).limit(1)
    return (await session.scalars(out)).first() is not None


async def _like(session: AsyncSession, team: str, written: Written, text: str) -> list[ExampleRow]:
    """Returns the author's near-duplicates of `text`, the newest first."""
    earlier = (
        select(ExampleRow)
        .where(ExampleRow.team == team, ExampleRow.author == written.author, ExampleRow.task == written.task)
        .where(ExampleRow.state != "dropped")
        .order_by(ExampleRow.at.desc())
        .limit(RECENT)
    )
    own = sketch(text)
    return [row for row in await session.scalars(earlier) if resemblance(own, sketch(row.text)) >= SAME]


def _supersede(session: AsyncSession, row: ExampleRow, person: str, now: float) -> None:
    session.add(
        CorrectionRow(
            team=row.team,
            example=row.id,
            person=person,
            at=now,
            state_before=row.state,
            label_before=row.label,
            state="dropped",
            label=None,
        )
    )
    row.state, row.label = "dropped", None
