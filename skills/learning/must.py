"""The examples that must never break: no version that gets one of them wrong can be promoted, by anybody."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from index.encoders.base import Encoder
from index.languages import detect
from skills.classifiers.feedback.collected import LONGEST, NONE
from skills.classifiers.gate.comparing import said
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import MustRow, VersionRow
from skills.classifiers.registry.versions import Sessions
from skills.classifiers.retraining.job import write_files
from skills.classifiers.retraining.learners import INTENT
from skills.learning.gathering import serving_folder
from skills.learning.reading import read
from skills.learning.workshop import Workshop
from skills.masking import mask
from skills.support.book.rows import Books
from skills.support.understanding import intents


@dataclass(frozen=True, slots=True)
class Must:
    """An example as it is added; `label` is `NONE` where the text must be taken for none of the labels."""

    task: str
    label: str
    text: str


async def listed(sessions: Sessions, team: str) -> Sequence[MustRow]:
    """Returns a team's examples, the oldest first: their places, counted from 1, are what people call them by."""
    of_team = select(MustRow).where(MustRow.team == team).order_by(MustRow.at, MustRow.task, MustRow.digest)
    async with sessions() as session:
        return (await session.scalars(of_team)).all()


async def add(sessions: Sessions, team: str, must: Must, who: str, at: float) -> MustRow | None:
    """Keeps an example, masked, and returns it; None for a text of nothing. The same text again takes the new label."""
    text = (await asyncio.to_thread(mask, must.text)).text[:LONGEST].strip()
    if not text:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    async with sessions.begin() as session:
        row = await session.get(MustRow, (team, must.task, digest))
        if row is None:
            row = MustRow(team=team, task=must.task, digest=digest, text=text, language=detect(text), at=at)
            session.add(row)
        row.label, row.who = must.label, who
    return row


async def remove(sessions: Sessions, team: str, number: int) -> MustRow | None:
    """Removes the example at a place of the list, and returns it; None where there is none."""
    rows = await listed(sessions, team)
    if not 1 <= number <= len(rows):
        return None
    row = rows[number - 1]
    gone = delete(MustRow).where(MustRow.team == team, MustRow.task == row.task, MustRow.digest == row.digest)
    async with sessions.begin() as session:
        await session.execute(gone)
    return row


async def broken_by_what_serves(shop: Workshop, row: MustRow) -> str | None:
    """Returns the label that what serves takes an example for where that is wrong, `NONE` for none of the labels.

    None where it is right, or nobody can tell yet: the answer book is still being learned, or a version is damaged.
    """
    encoder = intents.preferred(shop.encoders)
    if encoder is None:
        return None
    book, _ = await Books(shop.sessions).load(row.team)
    home = serving_folder(row.task, row.team, book, encoder, shop)
    if home is None and row.task == INTENT:
        return None
    try:
        (prediction,) = await asyncio.to_thread(_read, [row], home, encoder, shop.encoders)
    except (OSError, DamagedVersionError):
        return None
    taken = said(prediction) or NONE
    return None if taken == row.label else taken


async def broken_by(shop: Workshop, version: VersionRow) -> bool:
    """Returns whether a version gets an example wrong, of those too that were added since the gate judged it."""
    encoder = intents.preferred(shop.encoders)
    rows = await listed(shop.sessions, version.team)
    if encoder is None or not rows:
        return False
    try:
        files = await shop.registry.files(version.team, version.number)
        return await asyncio.to_thread(_broken_in, files, rows, encoder, shop.encoders)
    except (OSError, DamagedVersionError):
        # It can't serve anyhow.
        return False


def _broken_in(
    files: Mapping[str, bytes], rows: Sequence[MustRow], preferred: Encoder, encoders: Sequence[Encoder]
) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        write_files(files, Path(folder))
        for task in dict.fromkeys(row.task for row in rows):
            home, of_task = Path(folder) / task, [row for row in rows if row.task == task]
            if not home.is_dir():
                continue
            read = _read(of_task, home, preferred, encoders)
            if any((said(one) or NONE) != row.label for row, one in zip(of_task, read, strict=True)):
                return True
    return False


def _read(
    must: Sequence[MustRow], home: Path | None, preferred: Encoder, encoders: Sequence[Encoder]
) -> list[Prediction]:
    """Returns what the classifier in `home` takes examples of one task for. Raises OSError or DamagedVersionError."""
    texts = [(one.text, one.language) for one in must]
    return read(must[0].task, texts, home, preferred, encoders)[0]
