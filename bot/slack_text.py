"""Slack's markup of a message's text, read back into the words that were written.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MARKED = re.compile(r"<([^<>\n]*)>")


def readable(text: str, name_of: Callable[[str], str]) -> str:
    """Returns `text` with mentions as names, links as their labels and nothing escaped."""
    words = _MARKED.sub(lambda marked: _words(marked[1], name_of), text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """Returns the ids of the people that `text` mentions, in order."""
    return [marked[1][1:].partition("|")[0] for marked in _MARKED.finditer(text) if marked[1].startswith("@")]


def people_in(text: str, name_of: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """Returns the people whom `text` mentions, in order: id, and the words for them in `readable(text, name_of)`."""
    marks = (marked[1] for marked in _MARKED.finditer(text) if marked[1].startswith("@"))
    return tuple((mark[1:].partition("|")[0], _words(mark, name_of)) for mark in marks)


def named_channels(text: str) -> tuple[str, ...]:
    """Returns the ids of the channels that `text` names, in order."""
    return tuple(marked[1][1:].partition("|")[0] for marked in _MARKED.finditer(text) if marked[1].startswith("#"))


def without_mention(text: str, id: str) -> str:
    """Returns `text` without mentions of `id`."""
    return re.sub(rf"<@{re.escape(id)}(\|[^<>\n]*)?>[ \t]*[,:]?", "", text).strip()


def _words(marked: str, name_of: Callable[[str], str]) -> str:
    body, _, label = marked.partition("|")
    if body.startswith("@"):
        return "@" + (label or name_of(body[1:]))
    if body.startswith("#"):
        return "#" + (label or body[1:])
    if body.startswith("!"):
        return label or "@" + body[1:].partition("^")[0]
    return label or body.removeprefix("mailto:")
