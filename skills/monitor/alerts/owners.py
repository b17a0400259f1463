"""The owners of sources told, once, that one keeps failing, fell silent, or is well again.

Where many fail at once, the first is told at once and the others together: see `digests.bundles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skills.base import Services
from skills.catalogs import Say
from skills.monitor.digests import Bundles
from skills.monitor.sources import Fault
from skills.monitor.sources.events import SourceEvents
from skills.monitor.speaking import spoken_fault
from skills.reply import Button, Buttons, Paragraph, Part, Reply
from skills.text import Bold

MOST = 20
"""Sources that one message names."""


async def tell_owners(services: Services, events: SourceEvents, bundles: Bundles) -> None:
    """Tells what nobody was told yet. What can't be told now is told later."""
    told = []
    for event in await events.untold():
        fault = {"code": event.fault.code, "values": dict(event.fault.values)} if event.fault is not None else None
        told_of = {"owner": event.owner, "name": event.name, "what": event.what, "fault": fault}
        await bundles.add(event.team, f"owner {event.owner}", f"source event {event.id}", told_of)
        told.append(event.id)
    if told:
        await events.told(told, services.clock.now())
    for batch in await bundles.claim():
        owner = await services.person(batch.team, str(batch.records[0]["owner"]))
        place = await services.direct(batch.team, owner.id)
        if place is None:
            continue
        say = services.speaking_to(owner)
        parts: list[Part] = []
        for record in batch.records[:MOST]:
            parts += _parts(say, record)
        if len(batch.records) > MOST:
            parts.append(Paragraph(say("monitor.sources_more", count=len(batch.records) - MOST)))
        parts.append(Buttons((Button(say.label("monitor.button.sources"), "monitor.sources"),)))
        await services.post(Reply(tuple(parts)), batch.team, place, batch.key, skill="monitor", say=say)
        await bundles.done(batch)


def _parts(say: Say, record: Mapping[str, Any]) -> list[Part]:
    parts: list[Part] = [Paragraph(say(f"monitor.source.{record['what']}", name=Bold(str(record["name"]))))]
    fault = record["fault"]
    if fault is not None and record["what"] != "well":
        parts.append(Paragraph(spoken_fault(say, Fault(fault["code"], fault["values"]))))
    return parts
