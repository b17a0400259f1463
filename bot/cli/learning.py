"""`deskhand support import` on past conversations: proposes an answer book for a person to accept."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot import knowledge
from bot.cli.output import Options, Progress, Refused, progress_bar
from bot.cli.support import open_books
from bot.config import Settings
from index.encoder_choice import EncoderChoice
from index.encoders.base import Vectors
from index.encoders.sources import EncoderUnavailableError
from skills.support.book.answer_book import AnswerBook
from skills.support.book.exchange import write_yaml
from skills.support.learning.conversation_files import BadRow, Conversation, read_conversations
from skills.support.learning.mining import Learned, learn, main_languages
from skills.support.learning.proposals import Proposals

_NAMED = 20
"""Rows that are named one by one; when more are bad, the rest is counted."""


def learn_from_file(options: Options, file: Path, out: Path | None, team: str | None) -> None:
    """Proposes intents from the conversations in `file`, and writes them to `out` as well.

    Raises `Refused` when no row can be read or nothing repeats itself, and `ExchangeError` for a file that can't be
    read.
    """
    if out is not None and out.suffix.lower() not in (".yaml", ".yml"):
        raise Refused(f"{out}: the name must end in .yaml")
    found, bad = _read(file)

    async def main() -> dict[str, object]:
        async with open_books(options, team) as opened:
            known, _ = await opened.books.load(opened.team)
            with progress_bar("Learning") as tell:
                learned = await asyncio.to_thread(_learn, opened.settings, found, known, tell)
            if not learned.proposals:
                raise Refused(f"{file}: no question in its {len(found)} rows is asked often enough for an intent")
            if out is not None:
                await asyncio.to_thread(_write, out, learned)
            await Proposals(opened.database.sessions).put(opened.team, learned.proposals, time.time())
            return {
                "team": opened.team,
                "conversations": len(found),
                "bad_rows": bad,
                "left_out": learned.left_out,
                "proposals": [
                    {"name": one.intent.name, "conversations": one.rows, "examples": len(one.intent.all_examples())}
                    for one in learned.proposals
                ],
                "languages": list(learned.languages),
                "file": None if out is None else str(out),
            }

    result = asyncio.run(main())
    proposals = result["proposals"]
    count = len(proposals) if isinstance(proposals, list) else 0
    where = f"; written to {out}" if out is not None else ""
    options.show(
        result,
        f"{count} intents proposed from {len(found)} conversations{where}; accept them with /support proposals",
    )


def _read(file: Path) -> tuple[list[Conversation], int]:
    """Returns the rows that can be used, and how many can't; those are named on standard error."""
    found: list[Conversation] = []
    bad: list[BadRow] = []
    for row in read_conversations(file):
        if isinstance(row, Conversation):
            found.append(row)
        else:
            bad.append(row)
    if not found:
        raise Refused(f"{file}:{bad[0].line}: {bad[0].why}; no row can be used" if bad else f"{file}: has no rows")
    for row in bad[:_NAMED]:
        print(f"left out: {file}:{row.line}: {row.why}", file=sys.stderr)
    if len(bad) > _NAMED:
        print(f"left out: {file}: {len(bad) - _NAMED} more rows", file=sys.stderr)
    return found, len(bad)


def _learn(settings: Settings, found: Sequence[Conversation], known: AnswerBook, tell: Progress) -> Learned:
    try:
        encoders = knowledge.encoders(settings).encoders
    except EncoderUnavailableError as error:
        raise Refused(str(error)) from None
    encoder = EncoderChoice(encoders).common(main_languages(found)) or encoders[-1]

    def encode(texts: Sequence[str]) -> Vectors:
        return encoder.encode(texts, "query")

    return learn(found, encode, known, tell)


def _write(out: Path, learned: Learned) -> None:
    try:
        out.write_text(write_yaml(learned.book()), encoding="utf-8")
    except OSError as error:
        raise Refused(f"{out}: cannot be written ({error.strerror})") from None
