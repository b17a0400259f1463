"""What is wrong with drafts, before any of them is kept."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Person, Request, Services
from skills.tasks.capture.draft import Draft
from skills.text import Text

MOST = 50
"""Tasks that one message makes at most."""
LONGEST = 3000
"""Characters of one request: what is longer is no title, and nobody reads it as notes on a card."""


async def fault_of(drafts: Sequence[Draft], people: dict[str, Person], request: Request) -> Text | None:
    """Returns what is wrong with drafts, as a sentence to who wrote them; None when they can all be kept."""
    say = request.say
    if len(drafts) > MOST:
        return say("tasks.wrong.many", count=len(drafts), most=MOST)
    for draft in drafts:
        if len(draft.title) + len(draft.notes) > LONGEST:
            return say("tasks.wrong.long", count=len(draft.title) + len(draft.notes), most=LONGEST)
        if draft.unknown:
            return say("tasks.wrong.person", name=draft.unknown)
        if not draft.title:
            return say("tasks.wrong.empty")
        person = people.get(draft.person or "")
        if person is not None and person.is_gone:
            return say("tasks.wrong.gone", name=person.name)
        if person is not None and person.is_bot:
            return say("tasks.wrong.bot", name=person.name)
    return None


async def people_of(drafts: Sequence[Draft], team: str, services: Services) -> dict[str, Person]:
    """Returns the people whom drafts name, by id."""
    return {id: await services.person(team, id) for id in dict.fromkeys(one.person for one in drafts) if id}
