"""Threads that people save to knowledge: indexed for those who can see the channel, removable by who saved them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from index.types import Document, Section
from skills.base import Message, Place, Request, Services
from skills.catalogs import Say
from skills.reply import Button, Buttons, Paragraph, Reply, to_asker
from skills.text import Link

_TITLE = 80
"""Characters of a saved thread's title: the beginning of its first message."""


async def save(request: Request, services: Services) -> Sequence[Reply]:
    """Returns the confirmation, to the person alone, that the thread is now among the documents."""
    message, say = request.message, request.say
    if message is None or not any(text.strip() for _, text in (*message.thread, ("", message.text))):
        return to_asker(say("knowledge.nothing_to_save"))
    document = thread_document(request, message, say)
    await services.library.add(request.team, [document])
    title = Link(document.title, document.link) if document.link else document.title
    visible = say("knowledge.saved_alone" if request.place.kind == "dm" else "knowledge.saved", title=title)
    button = Button(say.label("knowledge.remove"), "knowledge.remove", value=document.key)
    return (Reply((Paragraph(visible), Buttons((button,))), to="asker", memory={"saved": document.key}),)


def thread_document(request: Request, message: Message, say: Say) -> Document:
    """Returns the thread as a document: one section, so that question and answer stand in one passage."""
    root = request.place.thread or message.ts
    said = message.thread or ((message.author, message.text),)
    text = "\n".join(f"{author}: {words.strip()}" for author, words in said if words.strip())
    first = " ".join(next(words for _, words in said if words.strip()).split())
    title = first if len(first) <= _TITLE else f"{first[: _TITLE - 1].rstrip()}…"
    key = _key(request.place.channel, root)
    principal = request.person.id if request.place.kind == "dm" else request.place.channel
    return Document(
        key=key,
        title=title,
        sections=(Section((), text, link=message.permalink),),
        source=message.permalink or key,
        place=say.label("knowledge.saved_place"),
        link=message.permalink,
        author=said[0][0],
        date=datetime.fromtimestamp(float(root), UTC),
        visible_to=frozenset({principal}),
    )


async def remove(request: Request, services: Services) -> Sequence[Reply]:
    """Takes out what the presser saved with the very answer whose button was pressed."""
    answer, say = request.answer, request.say
    key = answer.memory.get("saved") if answer else None
    if answer is None or not isinstance(key, str) or answer.asker != request.person.id:
        return to_asker(say("knowledge.remove_gone"))
    await services.library.remove(request.team, key)
    return (Reply((Paragraph(say("knowledge.removed")),), to="asker", removes=answer.id),)


async def forget(team: str, place: Place, services: Services) -> None:
    """Drops the saved thread that a deleted message was in: its words must not be found any longer."""
    roots = {ts for ts in (place.thread, place.message) if ts}
    for root in roots:
        await services.library.remove(team, _key(place.channel, root))


def _key(channel: str, root: str) -> str:
    """A saved thread's name for ever: a deletion tells channel and time, and no permalink."""
    return f"slack:{channel}/{root}"
