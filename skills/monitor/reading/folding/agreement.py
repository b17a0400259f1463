"""Whether one post is a copy of another: two independent agreements are needed, and no figure or name against it.

That two texts share most of their words is one agreement. The other is where they stand (one link), what they are
called (one title), or that their words stand in one order with next to nothing between them. Short texts have to agree
more: of ten words, one that differs is often the one that matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import numpy as np

from skills.monitor.reading.folding.signature import LEAD, SKETCHED, Signature
from skills.monitor.reading.folding.words import is_figure, weight

Agreement = Literal["link", "title", "content", "order"]

_SHORT = 7.5
"""Shorter texts without title (in words) are written by many: only a link tells that they are copies."""
_LEAST_TITLE = 4.0
_ADDED = 10.0
"""Words that a copy may have in front or behind: a dateline, a source, a call to subscribe."""
_ADDED_SHARE = 0.3
_ADDED_PLACED = 24.0
"""The same where link or title agree: a paragraph of the house."""
_BETWEEN = 0.06
"""Share of the words that may be added, lost or misspelt in between."""
_LONG = 60.0
"""From so many words in all, some may be other words: an editor's."""
_OTHER = 0.03
_KEPT = 0.35
"""A copy that breaks off still has so much."""
_SHARED = 0.7
"""Share of the shorter one's shingles that two long texts have in common."""
_LETTERS = 6
"""In shorter words another letter makes another word."""
_NOT = (
    "not no never none without denies deny isnt wasnt dont doesnt didnt wont cant 不 没 未 无 非 否 拒 勿 别 停 终 止"
)
_DENIALS = frozenset(_NOT.split())
_UP = "up rise rises rose gain gains higher raise raises jumps surges above buy profit high 涨 增 升 盈 多 高 买"
_DOWN = "down fall falls fell lose loss losses lower cut cuts slips plunges below sell low 跌 减 降 亏 空 低 卖"
_SENSES = (frozenset(_UP.split()), frozenset(_DOWN.split()))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far one text is from another, 0 the same words to 1, and in what they agree."""

    distance: float
    agreements: frozenset[Agreement]

    @property
    def copies(self) -> bool:
        """Whether they are taken for copies."""
        return "content" in self.agreements and len(self.agreements) >= 2


@dataclass(frozen=True, slots=True)
class _Aligned:
    """How the words of two texts lie beside each other, in words.

    `ends` are those that one of them has in front or behind, `between` what is added or lost, a misspelt word counting
    half, `replaced` what stands for something else; `contradict`: figures, denials or directions stand against each
    other, or a name that comes again; `turned`: a figure or a denial stands in between in one of them alone.
    """

    shared: float
    ends: float
    between: float
    replaced: float
    contradict: bool
    turned: bool


def compare(one: Signature, other: Signature) -> Comparison:
    """Returns in what two posts agree. Blocking: up to a millisecond."""
    first, second = _beside(one, other)
    cut = one.cut or other.cut
    aligned, titles = _aligned(first, second, cut), _aligned(one.title, other.title, False)
    link = bool(one.link) and one.link == other.link
    both_titled = bool(one.text and other.text) and min(weight(one.title), weight(other.title)) >= _LEAST_TITLE
    title = both_titled and not titles.contradict and not titles.turned and titles.replaced == 0 and titles.between <= 1
    whole = min(weight(first), weight(second))
    found: set[Agreement] = set()
    if link:
        found.add("link")
    if title:
        found.add("title")
    like_titles = titles.shared >= 0.5 * min(weight(one.title), weight(other.title)) > 0.0
    against = aligned.contradict or aligned.turned or (titles.contradict and like_titles and not link)
    if whole and not against and _content(one, other, aligned, whole, link or title):
        found.add("content")
        if whole >= (_LEAST_TITLE if one.title and other.title else _SHORT):
            found.add("order")
    total = max(1e-9, weight(first) + weight(second))
    return Comparison(round(max(0.0, 1.0 - 2.0 * aligned.shared / total), 4), frozenset(found))


def _beside(one: Signature, other: Signature) -> tuple[list[str], list[str]]:
    """Returns the words to be compared: of texts that both have titles or none, else titles and texts together."""
    if one.text and other.text and bool(one.title) == bool(other.title):
        return one.text, other.text
    if one.title and other.title:
        # A headline alone is a copy of its article only where both stand at one address.
        return one.title, other.title if one.link and one.link == other.link else other.said
    return one.said, other.said


def _content(one: Signature, other: Signature, aligned: _Aligned, whole: float, placed: bool) -> bool:
    """Returns whether the texts share their words, within what copies add, lose and misspell."""
    if one.quoting != other.quoting and not placed:
        return False
    both_long = len(one.text) >= LEAD and len(other.text) >= LEAD
    if both_long and not _alike(one, other):
        return False
    if not both_long and not (one.cut or other.cut):
        limit = max(_ADDED_PLACED, whole) if placed else max(_ADDED, _ADDED_SHARE * whole)
        if aligned.ends > limit:
            return False
    return (
        aligned.shared >= _KEPT * (aligned.shared + aligned.ends)
        and aligned.replaced <= (_OTHER * whole if whole >= _LONG else 0.0)
        and aligned.between <= max(1.5, _BETWEEN * whole)
    )


def _alike(one: Signature, other: Signature) -> bool:
    """Returns whether the whole texts, beyond the words kept, share their shingles or one holds the other."""
    both = np.union1d(one.sketch, other.sketch)[:SKETCHED]
    share = np.isin(both, np.intersect1d(one.sketch, other.sketch)).sum() / max(1, len(both))
    common = share * (one.shingles + other.shingles) / (1.0 + share)
    return bool(common >= _SHARED * min(one.shingles, other.shingles))


def _aligned(first: list[str], second: list[str], cut: bool) -> _Aligned:
    steps = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    shared = ends = between = replaced = 0.0
    contradict = turned = False
    seen: set[tuple[str, ...]] = set()
    for number, (kind, one, one_end, two, two_end) in enumerate(steps):
        lost, gained = first[one:one_end], second[two:two_end]
        more = weight(lost) + weight(gained)
        if kind == "equal":
            shared += weight(lost)
        elif kind == "replace":
            if _misspelt(lost, gained):
                between += more / 4.0
            elif number == len(steps) - 1 and (cut or min(one_end, two_end) >= LEAD):
                ends += more
            else:
                replaced += max(weight(lost), weight(gained))
                contradict |= _contradict(lost, gained) or tuple(gained) in seen
                seen.add(tuple(gained))
        elif number in (0, len(steps) - 1):
            ends += more
        else:
            between += more
            turned |= any(is_figure(word) or word in _DENIALS for word in [*lost, *gained])
    return _Aligned(shared, ends, between, replaced, contradict, turned)


def _contradict(lost: list[str], gained: list[str]) -> bool:
    """Returns whether figures stand against figures, a denial against none, or up against down."""
    figures = {word for word in lost if is_figure(word)}, {word for word in gained if is_figure(word)}
    return (
        bool(figures[0] and figures[1] and figures[0] != figures[1])
        or _DENIALS.isdisjoint(lost) != _DENIALS.isdisjoint(gained)
        or any(not (_SENSES[way].isdisjoint(lost) or _SENSES[1 - way].isdisjoint(gained)) for way in (0, 1))
    )


def _misspelt(lost: list[str], gained: list[str]) -> bool:
    """Returns whether each word, or all together, differ by one letter: lost, added or, in long ones, another."""
    if any(is_figure(word) or word in _DENIALS or not word.isascii() for word in [*lost, *gained]):
        return False
    if len(lost) == len(gained):
        return all(_near(one, other) for one, other in zip(lost, gained, strict=True))
    return len(lost) + len(gained) <= 3 and _near("".join(lost), "".join(gained))


def _near(word: str, other: str) -> bool:
    word, other = sorted((word, other), key=len)
    start = 0
    while start < len(word) and word[start] == other[start]:
        start += 1
    if len(other) == len(word) + 1:
        return word[start:] == other[start + 1 :]
    return len(word) == len(other) and len(word) >= _LETTERS and word[start + 1 :] == other[start + 1 :]
