"""Which encoders read what: which vectors a passage gets, and which rankings answer a question.

A passage gets a vector from the first encoder that reads its language, and from the first one that reads all the
languages in use in its team, so that questions and passages of different languages meet in one space. A team that
writes English only has one encoder for both and pays nothing for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN


class EncoderChoice:
    """The encoders at hand, the preferred one first."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self.encoders = tuple(encoders)
        self.by_name = {encoder.name: encoder for encoder in encoders}

    def first(self, language: str) -> Encoder | None:
        """Returns the encoder for `language` itself; None where none reads it: then BM25 alone finds it."""
        language = ENGLISH if language == UNKNOWN else language
        return next((encoder for encoder in self.encoders if encoder.reads(language)), None)

    def common(self, languages: Iterable[str]) -> Encoder | None:
        """Returns the encoder in whose space all `languages` that any encoder reads can be compared."""
        read = [language for language in languages if language != UNKNOWN and self.first(language)]
        return next((encoder for encoder in self.encoders if all(encoder.reads(language) for language in read)), None)

    def for_passage(self, language: str, in_use: Iterable[str]) -> tuple[Encoder, ...]:
        """Returns the encoders whose vectors a passage in `language` gets in a team with the languages `in_use`."""
        own = self.first(language)
        if own is None:
            return ()
        shared = self.common((*in_use, language))
        return (own,) if shared is None or shared is own else (own, shared)
