"""`/support channel` and `/support escalate`: what admins settle, by words and in App Home."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request, Services
from skills.catalogs import Say
from skills.reply import Button, Buttons, Fields, Note, Paragraph, Part, Reply, to_asker
from skills.support.settings.modes import MODES, Mode, Modes
from skills.text import Bold, ChannelRef, Text

_CHANNEL = {"channel", "mode", "频道", "模式"}
_ESCALATE = {"escalate", "escalation", "转人工频道", "升级"}
_HERE = {"", "here", "这里", "本频道"}
_WORDS = {"草稿": "draft", "自动": "auto", "关闭": "off", "关": "off"}


async def by_words(request: Request, services: Services, modes: Modes) -> Sequence[Reply] | None:
    """Returns the answer to one of the subcommands, or None when the text is none of them but a question."""
    word, _, rest = request.text.strip().partition(" ")
    rest = rest.strip().casefold()
    if word.casefold() in _CHANNEL and (rest == "" or _mode(rest) is not None):
        return await _channel(request, services, modes, _mode(rest))
    if word.casefold() in _ESCALATE and (rest in _HERE or request.channels or rest.startswith("#")):
        return await _escalate(request, services, modes)
    return None


async def by_button(request: Request, services: Services, modes: Modes) -> Sequence[Reply]:
    """Returns the answer to a press in App Home; its value names channel and mode."""
    channel, _, word = request.value.partition(" ")
    mode = _mode(word)
    if not request.person.is_admin or mode is None or not channel:
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
    if not channels:
        parts.append(Note(say("support.home.no_channels")))
    for channel, marked in sorted(channels.items()):
        parts.append(Paragraph(say(f"support.home.{marked.mode}", channel=ChannelRef(channel))))
        others = (mode for mode in MODES if mode != marked.mode)
        parts.append(
            Buttons(tuple(Button(_label(mode, say), "support.mode", value=f"{channel} {mode}") for mode in others))
        )
    return parts


async def _channel(request: Request, services: Services, modes: Modes, mode: Mode | None) -> Sequence[Reply]:
    say, place = request.say, request.place
    if place.kind == "dm":
        return to_asker(say("support.mode.not_here"))
    marked = await modes.of(services.sessions, request.team, place.channel)
    here = ChannelRef(place.channel)
    if mode is None and marked is not None:
        return to_asker(say(f"support.mode.{marked}", channel=here))
    if not request.person.is_admin:
        return to_asker(say("support.mode.unmarked") if marked is None and mode is None else say("support.admins_only"))
    mode = mode or "draft"
    await modes.mark(services.sessions, request.team, place.channel, mode, request.person.id)
    return to_asker(say(f"support.mode.{mode}", channel=here))


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
    return to_asker(say("support.escalate.set", channel=ChannelRef(channel)))


def _mode(word: str) -> Mode | None:
    word = _WORDS.get(word, word)
    return next((mode for mode in MODES if mode == word), None)


def _label(mode: Mode, say: Say) -> str:
    return say.label(f"support.home.to_{mode}")
