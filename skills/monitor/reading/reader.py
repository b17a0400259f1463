"""Reads posts in bulk: one pass of the encoder for all of them, and everything else by what that pass gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.encoders.base import Encoder, Vectors
from index.languages import ENGLISH
from skills.classifiers.served import Classifiers
from skills.monitor.reading.cleaning import language_of, readable
from skills.monitor.reading.companies import CompanyHead, Named, find_all
from skills.monitor.reading.companies.clauses import clauses_of
from skills.monitor.reading.entities import Entity, entities_of
from skills.monitor.sources import Post

COMPANIES = Path(__file__).parent / "companies" / "starter"


@dataclass(frozen=True, slots=True, eq=False)
class PostReading:
    """What was read in a post.

    `text` is what was looked at, in `language` (ISO 639-1, `und` where it can't be told). `sentiment` and `topic` are
    probabilities by label, each summing to 1. `companies` is the sentiment towards each company that is named. `vector`
    is the unit vector of `encoder`, float32 (dimensions,), None where no encoder reads the language.
    """

    language: str
    text: str
    sentiment: Mapping[str, float]
    topic: Mapping[str, float]
    entities: tuple[Entity, ...]
    companies: Mapping[str, Mapping[str, float]]
    encoder: str | None
    vector: Vectors | None


class Reader:
    """Language, sentiment, topic, entities and opinions by company of posts. Thread-safe; blocking."""

    def __init__(self, encoders: Sequence[Encoder], companies: Path = COMPANIES) -> None:
        """`encoders` make the passes; of those that read a language the last serves, as it reads most.

        Raises OSError or DamagedVersionError when a classifier that ships can't be loaded.
        """
        self._encoders = tuple(encoders)
        self._classifiers = Classifiers(encoders, feelings="opinion")
        self._companies = CompanyHead.load(companies)

    def read(
        self, posts: Sequence[Post], names: Sequence[str] = (), classifiers: Classifiers | None = None
    ) -> list[PostReading]:
        """Returns what is read in each post, in order. `names` are companies to look for beside those that are seen.

        `classifiers` are those of the team whose posts these are; without them the ones that ship read.
        """
        classifiers = classifiers or self._classifiers
        texts = [readable(post) for post in posts]
        languages = [language_of(post, text) for post, text in zip(posts, texts, strict=True)]
        readings: dict[int, PostReading] = {}
        serving = [self._serving(language) for language in languages]
        for encoder in dict.fromkeys(serving):
            rows = [row for row, one in enumerate(serving) if one is encoder]
            some, spoken = [texts[row] for row in rows], [languages[row] for row in rows]
            readings.update(zip(rows, self._read(encoder, classifiers, some, spoken, names), strict=True))
        return [readings[row] for row in range(len(posts))]

    def _serving(self, language: str) -> Encoder | None:
        readers = [encoder for encoder in self._encoders if encoder.reads(language)]
        return readers[-1] if readers else None

    def _read(
        self,
        encoder: Encoder | None,
        classifiers: Classifiers,
        texts: Sequence[str],
        languages: Sequence[str],
        names: Sequence[str],
    ) -> list[PostReading]:
        vectors = None if encoder is None else encoder.encode(texts, "query")
        by_encoder = {} if encoder is None or vectors is None else {encoder.name: vectors}
        found = classifiers.read_many(texts, languages, by_encoder)
        entities = [tuple(entities_of(text, language)) for text, language in zip(texts, languages, strict=True)]
        feelings = [dict(one.sentiment.scores) for one in found]
        companies = self._opinions(encoder, classifiers, texts, languages, vectors, entities, feelings, names)
        return [
            PostReading(
                language=languages[row],
                text=texts[row],
                sentiment=feelings[row],
                topic=dict(found[row].topic.scores),
                entities=entities[row],
                companies=companies[row],
                encoder=encoder.name if encoder else None,
                vector=None if vectors is None else vectors[row],
            )
            for row in range(len(texts))
        ]

    def _opinions(
        self,
        encoder: Encoder | None,
        classifiers: Classifiers,
        texts: Sequence[str],
        languages: Sequence[str],
        vectors: Vectors | None,
        entities: Sequence[Sequence[Entity]],
        feelings: Sequence[Mapping[str, float]],
        names: Sequence[str],
    ) -> list[dict[str, Mapping[str, float]]]:
        """Returns the sentiment towards each company in each text.

        In English the classifier by company tells it; elsewhere it is the text's own, or, for those of `names` beside
        which others are named, that of their clauses: this takes a pass, which others are not worth.
        """
        opinions: list[dict[str, Mapping[str, float]]] = [{} for _ in texts]
        asked: list[tuple[int, str, Named]] = []
        clauses: list[tuple[int, str, str]] = []
        trained = vectors is not None and encoder is not None and encoder.name == self._companies.encoder
        for row, text in enumerate(texts):
            named = {entity.name for entity in entities[row] if entity.kind == "company"}
            named.update(name for name in names if name.casefold() in text.casefold())
            if not named:
                continue
            spans = {name: some for name, some in find_all(text, sorted(named)).items() if some}
            for name, some in spans.items():
                if trained and languages[row] == ENGLISH:
                    others = [span for other, those in spans.items() if other != name for span in those]
                    asked.append((row, name, Named(text, some, others)))
                elif name in names and len(spans) > 1 and (clause := clauses_of(text, some)) != text:
                    clauses.append((row, name, clause))
                else:
                    opinions[row][name] = feelings[row]
        if asked and vectors is not None:
            scores = self._companies.read([one for _, _, one in asked], vectors[np.array([row for row, _, _ in asked])])
            for (row, name, _), score in zip(asked, scores, strict=True):
                opinions[row][name] = score
        if clauses:
            spoken = [clause for _, _, clause in clauses]
            passes = {} if encoder is None else {encoder.name: encoder.encode(spoken, "query")}
            heard = classifiers.read_many(spoken, [languages[row] for row, _, _ in clauses], passes)
            for (row, name, _), one in zip(clauses, heard, strict=True):
                opinions[row][name] = dict(one.sentiment.scores)
        return opinions
