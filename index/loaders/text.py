"""Bytes to text, and plain text to a page."""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import accumulate

from index.loaders.pages import Page, Reading, UnreadableError
from index.types import Section

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CJK = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
CJK_WRAP = re.compile(rf"(?<={CJK})[ \t]*\n[ \t]*(?={CJK})")
WRAP = re.compile(r"[ \t]*\n[ \t]*")
ALLOWED_CONTROLS = "\t\n\r\f\v\x1b\x85"


def decode(data: bytes, declared: str | None = None) -> str:
    """`data` as text with `\\n` line ends: by byte order mark, then `declared`, then UTF-8, else as guessed.

    Raises `UnreadableError` when it is empty, is not text, or its encoding can't be told.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("is empty")
    text = decode_marked(data)
    if text is None:
        text = decode_declared(data, declared)
    if text is None:
        text = decode_guessed(data)
    if any(unicodedata.category(c) == "Cc" and c not in ALLOWED_CONTROLS for c in text[:4096]):
        raise UnreadableError("is not text")
    if not text.strip():
        raise UnreadableError("is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_marked(data: bytes) -> str | None:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(f"is not valid {encoding.removesuffix('-sig').upper()}") from error
    return None


def decode_declared(data: bytes, declared: str | None) -> str | None:
    for encoding in (declared, "utf-8"):
        if not encoding:
            continue
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return None


def decode_guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if sum(not c.isascii() for c in lenient) - broken > 4 * broken:
        line = lenient.count("\n", 0, lenient.index("\ufffd")) + 1
        raise UnreadableError(f"is broken UTF-8 on line {line}")
    best = None if b"\0" in data else from_bytes(data).best()
    if best is None:
        raise UnreadableError("is in an encoding that can't be told: save it as UTF-8")
    return str(best)


def read_text(data: bytes, name: str, declared: str | None = None) -> Reading:
    """One page with one section, the text as it stands; `title` is the file's name without its suffix."""
    text = decode(data, declared)
    lead = len(text) - len(text.lstrip())
    first = text.count("\n", 0, lead) + 1
    text = text.strip()
    begins = accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0)
    section = Section((), text, first, lines=tuple((begin, line) for line, begin in enumerate(begins, start=first)))
    return Reading((Page(title_of_name(name), (section,)),))


def title_of_name(name: str) -> str:
    """A file's name as a title: `returns_policy.txt` becomes `returns policy`."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0] or name
    return " ".join(stem.replace("_", " ").split()) or name


def unwrap(text: str) -> str:
    """One paragraph without its line ends: a space for each, nothing between Chinese or Japanese characters."""
    return WRAP.sub(" ", CJK_WRAP.sub("", text.strip()))
