"""One question asked of one team's index: encode, rank, choose the sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock

from index.confidence import NOTHING_KNOWN, probability
from index.encoder_choice import EncoderChoice
from index.encoders.base import Encoder, Vectors
from index.fusion import last_user_turn, term_weights, with_previous
from index.hits import hit_of
from index.languages import ENGLISH, UNKNOWN, detect
from index.passages import Span
from index.reranker import Reranker
from index.sentences import best_sentences
from index.team_index import Ranked, TeamIndex
from index.types import Audience, Hit, Turn

SURE = 0.8
"""From this confidence on a question in English is not looked up in the other space too: one pass is enough."""

_FIRST = 3
_OTHERS_AHEAD = 0.7
"""Log odds by which pages in other languages come forward behind the best one, where nothing surely answers."""

_DEPTH = 50

_LONGEST_QUESTION = 2_000
"""Characters of a question that are read: encoders cut far earlier, and BM25 needs no more."""

_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class QuestionVectors:
    """A question as the untouched encoders see it: `by_encoder` maps names to unit vectors, shape (dimensions,)."""

    text: str
    language: str
    by_encoder: Mapping[str, Vectors]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found. `hits` are the best passages, best first.

    `known` is false when nothing found answers: the best hit's confidence is below the shipped threshold.
    `vectors` holds every encoder pass that was made, for whoever needs the question's vector next.
    """

    hits: tuple[Hit, ...]
    vectors: QuestionVectors
    language: str
    terms: Mapping[str, float] = field(default_factory=dict)
    """What BM25 looked for, with weights: the question's terms and those of the turn before it."""

    def sentences(self, hit: Hit) -> tuple[Span, ...]:
        """Returns the spans of the sentences of `hit` that answer best, best first."""
        return best_sentences(self.terms, hit.text, self.vectors.text)

    @property
    def confidence(self) -> float:
        """The best hit's confidence, 0 where there is none."""
        return self.hits[0].confidence if self.hits else 0.0

    @property
    def known(self) -> bool:
        return self.confidence >= NOTHING_KNOWN


@dataclass
class Searcher:
    """The way of a question through encoders and a team's index. Blocking; worker threads may share one."""

    choice: EncoderChoice
    reranker: Reranker | None = None
    _asked: dict[tuple[str, str], Future[Vectors]] = field(default_factory=dict)
    _asking: Lock = field(default_factory=Lock)

    def encode(self, question: str, language: str | None = None) -> QuestionVectors:
        """Returns the question's vector by the encoder for its language: one pass, none where no encoder reads it.

        The language is detected where it isn't given.
        """
        text = question[:_LONGEST_QUESTION]
        language = language or _language_of(text)
        own = self.choice.first(language)
        vectors = {own.name: self._remembered(own, text)} if own is not None and text.strip() else {}
        return QuestionVectors(question, language, vectors)

    def search(
        self,
        index: TeamIndex,
        question: QuestionVectors,
        audience: Audience,
        history: Sequence[Turn] = (),
        limit: int = 10,
        per_document: int = 1,
    ) -> SearchResult:
        """Returns what `audience` may read about the question: `limit` passages, `per_document` of each, best first.

        A second encoder pass is made only where passages in other languages are about and the first pass found
        nothing sure.
        """
        depth = limit if self.reranker is None else max(limit, self.reranker.depth)
        terms = question_terms(question, history)
        ranked, passes = self.rank(index, question, audience, history, depth, per_document, terms)
        if self.reranker is not None:
            ranked = self.reranker.reranked(question.text[:_LONGEST_QUESTION], ranked)
        hits = tuple(
            hit_of(one.passage, one.passage.document, one.logit, probability(one.logit)) for one in ranked[:limit]
        )
        return SearchResult(hits, replace(question, by_encoder=passes), question.language, terms)

    def rank(
        self,
        index: TeamIndex,
        question: QuestionVectors,
        audience: Audience,
        history: Sequence[Turn] = (),
        limit: int = 10,
        per_document: int = 1,
        terms: Mapping[str, float] | None = None,
    ) -> tuple[list[Ranked], dict[str, Vectors]]:
        """Returns the best `limit` passages, and the question's vectors: those given and new ones.

        `terms` are `question_terms(question, history)`, where they are known already.
        """
        passes = dict(question.by_encoder)
        weights = question_terms(question, history) if terms is None else terms
        if not weights:
            return [], passes
        vectors = self.in_conversation(passes, history)
        ranked = index.rank(vectors, weights, question.language, audience, limit, per_document)
        other = self._other(index, question.language)
        if other is not None and other.name not in vectors and not (ranked and probability(ranked[0].logit) >= SURE):
            passes[other.name] = self._remembered(other, question.text[:_LONGEST_QUESTION])
            vectors = self.in_conversation(passes, history)
            deep = max(limit, _DEPTH)
            ranked = index.rank(vectors, weights, question.language, audience, deep, per_document)
        return _with_place_for_others(ranked, question.language)[:limit], passes

    def in_conversation(self, passes: Mapping[str, Vectors], history: Sequence[Turn]) -> dict[str, Vectors]:
        """Returns the vectors to search with: the question's, drawn towards the asker's turn before it."""
        previous = last_user_turn(history)
        return {
            name: vector
            if previous is None
            else with_previous(vector, self._remembered(self.choice.by_name[name], previous))
            for name, vector in passes.items()
            if name in self.choice.by_name
        }

    def with_others(self, index: TeamIndex, question: QuestionVectors) -> QuestionVectors:
        """Returns the question with the pass that `search` makes where the first one finds nothing sure."""
        other = self._other(index, question.language)
        if other is None or other.name in question.by_encoder:
            return question
        return replace(question, by_encoder={**question.by_encoder, other.name: self._remembered(other, question.text)})

    def with_passes(self, question: QuestionVectors, names: Collection[str]) -> QuestionVectors:
        """Returns the question with the passes of these encoders: those that it lacks, each made once."""
        missing = [name for name in names if name not in question.by_encoder and name in self.choice.by_name]
        made = {name: self._remembered(self.choice.by_name[name], question.text) for name in missing}
        return replace(question, by_encoder={**question.by_encoder, **made})

    def _other(self, index: TeamIndex, language: str) -> Encoder | None:
        """Returns the encoder by which a question meets the passages in other languages, if there are any."""
        other = self.choice.common((*index.languages, language))
        return other if other is not None and index.has_vectors(other.name) else None

    def _remembered(self, encoder: Encoder, text: str) -> Vectors:
        """Returns a text's vector, by one pass however many threads ask for it.

        It is kept, since the next turn of a conversation needs this one's again.
        """
        text = text[:_LONGEST_QUESTION]
        key = (encoder.fingerprint, text)
        mine: Future[Vectors] = Future()
        with self._asking:
            known = self._asked.setdefault(key, mine)
            while len(self._asked) > _REMEMBERED:
                del self._asked[next(iter(self._asked))]
        if known is mine:
            try:
                mine.set_result(encoder.encode([text], "query")[0])
            except BaseException as error:
                with self._asking:
                    self._asked.pop(key, None)
                mine.set_exception(error)
        return known.result()


def _with_place_for_others(ranked: list[Ranked], language: str) -> list[Ranked]:
    """Returns the passages with both the asker's language and others among the first three, where nothing is sure.

    Words count for passages in the question's own language only, so that one which merely shares some would
    else hide the page that answers in the other. The best one stays first.
    """
    if not ranked or probability(ranked[0].logit) >= SURE:
        return ranked
    first, *rest = ranked
    rest.sort(key=lambda one: one.logit + _OTHERS_AHEAD * (one.passage.language != language), reverse=True)
    mixed = [first, *rest]
    for foreign in (True, False):
        place = next((i for i, one in enumerate(mixed) if (one.passage.language != language) == foreign), 0)
        if place >= _FIRST:
            mixed.insert(1, mixed.pop(place))
    return mixed


def question_terms(question: QuestionVectors, history: Sequence[Turn]) -> dict[str, float]:
    """Returns the terms that BM25 looks for, with their weights; none for a question without letters or figures."""
    previous = last_user_turn(history)
    return term_weights(question.text[:_LONGEST_QUESTION], None if previous is None else previous[:_LONGEST_QUESTION])


def _language_of(text: str) -> str:
    language = detect(text)
    return ENGLISH if language == UNKNOWN else language
