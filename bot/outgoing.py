"""A skill's replies as what leaves for Slack: which method, to whom, under which id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.delivery import Outgoing
from bot.rendering import render_reply
from skills.base import Answer, Request
from skills.reply import Reply


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, with what Slack needs to be answered.

    `response_url` came with a command or click; `private` is true when the click was on an ephemeral message, which
    can be changed through that URL only. `earlier` are the answers that the question had before it was edited.
    `stream_ts` is the message in which the answer began to be shown.
    """

    request: Request
    response_url: str | None = None
    private: bool = False
    earlier: Sequence[Answer] = ()
    stream_ts: str | None = None


def answer_id(team: str, request: str, number: int | str) -> str:
    """Returns the id of a request's `number`-th answer: the same after a crash, and on every replica."""
    return hashlib.sha256(f"{team}\n{request}\n{number}".encode()).hexdigest()[:32]


def outgoing_of(replies: Sequence[Reply], incoming: Incoming, skill: str) -> list[Outgoing]:
    """Returns what to send for `replies`, in order; of an edited question's earlier answers what is left over goes."""
    earlier = list(incoming.earlier)
    stream_ts = incoming.stream_ts
    out: list[Outgoing] = []
    for number, reply in enumerate(replies):
        one = _outgoing(reply, number, incoming, skill)
        if one.kind == "post" and reply.to == "thread":
            if earlier:
                one = replace(one, kind="update", target=earlier.pop(0).id)
            elif stream_ts:
                one = replace(one, kind="update", payload={**one.payload, "ts": stream_ts})
                stream_ts = None
        out.append(one)
        out.extend(_removals(reply, number, incoming))
    out.extend(deletion(answer, incoming.request.team, incoming.request.id) for answer in earlier)
    return out


def deletion(answer: Answer, team: str, request: str) -> Outgoing:
    """Returns the deletion of a posted answer, asked for by `request`."""
    return Outgoing(
        id=answer_id(team, request, f"delete {answer.id}"),
        team=team,
        kind="delete",
        channel=answer.place.channel,
        payload={},
        thread=answer.place.thread,
        target=answer.id,
    )


def _outgoing(reply: Reply, number: int, incoming: Incoming, skill: str) -> Outgoing:
    request = incoming.request
    place = request.place
    id = answer_id(request.team, request.id, number)
    payload: dict[str, Any] = render_reply(reply, id, request.say, request.now)
    # A command that settled or showed something was no question: its reply keeps nothing to come back to.
    asked = request.kind == "message" or (request.kind == "command" and bool(reply.memory or reply.unanswered))
    made = Outgoing(
        id=id,
        team=request.team,
        kind="post",
        channel=place.channel,
        payload=payload,
        thread=place.thread,
        person=request.person.id,
        skill=skill,
        asker=request.person.id,
        question=request.text if asked else "",
        question_ts=place.message if asked else None,
        memory=reply.memory,
    )
    if reply.replaces is not None:
        if _is_own_private(reply.replaces, incoming):
            return replace(made, kind="respond", payload=_response(incoming, payload) | {"replace_original": True})
        return replace(made, kind="update", target=reply.replaces)
    if reply.to == "channel":
        return replace(made, thread=None)
    if reply.to == "thread":
        return replace(made, thread=place.thread or place.message)
    if request.kind == "command" and incoming.response_url:
        return replace(made, kind="respond", payload=_response(incoming, payload))
    if place.kind == "dm":
        return replace(made, thread=place.thread or place.message)
    if incoming.response_url:
        payload["response_url"] = incoming.response_url
    return replace(made, kind="ephemeral", payload=payload)


def _removals(reply: Reply, number: int, incoming: Incoming) -> Iterator[Outgoing]:
    if reply.removes is None:
        return
    request = incoming.request
    gone = Outgoing(
        id=answer_id(request.team, request.id, f"remove {number}"),
        team=request.team,
        kind="delete",
        channel=request.place.channel,
        payload={},
        thread=request.place.thread,
        target=reply.removes,
    )
    if _is_own_private(reply.removes, incoming):
        yield replace(
            gone,
            kind="respond",
            target=None,
            payload={"response_url": incoming.response_url, "delete_original": True},
        )
    else:
        yield gone


def _is_own_private(answer: str, incoming: Incoming) -> bool:
    """Whether `answer` is the ephemeral message on which this click was made."""
    clicked = incoming.request.answer
    return bool(incoming.private and incoming.response_url and clicked is not None and clicked.id == answer)


def _response(incoming: Incoming, payload: dict[str, Any]) -> dict[str, Any]:
    """The fields of https://docs.slack.dev/interactivity/handling-user-interaction#message_responses."""
    return {
        "response_url": incoming.response_url,
        "response_type": "ephemeral",
        "replace_original": False,
        "text": payload["text"],
        "blocks": payload["blocks"],
    }
