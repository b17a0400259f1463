"""What the buttons "More results" and "Show passage" show, to the one who presses them."""

from __future__ import annotations

from collections.abc import Sequence

from index import reading
from skills.base import Request, Services
from skills.knowledge.answering import remembered, remembered_ids, sources
from skills.knowledge.questions import question_of
from skills.knowledge.quoting import answering_spans, quote, tidy
from skills.reply import Button, Buttons, Form, Paragraph, Part, Quote, Reply, to_asker

_SHOWN_CHARACTERS = 2_500
"""Of one passage with its surroundings, in a modal."""


async def more_results(request: Request, services: Services) -> Sequence[Reply]:
    """Returns the next best passages, for the presser alone and as far as the presser may read them."""
    memory = request.answer.memory if request.answer else {}
    question = question_of(request.answer.question) if request.answer else ""
    say = request.say
    audience = await services.audience(request)
    hits = await reading.passages(services.sessions, request.team, remembered_ids(memory, "more"), audience)
    if not hits:
        return to_asker(say("knowledge.no_more"))
    parts: list[Part] = [Paragraph(say("knowledge.more_found"))]
    for number, hit in enumerate(hits, start=len(remembered(memory)) + 1):
        parts += [sources([hit], first=number), Quote(quote(hit.text, answering_spans(hit, question)))]
    shown = ",".join(str(hit.passage_id) for hit in hits)
    parts.append(Buttons((Button(say.label("knowledge.show_passage"), "knowledge.passage", value=shown),)))
    return (Reply(tuple(parts), to="asker"),)


async def passage_form(request: Request, services: Services) -> Form:
    """Returns a modal with the answer's passages in their surroundings, as far as the presser may read them."""
    say = request.say
    ids = [int(id) for id in request.value.split(",") if id.isdigit()]
    audience = await services.audience(request)
    hits = await reading.passages(services.sessions, request.team, ids, audience)
    parts: list[Part] = []
    for number, hit in enumerate(hits, start=1):
        surroundings = await reading.surroundings(services.sessions, request.team, hit.passage_id, audience)
        parts += [sources([hit], first=number), Quote(tidy(surroundings)[:_SHOWN_CHARACTERS])]
    if not hits:
        parts.append(Paragraph(say("knowledge.passage_gone")))
    return Form("knowledge.passage", say.label("knowledge.passage_title"), tuple(parts))
