"""Which of the passages found make the answer, and how the answer reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.passages import Span
from index.search import SearchResult
from index.types import Hit
from skills.catalogs import Say
from skills.knowledge.quoting import answering_spans, is_repeat, quote, shingles
from skills.reply import Json, Paragraph, Part, Quote, Source, Sources

MOST_SOURCES = 3
MOST_MORE = 5
"""How many further passages "More results" shows."""

_AS_GOOD = 0.12
"""A further passage is quoted beside the best one when its confidence lies at most so far below."""

_OTHER_LANGUAGE = 0.25
"""A passage in the question's language is preferred to one in another that is more confident by at most this."""

_PLAUSIBLE = 0.2
"""From this confidence on a page is named as what might have been meant."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage and the spans of its text that are quoted; none for one that is named only."""

    hit: Hit
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is shown of a search: `quoted` answers (empty when nothing is known), `more` comes on request."""

    quoted: tuple[Quoted, ...]
    more: tuple[Hit, ...]
    language: str

    @property
    def confidence(self) -> float:
        return self.quoted[0].hit.confidence if self.quoted else 0.0

    def memory(self) -> dict[str, Json]:
        """Returns what an answer keeps so that its buttons can show these passages again: ids and offsets."""
        return {
            "quoted": [[found.hit.passage_id, [[start, end] for start, end in found.spans]] for found in self.quoted],
            "more": [hit.passage_id for hit in self.more],
            "language": self.language,
        }


def choose(result: SearchResult) -> Findings:
    """Returns what to quote of a search: the best passages, no repeats, in the question's language where possible."""
    hits = _without_repeats(result.hits)
    own = [hit for hit in hits if hit.language == result.language]
    if not result.known:
        near = [hit for hit in own or hits if hit.confidence >= _PLAUSIBLE]
        return Findings((), tuple(near[:MOST_SOURCES]), result.language)
    best = hits[0]
    if own and best.language != result.language and own[0].confidence >= best.confidence - _OTHER_LANGUAGE:
        best = own[0]
    quoted = [best]
    for hit in hits:
        if len(quoted) == MOST_SOURCES:
            break
        if hit is not best and hit.language == best.language and hit.confidence >= best.confidence - _AS_GOOD:
            quoted.append(hit)
    rest = [hit for hit in hits if hit not in quoted and hit.confidence >= _PLAUSIBLE]
    return Findings(
        tuple(Quoted(hit, tuple(answering_spans(hit))) for hit in quoted), tuple(rest[:MOST_MORE]), result.language
    )


def remembered(memory: Mapping[str, Json]) -> list[tuple[int, tuple[Span, ...]]]:
    """Returns the passage ids and spans that `Findings.memory` kept."""
    kept = memory.get("quoted")
    found: list[tuple[int, tuple[Span, ...]]] = []
    for row in kept if isinstance(kept, list) else []:
        match row:
            case [int(id), list(spans)]:
                found.append((id, tuple(span for span in map(_span, spans) if span)))
    return found


def remembered_ids(memory: Mapping[str, Json], key: str) -> list[int]:
    """Returns the passage ids kept under `key`."""
    kept = memory.get(key)
    return [id for id in kept if isinstance(id, int)] if isinstance(kept, list) else []


def quoting_parts(quoted: Sequence[Quoted], language: str, say: Say) -> list[Part]:
    """Returns each passage's words under a line that names its page, and the sources at the end.

    `language` is the question's: words from a page in another one are quoted as they are, and said so.
    """
    parts: list[Part] = []
    for found in quoted:
        hit = found.hit
        if hit.language == language or language not in _NAMED:
            parts.append(Paragraph(say("knowledge.says", title=hit.title)))
        else:
            name = language_name(hit.language, say)
            parts.append(Paragraph(say("knowledge.says_elsewhere", title=hit.title, language=name)))
        parts.append(Quote(quote(hit.text, found.spans)))
    parts.append(sources([found.hit for found in quoted]))
    return parts


_NAMED = frozenset({"en", "zh"})
"""Languages that the bot speaks: only to these it is news that a page is in another language."""


def sources(hits: Sequence[Hit], first: int = 1) -> Sources:
    """Returns the sources of `hits`, numbered from `first`."""
    return Sources(tuple(_source(number, hit) for number, hit in enumerate(hits, start=first)))


def language_name(code: str, say: Say) -> str:
    """Returns what a language is called in the language that `say` speaks."""
    from babel import Locale

    return str(Locale(say.language).languages.get(code, code))


def _source(number: int, hit: Hit) -> Source:
    place = f"{hit.place}:{hit.line}" if hit.line and not hit.place.startswith("http") else hit.place
    headings = tuple(heading for heading in hit.headings if heading != hit.title)
    return Source(number, hit.title, headings, place, hit.link, hit.date)


def _without_repeats(hits: Sequence[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    seen: list[frozenset[str]] = []
    for hit in hits:
        if not is_repeat(hit.text, seen):
            kept.append(hit)
            seen.append(shingles(hit.text))
    return kept


def _span(kept: Json) -> Span | None:
    match kept:
        case [int(start), int(end)]:
            return start, end
    return None
