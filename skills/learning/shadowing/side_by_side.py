"""Has what serves and a version in its shadow period read the same questions, after they were answered.

Both read the words that the support skill has kept, which are masked: what the champion made of the message itself may
be something else. The words stay there alone, so that forgetting them is forgetting them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Row, Select, exists, select

from skills.classifiers.champions import Champion
from skills.classifiers.gate.comparing import said
from skills.classifiers.heads.head import Prediction
from skills.classifiers.registry.models import ShadowReadRow, ShadowRow
from skills.classifiers.retraining.learners import INTENT
from skills.knowledge.questions import question_of
from skills.learning.gathering import intents_folder
from skills.learning.reading import read
from skills.learning.workshop import Workshop
from skills.support.book.rows import Books
from skills.support.conversations.models import TurnRow
from skills.support.stats.reckoning import NO_QUESTION
from skills.support.understanding import intents
from skills.support.understanding.deciding import likely_intent, signals_of

log = logging.getLogger("deskhand.learning")

AT_ONCE = 64
"""Questions that are read together: some tenths of a second of a thread beside the answers."""

ANSWERED, HANDED_OVER = ("template", "slot"), "handover"
"""What became of a question that was answered from the book, or went to a person."""


class SideBySide:
    """Reads what was asked in shadow periods; the versions that read along stay at hand."""

    def __init__(self) -> None:
        self._challengers: dict[str, Champion] = {}

    async def is_waiting(self, shop: Workshop, shadow: ShadowRow) -> bool:
        """Returns whether something was asked that has not been read yet."""
        async with shop.sessions() as session:
            return (await session.execute(_waiting(shadow).limit(1))).first() is not None

    async def read(self, shop: Workshop, shadow: ShadowRow) -> None:
        """Has all questions read that wait, and keeps what they were taken for.

        They go on waiting while one of both can't read them: the answer book is still being learned, say. Raises
        OSError or DamagedVersionError when one can't be loaded.
        """
        version = await shop.registry.get(shadow.team, shadow.version)
        if version is None or INTENT not in version.tasks:
            return
        challenger = await self._challenger(shop, shadow)
        while rows := await _some(shop, shadow):
            homes = await _homes(shop, shadow, challenger)
            if homes is None:
                return
            texts = [(question_of(row.question) or row.question, row.language) for row in rows]
            before, after = await asyncio.to_thread(_read_by_both, texts, homes, shop)
            pairs = zip(rows, before, after, strict=True)
            await shop.shadows.add([_kept(shadow, row.id, old, new) for row, old, new in pairs])

    async def _challenger(self, shop: Workshop, shadow: ShadowRow) -> Champion:
        known = self._challengers.get(shadow.team)
        if known is None or known.version != shadow.version:
            known = self._challengers[shadow.team] = await shop.champions.ready(shadow.team, shadow.version)
        return known


def _waiting(shadow: ShadowRow) -> Select[str, str, str]:
    done = exists().where(
        ShadowReadRow.team == shadow.team, ShadowReadRow.version == shadow.version, ShadowReadRow.turn == TurnRow.id
    )
    return (
        select(TurnRow.id, TurnRow.question, TurnRow.language)
        .where(
            TurnRow.team == shadow.team,
            TurnRow.at > shadow.began,
            TurnRow.at <= shadow.until,
            TurnRow.path.not_in(NO_QUESTION),
            TurnRow.question != "",
            ~done,
        )
        .order_by(TurnRow.at)
    )


async def _some(shop: Workshop, shadow: ShadowRow) -> Sequence[Row[str, str, str]]:
    async with shop.sessions() as session:
        return (await session.execute(_waiting(shadow).limit(AT_ONCE))).all()


async def _homes(shop: Workshop, shadow: ShadowRow, challenger: Champion) -> tuple[Path, Path] | None:
    """Returns the folders from which both would serve with the answer book as it is; None where one can't yet.

    Where the book has changed, what was learned beside it is learned with the new one, of the challenger too.
    """
    champion = shop.champions.of(shadow.team)
    encoder = intents.preferred(shop.encoders)
    if champion.version != shadow.before or encoder is None:
        return None
    book, _ = await Books(shop.sessions).load(shadow.team)
    before = intents_folder(champion, shadow.team, book, encoder, shop)
    if before is None or not intents.can_learn(book):
        return None
    after = intents_folder(challenger, shadow.team, book, encoder, shop)
    if after is None:
        home = intents.home_of(shop.data, shadow.team)
        try:
            await asyncio.to_thread(intents.train, book, encoder, home, challenger.feedback)
        except ValueError:
            log.exception("the answer book could not be learned", extra={"team": shadow.team})
            return None
        after = intents_folder(challenger, shadow.team, book, encoder, shop)
    return None if after is None else (before, after)


def _read_by_both(
    texts: Sequence[tuple[str, str]], homes: tuple[Path, Path], shop: Workshop
) -> tuple[list[Prediction], list[Prediction]]:
    encoder = intents.preferred(shop.encoders)
    assert encoder is not None  # noqa: S101  (there are folders only where there is one)
    before, after = (read(INTENT, texts, home, encoder, shop.encoders)[0] for home in homes)
    return before, after


def _kept(shadow: ShadowRow, turn: str, before: Prediction, after: Prediction) -> ShadowReadRow:
    return ShadowReadRow(
        team=shadow.team,
        version=shadow.version,
        turn=turn,
        label_before=said(before),
        probability_before=before.probability,
        answers_before=answers(before),
        label=said(after),
        probability=after.probability,
        answers=answers(after),
    )


def answers(prediction: Prediction) -> bool:
    """Returns whether a reading is sure enough for the support skill to answer by it alone."""
    return likely_intent(signals_of(prediction)) is not None
