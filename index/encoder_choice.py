"""Which encoders read what: which vectors a passage gets, and which rankings answer a question.

A passage gets a vector from the first encoder that reads its language, and from those that questions in the team's
other languages are encoded by, as far as they read it, so that all of them can find it. A team that writes English
only has one encoder for both and pays nothing for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN

_RARE = 50


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
        """Returns the encoders whose vectors a passage in `language` gets where people ask in `in_use`."""
        own = self.first(language)
        if own is None:
            return ()
        asking = {encoder.name for used in in_use if (encoder := self.first(used)) is not None}
        return tuple(
            encoder
            for encoder in self.encoders
            if encoder is own or (encoder.name in asking and encoder.reads(language))
        )


def languages_in_use(passages: Mapping[str, int]) -> frozenset[str]:
    """Returns the languages that a team evidently uses, from its number of passages by language.

    Fewer than one in fifty are somebody else's: they are found all the same, but nobody is presumed to ask in them.
    """
    total = sum(passages.values())
    return frozenset(
        language for language, count in passages.items() if 0 < total <= count * _RARE and language != UNKNOWN
    )
