"""What the index holds that answers a message: the search of every skill that answers from documents."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from index.fusion import last_user_turn
from index.search import SearchResult
from index.types import Audience
from skills.base import Request, Services
from skills.classifiers.examples import read_utterances
from skills.knowledge.answering import Findings, choose, merged
from skills.knowledge.questions import condensed, question_of
from skills.knowledge.spelling import changes, respelled

EXAMPLES = Path(__file__).parent / "examples.jsonl"
"""What people ask of documents."""

_LIMIT = 16
_PER_DOCUMENT = 5
"""How many passages a search returns, and how many of one document."""

_CLEAR = 0.75
"""Below this confidence a follow-up is looked up a second time, together with the question that it follows."""


async def find(
    request: Request, services: Services, audience: Audience, *, again: bool = True
) -> tuple[Request, Findings]:
    """Returns what `audience` may read about the question, and the request with the vectors that were made.

    A question that finds nothing is tried `again`: a follow-up together with the question that it follows ("and on
    weekends?" says little), any other without the words that only ask, and with its typing errors mended. Each try
    is one more encoder pass.
    """
    question, spoken = question_of(request.text), request.say.language
    before = last_user_turn(request.history)
    result = await services.library.search(
        request.team,
        request.vectors.text if request.vectors else question,
        audience,
        history=request.history,
        limit=_LIMIT,
        vectors=request.vectors,
        per_document=_PER_DOCUMENT,
    )
    request = replace(request, vectors=result.vectors)
    if again and before is not None and result.confidence < _CLEAR:
        result = merged(result, await _look_up(f"{before} {question}", request, services, audience))
    findings = choose(result, question, spoken, before)
    if findings.quoted or not again:
        return request, findings
    if (gist := condensed(question)) is not None:
        found = choose(await _look_up(gist, request, services, audience), question, spoken, before)
        if found.quoted:
            return request, replace(found, by_gist=True)
    titles = await services.library.titles(request.team, audience)
    mended = await respelled(question, titles, _asked())
    if mended is not None:
        found = choose(await _look_up(mended, request, services, audience), mended, spoken, before)
        if found.quoted:
            return request, replace(found, read_as=changes(question, mended))
    return request, findings


async def _look_up(text: str, request: Request, services: Services, audience: Audience) -> SearchResult:
    return await services.library.search(request.team, text, audience, limit=_LIMIT, per_document=_PER_DOCUMENT)


@cache
def _asked() -> frozenset[str]:
    """Returns what people ask, as the examples have it: whole questions full of well-spelled words."""
    return frozenset(utterance.text for utterance in read_utterances(EXAMPLES))
