"""Watches made and changed: `/monitor add`, `edit`, and the form behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from skills.base import Request
from skills.monitor.editing.trying import tried
from skills.monitor.editing.watch_form import NEW, Wanted, faults, read_watch, watch_form
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports.digest import schedule
from skills.monitor.watches.rows import NameTaken
from skills.monitor.watches.watch import Watch, WatchSettings
from skills.reply import Button, Buttons, Form, Json, Note, Paragraph, Part, Reply, to_asker
from skills.text import Bold, ChannelRef, Text

EDIT = "monitor.edit"
SAVE = "monitor.save"
"""The button below what a test of unsaved settings has shown."""


async def open_form(request: Request, monitoring: Monitoring, watch: Watch | None, name: str = "") -> Form | None:
    """Returns the modal for a new watch, or for one to change; None for who may not."""
    if not may_watch(request) or (watch is not None and not may_change(request, watch)):
        return None
    return watch_form(request, await monitoring.polling.rows.all(request.team), watch, name)


async def check(request: Request, monitoring: Monitoring) -> Mapping[str, Text]:
    """Returns what is wrong with a submitted form."""
    watches = await monitoring.watches.all(request.team)
    watch = next((one for one in watches if one.id == request.value), None)
    wrong = faults(request.values, request.say, watch, watches)
    for key in ("channel", "listen"):
        channel = request.values.get(key)
        if key not in wrong and isinstance(channel, str) and channel and not await _is_in(request, monitoring, channel):
            wrong[key] = request.say("monitor.wrong.not_in_channel")
    return wrong


async def submit(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Saves what the form holds, or tries it on the last month."""
    say = request.say
    watch = None if request.value == NEW else await monitoring.watches.get(request.team, request.value)
    if request.value != NEW and watch is None:
        return to_asker(say("monitor.gone"))
    if not may_watch(request) or (watch is not None and not may_change(request, watch)):
        return to_asker(say("monitor.not_yours"))
    wanted = read_watch(request, watch)
    if wanted.only_try:
        memory: dict[str, Json] = {
            "watch": request.value,
            "name": wanted.name,
            "settings": wanted.settings.model_dump(mode="json"),
            "feeds": list(wanted.feeds),
            "listen": wanted.listen,
        }
        parts = await tried(request, monitoring, watch, wanted.name, wanted.settings)
        buttons = Buttons((Button(say.label("monitor.save"), SAVE, style="primary"),))
        return (Reply((*parts, buttons), to="asker", memory=memory),)
    return await _save(request, monitoring, watch, wanted)


async def save_tried(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Saves the settings that were tried."""
    memory: Mapping[str, Any] = request.answer.memory if request.answer is not None else {}
    if "settings" not in memory or request.answer is None or request.answer.asker != request.person.id:
        return to_asker(request.say("monitor.gone"))
    watch = None if memory["watch"] == NEW else await monitoring.watches.get(request.team, memory["watch"])
    settings = WatchSettings.model_validate(memory["settings"])
    wanted = Wanted(memory["name"], settings, tuple(memory["feeds"]), memory["listen"], only_try=False)
    return await _save(request, monitoring, watch, wanted)


def may_watch(request: Request) -> bool:
    """Returns whether somebody may make watches: full members of the team."""
    return not (request.person.is_guest or request.person.is_foreign)


def may_change(request: Request, watch: Watch) -> bool:
    """Returns whether somebody may change a watch: its owner, and admins."""
    return request.person.is_admin or request.person.id == watch.settings.owner


async def _save(request: Request, monitoring: Monitoring, watch: Watch | None, wanted: Wanted) -> Sequence[Reply]:
    say = request.say
    brought = await _sources(request, monitoring, wanted)
    settings = wanted.settings.model_copy(
        update={
            "sources": tuple(dict.fromkeys((*wanted.settings.sources, *brought)))
            if brought
            else wanted.settings.sources
        }
    )
    now = request.now.timestamp()
    try:
        if watch is None:
            kept: Watch | None = await monitoring.watches.add(
                request.team, wanted.name, settings, request.person.id, now
            )
        else:
            kept = await monitoring.watches.edit(request.team, watch.id, wanted.name, settings, now)
    except NameTaken:
        return to_asker(say("monitor.wrong.taken", name=wanted.name))
    if kept is None:
        return to_asker(say("monitor.gone"))
    await schedule(kept, monitoring.services)
    parts: list[Part] = [
        Paragraph(
            say(
                "monitor.saved" if watch is None else "monitor.changed",
                name=Bold(kept.name),
                channel=ChannelRef(settings.channel),
            )
        )
    ]
    followed = await monitoring.polling.rows.all(request.team)
    if not followed:
        parts.append(Note(say("monitor.no_sources")))
    buttons = (
        Button(say.label("monitor.button.test"), "monitor.test", kept.id),
        Button(say.label("monitor.button.edit"), EDIT, kept.id),
        Button(say.label("monitor.button.list"), "monitor.list"),
    )
    return (Reply((*parts, Buttons(buttons)), to="asker"),)


async def _sources(request: Request, monitoring: Monitoring, wanted: Wanted) -> list[str]:
    """Returns the ids of what is to be followed: what is there already, and what is new."""
    rows = monitoring.polling.rows
    known = await rows.all(request.team)
    ids = []
    asked: list[tuple[str, str, dict[str, str]]] = [
        ("feed", urlsplit(address).hostname or address, {"url": address}) for address in wanted.feeds
    ]
    if wanted.listen:
        name = request.say.label("monitor.channel_source", channel=wanted.listen)
        asked.append(("slack", name, {"channel": wanted.listen}))
    for kind, name, settings in asked:
        same = (one.id for one in known if one.kind == kind and settings.items() <= dict(one.settings).items())
        found = next(same, None)
        ids.append(found or await rows.add(request.team, kind, name, settings, request.person.id))
    return ids


async def _is_in(request: Request, monitoring: Monitoring, channel: str) -> bool:
    return channel == request.place.channel or channel in await monitoring.services.audience(request)
