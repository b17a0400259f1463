"""`/task …` and the same said in a message: which words do what. What is none of them is a request, and makes tasks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from skills.base import Request
from skills.reply import Button, Buttons, Paragraph, Part, Quote, Reply, to_asker
from skills.tasks import listing, settling, tracking
from skills.tasks.amending.applying import amend, comment
from skills.tasks.amending.changing import Refused, refused
from skills.tasks.amending.saying import Amendment
from skills.tasks.amending.undoing import undo
from skills.tasks.capture.people import named_in
from skills.tasks.plans import planning
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.tasks.views import board, exporting

Doing = Callable[[Request, Teamwork, str], Awaitable[Sequence[Reply]]]

_NUMBER = r"#?\s*(\d{1,9})"
_SELECTED = (
    r"(?:mine|my|me|all|open|overdue|late|asked|waiting|unassigned|nobody|today|week"
    r"|我的|全部|逾期|过期|今天|本周|未分配|@\S.*|[#＃]\S+)"
)
_REACHED = r"(?:off|on|none|all|before|due|overdue|day|关闭|开启|全部|[\s,，])+"


@dataclass(frozen=True, slots=True)
class Verb:
    """A command found in a text: its name, and what follows it."""

    name: str
    rest: str


_VERBS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for name, pattern in (
        ("help", r"(?:help|\?|帮助)$"),
        ("list", rf"(?:list|ls|show|列表|列出|清单)(?:\s+(?P<rest>{_SELECTED}))?$"),
        ("mine", r"(?:mine|my\s+tasks|我的|我的任务)$"),
        ("overdue", r"(?:overdue|逾期|过期)$"),
        ("show", rf"(?:show\s+|open\s+|查看\s*)?(?P<rest>{_NUMBER})$"),
        ("done", rf"(?:done|finish(?:ed)?|close|completed?|完成|做完)\s*(?P<rest>{_NUMBER}(?:[,，\s]+{_NUMBER})*)$"),
        ("done", rf"(?P<rest>{_NUMBER})\s*(?:is\s+)?(?:done|finished|完成了?|做完了?)$"),
        ("start", rf"(?:start|begin|开始)\s*(?P<rest>{_NUMBER})$"),
        ("drop", rf"(?:drop|cancel|delete|remove|取消|删除)\s*(?P<rest>{_NUMBER})$"),
        ("reopen", rf"(?:re-?open|重新打开|重开)\s*(?P<rest>{_NUMBER})$"),
        ("comment", rf"(?:comment|note|备注|评论)\s*(?:on\s+)?(?P<rest>{_NUMBER}\s*[:：]?\s*\S.*)$"),
        ("undo", r"(?:undo|撤销|撤回|取消上一步)$"),
        ("search", r"(?:search|find|搜索|查找|搜)\s+(?P<rest>\S.*)$"),
        ("plan", r"(?:re-?plan|plan|计划|排期|规划)(?:\s+(?P<rest>[#＃]\S+|@\S+|week|backlog|all|全部|本周))?$"),
        ("board", r"(?:board|kanban|看板)(?:\s+(?P<rest>[#＃]\S+))?$"),
        ("load", r"(?:load|workload|工作量|负载)$"),
        ("export", r"(?:export|导出)(?:\s+(?P<rest>csv|ical|ics|calendar|icalendar|excel|日历|表格))?$"),
        ("away", r"(?:away|off|absent|vacation|holiday|休假|请假|不在|外出)(?:\s+(?P<rest>\S.*))?$"),
        ("back", r"(?:back|i'?m\s+back|回来了?|销假)$"),
        ("hours", r"(?:hours|working\s+hours|工作时间|上班时间)(?:\s+(?P<rest>\S.*))?$"),
        ("skills", r"(?:skills?|技能)(?:\s+(?P<rest>\S.*))?$"),
        ("capacity", r"(?:capacity|产能|每周工时)(?:\s+(?P<rest>\S.*))?$"),
        ("zone", r"(?:zone|time\s?zone|tz|时区)(?:\s+(?P<rest>\S+))?$"),
        ("reminders", rf"(?:reminders?|notifications?|提醒设置|提醒)(?:\s+(?P<rest>{_REACHED}))?$"),
        ("me", r"(?:me|profile|settings|设置|我的设置)$"),
        ("template", r"(?:template|templates|模板)(?:\s+(?P<rest>\S.*))?$"),
        ("link", rf"(?:link|关联)\s+(?P<rest>{_NUMBER}\s+\S+)$"),
        ("unlink", rf"(?:unlink|取消关联)\s+(?P<rest>{_NUMBER}(?:\s+\S+)?)$"),
        ("trackers", r"(?:trackers?|跟踪器)(?:\s+(?P<rest>\S.*))?$"),
        ("summary", r"(?:summary|weekly|周报|每周总结)(?:\s+(?P<rest>on|off|开|关))?$"),
        ("notice", r"(?:notice|noticing|requests|留意)\s+(?P<rest>on|off|开|关)$"),
    )
)  # fmt: skip


def verb_of(text: str) -> Verb | None:
    """Returns the command that a text is; None for what asks for something to be done."""
    words = text.strip()
    if len(words) > 3000:
        return None
    for name, pattern in _VERBS:
        match = pattern.match(words)
        if match is not None:
            return Verb(name, (match.groupdict().get("rest") or "").strip())
    return None


async def run(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns the answer to a text that is a command; an empty one is told what there is."""
    if not request.text.strip():
        return await called("help", request, teamwork)
    verb = verb_of(request.text)
    if verb is None:
        raise ValueError("no command")
    return await called(verb.name, request, teamwork, verb.rest)


async def called(name: str, request: Request, teamwork: Teamwork, rest: str = "") -> Sequence[Reply]:
    """Returns the answer to a command by its name."""
    try:
        return await _DOING[name](request, teamwork, rest)
    except Refused as error:
        return refused(error)


async def _help(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    say = request.say
    parts: list[Part] = [Paragraph(say("tasks.usage")), Paragraph(say("tasks.help"))]
    parts.append(Quote(say.label("tasks.help.example")))
    mine = Button(say.label("tasks.button.mine"), "tasks.mine")
    return (Reply((*parts, Buttons((mine,))), to="asker"),)


async def _list(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    selected = rest.casefold()
    if selected.startswith(("#", "＃")):
        return await listing.labelled(request, teamwork, selected[1:])
    if selected.startswith("@"):
        people = named_in(rest, await teamwork.names(request))
        if len(people) != 1:
            return to_asker(request.say("tasks.wrong.person", name=rest.lstrip("@")))
        return await listing.of_person(request, teamwork, people[0])
    match selected:
        case "" | "mine" | "my" | "me" | "我的":
            return await listing.mine(request, teamwork)
        case "overdue" | "late" | "逾期" | "过期":
            return await listing.overdue(request, teamwork)
        case "asked" | "waiting":
            return await listing.asked(request, teamwork)
        case "unassigned" | "nobody" | "未分配":
            return await listing.unassigned(request, teamwork)
        case "today" | "今天":
            return await listing.mine(request, teamwork, "today")
        case "week" | "本周":
            return await listing.mine(request, teamwork, "week")
    return await listing.all_open(request, teamwork)


async def _overdue(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    return await listing.overdue(request, teamwork)


async def _show(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    task = await _numbered(request, teamwork, rest)
    reply = await teamwork.card(task, request.say)
    return (reply if request.kind == "message" or request.place.kind == "dm" else replace(reply, to="asker"),)


async def _done(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    tasks = [await _numbered(request, teamwork, number) for number in re.findall(r"\d+", rest)[:20]]
    if len(tasks) == 1:
        return await amend(request, teamwork, tasks[0], Amendment(doing="done"))
    return await settling.several_done(request, teamwork, tasks)


def _amending(wish: Amendment) -> Doing:
    async def doing(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
        return await amend(request, teamwork, await _numbered(request, teamwork, rest), wish)

    return doing


async def _comment(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    match = re.match(rf"{_NUMBER}\s*[:：]?\s*(?P<text>.+)", rest, re.DOTALL)
    if match is None:
        return await called("help", request, teamwork)
    return await comment(request, teamwork, await _numbered(request, teamwork, match[1]), match["text"])


async def _undo(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    return await undo(request, teamwork)


async def _link(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    number, _, what = rest.lstrip("# ").partition(" ")
    return await tracking.link(request, teamwork, await _numbered(request, teamwork, number), what.strip("<> "))


async def _unlink(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    number, _, what = rest.lstrip("# ").partition(" ")
    return await tracking.unlink(request, teamwork, await _numbered(request, teamwork, number), what.strip())


async def _numbered(request: Request, teamwork: Teamwork, text: str) -> Task:
    """Returns the task of a number. Raises `Refused` where the asker sees none of that number."""
    digits = re.search(r"\d+", text)
    number = int(digits[0]) if digits else 0
    found = await teamwork.queries.numbered(request.team, [number])
    visible = await teamwork.may_see(request, list(found.values()))
    if not visible:
        raise Refused(request.say("tasks.wrong.unknown", numbers=f"#{number}"))
    return visible[0]


_DOING: Mapping[str, Doing] = {
    "help": _help,
    "list": _list,
    "mine": _list,
    "overdue": _overdue,
    "show": _show,
    "done": _done,
    "start": _amending(Amendment(doing="start")),
    "drop": _amending(Amendment(doing="drop")),
    "reopen": _amending(Amendment(doing="reopen")),
    "comment": _comment,
    "undo": _undo,
    "search": listing.search,
    "plan": planning.plan,
    "board": board.board,
    "load": board.load,
    "export": exporting.export,
    "away": settling.away,
    "back": settling.back,
    "hours": settling.hours,
    "skills": settling.skills,
    "capacity": settling.capacity,
    "zone": settling.zone,
    "reminders": settling.reminders,
    "me": settling.me,
    "template": settling.template,
    "notice": settling.notice,
    "summary": settling.summary,
    "link": _link,
    "unlink": _unlink,
    "trackers": tracking.trackers,
}
