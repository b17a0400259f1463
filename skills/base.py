"""What a skill is: a `Request` in, `Reply`s out, and one place where it says what it answers to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo

from index.types import Audience, Turn
from skills.reply import Form, Json, Part, Reply
from skills.text import Text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from index.library import Library
    from index.search import QuestionVectors
    from skills.catalogs import Say
    from skills.classifiers.champions import Champions
    from skills.learning.settings import LearningSettings
    from skills.llm import ChatModel


UNANSWERED = "unanswered"
"""The `Request.name` of a message that another skill was given, and found nothing for."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `locale` as Slack gives it (`en-US`, `zh-CN`). Guests and foreigners (Slack Connect) see little.

    `is_gone`: the account was deactivated. `zone_known`: Slack tells the zone, which stands for UTC otherwise.
    """

    id: str
    name: str
    locale: str
    zone: ZoneInfo
    is_admin: bool = False
    is_guest: bool = False
    is_foreign: bool = False
    is_bot: bool = False
    is_gone: bool = False
    zone_known: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request was made and its answer belongs.

    `message` is the ts of the message that asks (None for commands); `thread` the root under which it was written or
    under which an answer to it stands (None: outside any thread).
    """

    channel: str
    kind: Literal["channel", "private", "dm", "group"]
    thread: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An earlier reply of ours, as it was recorded: a button's or a thread's context."""

    id: str
    skill: str
    asker: str
    question: str
    place: Place
    memory: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Message:
    """A message acted upon by a shortcut, with its thread (oldest first, itself included).

    `author` is a name, `author_id` the person's id, empty for what a program has posted.
    """

    ts: str
    author: str
    text: str
    permalink: str | None
    thread: tuple[tuple[str, str], ...] = ()
    """(author's name, text) of each message of the thread."""
    author_id: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Something a person wants, whatever way it was said.

    `id` is unique and stable over retries and crashes: the answer's id derives from it. `kind` and `name` say how it
    came: a free `message` (`name` is what the router takes it for: the intent that the examples name, `none` for none
    of the skills' matters); a slash `command` (`name` `/ask`); a button, an `action` (`name` its action id, `value` its
    value); a message `shortcut` (`name` its callback id, `message` set); a submitted `form` (`name`, `value` its state,
    `values` by input key); a `due` row (`name` its kind, `value` its key, `memory` its payload).
    `answer` is the reply that the pressed button belongs to. `vectors` are the question's, when the router made them.
    `addressed` is false for a question that was overheard: it is answered when the answer is sure, else with nothing.
    `claimed_by` is the skill that claims the channel's messages, empty where none does.
    """

    id: str
    team: str
    person: Person
    place: Place
    say: Say
    now: datetime
    kind: Literal["message", "command", "action", "shortcut", "form", "due"]
    addressed: bool = True
    claimed_by: str = ""
    text: str = ""
    channels: tuple[str, ...] = ()
    """Ids of the channels that the text names, in order."""
    people: tuple[tuple[str, str], ...] = ()
    """The people whom the text mentions, in order: id, and the words that stand for them in it (`@ana`)."""
    name: str = ""
    value: str = ""
    values: Mapping[str, str | tuple[str, ...] | None] = field(default_factory=dict)
    history: tuple[Turn, ...] = ()
    message: Message | None = None
    answer: Answer | None = None
    memory: Mapping[str, Json] = field(default_factory=dict)
    vectors: QuestionVectors | None = None
    stream: Stream | None = None
    """Where text can be shown while it is being made; None where it can't."""


class Stream(Protocol):
    """The beginning of an answer, shown while the rest is made. The `Reply` returned in the end replaces it all."""

    async def append(self, markdown: str) -> None:
        """Shows more text. Raises `asyncio.CancelledError` when the person pressed stop."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Returns the time (aware, UTC) by which what is due is judged."""
        ...


class Services(Protocol):
    """What a skill may use of the bot."""

    clock: Clock
    library: Library
    sessions: async_sessionmaker[AsyncSession]
    llm: ChatModel | None
    """The language model of `[llm]`; None when none is configured."""
    champions: Champions
    """What serves each team: the classifiers that ship, or those that it has taught."""
    learning: LearningSettings
    """When and how classifiers learn from feedback."""
    reviewers: Collection[str]
    """Ids of those who, beside the admins, may see and settle what is learned from."""
    data: Path
    """The data folder: what a skill keeps beside its tables lies in a folder of its own there."""
    replica: str
    """Names this process among those that share the database; the same over restarts where no other may share it."""
    allow_private: bool
    """Whether what the monitor follows may lie at private addresses."""

    async def audience(self, request: Request) -> Audience:
        """Returns the principals that the asker holds."""
        ...

    async def readers(self, request: Request) -> Audience:
        """Returns the principals that everybody who can read the request's place holds."""
        ...

    async def post(
        self,
        reply: Reply,
        team: str,
        place: Place,
        key: str,
        *,
        skill: str = "",
        edits: str | None = None,
        under: str | None = None,
        only: str | None = None,
        answering: Answer | None = None,
        say: Say | None = None,
    ) -> str:
        """Queues a post that nobody asked for just now, and returns its answer id; the same `key` is posted once.

        `edits` is the answer id of an earlier post, whose message this one takes the place of; `under` that of one in
        whose thread it stands. `only` is the id of the person who alone sees it in a channel. `answering` names the
        question that the post answers after all (a draft that was approved): its asker, words and message. `say` speaks
        the reader's language; without it English.
        """
        ...

    def id_of(self, request: Request, number: int) -> str:
        """Returns the answer id under which the `number`-th reply (from 0) to a request is kept."""
        ...

    def id_of_post(self, team: str, key: str) -> str:
        """Returns the answer id under which what is posted by `key` is kept."""
        ...

    async def standing_at(self, team: str, place: Place) -> Answer | None:
        """Returns which of our answers is the first message of the thread `place.thread`; None where none is."""
        ...

    async def direct(self, team: str, person: str) -> Place | None:
        """Returns where a person is spoken to alone, opened when it isn't yet; None where the server has no such."""
        ...

    async def do_not_disturb(self, team: str, people: Collection[str]) -> Mapping[str, float]:
        """Returns until when (epoch seconds) those of `people` are not to be disturbed who are not to be now.

        It may be a few minutes old. Where the server doesn't tell, that is nobody.
        """
        ...

    async def link(self, place: Place) -> str | None:
        """Returns the address of the place's message, or of its thread's first; None where the server tells none."""
        ...

    async def person(self, team: str, id: str) -> Person:
        """Returns who has an id."""
        ...

    async def called(self, team: str, name: str) -> Person | None:
        """Returns the member with an id or name (`ana`, whatever its case); None where there is none."""
        ...

    async def members(self, team: str, place: Place) -> Sequence[Person] | None:
        """Returns the people who can read a place, deactivated ones and bots left out; in a direct message the team.

        None where the server doesn't tell.
        """
        ...

    def speaking_to(self, person: Person) -> Say:
        """Returns what speaks a person's language, in their zone."""
        ...

    async def in_charge(self, team: str, named: str | None) -> Person | None:
        """Returns the person with an id or name (`ana`), else the first admin; None where nobody is known."""
        ...

    async def schedule(
        self, skill: str, kind: str, key: str, due_at: datetime, team: str, payload: Mapping[str, Json]
    ) -> bool:
        """Keeps a row that comes back to `skill` as a `due` request at `due_at`, and returns whether it is a new one.

        The same `key` is kept once.
        """
        ...


class HookRefused(Exception):
    """What was sent to a hook is not taken; the message is one sentence for who sent it."""


class Skill(ABC):
    """One thing the bot can do.

    Found through the entry-point group `deskhand.skills`. The class attributes are its declaration: `commands` maps
    each slash command to the catalog key of its usage line; `actions`, `shortcuts` and `due` name what comes to
    `handle`; `opens_form` names the actions, shortcuts and commands for which `form` is asked first, before Slack is
    acknowledged (one that is an action too then comes to `handle` as well; others only when there is no form).
    `catalogs` is the folder with its texts (`en.po`, `zh_CN.po`); `examples` the JSONL file with what
    people say when they want it, `{"text", "language", "intent"?}`, from which the router learns; `migrations` the
    folder of its Alembic branch, where it keeps tables of its own. `ticks` names what it does again and again while
    the bot runs, and after how many seconds each. `reads_all`: it reads messages of any length, where
    others are given the beginning.
    """

    name: ClassVar[str]
    catalogs: ClassVar[Path]
    commands: ClassVar[Mapping[str, str]] = {}
    actions: ClassVar[frozenset[str]] = frozenset()
    shortcuts: ClassVar[frozenset[str]] = frozenset()
    due: ClassVar[frozenset[str]] = frozenset()
    forms: ClassVar[frozenset[str]] = frozenset()
    opens_form: ClassVar[frozenset[str]] = frozenset()
    examples: ClassVar[Path | None] = None
    migrations: ClassVar[Path | None] = None
    ticks: ClassVar[Mapping[str, float]] = {}
    reads_all: ClassVar[bool] = False

    @abstractmethod
    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        """Returns the answers to `request`, in the order in which they are posted."""

    async def form(self, request: Request, services: Services) -> Form | None:
        """Returns the modal to open for `request`, or None when it needs none. Has about two seconds."""
        return None

    async def check(self, request: Request, services: Services) -> Mapping[str, Text]:
        """Returns what is wrong with a submitted form, by input key; empty when it is accepted."""
        return {}

    async def forget(self, team: str, place: Place, services: Services) -> None:
        """Drops what was kept of a message that was deleted: `place.message`, in the thread `place.thread` if any."""
        return None

    async def claims(self, team: str, place: Place, services: Services) -> bool:
        """Returns whether the messages of a place are this skill's, whatever the router would make of them.

        They are handled though they address nobody; a place is a channel, one thread, or a conversation with one
        person. Asked for every message that the bot hears: answer from memory.
        """
        return False

    async def concerns(self, request: Request, services: Services) -> bool:
        """Returns whether a message plainly is for this skill, so that the router need not be asked.

        Asked of every message to the bot, and in threads that the bot has joined of those that mention others and not
        the bot, which come to `handle` with `claimed_by`. Decide quickly: nobody else gets it.
        """
        return False

    async def recognises(self, request: Request, services: Services) -> QuestionVectors | None:
        """Returns the question's vectors, with any pass made here, where the message is for this skill after all.

        Asked for what was said to the bot and the router gave to another skill, or to none: `request.name` is `none`
        where it was in doubt, `unanswered` where it was not, but the other skill has found nothing. None leaves it at
        that.
        """
        return None

    async def begin(self, services: Services) -> None:
        """Loads what the first request would wait for. Called once, beside the start; nobody waits for it."""
        return None

    async def end(self) -> None:
        """Closes what `begin` opened. Called once, when the bot stops, before the database is closed."""
        return None

    async def tick(self, name: str, services: Services) -> None:
        """Does what `ticks` names. Never called twice at a time for one name; what it raises is logged."""
        return None

    async def hear(self, team: str, place: Place, message: Mapping[str, Json], services: Services) -> None:
        """Takes note of a message in a channel of the bot's, whomever it is for.

        `message` is the event as it came, and its `words` as people read them.

        Called for every message but the bot's own, perhaps twice after a crash: decide from memory whether it matters.
        """
        return None

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes, services: Services) -> int:
        """Takes what another program has sent to `POST /hooks/NAME/HOOK`, and returns how much of it is new.

        Raises `HookRefused` for what is not signed as it should be, or can't be read.
        """
        raise HookRefused("there is nothing that takes this")

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        """Returns what App Home shows of this skill to `request.person`."""
        return ()

    async def judged(self, request: Request, verdict: Literal["helpful", "not_helpful"], services: Services) -> None:
        """Learns what `request.person` thought of `request.answer`, one of this skill's answers."""
        return None

    async def unlearn(self, team: str, person: str, services: Services) -> int:
        """Removes or empties what was kept of a person to learn from, who takes no part in that; returns how much."""
        return 0
