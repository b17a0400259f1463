"""What is shown while an answer is being made: a status when it takes long, the beginning of the text when it can be.

https://docs.slack.dev/ai/developing-agents, https://docs.slack.dev/reference/methods/chat.startStream
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType

from slack_sdk.web.async_client import AsyncWebClient

from bot.features import Features
from skills.base import Person, Place

STATUS_AFTER_SECONDS = 0.4
"""An answer that comes sooner needs no status."""

STARTS_A_MINUTE = 20
"""chat.startStream is of tier 2: so many calls a minute are promised."""

APPEND_CHARACTERS = 200
"""Text gathers to about this much between two calls."""

APPEND_SECONDS = 0.7

STREAM_CHARACTERS = 11_000
"""Slack takes 12,000 in one stream; the whole answer replaces it in the end."""


def inert(markdown: str, before: str = "") -> str:
    """Returns text of a model such that it can neither ping nor link; `before` is the character that it follows."""
    text = markdown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("](", "] (")
    return f" {text}" if before == "]" and text.startswith("(") else text


class Working:
    """Shows a status in a thread from `STATUS_AFTER_SECONDS` on; `clear` takes it away where no message will."""

    def __init__(self, client: AsyncWebClient, features: Features, place: Place, status: str) -> None:
        self._client = client
        self._features = features
        self._channel = place.channel
        self._thread = place.thread or place.message
        self._status = status
        self._timer: asyncio.TimerHandle | None = None
        self._shown: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Working:
        if self._thread is not None and self._features.has("assistant.threads.setStatus"):
            self._timer = asyncio.get_running_loop().call_later(STATUS_AFTER_SECONDS, self._show)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._shown is not None:
            # The message that follows clears the status; one set after it would stay for two minutes.
            await self._shown

    async def clear(self) -> None:
        """Clears the status, if one was shown."""
        if self._shown is not None:
            await self._set("")

    def _show(self) -> None:
        self._shown = asyncio.create_task(self._set(self._status))

    async def _set(self, status: str) -> object:
        return await self._features.attempt(
            "assistant.threads.setStatus",
            lambda: self._client.assistant_threads_setStatus(
                channel_id=self._channel, thread_ts=self._thread or "", status=status
            ),
        )


class SlackStream:
    """One answer shown while it grows; see `skills.base.Stream`. Nothing is sent before there is text to show."""

    def __init__(self, streams: Streams, team: str, person: Person, place: Place) -> None:
        self._streams = streams
        self._team = team
        self._person = person
        self.channel = place.channel
        self.thread = place.thread or place.message or ""
        self.ts: str | None = None
        self.stopped = False
        self.text = ""
        self._pending = ""
        self._last = ""
        self._sent_at = 0.0
        self._off = False
        self.task: asyncio.Task[object] | None = None

    async def append(self, markdown: str) -> None:
        """Shows more text. Raises `asyncio.CancelledError` when the person pressed stop."""
        if self.stopped:
            raise asyncio.CancelledError
        self.text += markdown
        if self._off or len(self.text) > STREAM_CHARACTERS:
            return
        self._pending += markdown
        if len(self._pending) < APPEND_CHARACTERS and time.monotonic() - self._sent_at < APPEND_SECONDS:
            return
        text, self._pending, self._sent_at = inert(self._pending, self._last), "", time.monotonic()
        self._last = text[-1:]
        if self.ts is None:
            self.ts = await self._streams.start(self, self._team, self._person, text)
            self._off = self.ts is None
        else:
            self._off = not await self._streams.append(self, text)

    async def close(self) -> None:
        """Ends the stream on Slack's side."""
        if self.ts is not None:
            await self._streams.end(self)


class Streams:
    """Opens streams within the rate budget, and stops them when somebody presses stop."""

    def __init__(self, client: AsyncWebClient, features: Features) -> None:
        self._client = client
        self.features = features
        self._starts: deque[float] = deque(maxlen=STARTS_A_MINUTE)
        self._open: dict[tuple[str, str], SlackStream] = {}

    def working(self, place: Place, status: str) -> Working:
        """Returns a context in which `status` is shown when the work takes long."""
        return Working(self._client, self.features, place, status)

    def open(self, team: str, person: Person, place: Place) -> SlackStream | None:
        """Returns a stream into the thread of `place`, or None when none can be had now."""
        now = time.monotonic()
        spent = len(self._starts) == STARTS_A_MINUTE and now - self._starts[0] < 60
        if spent or not self.features.has("chat.startStream") or not (place.thread or place.message):
            return None
        stream = SlackStream(self, team, person, place)
        self._open[stream.channel, stream.thread] = stream
        return stream

    def stop(self, channel: str, thread: str) -> None:
        """Cancels the work on the answer that grows in this thread, if there is one."""
        stream = self._open.get((channel, thread))
        if stream is not None:
            stream.stopped = True
            if stream.task is not None:
                stream.task.cancel()

    def forget(self, stream: SlackStream) -> None:
        """Lets go of a stream whose answer is made."""
        self._open.pop((stream.channel, stream.thread), None)

    async def unfinished(self, place: Place, bot: str) -> list[str]:
        """Returns the ts of our messages below the question in `place` that carry no answer's id.

        Among them is a stream that another process died over: nothing else is sent without the id.
        """
        thread, asked = place.thread or place.message or "", place.message or ""
        page = await self.features.attempt(
            "conversations.replies",
            lambda: self._client.conversations_replies(
                channel=place.channel, ts=thread, oldest=asked, limit=200, include_all_metadata=True
            ),
        )
        return [
            message["ts"]
            for message in (page["messages"] if page else ())
            if message.get("user") == bot and float(message["ts"]) > float(asked) and not message.get("metadata")
        ]

    async def remove(self, channel: str, ts: str) -> None:
        """Deletes the beginning of an answer that is made again."""
        await self.features.attempt("chat.delete", lambda: self._client.chat_delete(channel=channel, ts=ts))

    async def start(self, stream: SlackStream, team: str, person: Person, text: str) -> str | None:
        """Returns the ts of the message in which the stream is shown, or None when Slack won't."""
        self._starts.append(time.monotonic())
        response = await self.features.attempt(
            "chat.startStream",
            lambda: self._client.chat_startStream(
                channel=stream.channel,
                thread_ts=stream.thread,
                markdown_text=text,
                recipient_team_id=team,
                recipient_user_id=person.id,
            ),
        )
        if response is None:
            return None
        await self._session(stream, "processing")
        return str(response["ts"])

    async def append(self, stream: SlackStream, text: str) -> bool:
        """Returns whether Slack took the text."""
        response = await self.features.attempt(
            "chat.appendStream",
            lambda: self._client.chat_appendStream(channel=stream.channel, ts=stream.ts or "", markdown_text=text),
        )
        return response is not None

    async def end(self, stream: SlackStream) -> None:
        """Ends the stream and the session in which the stop button is shown."""
        await self.features.attempt(
            "chat.stopStream", lambda: self._client.chat_stopStream(channel=stream.channel, ts=stream.ts or "")
        )
        await self._session(stream, "active")

    async def _session(self, stream: SlackStream, status: str) -> None:
        await self.features.attempt(
            "agents.sessions.setStatus",
            lambda: self._client.api_call(
                "agents.sessions.setStatus",
                json={"channel_id": stream.channel, "thread_ts": stream.thread, "status": status},
            ),
        )
