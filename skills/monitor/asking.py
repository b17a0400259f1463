"""What is said to the bot about opinion in plain words, by mention or direct message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index.tokens import folded
from skills.base import Request
from skills.monitor import commands, listing
from skills.monitor.editing.making import may_change, may_watch
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports.digest import overview
from skills.monitor.speaking import spoken_span, spoken_topic
from skills.monitor.watches.watch import WHOLE, Watch
from skills.reply import Button, Buttons, Note, Paragraph, Part, Reply
from skills.text import Bold

ALERT_DAYS = 7
_SHOWN = 5

_STOP = re.compile(
    r"\b(?:stop|end|quit|cancel|pause|no longer|don't|do not)\b.{0,30}\b(?:watch|follow|monitor|track|listen|alert)"
    r"|停止|别再|不要再|取消监测|暂停"
)
_FOLLOW = r"watch|follow|monitor|track|keep an eye on|look out for|listen (?:to|for|in on)"
_NEW = re.compile(
    rf"^(?:please |can you |could you |start )?(?:{_FOLLOW}|watching|following|monitoring|tracking)\b"
    rf"|\b(?:{_FOLLOW})\b.{{0,60}}\b(?:for (?:me|us)|too|as well|from now on|please)\b"
    r"|(?:帮我|请|开始|想|我要).{0,6}(?:监测|关注|跟踪|盯|监控)"
)
_ALERTS = re.compile(r"\b(?:alert|alarm|warn|surge|spike|incident)\w*|报警|告警|警报|预警|提醒|突增|飙升")


async def answer(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the answer for all who read along."""
    text = folded(request.text)
    watches = await monitoring.watches.all(request.team)
    named = named_in(text, watches)
    doing, _ = commands.command_of(request.text)
    if doing and doing not in ("add", "edit") and (named is not None or doing in ("list", "sources", "compare")):
        return [replace(reply, to="thread") for reply in await commands.run(request, monitoring)]
    if _STOP.search(text) and named is not None:
        return (_stopping(request, named),)
    if not _ALERTS.search(text) and (_NEW.search(text) or not watches):
        return (_beginning(request, watches),)
    if _ALERTS.search(text):
        about = [named] if named is not None else watches
        return (Reply(tuple(await _alerts(request, monitoring, about))),)
    if named is not None or len(watches) == 1:
        return (await overview(request.say, monitoring, named or watches[0], request.place.channel, request.now),)
    return (Reply((*await listing.at_a_glance(request, monitoring), Note(request.say("monitor.say_how")))),)


def named_in(text: str, watches: Sequence[Watch]) -> Watch | None:
    """Returns the watch whose name a text, `folded`, holds; of several the one with the longest."""
    found = [watch for watch in watches if folded(watch.name) in text]
    return max(found, key=lambda watch: len(watch.name), default=None)


def _stopping(request: Request, watch: Watch) -> Reply:
    say = request.say
    if not may_change(request, watch):
        return Reply((Paragraph(say("monitor.not_yours")),))
    buttons = listing.buttons_of(say, watch, request.now)
    kept = tuple(button for button in buttons if button.action in ("monitor.pause", "monitor.mute", "monitor.delete"))
    return Reply((Paragraph(say("monitor.stop_how", name=Bold(watch.name))), Buttons(kept)))


def _beginning(request: Request, watches: Sequence[Watch]) -> Reply:
    say = request.say
    parts: list[Part] = [Paragraph(say("monitor.begin" if watches else "monitor.none"))]
    if may_watch(request):
        parts.append(Buttons((Button(say.label("monitor.button.add"), "monitor.add", style="primary"),)))
    return Reply(tuple(parts))


async def _alerts(request: Request, monitoring: Monitoring, watches: Sequence[Watch]) -> list[Part]:
    """Returns the alerts of the last week, the newest first."""
    say, since = request.say, request.now - timedelta(days=ALERT_DAYS)
    found = [
        (watch, episode)
        for watch in watches
        for episode in await monitoring.episodes.recent(request.team, watch.id, since)
        if episode.told_at is not None
    ]
    if not found:
        return [Paragraph(say("monitor.alerts.none", count=ALERT_DAYS))]
    found.sort(key=lambda pair: -pair[1].opened_at)
    parts: list[Part] = [Paragraph(say("monitor.alerts.title", count=len(found), days=ALERT_DAYS))]
    for watch, episode in found[:_SHOWN]:
        most = max(episode.topics, key=lambda one: (one.topic == WHOLE, one.observed))
        topics = ", ".join(spoken_topic(say, one.topic) for one in episode.topics if one.topic != WHOLE)
        end = episode.closed_at or request.now.timestamp()
        parts.append(
            Paragraph(
                say(
                    "monitor.alerts.over" if episode.outcome else "monitor.alerts.on",
                    name=Bold(watch.name),
                    topics=f" ({topics})" if topics else "",
                    since=datetime.fromtimestamp(episode.since, UTC),
                    span=spoken_span(say, end - episode.since),
                    number=most.observed,
                    expected=round(most.expected, 1),
                )
            )
        )
        parts.append(Buttons((Button(say.label("monitor.button.details"), "monitor.details", episode.id),)))
    return parts
