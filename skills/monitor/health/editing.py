"""Sources added, changed, paused, looked at now and removed by people."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from skills.base import Request
from skills.monitor.editing.making import may_watch
from skills.monitor.health import page
from skills.monitor.monitoring import Monitoring
from skills.monitor.sources import Followed, SourceError
from skills.monitor.sources.kinds import installed_kinds, make_source
from skills.monitor.speaking import spoken_fault
from skills.reply import Choice, Form, Note, Reply, TextInput, to_asker
from skills.text import Bold, Text

FORM = "monitor.source"


async def source_form(request: Request, monitoring: Monitoring, id: str) -> Form | None:
    """Returns the modal for a new source, or for one to change; None for who may not."""
    say = request.say
    source = await monitoring.polling.rows.get(request.team, id) if id else None
    if not may_watch(request) or (id and (source is None or not _may(request, source))):
        return None
    kinds = sorted(installed_kinds())
    labels = tuple((kind, say.label(f"monitor.kind.{kind}") if kind in _KINDS else kind) for kind in kinds)
    parts = (
        Choice("kind", say.label("monitor.source_form.kind"), labels, source.kind if source else "feed"),
        TextInput("name", say.label("monitor.source_form.name"), source.name if source else "", max_length=80),
        TextInput(
            "settings",
            say.label("monitor.source_form.settings"),
            _written(source.settings) if source else "",
            say.label("monitor.source_form.settings_hint"),
            multiline=True,
        ),
        Note(say("monitor.source_form.note")),
    )
    title = say.label("monitor.source_form.edit" if source else "monitor.source_form.add")
    return Form(FORM, title, parts, say.label("monitor.form.go"), id)


def check(request: Request) -> Mapping[str, Text]:
    """Returns what is wrong with a submitted source, by input."""
    wrong: dict[str, Text] = {}
    if not _text(request, "name"):
        wrong["name"] = request.say("monitor.wrong.name")
    try:
        settings = _settings(request)
        make_source(installed_kinds(), _text(request, "kind"), settings)
    except yaml.YAMLError:
        wrong["settings"] = request.say("monitor.wrong.yaml")
    except SourceError as error:
        wrong["settings"] = spoken_fault(request.say, error.fault)
    return wrong


async def submit(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Keeps the source that a form holds."""
    say, rows = request.say, monitoring.polling.rows
    if not may_watch(request) or check(request):
        return to_asker(say("monitor.not_yours"))
    name, kind, settings = _text(request, "name"), _text(request, "kind"), _settings(request)
    channel = settings.get("channel")
    if kind == "slack" and channel not in await monitoring.services.audience(request):
        return to_asker(say("monitor.wrong.not_in_channel"))
    if not request.value:
        id = await rows.add(request.team, kind, name, settings, request.person.id)
        key = "monitor.source_added_webhook" if kind == "webhook" else "monitor.source_added"
        return to_asker(say(key, name=Bold(name), id=id))
    source = await rows.get(request.team, request.value)
    if source is None or not _may(request, source):
        return to_asker(say("monitor.gone"))
    if source.kind != kind:
        return to_asker(say("monitor.wrong.kind"))
    await rows.edit(request.team, source.id, name, settings)
    return to_asker(say("monitor.source_changed", name=Bold(name)))


async def press(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the answer to a press on one of the buttons below a source."""
    say, rows = request.say, monitoring.polling.rows
    source = await rows.get(request.team, request.value)
    if source is None:
        return to_asker(say("monitor.gone"))
    if not _may(request, source):
        return to_asker(say("monitor.not_yours"))
    name = Bold(source.name)
    match request.name:
        case page.PAUSE:
            await rows.pause(request.team, source.id, not source.paused)
            return to_asker(say("monitor.source_resumed" if source.paused else "monitor.source_paused", name=name))
        case page.NOW:
            await rows.look_now(request.team, source.id)
            return to_asker(say("monitor.source_looking", name=name))
        case page.REMOVE:
            await rows.remove(request.team, source.id)
            return to_asker(say("monitor.source_removed", name=name))
    return to_asker(say("monitor.gone"))


def _may(request: Request, source: Followed) -> bool:
    return may_watch(request) and (request.person.is_admin or source.owner == request.person.id)


def _settings(request: Request) -> dict[str, Any]:
    """Returns the settings that were typed: YAML, or for short one address alone. Raises YAMLError, SourceError."""
    text = _text(request, "settings")
    if text.startswith(("http://", "https://")) and len(text.split()) == 1:
        return {"url": text}
    found = yaml.safe_load(text)
    if not isinstance(found, dict):
        raise SourceError("settings", what=request.say.label("monitor.wrong.no_mapping"))
    return {str(key): value for key, value in found.items()}


def _written(settings: Mapping[str, Any]) -> str:
    out = io.StringIO()
    yaml.safe_dump(dict(settings), out, allow_unicode=True, sort_keys=False)
    return out.getvalue().strip()


def _text(request: Request, key: str) -> str:
    value = request.values.get(key)
    return value.strip() if isinstance(value, str) else ""


_KINDS = frozenset({"feed", "file", "json", "mailbox", "slack", "webhook"})
