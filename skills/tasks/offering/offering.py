"""A request that was noticed, offered as a task to who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skills.base import Message, Place, Request
from skills.reply import Button, Buttons, Form, Json, Paragraph, Reply
from skills.tasks import actions, shortcut
from skills.tasks.noticing.noticing import Noticing
from skills.tasks.teamwork import Teamwork

SHOWN = 120
"""Characters of the request that the offer repeats."""


async def hear(team: str, place: Place, message: Mapping[str, Json], teamwork: Teamwork, noticing: Noticing) -> None:
    """Offers the writer of a message to make a task of it, where the channel agreed and it is a request."""
    author, text, ts = (str(message.get(name) or "") for name in ("user", "words", "ts"))
    if place.kind == "dm" or not author or not ts or message.get("subtype") or message.get("bot_id"):
        return
    if not await teamwork.offers.are_wanted(team, place.channel) or not await noticing.notices(text):
        return
    thread = place.thread or ts
    if not await teamwork.offers.take(team, place.channel, thread, teamwork.now):
        return
    services = teamwork.services
    say = services.speaking_to(await services.person(team, author))
    about = Paragraph(say("tasks.offer", text=text[:SHOWN] + ("…" if len(text) > SHOWN else "")))
    steps = Buttons(
        (
            Button(say.label("tasks.button.offer"), actions.OFFER, ts, "primary"),
            Button(say.label("tasks.button.no_offer"), actions.NO_OFFER, ts),
        )
    )
    memory: dict[str, Json] = {"text": text[:3000], "ts": ts, "thread": place.thread, "author": author}
    here = Place(place.channel, place.kind, place.thread)
    await services.post(
        Reply((about, steps), memory=memory), team, here, f"offer:{thread}", skill="tasks", only=author, say=say
    )


async def form(request: Request, teamwork: Teamwork) -> Form | None:
    """Returns the form of the task that was offered."""
    if request.answer is None:
        return None
    memory = request.answer.memory
    message = Message(str(memory["ts"]), "", str(memory["text"]), None, (), str(memory["author"]))
    thread = memory.get("thread")
    place = replace(request.place, thread=str(thread) if thread else None)
    return await shortcut.form(replace(request, message=message, place=place), teamwork)


async def declined(request: Request) -> Sequence[Reply]:
    """Takes the offer away."""
    text = Paragraph(request.say("tasks.offer.declined"))
    return (Reply((text,), to="asker", replaces=request.answer.id if request.answer is not None else None),)
