"""The sentences of a passage that answer, with what they need around them to be understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from index.passages import Span, sentences
from index.types import Hit
from skills.knowledge.sentences import best_spans, is_aside

LONGEST_QUOTE = 600
"""Characters of one quote; longer ones are cut after a whole sentence."""

_BITS = 1 << 12
_SHIFT = np.uint32(32 - 12)
"""What leaves the upper bits of a piece's hash, as many as tell `_BITS` apart."""
_MIXED = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], np.uint32)
"""Odd multipliers that spread the three characters of a piece over the bits (multiplicative hashing)."""
_BLANK = re.compile(r"[\W_]+")

_SHORT_QUOTE = 110
"""Characters up to which a single sentence is quoted with the one after it."""

GAP = " … "
"""Stands where sentences between two quoted ones are left out."""

_ITEM = re.compile(r"\s*(?:[-*•·–]\s|\d+[.)、]\s?|[(（][a-zA-Z\d一二三四五六七八九十]+[)）])")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_LABELLED = re.compile(r"[^:;\n]{1,60}: [^;\n]*; [^:;\n]{1,60}: ")
_ROWS = ("row", "labelled")
_NAME = re.compile(r"\s*(?:[^:;\n]{1,60}: (?P<labelled>[^;\n]*);|\|(?P<cell>[^|\n]*)\|)")
"""What a row is about: the first cell."""
_NAME_ENDS = re.compile(r"[,，、/(（)）]")
_COMPARES = re.compile(
    r"\b(?:other|others|else|cheaper|cheapest|faster|fastest|than|besides|alternative|alternatives|all)\b"
    r"|其他|其它|别的|还有|除了|都有|哪些|[更最](?:便宜|贵|快|慢|高|低|好|划算|省)|比(?:较|起|.+更)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_RULE = re.compile(r"[\s|:=+-]+$")
_LEANING = re.compile(
    r"(?:it|this|these|those|that|they|he|she|then|there|however|otherwise|in this case|if not|after that|also)\b"
    r"|[它这那其该此]|否则|但是?|因此|另外|同时",
    re.IGNORECASE,
)


def answering_spans(hit: Hit, question: str, most: int = 3, asked: Mapping[str, float] | None = None) -> list[Span]:
    """Returns the spans of `hit.text` to quote, in reading order: whole sentences, list items and table rows.

    Those that answer best, at most `most`; an item or row comes with the line that leads into its list or the
    head of its table, and a sentence that leans on the one before ("It takes …") comes with that one. `asked` are the
    terms that the question was looked up with.
    """
    pieces = sentences(hit.text)
    if not pieces:
        return []
    best = [_piece_at(pieces, start) for start, _ in best_spans(hit, question, most, asked)]
    named = _named_rows(hit.text, pieces, question)
    named = named if any(number in named for number in best) else frozenset()
    if named:
        # The question says which row it is about: the others answer another one.
        best = [number for number in best if number in named or _kind(hit.text, pieces[number]) not in _ROWS]
        best += [number for number in sorted(named) if number not in best]
    wanted = {best[0]}
    for number in best:
        grown = wanted | {number} | _needed(hit.text, pieces, number)
        if _length(pieces, grown) <= LONGEST_QUOTE or number == best[0]:
            wanted = grown
    if not named:
        wanted |= _whole_table(hit.text, pieces, wanted)
    wanted |= _next_sentence(hit.text, pieces, wanted)
    return [pieces[number] for number in sorted(wanted)]


def quote(text: str, spans: Sequence[Span]) -> str:
    """Returns the spans' words in order, `…` between sentences that did not stand side by side."""
    quoted = ""
    end = None
    for start, stop in spans:
        if end is not None:
            between = text[end:start]
            if _kind(text, (start, stop)):
                quoted += "\n"
            elif between.strip():
                quoted += GAP
            else:
                quoted += "\n" if "\n" in between else " " * bool(between)
        quoted += text[start:stop]
        end = stop
    return tidy(quoted)


def tidy(text: str) -> str:
    """Returns `text` as it reads best outside its page: table rows as `a · b`, items with a bullet, single spaces."""
    lines = []
    for line in text.splitlines():
        if _ROW.match(line):
            if _RULE.match(line):
                continue
            line = " · ".join(cell for cell in (cell.strip() for cell in line.strip().strip("|").split("|")) if cell)
        line = " ".join(line.split())
        if _LABELLED.match(line) and _HAN.search(line):
            line = line.replace(": ", "：").replace("; ", "；")
        lines.append(re.sub(r"^\s*[-*]\s+", "• ", line))
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def shingles(text: str) -> int:
    """Returns the three-character pieces of `text` without spaces and case as a set of bits, one of `_BITS` a piece.

    Near-duplicates are told by them. Many questions find the same passages, so they are kept.
    """
    codes = np.frombuffer(_BLANK.sub("", text.casefold()).encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return 1
    pieces = sliding_window_view(codes, min(3, len(codes)))
    bits = np.zeros(_BITS, np.bool_)
    bits[(pieces * _MIXED[: pieces.shape[1]]).sum(axis=1, dtype=np.uint32) >> _SHIFT] = True
    return int.from_bytes(np.packbits(bits).tobytes(), "little")


def without_repeats(texts: Sequence[str], least: float = 0.8) -> list[int]:
    """Returns the positions of the texts of which no earlier one kept is a near-duplicate.

    A repeat shares `least` of the shorter text's shingles.
    """
    kept: dict[int, tuple[int, int]] = {}
    for position, text in enumerate(texts):
        bits = shingles(text)
        count = bits.bit_count()
        if all((bits & other).bit_count() < least * min(count, size) for other, size in kept.values()):
            kept[position] = (bits, count)
    return list(kept)


def _piece_at(pieces: Sequence[Span], offset: int) -> int:
    return next((number for number, (_, end) in enumerate(pieces) if offset < end), len(pieces) - 1)


def _needed(text: str, pieces: Sequence[Span], number: int) -> set[int]:
    """Returns the pieces without which the piece `number` can't be understood."""
    if _kind(text, pieces[number]) == "row":
        first = number
        while first and _kind(text, pieces[first - 1]) == "row":
            first -= 1
        return {first} if first != number else set()
    if _kind(text, pieces[number]) == "item":
        lead = number - 1
        while lead >= 0 and _kind(text, pieces[lead]) == "item":
            lead -= 1
        return {lead} if lead >= 0 and text[slice(*pieces[lead])].rstrip()[-1:] in ":：" else set()
    if number and _LEANING.match(text, pieces[number][0]):
        return {number - 1}
    # A question that the page itself asks is nothing without its answer; "two steps:" nothing without the steps.
    if text[slice(*pieces[number])].rstrip()[-1:] in ":：?？" and number + 1 < len(pieces):
        kind = _kind(text, pieces[number + 1])
        end = number + 2
        while kind and end < len(pieces) and _kind(text, pieces[end]) == kind:
            end += 1
        return set(range(number + 1, end))
    return set()


def _named_rows(text: str, pieces: Sequence[Span], question: str) -> frozenset[int]:
    """Returns the rows of which the question names the first cell; none where it compares, or names every row."""
    if _COMPARES.search(question):
        return frozenset()
    rows = [number for number, piece in enumerate(pieces) if _kind(text, piece) in _ROWS]
    asked = f" {_words(question)} "
    named = frozenset(number for number in rows if _names(text[slice(*pieces[number])], asked))
    return named if len(named) < len(rows) else frozenset()


def _names(row: str, asked: str) -> bool:
    cell = _NAME.match(row)
    if cell is None:
        return False
    for part in _NAME_ENDS.split(cell["labelled"] or cell["cell"] or ""):
        words = _words(part)
        if len(words) > 1 and (words in asked if _HAN.search(words) else f" {words} " in asked):
            return True
    return False


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _whole_table(text: str, pieces: Sequence[Span], wanted: Set[int]) -> set[int]:
    """Returns all rows of a short table of which several are wanted: half a table misleads."""
    rows = [number for number in wanted if _kind(text, pieces[number]) in _ROWS]
    if len(rows) < 2:
        return set()
    first, last = min(rows), max(rows)
    while first and _kind(text, pieces[first - 1]) in _ROWS:
        first -= 1
    while last + 1 < len(pieces) and _kind(text, pieces[last + 1]) in _ROWS:
        last += 1
    whole = set(range(first, last + 1))
    return whole if _length(pieces, whole | wanted) <= LONGEST_QUOTE else set()


def _next_sentence(text: str, pieces: Sequence[Span], wanted: Set[int]) -> set[int]:
    """Returns the sentence after a single short one, which mostly says when and for whom it holds."""
    (number,) = wanted if len(wanted) == 1 else (len(pieces),)
    following = number + 1
    if following >= len(pieces) or _length(pieces, {number}) > _SHORT_QUOTE:
        return set()
    plain = not any(_kind(text, pieces[one]) for one in (number, following))
    near = "\n\n" not in text[pieces[number][1] : pieces[following][0]]
    fits = _length(pieces, {number, following}) <= 3 * _SHORT_QUOTE
    return {following} if plain and near and fits and not is_aside(text, pieces[following]) else set()


def _kind(text: str, piece: Span) -> str:
    words = text[slice(*piece)]
    if _LABELLED.match(words):
        return "labelled"
    return "row" if _ROW.match(words) else "item" if _ITEM.match(words) else ""


def _length(pieces: Sequence[Span], wanted: Iterable[int]) -> int:
    return sum(pieces[number][1] - pieces[number][0] for number in wanted)
