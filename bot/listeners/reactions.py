"""Reactions: a thumb on an answer is feedback too. https://docs.slack.dev/reference/events/reaction_added"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery import Outgoing
from bot.desk.feedback import HELPFUL, NOT_HELPFUL, drop_verdict, judge
from bot.listeners.requests import Arrival
from bot.payloads import Acted
from skills.base import Place

VERDICTS = {
    "+1": HELPFUL,
    "thumbsup": HELPFUL,
    "white_check_mark": HELPFUL,
    "heavy_check_mark": HELPFUL,
    "-1": NOT_HELPFUL,
    "thumbsdown": NOT_HELPFUL,
    "x": NOT_HELPFUL,
}


def register(app: AsyncApp) -> None:
    """Registers what listens to reactions."""
    app.event("reaction_added")(handle_reaction)
    app.event("reaction_removed")(handle_reaction)


async def handle_reaction(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
    """Keeps a thumb on one of our answers as its person's feedback, and takes it back with the thumb."""
    # A skin tone follows the name: `+1::skin-tone-3`.
    verdict = VERDICTS.get(event["reaction"].partition("::")[0])
    item = event["item"]
    if verdict is None or item.get("type") != "message":
        return
    arrival = Arrival.of(context)
    services, team = arrival.handling.services, arrival.delivery.team

    async def work() -> Sequence[Outgoing]:
        answer = await services.answers.said_at(team, item["channel"], item["ts"])
        if answer is not None and event["type"] == "reaction_removed":
            await drop_verdict(services, team, answer, event["user"], verdict)
        elif answer is not None:
            who = Acted(event["user"], Place(item["channel"], "channel"), answer=answer)
            await judge(await arrival.request(who, kind="action", name="reaction", value=verdict), verdict, services)
        return ()

    arrival.delivery.run(work)
