"""What people press on a card: the first press counts, for everybody."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request, Services
from skills.classifiers.feedback.reviewing import may_review
from skills.learning.asking import rows
from skills.learning.asking.posting import refresh, show
from skills.learning.asking.showing import OTHER, SKIP, names_of, others_form
from skills.learning.asking.tables import CardRow
from skills.learning.labels import labels_of
from skills.reply import Form, Reply, to_asker
from skills.text import Bold, PersonRef, Text


async def form(request: Request, services: Services) -> Form | None:
    """Returns the modal in which another label is chosen; None where there is nothing to settle for who asks."""
    card = await rows.get(services.sessions, request.team, request.value)
    if card is None or card.state != "open" or not may_review(request.person, services):
        return None
    row = await rows.example_of(services.sessions, card)
    if row is None or row.state != "open":
        return None
    return others_form(card, row, await names_of(services.sessions, request.team, row.task, request.say))


async def press(request: Request, services: Services) -> Sequence[Reply]:
    """Settles a card, which then says who decided what; whoever may not, or comes late, is told so alone."""
    say, sessions, team = request.say, services.sessions, request.team
    if not may_review(request.person, services):
        return to_asker(say("learning.ask.not_allowed"))
    id, _, label = request.value.partition("|")
    card = await rows.get(sessions, team, id)
    if card is None:
        return to_asker(say("learning.ask.gone"))
    row = await rows.example_of(sessions, card)
    if request.kind == "form":
        label = str(request.values.get("label") or "")
    if request.name == OTHER and not label:
        # The modal did not open: somebody was faster.
        await refresh(team, services)
        return to_asker(await _late(await rows.get(sessions, team, id) or card, request, services))
    wanted = None if request.name == SKIP else label
    if wanted is not None and row is not None and wanted not in await labels_of(sessions, team, row.task):
        return to_asker(say("learning.ask.no_label", label=Bold(label)))
    after = await rows.settle(sessions, card, rows.Press(request.person.id, wanted, request.now.timestamp()))
    if after is None:
        return to_asker(say("learning.ask.gone"))
    await show(after, services)
    if (after.by, after.label) == (request.person.id, wanted):
        return ()
    return to_asker(await _late(after, request, services))


async def _late(card: CardRow, request: Request, services: Services) -> Text:
    """Returns what is said to whoever presses a card that is settled."""
    say = request.say
    if card.state == "gone" or not card.by:
        return say("learning.ask.gone")
    if card.state == "skipped":
        return say("learning.ask.late_skipped", person=PersonRef(card.by))
    row = await rows.example_of(services.sessions, card)
    if card.label is None or row is None:
        return say("learning.ask.late_dropped", person=PersonRef(card.by))
    names = await names_of(services.sessions, card.team, row.task, say)
    return say("learning.ask.late", person=PersonRef(card.by), label=Bold(names.of(card.label)))
