"""A dataset version: the rows to train on and to judge by, and why every other example is not among them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import TypeAdapter

from skills.classifiers.curating.examples import Row

Rule = Literal[
    "incomplete",
    "unknown_label",
    "person_cap",
    "duplicate",
    "contradiction",
    "person_share",
    "near_golden",
    "doubtful",
    "opted_out",
]

FORMAT = 1

_KEEPING: frozenset[Rule] = frozenset({"person_share"})
"""Rules that change a row and leave none out."""

_ROLES = ("base", "earlier", "new", "golden", "kept")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule did to an example; `id` is empty for a base row. `detail` holds nothing of its text."""

    id: str
    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows in canonical order, whatever order they were given in, and what was decided about the examples."""

    rows: tuple[Row, ...]
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(sorted(self.rows, key=_place)))

    @property
    def id(self) -> str:
        """The hash of the rows: 16 hexadecimal characters."""
        return hashlib.sha256(b"\n".join(map(_line, map(asdict, self.rows)))).hexdigest()[:16]

    def of(self, task: str) -> tuple[Row, ...]:
        """Returns the rows of a task, in order."""
        return tuple(row for row in self.rows if row.task == task)

    def left_out(self) -> dict[str, int]:
        """Returns how many examples each rule left out, folded ones among them, the most first."""
        counts = Counter(decision.rule for decision in self.decisions if decision.rule not in _KEEPING)
        return {str(rule): count for rule, count in counts.most_common()}

    def without(self, person: str) -> Dataset:
        """Returns the dataset without the rows of which `person` is author or judge."""
        return self.less(
            {
                place: Decision(row.id, "opted_out", "")
                for place, row in enumerate(self.rows)
                if person and person in (row.author, row.judge)
            }
        )

    def less(self, gone: Mapping[int, Decision]) -> Dataset:
        """Returns the dataset without the rows at some places, and why each is left out."""
        rows = tuple(row for place, row in enumerate(self.rows) if place not in gone)
        return Dataset(rows, (*self.decisions, *gone.values()))

    def dump(self) -> bytes:
        """Returns JSON lines: what they are and their hash, then the rows, then the decisions."""
        lines = [*map(_line, map(asdict, self.rows)), *map(_line, map(asdict, self.decisions))]
        body = b"".join(line + b"\n" for line in lines)
        head = {"dataset": FORMAT, "rows": len(self.rows), "sha256": hashlib.sha256(body).hexdigest()}
        return _line(head) + b"\n" + body

    @classmethod
    def load(cls, content: bytes) -> Dataset:
        """Returns what `dump` wrote down. Raises ValueError saying what is wrong with it."""
        first, _, body = content.partition(b"\n")
        try:
            head = json.loads(first)
            version, count, digest = head["dataset"], int(head["rows"]), head["sha256"]
        except (ValueError, KeyError, TypeError):
            raise ValueError("this is no dataset: its first line doesn't say that it is one") from None
        if version != FORMAT:
            raise ValueError(f"this dataset is of format {version}, and format {FORMAT} is read here")
        if hashlib.sha256(body).hexdigest() != digest:
            raise ValueError("this dataset is damaged: its content isn't what was written")
        try:
            lines = body.splitlines()
            rows = tuple(_ROW.validate_json(line, strict=True) for line in lines[:count])
            return cls(rows, tuple(_DECISION.validate_json(line, strict=True) for line in lines[count:]))
        except ValueError:
            raise ValueError("this dataset is damaged: it has a line that is neither a row nor a decision") from None


_ROW, _DECISION = TypeAdapter(Row), TypeAdapter(Decision)


def _place(row: Row) -> tuple[str, int, bool, str, str, str, bytes]:
    """Returns what rows are ordered by; the last part tells all apart that are not the same."""
    return (row.task, _ROLES.index(row.role), row.label is None, row.label or "", row.text, row.id, _line(asdict(row)))


def _line(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
