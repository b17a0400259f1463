"""A message to the skill: tasks are shown, changed by what is said of them, or made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skills.base import UNANSWERED, Request
from skills.reply import Reply
from skills.tasks import commands, listing
from skills.tasks.amending.applying import amend
from skills.tasks.amending.saying import Amendment, amendment
from skills.tasks.amending.talked_about import talked_about
from skills.tasks.capture.parsing import read_message
from skills.tasks.capture.people import asks_for_something, is_plain_request
from skills.tasks.making.making import make
from skills.tasks.store.task import Task
from skills.tasks.talk import Talk, talk
from skills.tasks.teamwork import Teamwork, is_day_first, wall_clock

NONE = "none"
"""The `Request.name` of a message of which the router was in doubt."""
LONGEST = 2000
"""Characters in which what a message wants is looked for."""
_LISTS = frozenset({"mine", "person", "overdue", "asked", "plan", "board"})


async def answer(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns the answer to a message that is for this skill; nothing where it was only overheard and says nothing."""
    if request.claimed_by:
        about = await said_about(request, teamwork)
        return () if about is None else await amend(request, teamwork, *about)
    verb = commands.verb_of(request.text)
    if verb is not None:
        return await commands.run(request, teamwork)
    names = await teamwork.names(request)
    wanted = talk(request.text, names)
    if wanted.wanted == "make" and (about := await said_about(request, teamwork)) is not None:
        return await amend(request, teamwork, *about)
    return await wanted_shown(request, teamwork, wanted)


async def command(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns the answer to `/task` with words that are no command: what they say of a task, or ask for."""
    if re.match(r"\W*#\d", request.text) and (about := await said_about(request, teamwork)) is not None:
        return await amend(request, teamwork, *about)
    wanted = talk(request.text, await teamwork.names(request))
    if wanted.wanted == "about":
        wanted = Talk("make")
    return await wanted_shown(request, teamwork, wanted)


async def wanted_shown(request: Request, teamwork: Teamwork, wanted: Talk) -> Sequence[Reply]:
    """Returns what a message wants to see, or the tasks that it asks for."""
    match wanted.wanted:
        case "mine":
            return await listing.mine(request, teamwork, wanted.span)
        case "person" if wanted.person is not None:
            return await listing.of_person(request, teamwork, wanted.person, wanted.span)
        case "overdue":
            return await listing.overdue(request, teamwork)
        case "asked":
            return await listing.asked(request, teamwork)
        case "unassigned":
            return await listing.unassigned(request, teamwork)
        case "all":
            return await listing.all_open(request, teamwork, wanted.span)
        case "plan" | "board" | "help":
            return await commands.called(wanted.wanted, request, teamwork)
        case "about":
            return await listing.about(request, teamwork, wanted.about)
    return await make_from(request, teamwork)


async def make_from(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Makes the tasks that the text of a request asks for."""
    zone = await teamwork.zone_of(request.team, request.person)
    names = await teamwork.names(request)
    now = wall_clock(request, zone)
    drafts = read_message(request.text, names, now, zone, day_first=is_day_first(request.person))
    return await make(request, teamwork, drafts)


async def said_about(request: Request, teamwork: Teamwork) -> tuple[Task, Amendment] | None:
    """Returns the task that a message speaks of and what it says of it; None where it speaks of none."""
    zone = await teamwork.zone_of(request.team, request.person)
    names = await teamwork.names(request)
    wish = amendment(request.text, names, wall_clock(request, zone), zone, day_first=is_day_first(request.person))
    if wish is None:
        return None
    if wish.numbers:
        found = await teamwork.queries.numbered(request.team, wish.numbers)
        return next(((task, wish) for task in found.values()), None)
    if request.place.thread is None and is_plain_request(request.text):
        # In a direct message "ask @ben tomorrow" begins something new.
        return None
    task = await talked_about(request, teamwork)
    return None if task is None else (task, wish)


async def concerned(request: Request, teamwork: Teamwork) -> bool:
    """Returns whether a message is plainly for this skill, whatever the router would say."""
    if len(request.text) > LONGEST:
        return is_plain_request(request.text)
    if request.addressed and is_plain_request(request.text):
        return True
    if request.addressed and talk(request.text, await teamwork.names(request)).wanted in _LISTS:
        return True
    if request.place.thread is None and request.place.kind != "dm":
        return False
    return await said_about(request, teamwork) is not None


async def recognised(request: Request, teamwork: Teamwork) -> bool:
    """Returns whether a message of which the router, or the skill that it chose, makes nothing is for this one."""
    return request.name in (NONE, UNANSWERED) and asks_for_something(request.text[:LONGEST])
