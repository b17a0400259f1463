"""One message that asks for several things, as the pieces that each ask for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(r"^\s*(?:[-*•‣▪◦–—·]|\[[ x]?\]|[(（]?\d{1,3}[.)、）．:]|[①-⑳]|[a-h][.)])\s*(?=\S)", re.IGNORECASE)
_INLINE_NUMBER = re.compile(r"(?:(?<=\s)|^)[(（]?(\d{1,2})[.)、）]\s*(?=\S)")
_JOINT = re.compile(
    r"""
      [,;.，；。]?\s{1,3}(?:and|then|also|plus)\s+(?:also\s+|then\s+)?(?=(?:ask|tell|get|have|remind)\s+(?:@|me\b))
    | [,;，；。]?\s{0,3}(?:and|&)\s+(?=@\S+(?:\s+@\S+)?\s+(?:to|should|can|could|will|please)\b)
    | [,;，；。]\s*(?=@\S+\s+(?:to|should|please)\b)
    | [;；]\s*(?=\S)
    | [，。,]\s*(?=(?:另外|然后|再|同时|顺便)?(?:也)?(?:让|请|叫|麻烦)\s*@)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TO_EACH = re.compile(
    r"(?P<before>^|.*?\s)(?P<verb>(?:ask|tell|get|have|remind)\s+|(?:让|请|叫|麻烦)\s*)?(?P<people>@[^\s,，、]+(?:\s{0,2}(?:,|，|、|and|&|和|跟)\s{0,2}@[^\s,，、]+)+)"
    r"(?P<rest>\s*(?:to\b|please\b|should\b|一起|[:：]|(?=[㐀-鿿])).*)$",
    re.IGNORECASE | re.DOTALL,
)
"""“Ask @ben and @dana to …”: the same of each."""
_ADDRESS = re.compile(
    r"\s*(?:hi|hey|hello|ok|okay|please|pls|so|to-?dos?|tasks?|任务|待办)?\s*[:：,，]?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """`heading` stands over all of them (“@ana, for the fair:”), empty where nothing does."""

    heading: str
    items: tuple[str, ...]


def pieces(text: str) -> Pieces:
    """Returns what a message asks for, piece by piece; one that asks for one thing is its only item."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    bulleted = [bool(_BULLET.match(line)) for line in lines]
    if sum(bulleted) >= 2:
        first = bulleted.index(True)
        return Pieces(" ".join(lines[:first]).strip(), tuple(_items(lines[first:])))
    if len(lines) > 2 and lines[0].endswith((":", "：")):
        return Pieces(lines[0], tuple(lines[1:]))
    whole = " ".join(lines) if len(lines) > 1 and sum(bulleted) == 1 else text.strip()
    numbered = _numbered(whole)
    return numbered or Pieces("", tuple(_joined(whole)))


def lines_of(text: str) -> int:
    """Returns how many lines of a text say something."""
    return sum(1 for line in text.splitlines() if line.strip())


def _items(lines: list[str]) -> list[str]:
    """Returns the bulleted lines without their bullets; a line without one goes on with the one before."""
    items: list[str] = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet or not items:
            items.append(line[bullet.end() :] if bullet else line)
        else:
            items[-1] += " " + line
    return items


def _numbered(text: str) -> Pieces | None:
    """Returns the items of “… 1. book the van 2. print flyers”, when the numbers go up from 1."""
    marks: list[re.Match[str]] = []
    for match in _INLINE_NUMBER.finditer(text):
        if int(match[1]) == len(marks) + 1:
            marks.append(match)
    if len(marks) < 2:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    items = [text[mark.end() : end].strip(" ,;，；") for mark, end in zip(marks, ends, strict=True)]
    if not all(items):
        return None
    heading = text[: marks[0].start()].strip()
    return Pieces("" if _ADDRESS.fullmatch(heading) else heading, tuple(items))


def _joined(text: str) -> list[str]:
    """Returns the parts of “ask @ana to …, and ask @ben to …”, and of “ask @ana and @ben to …”."""
    each = _TO_EACH.match(text[:500])
    if each is not None:
        before, verb, rest = each["before"], each["verb"] or "", text[each.start("rest") :]
        return [f"{before}{verb}{person}{rest}" for person in re.findall(r"@[^\s,，、]+", each["people"])]
    parts, start = [], 0
    for joint in _JOINT.finditer(text):
        if part := text[start : joint.start()].strip():
            parts.append(part)
        start = joint.end()
    if rest := text[start:].strip():
        parts.append(rest)
    return parts or [text.strip()]
