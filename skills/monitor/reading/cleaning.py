"""The text of a post as it is read: title and text together, without what says nothing of what is said."""

from __future__ import annotations

import re
from html import unescape

from index.languages import UNKNOWN, detect
from skills.monitor.sources import Post

MOST = 1_200
"""Characters that are read: what a post says of whom stands at its beginning, and encoders cut there as well."""

_LINK = re.compile(r"(?:https?://|\bwww\.)\S+")
_FORWARDED = re.compile(r"^\s*(?:RT\s+@\w+\s*:?|转发微博\s*[:：]?)\s*|//@[^:\s]{1,30}:|\s*\bvia\s+@\w+\s*$")
_EMPTY = re.compile(r"[^\S\n]{2,}")


def readable(post: Post) -> str:
    """Returns the text of `post` as it is read: at most `MOST` characters, without links and marks of forwarding.

    A title that the text repeats at its beginning is left out.
    """
    title, text = _plain(post.title[: 2 * MOST]), _plain(post.text[: 2 * MOST])
    repeated = title.rstrip("….").casefold()
    if title and not (repeated and text[: len(title) + 5].casefold().startswith(repeated)):
        text = f"{title}\n{text}" if text else title
    return text[:MOST].rstrip()


def language_of(post: Post, text: str) -> str:
    """Returns the ISO 639-1 code of the language of `text`, which is what is read of `post`.

    Where the text can't tell (figures, emoji), it is what the source says, or `und`.
    """
    found = detect(text)
    return (post.language or UNKNOWN) if found == UNKNOWN else found


def _plain(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    if "://" in text or "www." in text:
        text = _LINK.sub("", text)
    if "@" in text or "转发" in text:
        text = _FORWARDED.sub("", text)
    return _EMPTY.sub(" ", text).strip()
