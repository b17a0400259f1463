"""`/deskhand learning on|off`: whether anything is learned from what a person writes and presses."""

from __future__ import annotations

from bot.services import BotServices
from skills.base import Request
from skills.classifiers.feedback.opting_out import has_opted_out, opt_in, opt_out
from skills.reply import Button, Buttons, Note, Paragraph, Part
from skills.text import Bold

SWITCH = "deskhand.learning"

_WORDS = {"on": True, "off": False, "开": True, "关": False, "开启": True, "关闭": False}


async def learning_parts(word: str, request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns how it stands for `request.person`, after what `word` (`on`, `off`) changes."""
    say = request.say
    wanted = _WORDS.get(word.strip().casefold())
    if wanted is None:
        out = await has_opted_out(services.sessions, request.team, request.person.id)
        return (Paragraph(say("desk.learning.is_off" if out else "desk.learning.is_on")),)
    if wanted:
        await opt_in(services.sessions, request.team, request.person.id)
        return (Paragraph(say("desk.learning.turned_on")),)
    removed = await opt_out(services.sessions, request.team, request.person.id)
    emptied = 0
    for skill in services.skills:
        emptied += await skill.unlearn(request.team, request.person.id, services)
    return (
        Paragraph(say("desk.learning.turned_off", count=removed)),
        Note(say("desk.learning.emptied", count=emptied)),
    )


async def home_parts(request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns what App Home shows: how it stands, and the button that changes it."""
    say = request.say
    out = await has_opted_out(services.sessions, request.team, request.person.id)
    label = say.label("desk.learning.turn_on" if out else "desk.learning.turn_off")
    return (
        Paragraph((Bold(say.label("desk.learning.title")),)),
        Note(say("desk.learning.is_off" if out else "desk.learning.is_on")),
        Buttons((Button(label, SWITCH, "on" if out else "off"),)),
    )
