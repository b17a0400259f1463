"""The modal of a watch: what it shows, what is wrong with what was typed, and that read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.base import Request
from skills.catalogs import Say
from skills.monitor.sources import Followed, SourceError
from skills.monitor.sources.feeds import FeedSource
from skills.monitor.sources.source import read_settings
from skills.monitor.watches.watch import (
    Topic,
    Watch,
    WatchSettings,
    read_quiet,
    read_topics,
    written_topics,
)
from skills.monitor.watches.words import WordsError, read_words
from skills.reply import ChannelInput, Choice, Choices, Form, Input, Note, Part, PeopleInput, TextInput
from skills.text import Text

FORM = "monitor.watch"
NEW = "new"
"""The form's state where it makes a watch; else it is the watch's id."""
MOST_NAME = 60
MOST_FEEDS = 20
MOST_REPEAT = 24 * 14
_SENSITIVITIES = ("low", "normal", "high")
_DIGESTS = ("off", "daily", "weekly")

Values = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed. `feeds` are addresses to follow that are not followed yet, `listen` a channel to listen to."""

    name: str
    settings: WatchSettings
    feeds: tuple[str, ...]
    listen: str
    only_try: bool


def watch_form(request: Request, sources: Sequence[Followed], watch: Watch | None, name: str = "") -> Form:
    """Returns the modal, for a new watch that may have a name already, or for one to change."""
    say = request.say
    kept = watch.settings if watch is not None else None
    here = request.place.channel if request.place.kind in ("channel", "private") else ""
    parts: list[Part | Input] = [
        TextInput("name", say.label("monitor.form.name"), watch.name if watch else name, max_length=MOST_NAME),
        TextInput(
            "words",
            say.label("monitor.form.words"),
            kept.words if kept else "",
            say.label("monitor.form.words_hint"),
            multiline=True,
            required=False,
        ),
        TextInput(
            "feeds",
            say.label("monitor.form.feeds"),
            hint=say.label("monitor.form.feeds_hint"),
            multiline=True,
            required=False,
        ),
    ]
    if sources:
        options = tuple((source.id, source.name) for source in sources)
        chosen = kept.sources if kept else ()
        parts.append(
            Choices("sources", say.label("monitor.form.sources"), options, chosen, hint=say.label("monitor.form.all"))
        )
    parts += [
        ChannelInput(
            "listen", say.label("monitor.form.listen"), required=False, hint=say.label("monitor.form.listen_hint")
        ),
        ChannelInput("channel", say.label("monitor.form.channel"), kept.channel if kept else here),
        _choice("sensitivity", _SENSITIVITIES, kept.sensitivity if kept else "normal", say),
        TextInput(
            "topics",
            say.label("monitor.form.topics"),
            written_topics(kept.topics) if kept else "",
            say.label("monitor.form.topics_hint"),
            multiline=True,
            required=False,
        ),
        TextInput(
            "like",
            say.label("monitor.form.like"),
            "\n".join(kept.like) if kept else "",
            say.label("monitor.form.like_hint"),
            multiline=True,
            required=False,
        ),
        TextInput(
            "quiet",
            say.label("monitor.form.quiet"),
            kept.quiet if kept else "",
            say.label("monitor.form.quiet_hint", zone=kept.zone if kept else request.person.zone.key),
            required=False,
            max_length=40,
        ),
        TextInput(
            "repeat",
            say.label("monitor.form.repeat"),
            f"{kept.repeat_hours:g}" if kept and kept.repeat_hours else "",
            say.label("monitor.form.repeat_hint"),
            required=False,
            max_length=8,
        ),
        PeopleInput("owner", say.label("monitor.form.owner"), (kept.owner if kept else request.person.id,)),
        TextInput(
            "playbook",
            say.label("monitor.form.playbook"),
            kept.playbook if kept else "",
            say.label("monitor.form.playbook_hint"),
            multiline=True,
            required=False,
        ),
        _choice("digest", _DIGESTS, kept.digest if kept else "off", say),
        Choice(
            "doing",
            say.label("monitor.form.doing"),
            (("save", say.label("monitor.form.save")), ("try", say.label("monitor.form.try"))),
            "save",
        ),
        Note(say("monitor.form.note")),
    ]
    title = say.label("monitor.form.edit_title" if watch else "monitor.form.add_title")
    return Form(FORM, title, tuple(parts), say.label("monitor.form.go"), watch.id if watch else NEW)


def faults(values: Values, say: Say, watch: Watch | None, others: Sequence[Watch]) -> dict[str, Text]:
    """Returns what is wrong, by input; nothing when all can be read."""
    wrong: dict[str, Text] = {}
    name = _name(values)
    if not name:
        wrong["name"] = say("monitor.wrong.name")
    elif any(one.name.casefold() == name.casefold() and (watch is None or one.id != watch.id) for one in others):
        wrong["name"] = say("monitor.wrong.taken", name=name)
    for key, read in (("words", read_words), ("topics", read_topics)):
        try:
            read(_text(values, key))
        except WordsError as error:
            wrong[key] = say(f"monitor.wrong.{error.fault}", word=error.word)
    feeds = _lines(values, "feeds")
    if len(feeds) > MOST_FEEDS:
        wrong["feeds"] = say("monitor.wrong.feeds", count=MOST_FEEDS)
    for feed in feeds:
        try:
            read_settings(FeedSource, {"url": feed})
        except SourceError as error:
            wrong["feeds"] = say("monitor.wrong.feed", address=feed[:80], why=str(error.fault.values.get("what", "")))
    try:
        read_quiet(_text(values, "quiet"))
    except ValueError:
        wrong["quiet"] = say("monitor.wrong.quiet")
    if _hours(values) is None:
        wrong["repeat"] = say("monitor.wrong.repeat")
    if not _text(values, "channel"):
        wrong["channel"] = say("monitor.wrong.channel")
    return wrong


def read_watch(request: Request, before: Watch | None) -> Wanted:
    """Returns what was typed into a form that has no `faults`. A topic keeps the channel that it had before."""
    values = request.values
    kept = before.settings if before is not None else None
    routed = {topic.name.casefold(): topic.channel for topic in kept.topics} if kept else {}
    topics = tuple(
        Topic(name=topic.name, words=topic.words, channel=routed.get(topic.name.casefold()))
        for topic in read_topics(_text(values, "topics"))
    )
    owners = values.get("owner")
    settings = WatchSettings.model_validate(
        {
            "words": _text(values, "words"),
            "like": _lines(values, "like"),
            "topics": topics,
            "sources": tuple(values.get("sources") or ()),
            "channel": _text(values, "channel"),
            "sensitivity": _text(values, "sensitivity") or "normal",
            "quiet": _text(values, "quiet"),
            "zone": kept.zone if kept else request.person.zone.key,
            "owner": owners[0] if isinstance(owners, tuple) and owners else request.person.id,
            "playbook": _text(values, "playbook"),
            "repeat_hours": _hours(values) or 0.0,
            "digest": _text(values, "digest") or "off",
        }
    )
    feeds = tuple(dict.fromkeys(_lines(values, "feeds")))
    return Wanted(_name(values), settings, feeds, _text(values, "listen"), _text(values, "doing") == "try")


def _choice(key: str, options: Sequence[str], value: str, say: Say) -> Choice:
    labels = tuple((option, say.label(f"monitor.{key}.{option}")) for option in options)
    return Choice(key, say.label(f"monitor.form.{key}"), labels, value)


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _name(values: Values) -> str:
    return " ".join(_text(values, "name").split())


def _lines(values: Values, key: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _text(values, key).splitlines() if line.strip())


def _hours(values: Values) -> float | None:
    text = _text(values, "repeat").removesuffix("hours").removesuffix("h").removesuffix("小时").strip()
    if not text:
        return 0.0
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        return None
    return hours if 0.25 <= hours <= MOST_REPEAT else None
