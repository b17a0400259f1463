"""The owners of sources told, once, that one keeps failing, fell silent, or is well again."""

from __future__ import annotations

from skills.base import Services
from skills.monitor.health.faults import fault_text
from skills.monitor.sources.events import SourceEvent, SourceEvents
from skills.reply import Button, Buttons, Paragraph, Part, Reply
from skills.text import Bold


async def tell_owners(services: Services, events: SourceEvents) -> None:
    """Tells what nobody was told yet. Where a person can't be spoken to alone, the next look tries again."""
    told = [event.id for event in await events.untold() if await _tell(services, event)]
    if told:
        await events.told(told, services.clock.now())


async def _tell(services: Services, event: SourceEvent) -> bool:
    owner = await services.person(event.team, event.owner)
    place = await services.direct(event.team, event.owner)
    if place is None:
        return False
    say = services.speaking_to(owner)
    parts: list[Part] = [Paragraph(say(f"monitor.source.{event.what}", name=Bold(event.name)))]
    if event.fault is not None and event.what != "well":
        parts.append(Paragraph(fault_text(event.fault, say)))
        parts.append(Buttons((Button(say.label("monitor.button.sources"), "monitor.sources"),)))
    await services.post(Reply(tuple(parts)), event.team, place, f"source event {event.id}", skill="monitor", say=say)
    return True
