"""App Home, the suggested prompts, and the one greeting to whoever installed the bot.

https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Outgoing
from bot.desk import DeskSkill
from bot.desk.help import usages
from bot.features import Features
from bot.outgoing import answer_id
from bot.rendering import render_home, render_reply
from bot.rendering.spans import Json
from bot.services import BotServices
from skills.base import Person, Place, Request
from skills.catalogs import Say
from skills.reply import Button, Buttons, Fields, Note, Paragraph, Part, Reply
from skills.text import Bold, ChannelRef, Span, When

log = logging.getLogger("deskhand.home")

GREETING_PAUSE = 600.0

RECENT = 5
"""Answers that App Home lists."""

SEEN = 500
"""So many people's App Home is known as it was published last."""

PROMPTS = ("bot.prompt.help", "bot.prompt.documents", "bot.prompt.status")
"""Suggested when somebody opens the conversation with the bot; Slack shows at most four."""


class Home:
    """Publishes App Home and speaks first, once."""

    def __init__(self, services: BotServices, client: AsyncWebClient, features: Features, version: str) -> None:
        self._services = services
        self._client = client
        self._features = features
        self._version = version
        self._greet_not_before = 0.0
        self._seen: dict[tuple[str, str], Json] = {}
        self._refreshing: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def publish(self, team: str, id: str) -> None:
        """Publishes App Home for one person; a server that has none is left alone."""
        async with self._turns.setdefault((team, id), asyncio.Lock()):
            await self._publish(team, id, await self._view(team, id))

    def refresh(self, team: str, id: str, *, clicked: bool) -> None:
        """Begins to publish App Home again, where it shows something else than it did.

        To be called after what a person did; `clicked` when they did it there. Of others only those are looked at to
        whom this process has shown it.
        """
        if not clicked and (team, id) not in self._seen:
            return
        task = asyncio.create_task(self._refresh(team, id))
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)

    async def _refresh(self, team: str, id: str) -> None:
        try:
            async with self._turns.setdefault((team, id), asyncio.Lock()):
                view = await self._view(team, id)
                if self._seen.get((team, id)) != view:
                    await self._publish(team, id, view)
        except Exception:
            log.exception("App Home was not published again; it is when it is opened next", extra={"person": id})

    async def _view(self, team: str, id: str) -> Json:
        person = await self._services.people.person(team, id)
        say = self._services.catalogs.say(person.locale, person.zone)
        return render_home(await self.parts(team, person, say), say, self._services.clock.now())

    async def _publish(self, team: str, id: str, view: Json) -> None:
        published = self._client.views_publish
        await self._features.attempt("views.publish", lambda: published(user_id=id, view=view))
        self._seen.pop((team, id), None)
        self._seen[team, id] = view
        while len(self._seen) > SEEN:
            self._seen.pop(next(iter(self._seen)))

    async def suggest(self, team: str, id: str, channel: str) -> None:
        """Suggests what to ask in the Messages tab."""
        person = await self._services.people.person(team, id)
        say = self._services.catalogs.say(person.locale, person.zone)
        prompts = [{"title": say.label(key), "message": say.label(f"{key}_message")} for key in PROMPTS]
        await self._features.attempt(
            "assistant.threads.setSuggestedPrompts",
            lambda: self._client.api_call(
                "assistant.threads.setSuggestedPrompts",
                json={"channel_id": channel, "title": say.label("bot.prompt.title"), "prompts": prompts},
            ),
        )

    async def parts(self, team: str, person: Person, say: Say) -> Sequence[Part]:
        """Returns what App Home shows to `person`."""
        return [
            Paragraph((Bold(say.label("bot.home.title")),)),
            Paragraph(say("bot.home.what")),
            *usages(self._services.skills, say),
            Buttons((Button(say.label("bot.home.help"), "deskhand.help"),)),
            *await self._recent(team, person, say),
            *await self._index(team, say),
            *await self._skills(team, person, say),
            *(await self._channels(team, say) if person.is_admin else ()),
            Note(say("bot.home.version", version=self._version)),
        ]

    async def greet(self, team: str) -> None:
        """Sends one direct message with the next steps to whoever installed the bot, if it was never sent.

        Called again and again; where nobody can be greeted it looks again after `GREETING_PAUSE` seconds.
        """
        if time.monotonic() < self._greet_not_before:
            return
        self._greet_not_before = time.monotonic() + GREETING_PAUSE
        if await self._services.people.is_greeted(team):
            self._greet_not_before = math.inf
            return
        person = await self._services.people.first_admin(team)
        if person is None:
            return
        id = answer_id(team, "installed", "greeting")
        channel = await self._services.people.direct_channel(team, person.id)
        if channel is None:
            return
        say = self._services.catalogs.say(person.locale, person.zone)
        steps = [Paragraph(say(f"bot.greeting.step{number}", number=number)) for number in (1, 2, 3)]
        reply = Reply((Paragraph(say("bot.greeting.hello", name=person.name)), *steps))
        payload = render_reply(reply, id, say, self._services.clock.now())
        await self._services.put([Outgoing(id, team, "post", channel, payload, person=person.id)])
        # A crash before this line comes back here, and the outbox knows the id.
        await self._services.people.set_greeted(team, person.id)

    async def _recent(self, team: str, person: Person, say: Say) -> Sequence[Part]:
        answers = await self._services.answers.latest(team, person.id, RECENT, but=DeskSkill.name)
        if not answers:
            return ()
        lines: list[Span] = []
        for answer, at in answers:
            lines += ["\n• " if lines else "• ", answer.question[:150], " · ", When(datetime.fromtimestamp(at, UTC))]
        return (Paragraph((Bold(say.label("bot.home.recent")),)), Paragraph(tuple(lines)))

    async def _index(self, team: str, say: Say) -> Sequence[Part]:
        status = await self._services.library.status(team)
        counts = status.counts
        return (
            Paragraph((Bold(say.label("bot.home.index")),)),
            Fields(
                (
                    (say("bot.home.documents"), say.number(counts.documents)),
                    (say("bot.home.passages"), say.number(counts.passages)),
                )
            ),
        )

    async def _skills(self, team: str, person: Person, say: Say) -> Sequence[Part]:
        services = self._services
        request = Request(
            id="home",
            team=team,
            person=person,
            place=Place("", "dm"),
            say=say,
            now=services.clock.now(),
            kind="action",
            name="home",
        )
        return [part for skill in services.skills for part in await skill.home(request, services)]

    async def _channels(self, team: str, say: Say) -> Sequence[Part]:
        policies = await self._services.policies.all(team)
        title = Paragraph((Bold(say.label("bot.home.channels")),))
        if not policies:
            return (title, Note(say("bot.home.no_channels")))
        pairs = tuple(
            ((ChannelRef(id),), say(f"desk.channel.askers_{policy.askers}" if policy.on else "desk.channel.on_off"))
            for id, policy in sorted(policies.items())
        )
        return (title, Fields(pairs))
