"""What passes between the inbox, the listeners and the outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from skills.reply import Json


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say, rendered for Slack, before it is stored in the outbox.

    `id` is the answer's id and makes the effect happen once. `payload` are the arguments of the Slack method that
    `kind` stands for: chat.postMessage, chat.postEphemeral, a response URL (`payload["response_url"]`), chat.update,
    chat.delete, views.publish. `target` is the answer whose message an update or delete concerns, or in whose thread
    a post stands. The rest is the record by which buttons, follow-ups, edits and deletions find the answer again.
    """

    id: str
    team: str
    kind: Literal["post", "ephemeral", "respond", "update", "delete"]
    channel: str
    payload: Mapping[str, Any]
    thread: str | None = None
    person: str | None = None
    target: str | None = None
    skill: str = ""
    asker: str = ""
    question: str = ""
    question_ts: str | None = None
    memory: Mapping[str, Json] = field(default_factory=dict)


class Delivery(Protocol):
    """A stored event, command or click on its way through a Bolt listener (`context["delivery"]`).

    `id` is stable over retries, crashes and replicas. `recovered` is true when an earlier process began it: whatever
    needs Slack's answer within three seconds (opening a modal, say) is over then. A delivery whose listener returns
    without `run` is done.
    """

    id: str
    team: str
    recovered: bool

    def run(self, work: Callable[[], Awaitable[Sequence[Outgoing]]]) -> None:
        """Starts `work` as a task that a graceful stop waits for.

        What it returns is stored in the outbox in the same transaction that marks the delivery done. Deliveries of one
        channel run in the order in which they came. When it raises, the asker alone is told, with a reference id that
        the log has too.
        """
        ...

    def yield_turn(self) -> None:
        """Lets the channel's next delivery begin: called by work that takes long, such as a streamed answer."""
        ...


class Notices(Protocol):
    """What people are told when things go wrong, in their language. Each returns what to send, empty where nobody can
    be told. `body` is the payload as Slack sent it; `delivery` the delivery's id."""

    async def failed(self, delivery: str, team: str, body: Mapping[str, Any], reference: str) -> Sequence[Outgoing]:
        """Tells the asker alone that something went wrong, with the `reference` under which the log has it."""
        ...

    async def given_up(self, delivery: str, team: str, body: Mapping[str, Any]) -> Sequence[Outgoing]:
        """Tells the asker alone that the request was given up after several attempts."""
        ...

    async def refused(self, answer: str, error: str) -> Sequence[Outgoing]:
        """Tells the asker of `answer` that Slack refused it with `error` (`is_archived`, `msg_too_long`)."""
        ...
