"""Messages and mentions, their edits and deletions.

https://docs.slack.dev/reference/events/message, https://docs.slack.dev/reference/events/app_mention
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery import Outgoing
from bot.handling import Handling
from bot.listeners.requests import Arrival, words_of
from bot.outgoing import Incoming, deletion
from bot.payloads import Acted, place_of_event
from bot.slack_text import mentioned, named_channels, without_mention
from index.types import Turn
from skills.base import Person

Event = Mapping[str, Any]

SPOKEN = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
"""Subtypes that are somebody's words; the others report joins, renamed channels and the like."""

EDIT_SECONDS = 300.0
"""How long after it was asked an edited question is answered again."""


def register(app: AsyncApp) -> None:
    """Registers what listens to messages."""
    app.event("message")(handle_message)
    app.event("app_mention")(handle_message)


def foresee(handling: Handling, team: str, body: Mapping[str, Any]) -> None:
    """Has a question to us encoded while it is still being stored."""
    event = body.get("event")
    if not isinstance(event, Mapping) or event.get("type") not in ("message", "app_mention"):
        return
    text = event.get("text") or ""
    if event.get("subtype") is not None or event.get("bot_id"):
        return
    if event.get("channel_type") == "im" or handling.bot in mentioned(text):
        handling.foresee(words_of(handling.services, team, without_mention(text, handling.bot)))


async def handle_message(event: Event, context: AsyncBoltContext) -> None:
    """Answers what is said to the bot. The two events of one mention are one delivery, so both come here."""
    arrival = Arrival.of(context)
    subtype = event.get("subtype")
    if subtype in SPOKEN:
        arrival.delivery.run(lambda: answer(arrival, event))
    elif subtype == "message_deleted" or _is_tombstone(event):
        arrival.delivery.run(lambda: delete(arrival, event))
    elif subtype == "message_changed" and _is_edit(event):
        arrival.delivery.run(lambda: answer_again(arrival, event))


async def answer(arrival: Arrival, event: Event) -> Sequence[Outgoing]:
    """Returns the answers to a message that is for the bot; skills that listen hear it in any case."""
    words = arrival.words(event.get("text") or "")
    await arrival.handling.hear(arrival.delivery.team, place_of_event(event), {**event, "words": words})
    incoming = await read(arrival, event)
    return () if incoming is None else await arrival.handling.answer(incoming, arrival.delivery)


async def answer_again(arrival: Arrival, event: Event) -> Sequence[Outgoing]:
    """Returns the answers to an edited question, in place of those that it had."""
    message = _inner(event, event["message"])
    earlier = await arrival.handling.services.answers.to_question(
        arrival.delivery.team, event["channel"], message["ts"]
    )
    incoming = await read(arrival, message, asked_before=bool(earlier))
    if incoming is None:
        return ()
    return await arrival.handling.answer(replace(incoming, earlier=earlier), arrival.delivery)


async def delete(arrival: Arrival, event: Event) -> Sequence[Outgoing]:
    """Returns the deletion of a deleted question's answers; what skills kept of the message goes too."""
    handling, team = arrival.handling, arrival.delivery.team
    previous = _inner(event, event.get("previous_message") or {})
    ts = event.get("deleted_ts") or previous["ts"]
    person = previous.get("user") or handling.bot
    place = replace(place_of_event(previous), message=ts)
    await handling.forget(await arrival.request(Acted(person, place), kind="message", addressed=False))
    answers = await handling.services.answers.to_question(team, event["channel"], ts)
    return [deletion(one, team, arrival.delivery.id) for one in answers]


async def read(arrival: Arrival, event: Event, asked_before: bool = False) -> Incoming | None:
    """Returns a message as a request, or None when it is not for the bot, nor a question that it might overhear."""
    handling, team = arrival.handling, arrival.delivery.team
    text = event.get("text") or ""
    others = mentioned(text)
    mentions_us = handling.bot in others
    place = place_of_event(event)
    person = event.get("user") or event.get("bot_id") or ""
    if person == handling.bot or not person:
        return None
    is_bot = bool(event.get("bot_id"))
    if is_bot and not (mentions_us and _bot_name(event) in handling.bots):
        return None
    history: tuple[Turn, ...] | None = None
    if place.thread and place.thread != event.get("ts"):
        history = await handling.services.answers.turns(team, place.channel, place.thread, person, event["ts"])
    follows = history is not None and (not others or mentions_us) and not is_bot
    claimed_by = await handling.claimed_by(team, place)
    # Where people talk to each other in a thread that a skill claims, only a mention is meant for the bot.
    addressed = mentions_us or place.kind == "dm" or (follows and not claimed_by) or asked_before
    # "No, @ben should do it", in a thread that the bot has joined: said to people, and perhaps of what stands there.
    beside = history is not None and not addressed and not claimed_by and not is_bot
    if not addressed and not beside and (others or not claimed_by):
        policy = await handling.services.policies.of(team, place.channel)
        if not policy.overhears or others or place.thread:
            return None
    people = await arrival.people(text)
    request = await arrival.request(
        Acted(person, place),
        kind="message",
        addressed=addressed,
        claimed_by=claimed_by,
        text=arrival.words(without_mention(text, handling.bot)),
        channels=named_channels(text),
        people=people,
        history=history or (),
    )
    if beside:
        concerned = await handling.concerned(request)
        return Incoming(replace(request, claimed_by=concerned)) if concerned else None
    if is_bot:
        # Bots have no profile to look up, and see what every ordinary member sees.
        request = replace(request, person=Person(person, _bot_name(event), request.person.locale, request.person.zone))
    return Incoming(request)


def _inner(event: Event, message: Event) -> Event:
    return {**message, "channel": event["channel"], "channel_type": event.get("channel_type", "")}


def _is_edit(event: Event) -> bool:
    """Whether a person changed their words in time; links that were unfurled change a message too."""
    message, previous = event["message"], event.get("previous_message") or {}
    edited = message.get("edited")
    if not edited or message.get("text") == previous.get("text") or message.get("subtype") not in SPOKEN:
        return False
    return float(edited["ts"]) - float(message["ts"]) <= EDIT_SECONDS


def _is_tombstone(event: Event) -> bool:
    """Whether a message with replies was deleted: Slack leaves a stone in its place."""
    return event.get("subtype") == "message_changed" and event["message"].get("subtype") == "tombstone"


def _bot_name(event: Event) -> str:
    return str((event.get("bot_profile") or {}).get("name") or event.get("username") or "")
