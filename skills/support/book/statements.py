"""The statements that read and change an answer book, within whoever's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skills.support.book.answer_book import EMPTY, AnswerBook, Intent
from skills.support.book.models import AnswerRow, BookRow, ExampleRow, IntentRow
from skills.support.book.plain_book import slots_from_plain, slots_to_plain

_DOUBT = 2.0
"""Judgements of each kind that an answer is presumed to have had: so that the first press of a button moves little."""


async def next_version(session: AsyncSession, team: str) -> int:
    """Counts a change. The row stays locked till the end of the transaction, so that changes stand in a line."""
    counted = (
        update(BookRow)
        .where(BookRow.team == team)
        .values(version=BookRow.version + 1)
        .returning(BookRow.version)
        .execution_options(synchronize_session=False)
    )
    number = await session.scalar(counted)
    if number is not None:
        return number
    first = {"team": team, "version": 1, "languages": list(EMPTY.languages), "slots": {}, "editors": []}
    try:
        async with session.begin_nested():
            await session.execute(insert(BookRow).values(first))
    except IntegrityError:  # another process made it in this moment
        return (await session.scalars(counted)).one()
    return 1


async def load_book(session: AsyncSession, team: str, *, best_first: bool) -> tuple[AnswerBook, int]:
    """Returns the book and its version; the best answer comes first, or the one that was written first."""
    row = await session.get(BookRow, team, populate_existing=True)
    if row is None:
        return EMPTY, 0
    examples: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = await session.execute(
        select(ExampleRow.intent_id, ExampleRow.language, ExampleRow.text)
        .where(ExampleRow.team == team)
        .order_by(ExampleRow.id)
    )
    for intent_id, language, text in found:
        examples[intent_id][language].append(text)
    answers: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    # Laplace's rule: the share of helpful answers, as if each had been judged a few times both ways before.
    share = (AnswerRow.helpful + _DOUBT) / (AnswerRow.helpful + AnswerRow.not_helpful + 2 * _DOUBT)
    order = (AnswerRow.intent_id, AnswerRow.language, *((share.desc(),) if best_first else ()), AnswerRow.position)
    rows = await session.execute(
        select(AnswerRow.intent_id, AnswerRow.language, AnswerRow.text).where(AnswerRow.team == team).order_by(*order)
    )
    for intent_id, language, text in rows:
        answers[intent_id][language].append(text)
    intents = [
        Intent(
            name=intent.name,
            description=intent.description,
            examples=_in_order(examples[intent.id], row.languages),
            answers=_in_order(answers[intent.id], row.languages),
            links=tuple(intent.links),
            owner=intent.owner,
        )
        for intent in await session.scalars(
            select(IntentRow).where(IntentRow.team == team).order_by(IntentRow.position, IntentRow.id)
        )
    ]
    return AnswerBook(tuple(row.languages), tuple(intents), slots_from_plain(row.slots)), row.version


def _in_order(texts: dict[str, list[str]], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(texts[language]) for language in languages if language in texts}


async def write_book(
    session: AsyncSession,
    team: str,
    book: AnswerBook,
    version: int,
    *,
    replaced: str | None,
    only: Intent | None = None,
) -> None:
    """Writes `only` in place of the intent `replaced`, or the whole book."""
    judged = await _judgements(session, team)
    if only is None:
        names = list(await session.scalars(select(IntentRow.name).where(IntentRow.team == team)))
    else:
        names = [replaced or only.name]
    await delete_intents(session, team, names)
    await session.execute(
        update(BookRow)
        .where(BookRow.team == team)
        .values(languages=list(book.languages), slots=slots_to_plain(book.slots))
        .execution_options(synchronize_session=False)
    )
    for position, intent in enumerate(book.intents):
        if only is None or intent is only:
            former = replaced if only is not None and replaced is not None else intent.name
            await _insert_intent(session, team, intent, position, version, judged[former] | judged[intent.name])
        else:
            await session.execute(
                update(IntentRow)
                .where(IntentRow.team == team, IntentRow.name == intent.name, IntentRow.position != position)
                .values(position=position)
                .execution_options(synchronize_session=False)
            )


_Judged = dict[tuple[str, str], tuple[int, int]]


async def _judgements(session: AsyncSession, team: str) -> dict[str, _Judged]:
    """Returns (helpful, not helpful) by intent and (language, answer)."""
    found: dict[str, _Judged] = defaultdict(dict)
    rows = await session.execute(
        select(IntentRow.name, AnswerRow.language, AnswerRow.text, AnswerRow.helpful, AnswerRow.not_helpful)
        .join(IntentRow, IntentRow.id == AnswerRow.intent_id)
        .where(AnswerRow.team == team)
    )
    for name, language, text, helpful, not_helpful in rows:
        found[name][language, text] = (helpful, not_helpful)
    return found


async def _insert_intent(
    session: AsyncSession, team: str, intent: Intent, position: int, version: int, judged: _Judged
) -> None:
    values = {
        "team": team,
        "name": intent.name,
        "position": position,
        "description": intent.description,
        "links": list(intent.links),
        "owner": intent.owner,
        "version": version,
    }
    id_ = (await session.scalars(insert(IntentRow).values(values).returning(IntentRow.id))).one()
    examples = [
        {"team": team, "intent_id": id_, "language": language, "position": place, "text": text}
        for language, texts in intent.examples.items()
        for place, text in enumerate(texts)
    ]
    await session.execute(insert(ExampleRow), examples)
    answers = []
    for language, texts in intent.answers.items():
        for place, text in enumerate(texts):
            helpful, not_helpful = judged.get((language, text), (0, 0))
            answers.append(
                {"team": team, "intent_id": id_, "language": language, "position": place, "text": text}
                | {"helpful": helpful, "not_helpful": not_helpful}
            )
    await session.execute(insert(AnswerRow), answers)


async def delete_intents(session: AsyncSession, team: str, names: Sequence[str]) -> None:
    """Removes intents with their examples and answers."""
    ids = list(
        await session.scalars(select(IntentRow.id).where(IntentRow.team == team, IntentRow.name.in_(list(names))))
    )
    for table in (ExampleRow, AnswerRow):
        await session.execute(delete(table).where(table.intent_id.in_(ids)))
    await session.execute(delete(IntentRow).where(IntentRow.id.in_(ids)))
