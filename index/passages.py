"""Documents cut into passages: along headings and sentences, with overlap, offsets kept exactly.

About 110 words a passage with 20 shared by neighbours was measured as good on long pages and harmless on short
ones. A Chinese character counts as 0.6 of a word, so that a passage holds about as much in either language, and
fits into what the encoders read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.languages import ENGLISH, UNKNOWN, detect, settle
from index.types import Document, Section

PASSAGE_WORDS = 110
OVERLAP_WORDS = 20

_SAMPLED = 200
_SAMPLED_SECTIONS = 6

Span = tuple[int, int]
"""Half-open character offsets into a text."""

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[^\W_{_CJK}]+")
_PIECE = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")
_CJK_WEIGHT = 0.6

_CLOSING = "\"'”’»)\\]】」』）》"
_BOUNDARY = re.compile(
    rf"[。！？；…][{_CLOSING}]*\s*"  # Chinese and Japanese sentences end without a space
    rf"|[.!?؟।][{_CLOSING}*_]*[^\S\n]+(?=[^\sa-z])"
    r"|[^\S\n]*\n\s*"
)
_NUMBERED = re.compile(r"(?:^|\s)(?:\d+|[A-Za-z])$")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "etc",
        "vs",
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "no",
        "nr",
        "fig",
        "vol",
        "jr",
        "sr",
        "inc",
        "ltd",
        "co",
        "corp",
        "approx",
        "dept",
        "est",
        "u.s",
        "u.k",
        "ca",
        "cf",
        "al",
        "z.b",
        "d.h",
        "bzw",
        "usw",
        "ggf",
        "p",
        "pp",
        "art",
        "sec",
    ]
)
_LIST_OR_TABLE = re.compile(r"(?:[-*•·–|>#]|\d+[.)、]|[(（]?[a-zA-Z\d一二三四五六七八九十]+[)）、]|Q:|A:|问|答)")
_LABELLED = re.compile(r"[^:;\n]{1,60}: [^;\n]*; [^:;\n]{1,60}: ")
"""A table's row as the loaders write it: `Method: Express; Price: 12 euro`."""
_WRAPPED_LINE = 55
"""A line at least this long that ends without punctuation was broken by a line wrap, not by its author."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section: `section.text[start:end] == text`. `line` is where it begins in the source."""

    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int | None
    language: str


def count_words(text: str) -> float:
    """Returns the length of `text` in words, a Chinese or Japanese character as 0.6."""
    if text.isascii():
        return float(len(_WORD.findall(text)))
    return len(_WORD.findall(text)) + _CJK_WEIGHT * len(_CJK_CHARACTER.findall(text))


def sentences(text: str) -> list[Span]:
    """Returns the spans of the sentences, list items and table rows of `text`, in order, without outer white space.

    Every character that is no white space lies in exactly one of them. Line breaks made by wrapping end none.
    """
    return list(_sentences(text))


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[Span, ...]:
    """Kept, since choosing and quoting an answer ask for the same passages' sentences again and again."""
    spans: list[Span] = []
    begin = 0
    for match in _BOUNDARY.finditer(text):
        cut = match.end()
        if match.start() < begin or not _ends_here(text, begin, match):
            continue
        _append_trimmed(spans, text, begin, cut)
        begin = cut
    _append_trimmed(spans, text, begin, len(text))
    return tuple(spans)


def _ends_here(text: str, begin: int, match: re.Match[str]) -> bool:
    mark = match.group()[0]
    if mark == ".":
        before = text[max(begin, match.start() - 12) : match.start()]
        word = before.rsplit(None, 1)[-1].lstrip("(\"'“").lower() if before.strip() else ""
        if word in _ABBREVIATIONS:
            return False
        # "1. Open the page" and "J. Smith": a number or a letter alone begins something, it ends nothing.
        return not (_NUMBERED.search(before) and len(text[begin : match.start()].strip()) <= 3) and not (
            len(word) == 1 and word.isalpha() and word != "i"
        )
    if "\n" in match.group() and match.group()[0] not in "。！？；…":
        return _line_ends(text, begin, match)
    return True


def _line_ends(text: str, begin: int, match: re.Match[str]) -> bool:
    if match.group().count("\n") > 1 or match.end() >= len(text):
        return True
    line_start = max(begin, text.rfind("\n", 0, match.start()) + 1)
    line = text[line_start : match.start()].strip()
    if not line or line[-1] in ".!?:;。！？：；…|" or _LIST_OR_TABLE.match(text, match.end()) or _LABELLED.match(line):
        return True
    following = text[match.end()]
    long = len(line) >= _WRAPPED_LINE or (len(line) * 2 >= _WRAPPED_LINE and _CJK_CHARACTER.match(line[-1]))
    return not (following.islower() or long)


def _append_trimmed(spans: list[Span], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    stripped = piece.strip()
    if stripped:
        start = begin + len(piece) - len(piece.lstrip())
        spans.append((start, start + len(stripped)))


def _short_spans(text: str, limit: float) -> Iterator[tuple[int, int, float]]:
    """Yields the sentences of `text` with their lengths, those over `limit` words cut between words."""
    for start, end in sentences(text):
        length = count_words(text[start:end])
        if length <= limit and end - start <= limit * 12:
            yield start, end, length
            continue
        begin, stop, words = start, start, 0.0
        for piece in _PIECE.finditer(text, start, end):
            weight = max(count_words(piece.group()), 0.1)
            if words and (words + weight > limit or piece.end() - begin > limit * 12):
                yield begin, stop, words
                begin, words = piece.start(), 0.0
            stop, words = piece.end(), words + weight
            while stop - begin > limit * 12:  # one endless "word": base64, a long URL
                yield begin, begin + int(limit * 12), limit
                begin, words = begin + int(limit * 12), 0.1
        if stop > begin:
            yield begin, stop, words


def spans(text: str, words: float = PASSAGE_WORDS, overlap: float = OVERLAP_WORDS) -> list[Span]:
    """Returns the spans of the passages of `text`: whole sentences, at most about `words` words each.

    Neighbours share the last sentences of the former as long as these have at most `overlap` words. A rest shorter
    than the overlap joins the passage before it. Together they cover every character that is no white space.
    """
    pieces = list(_short_spans(text, words))
    found: list[Span] = []
    first = 0
    while first < len(pieces):
        length, stop = 0.0, first
        while stop < len(pieces) and (stop == first or length + pieces[stop][2] <= words):
            length += pieces[stop][2]
            stop += 1
        rest = sum(piece[2] for piece in pieces[stop:]) if len(pieces) - stop < 12 else overlap + 1
        if rest <= overlap:
            stop = len(pieces)
        found.append((pieces[first][0], pieces[stop - 1][1]))
        if stop == len(pieces):
            break
        back, shared = stop, 0.0
        while back - 1 > first and shared + pieces[back - 1][2] <= overlap:
            back -= 1
            shared += pieces[back][2]
        first = back
    return found


def split(document: Document) -> list[tuple[Section, Passage]]:
    """Returns the passages of a document in reading order, each with its section: none crosses a heading."""
    usual = _language(document)
    found = []
    for section in document.sections:
        for start, end in spans(section.text):
            text = section.text[start:end]
            language = settle(detect(text), usual, text)
            found.append((section, Passage(section.headings, text, start, end, _line(section, start), language)))
    return found


def _line(section: Section, offset: int) -> int | None:
    """Returns the source's line that this place in the section stands on; its page or slide where it has no lines."""
    known = bisect_right(section.lines, offset, key=lambda place: place[0])
    return section.lines[known - 1][1] if known else section.line


def _language(document: Document) -> str:
    beginning = " ".join(section.text[:_SAMPLED] for section in document.sections[:_SAMPLED_SECTIONS])
    language = detect(f"{document.title} {beginning}")
    return ENGLISH if language == UNKNOWN else language


def encoding_text(title: str, headings: tuple[str, ...], text: str) -> str:
    """Returns what encoders and BM25 read of a passage: title and headings, then the text."""
    front = [title, *(heading for heading in headings if heading != title)]
    head = " - ".join(part for part in front if part)
    return f"{head}\n{text}" if head else text
