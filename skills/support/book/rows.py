"""The answer book in the database: read whole, changed in one transaction, never to something invalid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.merging import merge, with_intent
from skills.support.book.models import AnswerRow, BookChangeRow, BookRow, IntentRow
from skills.support.book.statements import delete_intents, load_book, next_version, write_book
from skills.support.book.validation import ensure_valid


class IntentChanged(Exception):
    """Raised when somebody else has changed or deleted the intent since it was read."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed what: `what` is replaced, merged, saved, deleted or settled; `intent` None for the whole book."""

    version: int
    at: float
    who: str
    what: str
    intent: str | None


class Books:
    """The teams' answer books. Every method is one transaction; every change counts the book's version up by one."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def version(self, team: str) -> int:
        """Returns the number of the book's last change, 0 where there is no book yet."""
        async with self._sessions() as session:
            return await session.scalar(select(BookRow.version).where(BookRow.team == team)) or 0

    async def load(self, team: str) -> tuple[AnswerBook, int]:
        """Returns the book and its version; of several answers the one that people found most helpful comes first."""
        async with self._sessions() as session:
            return await load_book(session, team, best_first=True)

    async def load_as_written(self, team: str) -> tuple[AnswerBook, int]:
        """Returns the book and its version with the answers in the order in which people wrote them."""
        async with self._sessions() as session:
            return await load_book(session, team, best_first=False)

    async def replace(self, team: str, book: AnswerBook, who: str, at: float) -> int:
        """Puts `book` in place of what there was, and returns its version. Answers that stay keep their judgements.

        `who` is a person's id or the command's name, `at` epoch seconds. Raises `BookError` for an invalid book.
        """
        ensure_valid(book)
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            await write_book(session, team, book, version, replaced=None)
            await _note(session, Change(version, at, who, "replaced", None), team)
            return version

    async def merge(self, team: str, book: AnswerBook, who: str, at: float) -> int:
        """Adds `book` to what there is (see `skills.support.book.merging.merge`), and returns the version.

        Raises `BookError` when the two together are invalid.
        """
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            known, _ = await load_book(session, team, best_first=False)
            ensure_valid(replace(book, slots={**known.slots, **book.slots}))
            merged = merge(known, book)
            ensure_valid(merged)
            await write_book(session, team, merged, version, replaced=None)
            await _note(session, Change(version, at, who, "merged", None), team)
            return version

    async def save(
        self, team: str, intent: Intent, who: str, at: float, *, instead: str | None = None, seen: int | None = None
    ) -> int:
        """Writes one intent, in place of `instead` (its former name) or as a new one, and returns the version.

        Raises `BookError` when the book would be invalid with it, and `IntentChanged` when `instead` is gone or has
        changed after version `seen`.
        """
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            book, _ = await load_book(session, team, best_first=False)
            if instead is not None:
                await _ensure_unchanged(session, team, instead, seen)
            book = with_intent(book, intent, instead)
            ensure_valid(book)
            await write_book(session, team, book, version, replaced=instead or intent.name, only=intent)
            await _note(session, Change(version, at, who, "saved", intent.name), team)
            return version

    async def delete(self, team: str, name: str, who: str, at: float) -> int:
        """Removes an intent and returns the version. Raises `IntentChanged` when there is none of that name."""
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            await _ensure_unchanged(session, team, name, None)
            await delete_intents(session, team, [name])
            await _note(session, Change(version, at, who, "deleted", name), team)
            return version

    async def judge(self, team: str, intent: str, language: str, template: str, *, helpful: bool) -> None:
        """Counts that somebody found an answer helpful or not; nothing where the answer is gone. No new version."""
        column = AnswerRow.helpful if helpful else AnswerRow.not_helpful
        of = select(IntentRow.id).where(IntentRow.team == team, IntentRow.name == intent).scalar_subquery()
        async with self._sessions() as session, session.begin():
            await session.execute(
                update(AnswerRow)
                .where(AnswerRow.intent_id == of, AnswerRow.language == language, AnswerRow.text == template)
                .values({column.key: column + 1})
            )

    async def is_unchanged(self, team: str, name: str, seen: int | None) -> bool:
        """Returns whether an intent is there and as it was at version `seen`."""
        async with self._sessions() as session:
            try:
                await _ensure_unchanged(session, team, name, seen)
            except IntentChanged:
                return False
            return True

    async def editors(self, team: str) -> frozenset[str]:
        """Returns the ids of those who may change the book beside the admins."""
        async with self._sessions() as session:
            return frozenset(await session.scalar(select(BookRow.editors).where(BookRow.team == team)) or ())

    async def settle(
        self, team: str, languages: Sequence[str], editors: Iterable[str] | None, who: str, at: float
    ) -> int:
        """Sets the book's languages and who may change it beside the admins (None: as it is); returns the version.

        Raises `BookError` where texts are in a language that is no longer among them.
        """
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            book, _ = await load_book(session, team, best_first=False)
            ensure_valid(replace(book, languages=tuple(languages)))
            values: dict[str, object] = {"languages": list(languages)}
            if editors is not None:
                values["editors"] = sorted(set(editors))
            await session.execute(update(BookRow).where(BookRow.team == team).values(values))
            await _note(session, Change(version, at, who, "settled", None), team)
            return version

    async def changes(self, team: str, limit: int = 20) -> list[Change]:
        """Returns the last changes, newest first."""
        async with self._sessions() as session:
            rows = await session.scalars(
                select(BookChangeRow).where(BookChangeRow.team == team).order_by(BookChangeRow.id.desc()).limit(limit)
            )
            return [Change(row.version, row.at, row.who, row.what, row.intent) for row in rows]

    async def teams(self) -> list[str]:
        """Returns the teams that have a book."""
        async with self._sessions() as session:
            return sorted(await session.scalars(select(BookRow.team)))


async def _ensure_unchanged(session: AsyncSession, team: str, name: str, seen: int | None) -> None:
    version = await session.scalar(
        select(func.max(IntentRow.version)).where(IntentRow.team == team, IntentRow.name == name)
    )
    if version is None or (seen is not None and version > seen):
        raise IntentChanged(name)


async def _note(session: AsyncSession, change: Change, team: str) -> None:
    await session.execute(
        insert(BookChangeRow).values(
            team=team, version=change.version, at=change.at, who=change.who, what=change.what, intent=change.intent
        )
    )
