"""Labelled examples that somebody brings in files: masked, and taken in as reviewed ones that no one person gave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.json_rows import BadRowError
from index.languages import detect
from skills.classifiers.feedback.collected import LONGEST, NONE, WEIGHTS
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.labelled import Labelled
from skills.classifiers.registry.versions import Sessions
from skills.classifiers.retraining.learners import INTENT
from skills.learning.labels import near
from skills.masking import mask

_AT_ONCE = 500
"""Rows that are stored in one transaction: a running bot's own writes wait no longer than for these."""

Tell = Callable[[int, int], None]
"""Hears how many rows are ready, and of how many."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A labelled text as it is kept."""

    id: str
    text: str
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be taken in, and of each text that stands there with two labels where that is."""

    rows: tuple[Masked, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """How many examples are new, how many have another label than before, and how many were known."""

    added: int
    changed: int
    known: int


def check_labels(rows: Sequence[Labelled], task: str, known: Sequence[str]) -> None:
    """Raises BadRowError, naming file, line and field, for a label that is none of `known`."""
    there = set(known)
    for row in rows:
        if row.label not in there:
            raise BadRowError(f'{row.where}, field "label": {unknown_label(str(row.label), task, known)}')


def unknown_label(label: str, task: str, known: Sequence[str]) -> str:
    """Returns a sentence about a label that there is not, for who runs a command."""
    what = f"no intent of the answer book ({NONE}: out of scope)" if task == INTENT else f"no {task}"
    named = near(label, known)
    ask = "there are" if len(named) == len(known) else "do you mean"
    return f'"{label}" is {what}' + (f"; {ask} {', '.join(named)}" if named else "")


def prepare(rows: Sequence[Labelled], team: str, task: str, tell: Tell) -> Prepared:
    """Returns `rows` masked, each text once. What stands there with two labels is left out. Blocking."""
    found: dict[str, Masked] = {}
    first: dict[str, str] = {}
    twice: dict[str, None] = {}
    left_out = []
    for done, row in enumerate(rows, start=1):
        text = mask(row.text).text[:LONGEST].strip()
        id = hashlib.sha256(f"{team}\nimport\n{task}\n{text}".encode()).hexdigest()[:32]
        one = Masked(id, text, row.label or NONE, row.language or detect(text))
        if found.setdefault(id, one).label != one.label:
            twice[id] = None
            left_out.append(f'{row.where}: "{one.label}" here, but "{found[id].label}" in {first[id]}: the same text')
        first.setdefault(id, row.where)
        tell(done, len(rows))
    kept = tuple(one for id, one in found.items() if id not in twice)
    return Prepared(kept, tuple(left_out))


async def bring(sessions: Sessions, team: str, task: str, rows: Sequence[Masked], at: float) -> Brought:
    """Takes `rows` in as accepted examples of the time `at` (epoch seconds, by the clock that dates feedback).

    A text that was brought in before is there once; where it has another label now, that one counts, as newly said.
    """
    added = changed = 0
    for some in _parts(rows):
        async with sessions.begin() as session:
            for one in some:
                row = await session.get(ExampleRow, one.id)
                if row is None:
                    session.add(_example(one, team, task, at))
                    added += 1
                elif row.label != one.label and row.state != "dropped":
                    row.given = row.label = one.label
                    row.language, row.at = one.language, at
                    changed += 1
    return Brought(added, changed, len(rows) - added - changed)


def _parts(rows: Sequence[Masked]) -> Iterator[Sequence[Masked]]:
    for begin in range(0, len(rows), _AT_ONCE):
        yield rows[begin : begin + _AT_ONCE]


def _example(one: Masked, team: str, task: str, at: float) -> ExampleRow:
    return ExampleRow(
        id=one.id,
        team=team,
        task=task,
        text=one.text,
        language=one.language,
        given=one.label,
        label=one.label,
        predicted=None,
        probability=None,
        margin=None,
        # Whoever runs a command is nobody of the workspace.
        author="",
        judge="",
        source="import",
        weight=WEIGHTS["import"],
        at=at,
        channel=None,
        message=None,
        state="accepted",
        repeats=0,
        held_until=0.0,
    )
