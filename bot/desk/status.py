"""`/deskhand status`: how the bot is."""

from __future__ import annotations

from importlib.metadata import version

from bot.services import BotServices
from skills.base import Request
from skills.reply import Fields, Paragraph, Part
from skills.text import Text


async def status_parts(request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns what runs and what waits."""
    say = request.say
    queues = await services.queues(request.team)
    index = await services.library.status(request.team)
    waiting = queues.outbox.get("queued", 0) + queues.outbox.get("sending", 0)
    pairs: list[tuple[Text, Text]] = [
        (say("desk.status.version"), version("deskhand")),
        (say("desk.status.sockets"), say.number(services.sockets())),
        (say("desk.status.working"), say.number(queues.open)),
        (say("desk.status.sending"), say.number(waiting)),
        (say("desk.status.due"), say.number(queues.due)),
        (say("desk.status.lost"), say.number(queues.outbox.get("lost", 0))),
        (say("desk.status.documents"), say.number(index.counts.documents)),
        (say("desk.status.passages"), say.number(index.counts.passages)),
        (say("desk.status.encoders"), ", ".join(encoder.name for encoder in services.library.choice.encoders)),
    ]
    return (Paragraph(say("desk.status.title")), Fields(tuple(pairs)))
