"""The answer that one person got, posted for everybody in the channel."""

from __future__ import annotations

from collections.abc import Sequence

from index import reading
from skills.base import Answer, Request, Services
from skills.knowledge.answering import Quoted, quoting_parts, remembered
from skills.knowledge.writing import composed_parts
from skills.reply import Feedback, Paragraph, Part, Reply, to_asker


async def share(request: Request, services: Services) -> Sequence[Reply]:
    """Returns the post, when everybody there may read every source of the answer; else why it is not shared."""
    answer = request.answer
    if answer is None or answer.asker != request.person.id:
        return to_asker(request.say("knowledge.share_gone"))
    kept = remembered(answer.memory)
    ids = [id for id, _ in kept]
    own = await reading.passages(services.sessions, request.team, ids, await services.audience(request))
    if not ids or len(own) < len(ids):
        return to_asker(request.say("knowledge.share_gone"))
    readable = await reading.passages(services.sessions, request.team, ids, await services.readers(request))
    if len(readable) < len(ids):
        return to_asker(request.say("knowledge.share_refused"))
    by_id = {hit.passage_id: hit for hit in readable}
    quoted = [Quoted(by_id[id], spans) for id, spans in kept]
    asked = request.say("knowledge.shared", name=request.person.name, question=answer.question)
    parts = (Paragraph(asked), *_words(answer, quoted, request), Feedback())
    in_thread = answer.place.thread is not None
    return (Reply(parts, to="thread" if in_thread else "channel", memory=answer.memory, removes=answer.id),)


def _words(answer: Answer, quoted: Sequence[Quoted], request: Request) -> list[Part]:
    language = str(answer.memory.get("language", ""))
    say = request.say.speaking(language)
    text = answer.memory.get("text")
    if isinstance(text, str):
        return composed_parts(text, tuple(found.hit for found in quoted), say)
    return quoting_parts(quoted, language, say)
