"""Lists of tasks: somebody's, overdue ones, by label, by words; each shown to the asker alone or as an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from skills.base import Request
from skills.local_time import moment
from skills.reply import Note, Paragraph, Part, Reply
from skills.tasks.cards.lines import listed
from skills.tasks.store.queries import Page, Seen
from skills.tasks.store.task import Task
from skills.tasks.talk import Span
from skills.tasks.teamwork import Teamwork
from skills.text import Bold, Text

SHOWN = 20
READ = 200
HOME = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found, under which title, and what is said when that is nothing."""

    page: Page
    title: Callable[[int], Text]
    nothing: Text


async def seen_by(request: Request, teamwork: Teamwork) -> Seen:
    """Returns who looks, so that lists hold what they may see: where others read, what those may see too."""
    if is_public(request):
        readers = await teamwork.services.readers(request)
        return Seen("", frozenset(readers))
    return Seen(request.person.id, frozenset(await teamwork.services.audience(request)))


def is_public(request: Request) -> bool:
    """Returns whether others read the answer to a request."""
    return request.kind == "message" and request.place.kind != "dm"


async def reply_of(
    request: Request, teamwork: Teamwork, listing: Listing, span: Span = "all", *, whole: int = 0
) -> Sequence[Reply]:
    """Returns a list as an answer: to the asker alone, unless they asked where others read.

    `whole` is how many there are that the asker alone may see all of.
    """
    say, page = request.say, listing.page
    later = 0
    if span != "all":
        until = end_of(span, request, await teamwork.zone_of(request.team, request.person))
        near = tuple(task for task in page.tasks if task.due is None or task.due.at <= until)
        later = len(page.tasks) - len(near)
        page = Page(near, page.count - later)
    to = "thread" if is_public(request) or request.place.kind == "dm" else "asker"
    hidden = whole - listing.page.count
    private: tuple[Part, ...] = (Note(say("tasks.list.private", count=hidden)),) if hidden > 0 else ()
    if not page.tasks:
        parts: tuple[Part, ...] = (Paragraph(listing.nothing), *private)
        if later:
            parts = (*parts, Note(say("tasks.list.later", count=later)))
        return (Reply(parts, to=to),)  # type: ignore[arg-type]
    shown = page.tasks[:SHOWN]
    names = await teamwork.names_of(request.team, [task.assignee for task in shown])
    parts = tuple(listed(shown, page.count, names, say, teamwork.now, listing.title(page.count)))
    if later:
        parts = (*parts, Note(say("tasks.list.later", count=later)))
    return (Reply((*parts, *private), to=to),)  # type: ignore[arg-type]


async def home(request: Request, teamwork: Teamwork) -> Sequence[Part]:
    """Returns what App Home shows: the person's next tasks."""
    say, me = request.say, request.person.id
    seen = Seen(me, frozenset())
    page = await teamwork.queries.assigned(seen, request.team, me, HOME)
    if not page.tasks:
        return (Paragraph((Bold(say.label("tasks.home.title")),)), Note(say("tasks.list.mine_none")))
    title = (Bold(say.label("tasks.home.title_count", count=page.count)),)
    return listed(page.tasks, page.count, {me: request.person.name}, say, teamwork.now, title)


def end_of(span: Span, request: Request, zone: ZoneInfo) -> float:
    """Returns when today or this week ends for the asker, in epoch seconds."""
    today = request.now.astimezone(zone).date()
    day = today if span == "today" else today + timedelta(days=6 - today.weekday())
    return moment(day, time(23, 59, 59), zone)


async def mine(request: Request, teamwork: Teamwork, span: Span = "all") -> Sequence[Reply]:
    """Returns the asker's open tasks; where others read, they are told to the asker alone."""
    say, seen = request.say, Seen(request.person.id, frozenset(await teamwork.services.audience(request)))
    page = await teamwork.queries.assigned(seen, request.team, request.person.id, READ if span != "all" else SHOWN)
    listing = Listing(page, lambda count: say("tasks.list.mine", count=count), say("tasks.list.mine_none"))
    replies = await reply_of(request, teamwork, listing, span)
    return tuple(replace(reply, to="asker") for reply in replies) if is_public(request) else replies


async def of_person(request: Request, teamwork: Teamwork, person: str, span: Span = "all") -> Sequence[Reply]:
    """Returns somebody's open tasks."""
    if person == request.person.id:
        return await mine(request, teamwork, span)
    say, name = request.say, await teamwork.name_of(request.team, person)
    limit = READ if span != "all" else SHOWN
    page = await teamwork.queries.assigned(await seen_by(request, teamwork), request.team, person, limit)
    title = lambda count: say("tasks.list.person", count=count, name=name)  # noqa: E731
    whole = 0
    if is_public(request):
        own = Seen(request.person.id, frozenset(await teamwork.services.audience(request)))
        whole = (await teamwork.queries.assigned(own, request.team, person, limit)).count
    listing = Listing(page, title, say("tasks.list.person_none", name=name))
    return await reply_of(request, teamwork, listing, span, whole=whole)


async def overdue(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns what should have been done by now."""
    say = request.say
    page = await teamwork.queries.overdue(await seen_by(request, teamwork), request.team, teamwork.now, SHOWN)
    listing = Listing(page, lambda count: say("tasks.list.overdue", count=count), say("tasks.list.overdue_none"))
    return await reply_of(request, teamwork, listing)


async def asked(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns what the asker waits for from others."""
    say = request.say
    page = await teamwork.queries.asked_for(await seen_by(request, teamwork), request.team, request.person.id, SHOWN)
    listing = Listing(page, lambda count: say("tasks.list.asked", count=count), say("tasks.list.asked_none"))
    return await reply_of(request, teamwork, listing)


async def unassigned(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns what nobody has yet."""
    say = request.say
    page = await teamwork.queries.unassigned(await seen_by(request, teamwork), request.team, SHOWN)
    listing = Listing(page, lambda count: say("tasks.list.unassigned", count=count), say("tasks.list.unassigned_none"))
    return await reply_of(request, teamwork, listing)


async def all_open(request: Request, teamwork: Teamwork, span: Span = "all") -> Sequence[Reply]:
    """Returns all open tasks that may be seen."""
    say = request.say
    page = await teamwork.queries.all_open(
        await seen_by(request, teamwork), request.team, READ if span != "all" else SHOWN
    )
    listing = Listing(page, lambda count: say("tasks.list.all", count=count), say("tasks.list.all_none"))
    return await reply_of(request, teamwork, listing, span)


async def labelled(request: Request, teamwork: Teamwork, label: str) -> Sequence[Reply]:
    """Returns the open tasks with a label."""
    say = request.say
    page = await teamwork.queries.labelled(await seen_by(request, teamwork), request.team, label, SHOWN)
    title = lambda count: say("tasks.list.labelled", count=count, label=label)  # noqa: E731
    return await reply_of(request, teamwork, Listing(page, title, say("tasks.list.labelled_none", label=label)))


async def search(request: Request, teamwork: Teamwork, text: str) -> Sequence[Reply]:
    """Returns the tasks that hold all words of a text."""
    say, words = request.say, text.split()[:8]
    page = await teamwork.queries.search(await seen_by(request, teamwork), request.team, words, SHOWN)
    title = lambda count: say("tasks.list.found", count=count, words=text)  # noqa: E731
    return await reply_of(request, teamwork, Listing(page, title, say("tasks.list.found_none", words=text)))


async def about(request: Request, teamwork: Teamwork, text: str) -> Sequence[Reply]:
    """Returns what there is about the words of a question, or that there is nothing, which another skill may know."""
    found: tuple[Task, ...] = ()
    seen = await seen_by(request, teamwork)
    words = text.split()
    if words:
        found = (await teamwork.queries.search(seen, request.team, words, SHOWN)).tasks
    if not found:
        return (Reply((Paragraph(request.say("tasks.about.nothing")),), unanswered=True),)
    title = lambda count: request.say("tasks.list.found", count=count, words=text)  # noqa: E731
    return await reply_of(request, teamwork, Listing(Page(found, len(found)), title, ""))
