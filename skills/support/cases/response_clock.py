"""The clock of a case: who should have claimed it by now is reminded, then somebody in charge is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from skills.base import Place, Request, Services
from skills.reply import Json, Paragraph, Reply
from skills.support.book.answer_book import AnswerBook
from skills.support.cases import rows as case_rows
from skills.support.cases.models import CaseRow
from skills.support.settings.modes import Settings
from skills.text import PersonRef, spans_of

REMIND = "support.remind"
ESCALATE = "support.escalate"


def claim_by(case: CaseRow, settings: Settings) -> datetime:
    """Returns by when somebody should have claimed a case."""
    return datetime.fromtimestamp(case.opened_at, UTC) + timedelta(seconds=settings.first_response(case.urgent))


async def start(case: CaseRow, settings: Settings, services: Services) -> None:
    """Keeps the two moments at which a case that nobody claimed is looked at, as they are settled now."""
    call_at = case.opened_at + settings.call_after(case.urgent)
    for kind, due in ((REMIND, case.opened_at + settings.first_response(case.urgent)), (ESCALATE, call_at)):
        payload: dict[str, Json] = {"case": case.id, "call_at": call_at}
        moment = datetime.fromtimestamp(due, UTC)
        await services.schedule("support", kind, f"{kind} {case.id}", moment, case.team, payload)


async def ring(request: Request, services: Services, book: AnswerBook, settings: Settings) -> Sequence[Reply]:
    """Posts the reminder in the thread of the case's card, while nobody has claimed it."""
    case = await case_rows.case(services.sessions, request.team, str(request.memory.get("case")))
    if case is None or case.status != "open":
        return ()
    say = request.say.speaking(book.language)
    since = datetime.fromtimestamp(case.opened_at, UTC)
    text = say("support.clock.remind", name=case.about["name"], when=since)
    if request.name == ESCALATE:
        intent = book.intent(case.intent)
        person = await services.in_charge(request.team, intent.owner if intent else None)
        called = (PersonRef(person.id), " ") if person is not None else ()
        words = say("support.clock.escalate", name=case.about["name"], when=since)
        text = (*called, *spans_of(words))
    elif request.now.timestamp() >= _call_at(request, case, settings):
        # The bot was away, or the clock jumped: the call that is due as well says it all.
        return ()
    place = case_place(case)
    key = f"{request.name} {case.id}"
    await services.post(Reply((Paragraph(text),)), request.team, place, key, skill="support", under=case.card, say=say)
    return ()


def _call_at(request: Request, case: CaseRow, settings: Settings) -> float:
    """Returns when somebody in charge is called (epoch seconds), as it was settled when the case was opened."""
    kept = request.memory.get("call_at")
    return float(kept) if isinstance(kept, int | float) else case.opened_at + settings.call_after(case.urgent)


def case_place(case: CaseRow) -> Place:
    """Returns where a case's card stands."""
    return Place(case.card_channel, "channel")
