"""The support skill: customers' questions answered from the answer book and the documents, or by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from index.search import QuestionVectors
from skills.base import UNANSWERED, Place, Request, Services, Skill
from skills.knowledge.questions import question_of
from skills.reply import Form, Note, Paragraph, Part, Reply, to_asker
from skills.support import clicks, reception
from skills.support.book.rows import Books
from skills.support.cases import drafts, handover, response_clock, unlearning
from skills.support.cases import rows as case_rows
from skills.support.cases.models import CaseRow
from skills.support.conversations.threads import Conversation, alone, thread_of
from skills.support.desk import Desk
from skills.support.editing import book_editing
from skills.support.settings import settling
from skills.support.settings.modes import Mode
from skills.support.slots.filling import extract
from skills.support.stats import view as stats_view
from skills.support.tables import MIGRATIONS
from skills.support.understanding.deciding import CLOSE, IN_SCOPE, SURE
from skills.support.understanding.message import lacks_slots
from skills.support.understanding.wishes import names_order, sounds_furious, wish_of
from skills.text import Text

_OF_BOOK = book_editing.ACTIONS | book_editing.FORMS | book_editing.OPENS_FORM
NONE = "none"
"""What a message is called of which the router is in doubt."""

_CASE_FORMS = frozenset({"support.wrong_intent", "support.reply", "support.close", "support.edit", "support.reject"})


class SupportSkill(Skill):
    name: ClassVar[str] = "support"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    migrations: ClassVar[Path | None] = MIGRATIONS
    examples: ClassVar[Path | None] = Path(__file__).parent / "examples.jsonl"
    commands: ClassVar[Mapping[str, str]] = {"/support": "support.usage"}
    shortcuts: ClassVar[frozenset[str]] = frozenset({"draft_reply"}) | book_editing.SHORTCUTS
    due: ClassVar[frozenset[str]] = frozenset({response_clock.REMIND, response_clock.ESCALATE})
    actions: ClassVar[frozenset[str]] = frozenset(
        {"support.person", "support.choose", "support.neither", "support.claim", "support.approve"}
        | book_editing.ACTIONS
        | settling.BUTTONS.keys()
    )
    forms: ClassVar[frozenset[str]] = _CASE_FORMS | book_editing.FORMS | {settling.TIMES}
    opens_form: ClassVar[frozenset[str]] = _CASE_FORMS | book_editing.OPENS_FORM | {settling.TIMES}

    def __init__(self) -> None:
        self.desk = Desk()

    async def recognises(self, request: Request, services: Services) -> QuestionVectors | None:
        wish = wish_of(request.text)
        if request.vectors is None or wish in ("person", "identity"):
            # Whoever asks for a person gets one, whatever else the words may mean.
            return request.vectors
        if request.name not in (NONE, UNANSWERED) and not names_order(request.text):
            return None
        if sounds_furious(request.text):
            classifiers = services.champions.classifiers(request.team)
            wanted = classifiers.wants(request.vectors.language)
            vectors = await services.library.encode_by(request.vectors, wanted)
            if classifiers.read(vectors).sentiment.label == "negative":
                return vectors
        book, version = await self.desk.book(request.team, services)
        if not book.intents:
            return None
        if wish == "never_mind":
            return request.vectors
        heads = self.desk.heads
        read, vectors = await heads.read(request.team, book, version, request.vectors, services)
        if read is None or read.in_scope < IN_SCOPE:
            return None
        if request.name == UNANSWERED:
            # It was asked of the documents: a ready answer serves, a question back ("your order number?") misleads.
            values = extract(request.text, book, request.now.astimezone(request.person.zone))
            ready = not lacks_slots(read.label, book, vectors.language, values)
            return vectors if ready and read.probability >= SURE else None
        # Between two intents it asks which is meant: that is its matter as well.
        best, second = (*sorted(read.scores.values(), reverse=True), 0.0, 0.0)[:2]
        return vectors if best >= SURE or best + second >= CLOSE else None

    async def begin(self, services: Services) -> None:
        self.desk.watch(services)

        async def learn(team: str) -> None:
            book, version = await self.desk.book(team, services)
            await self.desk.heads.learn(team, book, version, services)

        services.champions.listen(learn)
        for team in await Books(services.sessions).teams():
            await learn(team)

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        self.desk.watch(services)
        if request.name in _OF_BOOK:
            return await book_editing.handle(request, services)
        match request.kind:
            case "message":
                return await self._message(request, services)
            case "command":
                return await self._command(request, services)
            case "shortcut":
                return await clicks.draft_for_presser(request, services, self.desk)
            case "due":
                book, _ = await self.desk.book(request.team, services)
                settings = await self.desk.modes.settings(services.sessions, request.team)
                return await response_clock.ring(request, services, book, settings)
            case "action":
                return await self._action(request, services)
            case "form":
                return await self._form(request, services)

    async def form(self, request: Request, services: Services) -> Form | None:
        if request.name in _OF_BOOK:
            return await book_editing.form(request, services)
        if request.name == settling.TIMES:
            return await settling.times_form(request, services, self.desk.modes)
        book, _ = await self.desk.book(request.team, services)
        match request.name:
            case "support.wrong_intent":
                return clicks.wrong_intent_form(request, book)
            case "support.reply":
                return await handover.reply_form(request, services, book)
            case "support.close":
                return await handover.close_form(request, services, book)
            case "support.edit":
                return await drafts.edit_form(request, services)
            case "support.reject":
                return await drafts.reject_form(request, services, book)
        return None

    async def check(self, request: Request, services: Services) -> Mapping[str, Text]:
        if request.name == settling.TIMES:
            return settling.check_times(request)
        return await book_editing.check(request, services) if request.name in book_editing.FORMS else {}

    async def claims(self, team: str, place: Place, services: Services) -> bool:
        if place.kind != "dm" and await self.desk.modes.of(services.sessions, team, place.channel) in ("draft", "auto"):
            return True
        return await self.desk.conversations.is_open(services.sessions, team, place)

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return (
            *await settling.home(request, services, self.desk.modes),
            *await book_editing.home_parts(request, services),
        )

    async def judged(self, request: Request, verdict: Literal["helpful", "not_helpful"], services: Services) -> None:
        await clicks.judged(request, verdict, services, self.desk)

    async def forget(self, team: str, place: Place, services: Services) -> None:
        await self.desk.conversations.forget_message(services.sessions, team, place)

    async def unlearn(self, team: str, person: str, services: Services) -> int:
        return await unlearning.unlearn(services.sessions, team, person)

    async def _command(self, request: Request, services: Services) -> Sequence[Reply]:
        settled = await self._by_words(request, services)
        if settled is not None:
            return settled
        if not question_of(request.text) or request.text.strip().casefold() in ("help", "帮助"):
            return await self._help(request, services)
        conversation = await self.desk.conversations.find(services.sessions, request)
        begun = reception.conversation_of(request, alone(request.person.id))
        return await reception.receive(request, services, self.desk, conversation or begun, None)

    async def _help(self, request: Request, services: Services) -> Sequence[Reply]:
        settings = await self.desk.modes.settings(services.sessions, request.team)
        parts = (Paragraph(request.say("support.help")), Note(settling.times_text(settings, request.say)))
        return (Reply(parts, to="asker"),)

    async def _by_words(self, request: Request, services: Services) -> Sequence[Reply] | None:
        """Returns the answer to a subcommand; None for a customer's question."""
        settled = await settling.by_words(request, services, self.desk.modes)
        for by_words in (book_editing.by_words, stats_view.by_words):
            settled = settled if settled is not None else await by_words(request, services)
        return settled

    async def _message(self, request: Request, services: Services) -> Sequence[Reply]:
        if request.addressed:
            settled = await self._by_words(request, services)
            if settled is not None:
                return settled
        mode = await self._mode(request, services)
        known = await self.desk.conversations.find(services.sessions, request)
        if known is not None and known.asker != request.person.id:
            await self._colleague(request, services, known)
            if not request.addressed:
                return ()
            # A colleague who asks the bot in a customer's thread is answered; the customer's matter stays as it is.
            return await reception.receive(request, services, self.desk, _aside(request), None)
        case = await self._case(request, services, known)
        if case is not None:
            return await self._while_open(request, services, known, case)
        in_thread = request.place.thread not in (None, request.place.message)
        if known is None and in_thread and not request.addressed:
            return ()
        conversation = known or reception.conversation_of(request, thread_of(request))
        return await reception.receive(request, services, self.desk, conversation, mode)

    async def _mode(self, request: Request, services: Services) -> Mode | None:
        """Returns the mode that holds for a message: none where the channel is no support channel, or off."""
        if request.place.kind == "dm":
            return None
        mode = await self.desk.modes.of(services.sessions, request.team, request.place.channel)
        return None if mode == "off" else mode

    async def _case(self, request: Request, services: Services, known: Conversation | None) -> CaseRow | None:
        """Returns the open case that a message belongs to; one that began by command goes on in any thread alone."""
        place = request.place
        if known is not None:
            return await case_rows.open_case(services.sessions, request.team, known.channel, known.thread)
        if place.kind == "dm" and place.thread not in (None, place.message):
            thread = alone(request.person.id)
            return await case_rows.open_case(services.sessions, request.team, place.channel, thread)
        return None

    async def _colleague(self, request: Request, services: Services, known: Conversation) -> None:
        case = await case_rows.open_case(services.sessions, request.team, known.channel, known.thread)
        if case is not None:
            book, _ = await self.desk.book(request.team, services)
            settings = await self.desk.modes.settings(services.sessions, request.team)
            await handover.seen_in_thread(request, services, book, settings, case)

    async def _while_open(
        self, request: Request, services: Services, known: Conversation | None, case: CaseRow
    ) -> Sequence[Reply]:
        """Puts what the asker adds under the card; the bot does not talk over a person who has claimed."""
        book, _ = await self.desk.book(request.team, services)
        await handover.follow_up(request, services, book, case)
        if case.status == "claimed" or known is None:
            return ()
        return await reception.receive_while_waiting(request, services, self.desk, known)

    async def _action(self, request: Request, services: Services) -> Sequence[Reply]:
        book, _ = await self.desk.book(request.team, services)
        settings = await self.desk.modes.settings(services.sessions, request.team)
        match request.name:
            case "support.person" | "support.choose" | "support.neither":
                return await clicks.pressed(request, services, self.desk)
            case "support.claim":
                return await handover.claim(request, services, book, settings)
            case "support.approve":
                return await drafts.approve(request, services, book)
            case name if name in settling.BUTTONS:
                return await settling.by_button(request, services, self.desk.modes)
            case "support.edit" | "support.reject":
                return await drafts.late(request, services)
            case settling.TIMES if not request.person.is_admin:
                return to_asker(request.say("support.admins_only"))
        return to_asker(request.say("support.gone"))

    async def _form(self, request: Request, services: Services) -> Sequence[Reply]:
        book, _ = await self.desk.book(request.team, services)
        settings = await self.desk.modes.settings(services.sessions, request.team)
        match request.name:
            case settling.TIMES:
                return await settling.by_form(request, services, self.desk.modes)
            case "support.wrong_intent":
                return await clicks.put_right(request, services, self.desk)
            case "support.reply":
                return await handover.send_reply(request, services, book, settings)
            case "support.close":
                return await handover.close(request, services, book, settings)
            case "support.edit":
                return await drafts.send_edited(request, services, book)
            case "support.reject":
                return await drafts.reject(request, services, book)
        return ()


def _aside(request: Request) -> Conversation:
    """Returns a conversation of its own for somebody who is not the thread's customer."""
    begun = reception.conversation_of(request, f"{thread_of(request)}~{request.person.id}"[:64])
    return replace(begun, asker=request.person.id)
