"""Tasks and the issues of trackers: `/task link`, `/task trackers`, and what is told when a link breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skills.base import Request
from skills.reply import Paragraph, Reply, to_asker
from skills.tasks.amending.changing import not_yours
from skills.tasks.linking import Link, SettingsFault
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Code, Text
from skills.text import Link as Address

_SETTING = re.compile(r"(\w+)=(\S+)")


async def tick(teamwork: Teamwork) -> None:
    """Brings linked tasks and issues together, shows what changed, and tells of links that broke for good."""
    ticked = await teamwork.linking.tick()
    for done in ticked.synced:
        if done.pulled:
            task = await teamwork.queries.get(done.link.team, done.link.task)
            if task is not None:
                await teamwork.refresh([task])
    for link in await teamwork.linking.untold():
        await _tell(teamwork, link)
        await teamwork.linking.tell(link)


async def link(request: Request, teamwork: Teamwork, task: Task, what: str) -> Sequence[Reply]:
    """Makes an issue of a task in a tracker, or links it with one that is there."""
    say = request.say
    if not teamwork.may_change(request, task):
        return to_asker(await not_yours(request, teamwork, task))
    names = {one.name.casefold(): one.name for one in await teamwork.linking.trackers(request.team)}
    if what.casefold() in names:
        outcome = await teamwork.linking.link(request.team, task.id, names[what.casefold()], request.person.id)
    else:
        outcome = await teamwork.linking.attach(request.team, task.id, what, request.person.id)
    number = f"#{task.number}"
    if outcome.kind == "linked" and outcome.link is not None:
        return to_asker(_linked(request, number, outcome.link))
    if outcome.kind == "already" and outcome.link is not None:
        return to_asker(say("tasks.link.already", number=number, name=_issue(outcome.link)))
    if outcome.kind == "fault":
        return to_asker(say("tasks.link.fault", what=what, why=say.label(f"tasks.link.why.{outcome.fault}")))
    known = ", ".join(names.values()) or "–"
    return to_asker(say(f"tasks.link.{outcome.kind}", number=number, what=what, names=known))


async def unlink(request: Request, teamwork: Teamwork, task: Task, what: str) -> Sequence[Reply]:
    """Parts a task from its issues, or from that of one tracker."""
    say, number = request.say, f"#{task.number}"
    if not teamwork.may_change(request, task):
        return to_asker(await not_yours(request, teamwork, task))
    links = await teamwork.linking.links(request.team, task.id)
    chosen = [one for one in links if not what or one.tracker.casefold() == what.casefold()]
    if not chosen:
        return to_asker(say("tasks.link.none", number=number))
    for one in chosen:
        await teamwork.linking.unlink(request.team, task.id, one.tracker)
    return to_asker(say("tasks.link.parted", number=number))


async def trackers(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Lists the team's trackers; admins add and remove them."""
    say = request.say
    word, _, more = rest.partition(" ")
    if word.casefold() in ("add", "remove", "添加", "删除") and not request.person.is_admin:
        return to_asker(say("tasks.trackers.not_yours"))
    match word.casefold():
        case "add" | "添加":
            return await _add(request, teamwork, more)
        case "remove" | "删除":
            gone = await teamwork.linking.remove(request.team, more.strip())
            return to_asker(say("tasks.trackers.gone" if gone else "tasks.trackers.unknown", name=more.strip()))
    known = await teamwork.linking.trackers(request.team)
    lines = []
    for one in known:
        what = one.settings.get("repository") or one.settings.get("project")
        fault = f" · ⚠️ {say.label(f'tasks.link.why.{one.fault}')}" if one.fault else ""
        lines.append(f"• {one.name}: {one.kind}, {what}{fault}")
    parts = [Paragraph("\n".join(lines))] if lines else []
    return (Reply((*parts, Paragraph(say("tasks.trackers.how"))), to="asker"),)


async def _add(request: Request, teamwork: Teamwork, text: str) -> Sequence[Reply]:
    say, words = request.say, text.split()
    if len(words) < 2:
        return to_asker(say("tasks.trackers.how"))
    given = {name: value.strip("<>") for name, value in _SETTING.findall(text)}
    try:
        made = await teamwork.linking.configure(request.team, words[0], words[1].casefold(), given)
    except SettingsFault as fault:
        wrong = "; ".join(say.label(f"tasks.trackers.wrong.{key}", field=field) for field, key in fault.faults)
        return to_asker(say("tasks.trackers.wrong", wrong=wrong))
    return to_asker(say("tasks.trackers.kept", name=made.name, address=Code(f"/hooks/tasks/{made.hook}")))


async def _tell(teamwork: Teamwork, link: Link) -> None:
    """Tells who made a link that it broke, and why."""
    services = teamwork.services
    task = await teamwork.queries.get(link.team, link.task)
    place = await services.direct(link.team, link.by)
    if task is None or place is None:
        return
    say = services.speaking_to(await services.person(link.team, link.by))
    why = say.label(f"tasks.link.why.{link.fault}")
    text = say("tasks.link.broken", number=f"#{task.number}", title=task.title, name=_issue(link), why=why)
    key = f"link:{link.id}:{link.fault}:{task.version}"
    await services.post(Reply((Paragraph(text),)), link.team, place, key, skill="tasks", say=say)


def _linked(request: Request, number: str, link: Link) -> Text:
    if link.state == "linked":
        return request.say("tasks.link.linked", number=number, name=_issue(link))
    if link.fault is not None:
        why = request.say.label(f"tasks.link.why.{link.fault}")
        return request.say("tasks.link.waiting", number=number, name=link.tracker, why=why)
    return request.say("tasks.link.making", number=number, name=link.tracker)


def _issue(link: Link) -> Address | str:
    name = link.name or link.tracker
    return Address(name, link.url) if link.url else name
