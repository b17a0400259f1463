"""What one team's passages look like in memory, and how they are ranked: derived from the database, never the truth.

A passage has a slot, by which FAISS, tantivy and the arrays here agree. Slots of removed passages stay empty until
there are so many that everything is laid out anew.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from index.confidence import UNRANKED, calibration_for, judge
from index.dense import DenseIndex, Mask, Rows
from index.encoder_choice import languages_in_use
from index.encoders.base import Vectors
from index.fusion import REACH
from index.lexical import LexicalIndex, Scores, Slots
from index.types import Audience

CANDIDATES = 400
"""How many passages each ranking proposes; in an index of fewer the result is exact."""

_AUDIENCES = 256
"""How many audiences' masks are kept ready."""

_EMPTY_SHARE = 0.25
_EMPTY_LEAST = 32
"""Laid out anew when more than this share of the slots, and more than this many, are empty."""


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What a hit needs to know of its document. `id` is the database's."""

    id: int
    key: str
    title: str
    place: str
    link: str | None
    author: str | None
    date: datetime | None
    visible_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as it is searched. `terms` are BM25's, joined by spaces."""

    id: int
    document: IndexedDocument
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int | None
    link: str | None
    language: str
    terms: str


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document as it is now: no passages when it was removed.

    `vectors` maps an encoder's name to rows for `passages`, shape (passages, dimensions), NaN where one has none,
    float32, or float16 as snapshots have them;
    they are those under which the passages are searched: `fusion.in_context`'s.
    """

    document_id: int
    passages: Sequence[IndexedPassage] = ()
    vectors: Mapping[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its judgement: `encoder` gave `cosine` (`UNRANKED`: none did), `logit` orders.

    `relevance` and `field` are what `logit` was made of: `index.confidence`.
    """

    passage: IndexedPassage
    logit: float
    cosine: float
    share: float
    encoder: str
    relevance: float
    field: float


class TeamIndex:
    """One team's passages. Thread-safe."""

    def __init__(self, dimensions: Mapping[str, int]) -> None:
        """`dimensions` maps each encoder's name to the length of its vectors, the preferred encoder first."""
        self._dimensions = dict(dimensions)
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._passages: list[IndexedPassage | None] = []
        self._slots: dict[int, list[int]] = {}
        self._groups: dict[frozenset[str], int] = {}
        self._languages: dict[str, int] = {}
        self._group_of = np.empty(0, np.int32)
        self._document_of = np.empty(0, np.int64)
        self._language_of = np.empty(0, np.int16)
        self._dense = {name: DenseIndex(size) for name, size in self._dimensions.items()}
        self._covered = {name: np.empty(0, np.bool_) for name in self._dimensions}
        # By encoder: the sum of the vectors of each language, shape (languages, dimensions), and their number.
        self._sums = {name: np.zeros((0, size), np.float64) for name, size in self._dimensions.items()}
        self._counts = {name: np.zeros(0, np.float32) for name in self._dimensions}
        self._lexical = LexicalIndex()
        self._in_use: frozenset[str] = frozenset()
        self._masks: dict[Audience, tuple[list[int], Mask | None]] = {}
        self._titles: dict[Audience, frozenset[str]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._slots.values()))

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which a good part of the passages is: `languages_in_use`."""
        return self._in_use

    def has_vectors(self, encoder: str) -> bool:
        """Returns whether any passage has a vector of that encoder."""
        return len(self._dense.get(encoder, ())) > 0

    def apply(self, states: Iterable[DocumentState]) -> None:
        """Makes documents what `states` say: new, replaced, or gone. Served when it returns."""
        latest = {state.document_id: state for state in states}.values()
        with self._lock:
            self._apply(latest)

    def _apply(self, states: Collection[DocumentState]) -> None:
        removed = [slot for state in states for slot in self._slots.pop(state.document_id, ())]
        kept = [state for state in states if state.passages]
        empty = len(self._passages) - len(self)
        if removed and empty > max(_EMPTY_LEAST, _EMPTY_SHARE * len(self._passages)):
            kept = [*self._states(), *kept]
            self._clear()
            removed = []
        self._place(removed, kept)

    def states(self) -> list[DocumentState]:
        """Returns every document that is in the index."""
        with self._lock:
            return self._states()

    def _states(self) -> list[DocumentState]:
        return [
            DocumentState(
                document,
                [passage for slot in slots if (passage := self._passages[slot]) is not None],
                {name: self._vectors_of(name, np.array(slots, np.int64)) for name in self._dense if slots},
            )
            for document, slots in self._slots.items()
        ]

    def _vectors_of(self, encoder: str, slots: Slots) -> Rows:
        rows = np.full((len(slots), self._dimensions[encoder]), np.nan, np.float16)  # as they are kept: nothing is lost
        there = self._covered[encoder][slots]
        rows[there] = self._dense[encoder].vectors(slots[there])
        return rows

    def _place(self, removed: Sequence[int], states: Sequence[DocumentState]) -> None:
        for slot in removed:
            self._passages[slot] = None
        gone = np.array(removed, np.int64)
        passages = [passage for state in states for passage in state.passages]
        slots = np.arange(len(self._passages), len(self._passages) + len(passages), dtype=np.int64)
        self._passages.extend(passages)
        groups = [self._groups.setdefault(passage.document.visible_to, len(self._groups)) for passage in passages]
        languages = [self._languages.setdefault(passage.language, len(self._languages)) for passage in passages]
        self._group_of = np.concatenate([self._group_of, np.array(groups, np.int32)])
        self._group_of[gone] = -1
        documents = [passage.document.id for passage in passages]
        self._document_of = np.concatenate([self._document_of, np.array(documents, np.int64)])
        self._language_of = np.concatenate([self._language_of, np.array(languages, np.int16)])
        begin = 0
        for state in states:
            self._slots[state.document_id] = slots[begin : begin + len(state.passages)].tolist()
            begin += len(state.passages)
        for name, dense in self._dense.items():
            missing = np.full((1, self._dimensions[name]), np.nan, np.float32)
            rows = [state.vectors.get(name, np.repeat(missing, len(state.passages), axis=0)) for state in states]
            added: Rows = np.concatenate(rows) if rows else missing[:0]
            there = ~np.isnan(added[:, 0])
            more = len(self._languages) - len(self._counts[name])
            self._sums[name] = np.pad(self._sums[name], ((0, more), (0, 0)))
            self._counts[name] = np.pad(self._counts[name], (0, more))
            if len(gone):
                leaving = gone[self._covered[name][gone]]
                self._count(name, leaving, dense.vectors(leaving), -1)
                dense.remove(leaving)
                self._covered[name][gone] = False
            dense.add(slots[there], added[there])
            self._count(name, slots[there], added[there], 1)
            self._covered[name] = np.concatenate([self._covered[name], there])
        numbers = np.bincount(self._language_of[self._group_of >= 0], minlength=len(self._languages)).tolist()
        self._in_use = languages_in_use(dict(zip(self._languages, numbers, strict=True)))
        self._lexical.apply(removed, slots.tolist(), [passage.terms for passage in passages], _arounds(states), groups)
        self._masks.clear()
        self._titles.clear()

    def _count(self, encoder: str, slots: Slots, vectors: Rows, sign: int) -> None:
        languages = self._language_of[slots]
        for language in np.unique(languages):
            own = languages == language
            self._sums[encoder][language] += sign * vectors[own].sum(axis=0, dtype=np.float64)
            self._counts[encoder][language] += sign * np.count_nonzero(own)

    def _allowed(self, audience: Audience) -> tuple[list[int], Mask | None]:
        """Returns the groups that `audience` may read and the mask of their slots, None where that is every slot."""
        known = self._masks.get(audience)
        if known is None:
            groups = [group for principals, group in self._groups.items() if principals & audience]
            mask = None if len(groups) == len(self._groups) else np.isin(self._group_of, groups)
            if len(self._masks) >= _AUDIENCES:
                self._masks.clear()
            known = self._masks[audience] = (groups, mask)
        return known

    def titles(self, audience: Audience) -> frozenset[str]:
        """Returns the titles and headings that `audience` may read."""
        with self._lock:
            known = self._titles.get(audience)
            if known is None:
                if len(self._titles) >= _AUDIENCES:
                    self._titles.clear()
                known = self._titles[audience] = frozenset(
                    title
                    for passage in self._passages
                    if passage is not None and passage.document.visible_to & audience
                    for title in (passage.document.title, *passage.headings)
                )
            return known

    def shows_more(self, one: Audience, other: Audience) -> bool:
        """Returns whether a passage is there that `one` may read and `other` may not."""
        with self._lock:
            return any(principals & one and not principals & other for principals in self._groups)

    def rank(
        self,
        vectors: Mapping[str, Vectors],
        weights: Mapping[str, float],
        language: str,
        audience: Audience,
        limit: int,
        per_document: int = 1,
    ) -> list[Ranked]:
        """Returns the best `limit` passages that `audience` may read, `per_document` of a document at most, best first.

        `vectors` maps encoders to the question's unit vector, shape (dimensions,), the one to be believed first
        where a passage has several; `weights` are the question's terms. Nothing that the audience may not read
        takes part in any ranking.
        """
        with self._lock:
            groups, mask = self._allowed(audience)
            if not groups:
                return []
            size = len(self._passages)
            shares = np.zeros(size, np.float32)
            slots, found = self._lexical.top(weights, CANDIDATES, None if mask is None else groups)
            shares[slots] = found
            proposed = [slots]
            cosines: dict[str, Scores] = {}
            for name, vector in vectors.items():
                near, nearness = self._dense[name].top(vector, CANDIDATES, mask)
                proposed.append(near)
                cosines[name] = np.full(size, np.nan, np.float32)
                cosines[name][near] = nearness
            candidates = np.unique(np.concatenate(proposed))
            if len(slots) == CANDIDATES:
                others = np.setdiff1d(candidates, slots)
                shares[others] = self._lexical.shares(weights, others)
            known = {name: row[candidates] for name, row in cosines.items()}
            return self._judged(candidates, shares[candidates], vectors, known, language, limit, per_document)

    def _judged(
        self,
        candidates: Slots,
        shares: Scores,
        vectors: Mapping[str, Vectors],
        known: Mapping[str, Scores],
        language: str,
        limit: int,
        per_document: int,
    ) -> list[Ranked]:
        same = self._language_of[candidates] == self._languages.get(language, -1)
        relevance, odds, cosines, fields = np.zeros((4, len(candidates)), np.float32)
        judge_of = np.full(len(candidates), -1)
        names = list(vectors)
        for number, name in enumerate([*names, UNRANKED]):
            mine = judge_of < 0
            counts = np.zeros(len(self._languages), np.float32)
            means = np.zeros(len(self._languages), np.float32)
            if name != UNRANKED:
                mine &= self._covered[name][candidates]
                cosines[mine] = known[name][mine]
                unknown = mine & np.isnan(known[name])
                cosines[unknown] = self._dense[name].cosines(vectors[name], candidates[unknown])
                counts = self._counts[name]
                means = ((self._sums[name] @ vectors[name]) / np.maximum(counts, 1)).astype(np.float32)
            judge_of[mine] = number
            for chosen, model in (
                (mine & same, calibration_for(name, same_language=True)),
                (mine & ~same, calibration_for(name, same_language=False)),
            ):
                if chosen.any():
                    slots = candidates[chosen]
                    languages = self._language_of[slots]
                    made = judge(
                        model,
                        cosines[chosen],
                        shares[chosen],
                        means[languages],
                        counts[languages],
                        self._document_of[slots],
                    )
                    relevance[chosen], fields[chosen], odds[chosen] = made.relevance, made.field, made.logit
        found: list[Ranked] = []
        taken: Counter[int] = Counter()
        for i in np.argsort(-odds, kind="stable"):
            passage = self._passages[candidates[i]]
            if passage is None or taken[passage.document.id] == per_document:
                continue
            taken[passage.document.id] += 1
            encoder = names[judge_of[i]] if judge_of[i] < len(names) else UNRANKED
            found.append(
                Ranked(
                    passage,
                    float(odds[i]),
                    float(cosines[i]),
                    float(shares[i]),
                    encoder,
                    float(relevance[i]),
                    float(fields[i]),
                )
            )
            if len(found) == limit:
                break
        return found


def _arounds(states: Sequence[DocumentState]) -> Iterator[str]:
    """Yields, for each passage, the terms of those up to `REACH` away in its document, its own among them."""
    for state in states:
        for number in range(len(state.passages)):
            yield " ".join(one.terms for one in state.passages[max(0, number - REACH) : number + REACH + 1])
