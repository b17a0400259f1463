"""Cards in Slack: posted once, and edited in place so that they stand as their rows do."""

from __future__ import annotations

from skills.base import Place, Services
from skills.catalogs import Say
from skills.classifiers.retraining.learners import INTENT
from skills.learning.asking import rows
from skills.learning.asking.showing import card_parts, names_of
from skills.learning.asking.tables import CardRow
from skills.reply import Reply

SKILL = "learning"


async def refresh(team: str, services: Services) -> int:
    """Brings the cards up to date whose texts were reviewed elsewhere or forgotten; returns how many."""
    changed = await rows.follow(services.sessions, team)
    for card in changed:
        await show(card, services)
    return len(changed)


async def show(card: CardRow, services: Services) -> None:
    """Posts a card, or edits it so that it stands as it does now; each state is said once."""
    is_new = card.state == "open"
    if not is_new and not card.answer:
        # It was settled before anybody saw it.
        return
    row = await rows.example_of(services.sessions, card)
    say = await _speaking(card, services)
    names = await names_of(services.sessions, card.team, row.task if row is not None else INTENT, say)
    key = f"learning card {card.id}" if is_new else f"learning card {card.id} {card.state} {card.bare}"
    answer = await services.post(
        Reply(card_parts(card, row, names), to="channel"),
        card.team,
        Place(card.channel, "dm" if card.person else "channel"),
        key,
        skill=SKILL,
        edits=None if is_new else card.answer,
        say=say,
    )
    if is_new:
        await rows.stands(services.sessions, card, answer)


async def _speaking(card: CardRow, services: Services) -> Say:
    """Returns what speaks the language of whom a card is for; in a channel that of whoever is in charge."""
    person = await services.person(card.team, card.person) if card.person else None
    person = person or await services.in_charge(card.team, None)
    return services.speaking_to(person if person is not None else await services.person(card.team, ""))
