"""`/monitor …` and the same said in a message: which words do what."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from skills.base import Request
from skills.monitor import listing
from skills.monitor.editing.making import may_change
from skills.monitor.editing.trying import tried
from skills.monitor.health.page import sources_page
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports import comparing, figures, report
from skills.monitor.watches.watch import MUTE_HOURS, Watch
from skills.reply import Button, Buttons, Paragraph, Reply, to_asker
from skills.text import Bold, ChannelRef

_WORDS: Mapping[str, str] = {
    "add": "add", "new": "add", "添加": "add", "新建": "add", "新增": "add",
    "list": "list", "列表": "list", "help": "list", "帮助": "list",
    "edit": "edit", "change": "edit", "编辑": "edit", "修改": "edit",
    "pause": "pause", "暂停": "pause",
    "resume": "resume", "恢复": "resume", "继续": "resume",
    "mute": "mute", "静音": "mute", "unmute": "unmute", "取消静音": "unmute",
    "delete": "delete", "remove": "delete", "删除": "delete",
    "test": "test", "测试": "test", "试跑": "test",
    "compare": "compare", "对比": "compare", "比较": "compare",
    "stats": "stats", "统计": "stats",
    "report": "report", "报告": "report",
    "sources": "sources", "来源": "sources",
    "route": "route", "转发": "route",
}  # fmt: skip
MOST_MUTE_HOURS = 24.0 * 14
REPORT_DAYS = 7
_SPAN = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>h|hours?|小时|d|days?|天)?$", re.IGNORECASE)

Doing = Callable[[Request, Monitoring, Watch, str], Awaitable[Sequence[Reply]]]


def command_of(text: str) -> tuple[str, str]:
    """Returns what some words ask for, empty for none of the commands, and what follows."""
    word, _, rest = text.strip().partition(" ")
    return _WORDS.get(word.casefold(), ""), rest.strip()


async def run(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the answer to a command that opens no form."""
    text = request.text.strip()
    doing, rest = command_of(text)
    if not text or doing == "list":
        return await listing.listed(request, monitoring)
    if doing == "add":
        return to_asker(request.say("monitor.not_yours"))
    if doing == "sources":
        return (Reply(await sources_page(request, monitoring), to="asker"),)
    if doing == "compare":
        return await comparing.compared(request, monitoring, rest)
    if not doing:
        return (
            Reply(
                (Paragraph(request.say("monitor.unknown", word=text[:40])), Paragraph(request.say("monitor.help"))),
                to="asker",
            ),
        )
    name, rest = await _named(request, monitoring, rest)
    if name is None:
        return await _which(request, monitoring, rest)
    return await _DOING[doing](request, monitoring, name, rest)


async def press(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the answer to a press on one of the buttons below a watch."""
    watch = await monitoring.watches.get(request.team, request.value)
    if watch is None:
        return to_asker(request.say("monitor.gone"))
    match request.name.removeprefix("monitor."):
        case "pause":
            return await (_resume if watch.paused else _pause)(request, monitoring, watch, "")
        case "mute":
            muted = watch.muted_until is not None and watch.muted_until > request.now.timestamp()
            return await (_unmute if muted else _mute)(request, monitoring, watch, "")
        case "test":
            return await _test(request, monitoring, watch, "")
        case "delete":
            return await _ask_to_delete(request, monitoring, watch, "")
        case "deleted":
            return await _delete(request, monitoring, watch, "")
    return to_asker(request.say("monitor.gone"))


async def _named(request: Request, monitoring: Monitoring, text: str) -> tuple[Watch | None, str]:
    """Returns the watch that a text begins with the name of, and what follows."""
    words = text.strip(".!?。！？ ").split()
    for count in range(len(words), 0, -1):
        watch = await monitoring.watches.called(request.team, " ".join(words[:count]).strip('"“”'))
        if watch is not None:
            return watch, " ".join(words[count:])
    return None, text


async def _which(request: Request, monitoring: Monitoring, text: str) -> Sequence[Reply]:
    watches = await monitoring.watches.all(request.team)
    if not watches:
        return to_asker(request.say("monitor.none"))
    names = ", ".join(watch.name for watch in watches[:10])
    return to_asker(request.say("monitor.which", word=text[:60] or "–", names=names))


async def _pause(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    replies = await _set(request, monitoring, watch, "monitor.paused", paused=True)
    if may_change(request, watch):
        await monitoring.close(watch, request.person.id)
    return replies


async def _resume(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    return await _set(request, monitoring, watch, "monitor.resumed", paused=False)


async def _mute(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    hours = span_hours(rest, MUTE_HOURS, 1.0)
    if hours is None or hours > MOST_MUTE_HOURS:
        return to_asker(request.say("monitor.mute_how", name=watch.name))
    if not may_change(request, watch):
        return to_asker(request.say("monitor.not_yours"))
    until = request.now + timedelta(hours=hours)
    await monitoring.watches.set(request.team, watch.id, muted_until=until.timestamp())
    return to_asker(request.say("monitor.muted", name=Bold(watch.name), until=until))


async def _unmute(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    return await _set(request, monitoring, watch, "monitor.unmuted", muted_until=None)


async def _set(request: Request, monitoring: Monitoring, watch: Watch, key: str, **values: object) -> Sequence[Reply]:
    if not may_change(request, watch):
        return to_asker(request.say("monitor.not_yours"))
    await monitoring.watches.set(request.team, watch.id, **values)
    return to_asker(request.say(key, name=Bold(watch.name)))


async def _ask_to_delete(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    if not may_change(request, watch):
        return to_asker(request.say("monitor.not_yours"))
    button = Button(request.say.label("monitor.button.delete"), "monitor.deleted", watch.id, "danger")
    ask = Paragraph(request.say("monitor.delete_sure", name=Bold(watch.name)))
    return (Reply((ask, Buttons((button,))), to="asker"),)


async def _delete(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    if not may_change(request, watch):
        return to_asker(request.say("monitor.not_yours"))
    await monitoring.close(watch, request.person.id)
    await monitoring.watches.remove(request.team, watch.id)
    return to_asker(request.say("monitor.deleted", name=Bold(watch.name)))


async def _edit(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    # The form has not opened: the asker may not change this watch, or the moment for it has passed.
    return to_asker(request.say("monitor.again" if may_change(request, watch) else "monitor.not_yours"))


async def _test(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    return (Reply(tuple(await tried(request, monitoring, watch, watch.name, watch.settings)), to="asker"),)


async def _stats(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    return (Reply(await figures.stats_parts(request, monitoring, watch), to="asker"),)


async def _report(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    hours = span_hours(rest, REPORT_DAYS * 24.0, 24.0)
    if hours is None:
        return to_asker(request.say("monitor.report_how", name=watch.name))
    days = min(max(1, round(hours / 24)), 30)
    return (await report.reported(request, monitoring, watch, days),)


async def _route(request: Request, monitoring: Monitoring, watch: Watch, rest: str) -> Sequence[Reply]:
    """Sends the alerts of one topic to a channel of its own: `/monitor route Acme delivery #logistics`."""
    say = request.say
    if not may_change(request, watch):
        return to_asker(say("monitor.not_yours"))
    wanted = rest.partition("#")[0].strip().casefold()
    topic = next((one for one in watch.settings.topics if one.name.casefold() == wanted), None)
    if topic is None or not request.channels:
        names = ", ".join(one.name for one in watch.settings.topics) or "–"
        return to_asker(say("monitor.route_how", name=watch.name, names=names))
    channel = request.channels[0]
    if channel not in await monitoring.services.audience(request):
        return to_asker(say("monitor.wrong.not_in_channel"))
    topics = tuple(
        one.model_copy(update={"channel": channel}) if one is topic else one for one in watch.settings.topics
    )
    await monitoring.watches.edit(
        request.team,
        watch.id,
        watch.name,
        watch.settings.model_copy(update={"topics": topics}),
        request.now.timestamp(),
    )
    return to_asker(say("monitor.routed", topic=Bold(topic.name), name=watch.name, channel=ChannelRef(channel)))


def span_hours(text: str, default: float, unit: float) -> float | None:
    """Returns the hours that a text gives (`4h`, `2 days`, `3天`); a number alone counts in `unit` hours."""
    text = text.strip().removeprefix("for ").removeprefix("the last ").strip()
    if not text:
        return default
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    number = float(match["number"].replace(",", "."))
    name = (match["unit"] or "").casefold()
    each = unit if not name else 24.0 if name[0] in "d天" else 1.0
    return number * each if number > 0 else None


_DOING: Mapping[str, Doing] = {
    "edit": _edit,
    "pause": _pause,
    "resume": _resume,
    "mute": _mute,
    "unmute": _unmute,
    "delete": _ask_to_delete,
    "test": _test,
    "stats": _stats,
    "report": _report,
    "route": _route,
}
