"""`deskhand support`: the answer book in and out of files, and learned from past conversations."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.cli.opening import meant_team, open_store
from bot.cli.output import Options, Refused
from bot.config import Settings
from bot.store.engine import Database
from skills.support.book import exchange
from skills.support.book.answer_book import AnswerBook
from skills.support.book.models import BookRow
from skills.support.book.rows import Books
from skills.support.book.validation import BookError
from skills.support.learning.conversation_files import holds_conversations

T = TypeVar("T")

WHO = "deskhand support import"
"""Under this name the history lists what the command changed."""


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """The answer books, for one command; `team` is the one that is meant."""

    settings: Settings
    database: Database
    books: Books
    team: str


@asynccontextmanager
async def open_books(options: Options, team: str | None) -> AsyncIterator[OpenBooks]:
    """Opens the answer books under `options`. Raises `Refused` where something is not as it must be."""
    settings = options.settings()
    database = await open_store(settings)
    try:
        meant = team or await meant_team(settings, database, BookRow.team)
        yield OpenBooks(settings, database, Books(database.sessions), meant)
    finally:
        await database.close()


def _with_books(options: Options, team: str | None, work: Callable[[OpenBooks], Awaitable[T]]) -> T:
    async def main() -> T:
        async with open_books(options, team) as books:
            return await work(books)

    return asyncio.run(main())


def import_file(options: Options, file: Path, *, merge: bool, out: Path | None, team: str | None) -> None:
    """Takes over an answer book, or proposes one learned from conversations. Raises `Refused` for a bad file."""
    try:
        if holds_conversations(file):
            from bot.cli.learning import learn_from_file

            learn_from_file(options, file, out, team)
            return
        if out is not None:
            raise Refused(f"{file}: --out is for what is learned from conversations; this is an answer book")
        _import_book(options, file, merge=merge, team=team)
    except exchange.ExchangeError as error:
        if options.verbose:
            print(*error.faults[1:], sep="\n", file=sys.stderr)
        raise Refused(str(error)) from None


def _import_book(options: Options, file: Path, *, merge: bool, team: str | None) -> None:
    async def work(opened: OpenBooks) -> dict[str, object]:
        known, _ = await opened.books.load_as_written(opened.team)
        read = exchange.read_book_file(file, known if merge else None)
        for warning in read.warnings:
            print(warning, file=sys.stderr)
        take = opened.books.merge if merge else opened.books.replace
        try:
            version = await take(opened.team, read.book, WHO, time.time())
        except BookError as error:
            raise Refused(f"{file}: together with the book that is there: {error}") from None
        book, _ = await opened.books.load_as_written(opened.team)
        return {
            "team": opened.team,
            "version": version,
            "intents": len(book.intents),
            "examples": sum(len(intent.all_examples()) for intent in book.intents),
            "languages": list(book.languages),
            "warnings": list(read.warnings),
        }

    result = _with_books(options, team, work)
    options.show(result, f"{result['intents']} intents with {result['examples']} examples; version {result['version']}")


def export_file(options: Options, file: Path, team: str | None) -> None:
    """Writes the answer book to a `.yaml` or `.csv` file. Raises `Refused` when it can't be written."""
    write = {".csv": exchange.write_csv, ".yaml": exchange.write_yaml, ".yml": exchange.write_yaml}.get(
        file.suffix.lower()
    )
    if write is None:
        raise Refused(f"{file}: the name must end in .yaml or .csv")

    async def work(opened: OpenBooks) -> tuple[AnswerBook, int, str]:
        return *(await opened.books.load_as_written(opened.team)), opened.team

    book, version, meant = _with_books(options, team, work)
    if not book.intents:
        raise Refused(f"the answer book of {meant} is empty; bring one in with deskhand support import FILE")
    try:
        file.write_text(write(book), encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(f"{file}: cannot be written ({error.strerror})") from None
    result = {"team": meant, "version": version, "intents": len(book.intents), "file": str(file)}
    options.show(result, f"{len(book.intents)} intents written to {file}")
