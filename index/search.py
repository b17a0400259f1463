"""One question asked of one team's index: encode, rank, choose the sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.confidence import NOTHING_KNOWN, probability
from index.encoder_choice import EncoderChoice
from index.encoders.base import Encoder, Vectors
from index.fusion import last_user_turn, term_weights, with_previous
from index.languages import ENGLISH, UNKNOWN, detect
from index.reranker import Reranker
from index.sentences import best_sentences
from index.team_index import Ranked, TeamIndex
from index.types import Audience, Hit, Turn

SURE = 0.8
"""From this confidence on a question in English is not looked up in the other space too: one pass is enough."""

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
    """What was found. `hits` are the best passages of different documents, best first.

    `known` is false when nothing found answers: the best hit's confidence is below the shipped threshold.
    `vectors` holds every encoder pass that was made, for whoever needs the question's vector next.
    """

    hits: tuple[Hit, ...]
    vectors: QuestionVectors
    language: str

    @property
    def confidence(self) -> float:
        """The best hit's confidence, 0 where there is none."""
        return self.hits[0].confidence if self.hits else 0.0

    @property
    def known(self) -> bool:
        return self.confidence >= NOTHING_KNOWN


@dataclass
class Searcher:
    """The way of a question through encoders and a team's index. Blocking; used from one worker thread at a time."""

    choice: EncoderChoice
    reranker: Reranker | None = None
    _previous: dict[tuple[str, str], Vectors] = field(default_factory=dict)

    def encode(self, question: str) -> QuestionVectors:
        """Returns the question's vector by the encoder for its language: one pass, none where no encoder reads it."""
        text = question[:_LONGEST_QUESTION]
        language = _language_of(text)
        own = self.choice.first(language)
        vectors = {own.name: self._encoded(own, text)} if own is not None and text.strip() else {}
        return QuestionVectors(question, language, vectors)

    def search(
        self,
        index: TeamIndex,
        question: QuestionVectors,
        audience: Audience,
        history: Sequence[Turn] = (),
        limit: int = 10,
    ) -> SearchResult:
        """Returns what `audience` may read about the question, `limit` documents at most, best first.

        A second encoder pass is made only where passages in other languages are about and the first pass found
        nothing sure.
        """
        text = question.text[:_LONGEST_QUESTION]
        previous = last_user_turn(history)
        previous = None if previous is None else previous[:_LONGEST_QUESTION]
        weights = term_weights(text, previous)
        if not weights:
            return SearchResult((), question, question.language)
        passes = dict(question.by_encoder)
        wanted = limit if self.reranker is None else max(limit, self.reranker.depth)
        vectors = {
            name: self._in_conversation(self.choice.by_name[name], vector, previous)
            for name, vector in passes.items()
            if name in self.choice.by_name
        }
        ranked = index.rank(vectors, weights, question.language, audience, wanted)
        other = self.choice.common((*index.languages, question.language))
        if (
            other is not None
            and other.name not in vectors
            and index.has_vectors(other.name)
            and not (ranked and probability(ranked[0].logit) >= SURE)
        ):
            passes[other.name] = self._encoded(other, text)
            vectors[other.name] = self._in_conversation(other, passes[other.name], previous)
            ranked = index.rank(vectors, weights, question.language, audience, wanted)
        if self.reranker is not None:
            ranked = self.reranker.reranked(text, ranked)
        hits = tuple(_hit(one, weights, text) for one in ranked[:limit])
        return SearchResult(hits, replace(question, by_encoder=passes), question.language)

    def _in_conversation(self, encoder: Encoder, vector: Vectors, previous: str | None) -> Vectors:
        if previous is None:
            return vector
        key = (encoder.fingerprint, previous)
        earlier = self._previous.get(key)
        return with_previous(vector, self._encoded(encoder, previous) if earlier is None else earlier)

    def _encoded(self, encoder: Encoder, text: str) -> Vectors:
        # Kept for the next turn of the conversation, which needs this one's vector again.
        vector: Vectors = encoder.encode([text], "query")[0]
        while len(self._previous) >= _REMEMBERED:
            self._previous.pop(next(iter(self._previous)), None)
        self._previous[(encoder.fingerprint, text)] = vector
        return vector


def _language_of(text: str) -> str:
    language = detect(text)
    return ENGLISH if language == UNKNOWN else language


def _hit(ranked: Ranked, weights: Mapping[str, float], question: str) -> Hit:
    passage = ranked.passage
    document = passage.document
    return Hit(
        passage_id=passage.id,
        document_key=document.key,
        title=document.title,
        headings=passage.headings,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        line=passage.line,
        place=document.place,
        link=passage.link or document.link,
        author=document.author,
        date=document.date,
        language=passage.language,
        visible_to=document.visible_to,
        score=ranked.logit,
        confidence=probability(ranked.logit),
        sentences=best_sentences(weights, passage.text, question),
    )
