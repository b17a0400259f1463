"""Which of the passages found make the answer, and how the answer reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.confidence import NOTHING_KNOWN
from index.passages import Span, encoding_text
from index.search import SearchResult
from index.types import Hit
from skills.catalogs import Say
from skills.knowledge.answer_types import asks_by_itself, holds_what_is_asked
from skills.knowledge.quoting import answering_spans, quote, without_repeats
from skills.knowledge.sentences import (
    content_terms,
    is_command,
    names_page,
    parts_of,
    points_elsewhere,
    says_nothing,
    subject_terms,
    terms_in,
    without_asides,
)
from skills.reply import Json, Paragraph, Part, Quote, Source, Sources

MOST_SOURCES = 3
MOST_MORE = 5
"""How many further passages "More results" shows."""

_OWN_LANGUAGE = 0.3
_OWN_SURE = 0.65
_RIGHT_KIND = 0.12
_RIGHT_KIND_IN_PAGE = 0.4
_OWN_WORDS = 0.7
"""What is added to a passage's confidence when they are ordered: it is in the asker's language, where one in that
language is rather sure; it holds the kind of thing that is asked for (more within the page that was found first: the
index knows pages, kinds tell passages of one page apart); in a conversation, the share of this very question's words
in it."""

_POINTS_ELSEWHERE = 0.2
"""Taken off where the sentence that answers best only names another page."""

_ON_THE_PAGE = 0.15
"""Least confidence of a passage taken in place of the one that merely announces its page."""

_NEW_WORDS = 1 / 3
"""A further passage is quoted when so many of the question's words stand in it and not in what is quoted already."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_STRANGER = 0.2
_SPARSE = 0.25
"""By so much surer than usual the best passage must be when it lacks a name that the question holds (capitalised within
the sentence), or two thirds of the words that say what an English question is about."""

_ENOUGH_WORDS = 3

_PLAUSIBLE = 0.2
"""From this confidence on a page is named as what might have been meant."""

_WORTH_A_LOOK = 0.1
"""The same for "More results"."""


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
    read_as: str | None = None
    """The typing errors that were mended before it was answered, such as `refuds → refunds`."""
    by_gist: bool = False
    """Whether it was found only without the words that ask: a question is less surely answered by that."""

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


def merged(one: SearchResult, other: SearchResult) -> SearchResult:
    """Returns `one` with the passages of both, each as confident as the surer search of the two was."""
    hits: dict[int, Hit] = {}
    for hit in sorted((*one.hits, *other.hits), key=lambda hit: hit.confidence, reverse=True):
        hits.setdefault(hit.passage_id, hit)
    return replace(one, hits=tuple(hits.values()))


def choose(result: SearchResult, question: str, spoken: str, before: str | None = None) -> Findings:
    """Returns what to quote of a search: the best passages, no repeats, in the question's language where possible.

    `spoken` is the language that the asker is spoken to in, for questions in a language that no page is in; `before`
    the question that this one follows, if any.
    """
    hits = [result.hits[kept] for kept in without_repeats([hit.text for hit in result.hits])]
    own = result.language if any(hit.language == result.language for hit in hits) else spoken
    telling = _telling(hits, question) if result.known else []
    if not telling or _is_about_another(hits[0], question, result.language):
        near = {
            (hit.document_key, hit.headings): hit
            for hit in reversed([hit for hit in hits if hit.language == own] or hits)
            if hit.confidence >= _PLAUSIBLE
        }
        return Findings((), tuple(reversed(near.values()))[:MOST_SOURCES], result.language)
    ranked = _ranked(telling, question, own, before)
    told = {hit.passage_id for hit in telling}
    ranked += [hit for hit in hits if hit.passage_id not in told]
    quoted = [ranked[0]]
    for hit in ranked[1:] if len(parts_of(question)) > 1 else ():
        if len(quoted) < MOST_SOURCES and _adds(hit, quoted, question):
            quoted.append(hit)
    shown = {hit.passage_id for hit in quoted}
    rest = [hit for hit in ranked if hit.passage_id not in shown and hit.confidence >= _WORTH_A_LOOK]
    spans = (Quoted(hit, tuple(answering_spans(hit, question, asked=result.terms))) for hit in quoted)
    return Findings(tuple(spans), tuple(rest[:MOST_MORE]), result.language)


def _is_about_another(best: Hit, question: str, language: str) -> bool:
    """Returns whether a weak best passage lacks what the question names or most of what it is about.

    Or whether orders that were planted in it are all that it has in common with the question.
    """
    about = _read(best)
    if is_command(best, content_terms(question)):
        return True
    if best.confidence < NOTHING_KNOWN + _STRANGER and any(name not in about for name in _NAME.findall(question)):
        return True
    if language != best.language or not question.isascii():
        return False
    surer = best.confidence >= NOTHING_KNOWN + _SPARSE
    return not surer and all(_lacks(about, part) for part in parts_of(question))


def _lacks(about: str, question: str) -> bool:
    """Returns whether a passage lacks two thirds of the words that say what a question is about."""
    wanted = subject_terms(question)
    return len(wanted) >= _ENOUGH_WORDS and len(wanted & terms_in(about)) <= len(wanted) / 3


def _read(hit: Hit) -> str:
    """Returns a passage as it is searched: under its title and headings."""
    return encoding_text(hit.title, hit.headings, hit.text)


def _ranked(hits: Sequence[Hit], question: str, own: str, before: str | None) -> list[Hit]:
    wanted = content_terms(question)
    asked = question if before is None or asks_by_itself(question) else f"{before} {question}"

    sure = any(hit.language == own and hit.confidence >= _OWN_SURE for hit in hits)
    preference = _OWN_LANGUAGE if sure else 0.0

    def first(hit: Hit) -> float:
        score = hit.confidence + preference * (hit.language == own)
        score -= _POINTS_ELSEWHERE * points_elsewhere(hit, wanted)
        if before is not None and wanted:
            score += _OWN_WORDS * len(wanted & terms_in(_read(hit))) / len(wanted)
        return score

    page = max(hits, key=first).document_key

    def order(hit: Hit) -> float:
        right = _RIGHT_KIND_IN_PAGE if hit.document_key == page else _RIGHT_KIND
        return first(hit) + right * holds_what_is_asked(asked, hit.text)

    return sorted(hits, key=order, reverse=True)


def _telling(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Returns the passages that may answer: the sure ones, those beside them, and those of a page they point to."""
    best = max(hits, key=lambda hit: hit.confidence)
    wanted = content_terms(question)

    def tells(hit: Hit) -> bool:
        if hit.confidence >= NOTHING_KNOWN and not points_elsewhere(hit, wanted):
            return True
        near = hit.document_key == best.document_key or names_page(best, hit.title)
        return near and hit is not best and hit.confidence >= _ON_THE_PAGE

    return [hit for hit in hits if not says_nothing(hit) and tells(hit)]


def _adds(hit: Hit, quoted: Sequence[Hit], question: str) -> bool:
    """Returns whether a passage answers a part of the question that the quoted ones leave open."""
    if hit.confidence < NOTHING_KNOWN or hit.language != quoted[0].language or says_nothing(hit):
        return False
    wanted = content_terms(question)
    covered = {term for one in quoted for term in terms_in(_read(one))}
    new = wanted & terms_in(without_asides(hit.text)) - covered
    return len(new) >= max(2.0, _NEW_WORDS * len(wanted))


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
    page = None
    for found in quoted:
        hit = found.hit
        if hit.document_key == page:
            pass
        elif hit.language == language or language not in _NAMED:
            parts.append(Paragraph(say("knowledge.says", title=hit.title)))
        else:
            name = language_name(hit.language, say)
            parts.append(Paragraph(say("knowledge.says_elsewhere", title=hit.title, language=name)))
        page = hit.document_key
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


def _span(kept: Json) -> Span | None:
    match kept:
        case [int(start), int(end)]:
            return start, end
    return None
