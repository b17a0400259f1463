"""What the replies to a turn about tasks lack, by the assertions of the scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from task_scripts import TaskTurn, Unmade, day_named, expanded, meant
from task_words import QUOTE, Json, Reader, offered

import bot
from bot.workspace.accounts import BY_HANDLE
from skills.catalogs import Catalogs

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_DATE = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")
_PRIORITIES = {"high": ("high", "高")}
_TEXTS = Catalogs([Path(bot.__file__).parent / "locales"])
_FAILED = tuple(re.split("[.。]", _TEXTS.messages(one).forms["bot.failed"][0])[0] for one in ("en", "zh"))


@dataclass
class Came:
    """What came of a turn: the messages new to its writer at `now` (aware, their zone), and the tasks shown in them.

    `numbers` are those of the tasks that the conversation has made, `shown` those that these messages name, `made`
    those that no message has named before. `written`: all that people have typed so far.
    """

    turn: TaskTurn
    now: datetime
    written: str
    messages: list[Json] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        return Reader(self.now)

    @property
    def text(self) -> str:
        return "\n".join(map(self.reader.read, self.messages))

    @property
    def public(self) -> str:
        return "\n".join(self.reader.read(one) for one in self.messages if not one.get("is_ephemeral"))


def faults_of(came: Came) -> list[str]:
    """Returns what is wrong with the replies to a turn, each as a sentence."""
    turn = came.turn
    at = f"{turn.how} {turn.text[:60] or turn.action!r}"
    expects = 0 if turn.replies == "any" else int(turn.replies)
    if len(came.messages) < expects:
        return [f"{at}: {fault}" for fault in [*came.faults, f"{len(came.messages)} replies instead of {expects}"]]
    if not came.messages:
        return [f"{at}: {fault}" for fault in came.faults]
    checks = (came.faults, _words(came), _task(came), _dates(came), _buttons(came), _place(came), _language(came))
    return [f"{at}: {fault}" for faults in checks for fault in faults]


def names(text: str, day: date) -> bool:
    """Returns whether a text whose days are in digits names this one."""
    return day.isoformat() in text


def _words(came: Came) -> Iterator[str]:
    turn, text = came.turn, came.text
    try:
        says = [expanded(words, came.now.date(), came.numbers) for words in turn.says]
        never = [expanded(words, came.now.date(), came.numbers) for words in turn.never]
    except Unmade as unmade:
        yield f"no task was made that could be {unmade}"
        return
    yield from (f"does not say {words!r}" for words in says if not _has(text, words))
    yield from (f"says {words!r}" for words in never if _has(text, words))
    yield from (f"says publicly {words!r}" for words in turn.public_never if _has(came.public, words))
    yield from (f"calls {words}" for words in ("<!channel>", "<!here>", "<!everyone>") if words in text)
    yield from ("says that something failed" for failed in _FAILED if failed in text)


def _task(came: Came) -> Iterator[str]:
    turn = came.turn
    # Quotes and buttons may well hold the words as they were written: "Not “by Friday”".
    unquoted = "\n".join(line for line in came.text.splitlines() if not line.startswith((QUOTE, "[")))
    yield from (f"shows no title {words!r}" for words in turn.title if not _has(unquoted, words))
    yield from (f"leaves {words!r} in a title" for words in turn.title_never if _has(unquoted, words))
    for handle in turn.assignee:
        person = BY_HANDLE[handle]
        if not re.search(rf"(?<![a-z]){handle}(?![a-z])|{person.name}", unquoted, re.IGNORECASE):
            yield f"does not name {handle}"
    if turn.priority and not any(words in unquoted.casefold() for words in _PRIORITIES[turn.priority]):
        yield f"does not say that the priority is {turn.priority}"
    if turn.makes is not None and len(came.made) != turn.makes:
        yield f"makes {len(came.made)} tasks instead of {turn.makes}"
    if turn.numbers is not None and len(came.shown) != turn.numbers:
        yield f"shows {len(came.shown)} tasks instead of {turn.numbers}"


def _dates(came: Came) -> Iterator[str]:
    turn, text, today = came.turn, came.text, came.now.date()
    zone = came.now.tzinfo
    assert isinstance(zone, ZoneInfo)
    if turn.due == ("none",):
        later = sorted({found for found in _DATE.findall(text) if found > today.isoformat()})
        yield from (f"has the date {found}" for found in later)
        return
    for due in turn.due:
        moments = meant(due, came.now, zone)
        if not any(names(text, one.day) and one.at in text for one in moments):
            yield f"is not due {due}: {moments[-1].day} {moments[-1].at}".rstrip()


def _buttons(came: Came) -> Iterator[str]:
    turn = came.turn
    there = {element["action_id"] for one in came.messages for _, element in offered(one, bool)}
    yield from (f"offers no {action}" for action in turn.buttons if action not in there)
    yield from (f"offers {action}" for action in turn.not_buttons if action in there)
    labels = [
        came.reader.dated(element["text"]["text"])
        for one in came.messages
        for _, element in offered(one, "tasks.date".__eq__)
    ]
    if turn.asks == ("none",):
        yield from (f"asks about the date: {labels}" for _ in labels[:1])
        return
    for asked in turn.asks:
        day = day_named(asked, came.now.date())
        if not any(names(label, day) for label in labels):
            yield f"does not offer {asked} ({day}), but {labels}"


def _place(came: Came) -> Iterator[str]:
    to = came.turn.to
    private = [bool(one.get("is_ephemeral")) for one in came.messages]
    threaded = [one.get("thread_ts") not in (None, one["ts"]) for one in came.messages]
    if to == "asker" and not all(private):
        yield "is not for the asker alone"
    if to in ("thread", "channel") and any(private):
        yield "is for the asker alone"
    if to in ("thread", "channel") and any(one != (to == "thread") for one in threaded):
        yield f"does not stand in the {to}"


def _language(came: Came) -> Iterator[str]:
    own = [words for words in _CHINESE.findall(came.text) if words not in came.written]
    if came.turn.language == "zh" and not own:
        yield "is not in Chinese"
    if came.turn.language == "en" and own:
        yield f"is in Chinese: {own}"


def _has(text: str, words: str) -> bool:
    """Returns whether one of the words that bars part stands in the text, no matter the case."""
    low = text.casefold()
    return any(one.casefold() in low for one in words.split("|"))


def shown_in(texts: Iterable[str], highest: int) -> list[int]:
    """Returns the numbers of tasks that the texts name, in order, once each; far from `highest` nothing is a task's."""
    found = (
        int(number) for text in texts for number in re.findall(r"(?<![A-Za-z0-9_&])#(\d{1,5})(?![A-Za-z0-9_])", text)
    )
    return list(dict.fromkeys(number for number in found if 0 < number <= highest + 1000))
