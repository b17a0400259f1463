"""Strings from people and documents, made fit for Slack: whole, escaped, and never over a limit."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlsplit

ELLIPSIS = "…"

_JOINER = "\u200d"
_UNSENDABLE: dict[int, str | None] = {0: None, **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def clean(text: str) -> str:
    """Returns `text` without NULs, and with a replacement character for each surrogate that stands alone."""
    return text.translate(_UNSENDABLE)


def units(text: str) -> int:
    """Returns the length as Slack's JavaScript counts it: in UTF-16 units, two for an emoji."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """Returns `text` in at most `limit` UTF-16 units, cut with an ellipsis between two whole characters."""
    if units(text) <= limit:
        return text
    return text[: _cut(text, limit - 1)].rstrip() + ELLIPSIS


def pieces(text: str, limit: int) -> list[str]:
    """Returns `text` in pieces of at most `limit` UTF-16 units, cut after a line, a sentence or a word if it can be."""
    parts: list[str] = []
    while units(text) > limit:
        end = _cut(text, limit)
        for mark in ("\n", "。", ". ", " "):
            at = text.rfind(mark, end // 2, end)
            if at >= 0:
                end = at + len(mark)
                break
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text] if text else parts


def escape(text: str) -> str:
    """Returns `text` such that mrkdwn shows `&`, `<` and `>` as they stand.

    Nothing in it can then ping or link: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def web_link(url: str | None, limit: int = 3000) -> str | None:
    """Returns `url` fit for a link, or None when it is too long or none that a chat program should open."""
    if url is None or units(url) > limit:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    address = quote(clean(url), safe="%/:=&?~#+!$,;'@()*[]")
    return address if len(address) <= limit else None


def _cut(text: str, limit: int) -> int:
    """Returns the largest index so that `text[:index]` has at most `limit` units and splits no joined character."""
    used = fitting = 0
    for character in text:
        used += 2 if character > "\uffff" else 1
        if used > limit:
            break
        fitting += 1
    end = fitting
    while 0 < end < len(text) and (_joins(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return end or fitting


def _joins(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character) in {"Mn", "Me", "Sk"}
