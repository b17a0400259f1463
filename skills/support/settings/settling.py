"""`/support channel`, `escalate` and `times`: what admins settle, by words and in App Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skills.base import Request, Services
from skills.catalogs import Say
from skills.reply import Button, Buttons, Fields, Form, Note, Paragraph, Part, Reply, TextInput, to_asker
from skills.support.settings.modes import MODES, Mode, Modes, Settings
from skills.support.settings.times import Times, TimesError, read_times, written
from skills.text import Bold, ChannelRef, Text

_CHANNEL = {"channel", "mode", "频道", "模式"}
_ESCALATE = {"escalate", "escalation", "转人工频道", "升级"}
_TIMES = {"times", "时限", "响应时间"}
_URGENT = {"urgent", "紧急", "加急"}
_HERE = {"", "here", "这里", "本频道"}
_WORDS = {"草稿": "draft", "自动": "auto", "关闭": "off", "关": "off"}

BUTTONS: Mapping[str, Mode] = {f"support.mode.{mode}": mode for mode in MODES}
"""The buttons that change a channel's mode."""
TIMES = "support.times"
"""The button that opens the form of the response times, and the form."""


async def by_words(request: Request, services: Services, modes: Modes) -> Sequence[Reply] | None:
    """Returns the answer to one of the subcommands, or None when the text is none of them but a question."""
    word, _, rest = request.text.strip().partition(" ")
    rest = rest.strip().casefold()
    if word.casefold() in _CHANNEL and (rest == "" or _mode(rest) is not None):
        return await _channel(request, services, modes, _mode(rest))
    if word.casefold() in _ESCALATE and (rest in _HERE or request.channels or rest.startswith("#")):
        return await _escalate(request, services, modes)
    if word.casefold() in _TIMES:
        kind, _, times = rest.partition(" ")
        urgent = kind in _URGENT
        times = times if urgent else rest
        if rest == "" or (urgent and not times.strip()) or times.strip()[:1].isdecimal():
            return await _time(request, services, modes, urgent, times)
    return None


async def by_button(request: Request, services: Services, modes: Modes) -> Sequence[Reply]:
    """Returns the answer to a press on one of `BUTTONS` in App Home; its value names the channel."""
    channel, mode = request.value, BUTTONS[request.name]
    if not request.person.is_admin or not channel:
        return to_asker(request.say("support.admins_only"))
    await modes.mark(services.sessions, request.team, channel, mode, request.person.id)
    return to_asker(request.say(f"support.mode.{mode}", channel=ChannelRef(channel)))


async def home(request: Request, services: Services, modes: Modes) -> Sequence[Part]:
    """Returns what App Home shows to an admin: the support channels, with their modes as buttons."""
    if not request.person.is_admin:
        return ()
    say = request.say
    settings = await modes.settings(services.sessions, request.team)
    channels = await modes.channels(services.sessions, request.team)
    where: Text = (ChannelRef(settings.escalation),) if settings.escalation else say("support.home.no_escalation")
    parts: list[Part] = [
        Paragraph((Bold(say.label("support.home.title")),)),
        Fields(((say("support.home.escalation"), where),)),
    ]
    parts.append(Note(times_text(settings, say)))
    parts.append(Buttons((Button(say.label("support.times.title"), TIMES),)))
    if not channels:
        parts.append(Note(say("support.home.no_channels")))
    for channel, marked in sorted(channels.items()):
        parts.append(Paragraph(say(f"support.home.{marked.mode}", channel=ChannelRef(channel))))
        others = ((name, mode) for name, mode in BUTTONS.items() if mode != marked.mode)
        parts.append(Buttons(tuple(Button(_label(mode, say), name, value=channel) for name, mode in others)))
    return parts


def times_text(settings: Settings, say: Say) -> Text:
    """Returns the response times in a sentence or two."""
    return say(
        "support.times.are",
        claim=_spoken(settings.ordinary.claim, say),
        call=_spoken(settings.ordinary.called_after, say),
        urgent_claim=_spoken(settings.urgent.claim, say),
        urgent_call=_spoken(settings.urgent.called_after, say),
    )


async def times_form(request: Request, services: Services, modes: Modes) -> Form | None:
    """Returns the modal of the response times; None for who may not change them."""
    if not request.person.is_admin:
        return None
    say = request.say
    settings = await modes.settings(services.sessions, request.team)
    parts: list[TextInput] = []
    for key, times in (("", settings.ordinary), ("urgent_", settings.urgent)):
        call = written(times.call) if times.call else ""
        hint, doubled = say.label("support.times.hint"), say.label("support.times.doubled")
        parts.append(TextInput(f"{key}claim", say.label(f"support.times.{key}claim"), written(times.claim), hint))
        parts.append(TextInput(f"{key}call", say.label(f"support.times.{key}call"), call, doubled, required=False))
    return Form(TIMES, say.label("support.times.title"), tuple(parts), submit=say.label("support.book.save"))


def check_times(request: Request) -> Mapping[str, Text]:
    """Returns what is wrong with the submitted response times, by input."""
    wrong: dict[str, Text] = {}
    for key in ("", "urgent_"):
        try:
            _of_form(request, key)
        except TimesError as error:
            wrong[f"{key}{'call' if error.second else 'claim'}"] = request.say(f"support.times.{error.fault}")
    return wrong


async def by_form(request: Request, services: Services, modes: Modes) -> Sequence[Reply]:
    """Settles the response times that were submitted."""
    if not request.person.is_admin:
        return to_asker(request.say("support.admins_only"))
    if check_times(request):
        return to_asker(request.say("support.times.unread"))
    return await _timed(request, services, modes, urgent=_of_form(request, "urgent_"), ordinary=_of_form(request, ""))


def _of_form(request: Request, key: str) -> Times:
    claim, call = (str(request.values.get(f"{key}{name}") or "").strip() for name in ("claim", "call"))
    claimed = read_times(claim)
    if claimed.call is not None:
        raise TimesError("unread")
    if not call:
        return claimed
    try:
        called = read_times(call)
    except TimesError as error:
        raise TimesError(error.fault, second=True) from None
    if called.call is not None:
        raise TimesError("unread", second=True)
    return read_times(f"{claim} {call}")


async def _time(request: Request, services: Services, modes: Modes, urgent: bool, words: str) -> Sequence[Reply]:
    say = request.say
    settings = await modes.settings(services.sessions, request.team)
    if not words.strip():
        return (Reply((Paragraph(times_text(settings, say)), Note(say("support.times.how"))), to="asker"),)
    if not request.person.is_admin:
        return to_asker(say("support.admins_only"))
    try:
        times = read_times(words)
    except TimesError as error:
        return to_asker(say(f"support.times.{error.fault}"))
    if urgent:
        return await _timed(request, services, modes, urgent=times, ordinary=settings.ordinary)
    return await _timed(request, services, modes, urgent=settings.urgent, ordinary=times)


async def _timed(
    request: Request, services: Services, modes: Modes, *, urgent: Times, ordinary: Times
) -> Sequence[Reply]:
    settings = await modes.time(services.sessions, request.team, urgent=urgent, ordinary=ordinary)
    say = request.say
    return (Reply((Paragraph(say("support.times.set")), Paragraph(times_text(settings, say))), to="asker"),)


def _spoken(minutes: int, say: Say) -> str:
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    numbers = (("days", days), ("hours", hours), ("minutes", left))
    return " ".join(say.label(f"support.stats.{unit}", number=number) for unit, number in numbers if number)


async def _channel(request: Request, services: Services, modes: Modes, mode: Mode | None) -> Sequence[Reply]:
    say, place = request.say, request.place
    if place.kind == "dm":
        return to_asker(say("support.mode.not_here"))
    marked = await modes.of(services.sessions, request.team, place.channel)
    times = Note(times_text(await modes.settings(services.sessions, request.team), say))
    here = ChannelRef(place.channel)
    if mode is None and marked is not None:
        return (Reply((Paragraph(say(f"support.mode.{marked}", channel=here)), times), to="asker"),)
    if not request.person.is_admin:
        return to_asker(say("support.mode.unmarked") if marked is None and mode is None else say("support.admins_only"))
    mode = mode or "draft"
    await modes.mark(services.sessions, request.team, place.channel, mode, request.person.id)
    return (Reply((Paragraph(say(f"support.mode.{mode}", channel=here)), times), to="asker"),)


async def _escalate(request: Request, services: Services, modes: Modes) -> Sequence[Reply]:
    say = request.say
    if not request.person.is_admin:
        return to_asker(say("support.admins_only"))
    if not request.channels and request.text.strip().partition(" ")[2].strip().startswith("#"):
        return to_asker(say("support.escalate.unknown"))
    channel = request.channels[0] if request.channels else request.place.channel
    if not request.channels and request.place.kind == "dm":
        return to_asker(say("support.escalate.unknown"))
    await modes.escalate_to(services.sessions, request.team, channel)
    times = times_text(await modes.settings(services.sessions, request.team), say)
    return (Reply((Paragraph(say("support.escalate.set", channel=ChannelRef(channel))), Note(times)), to="asker"),)


def _mode(word: str) -> Mode | None:
    word = _WORDS.get(word, word)
    return next((mode for mode in MODES if mode == word), None)


def _label(mode: Mode, say: Say) -> str:
    return say.label(f"support.home.to_{mode}")
