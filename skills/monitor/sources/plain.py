"""Plain text out of what sources send: without markup and control characters, and of bounded length."""

from __future__ import annotations

import re
from html import unescape

MAX_TEXT = 20_000
MAX_LINE = 500
_MAX_MARKUP = 200_000

_MARKUP = re.compile(r"<[a-zA-Z!/]|&#?\w{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_BREAKING = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "td"})


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Returns `text` as any database takes it: no NUL, no lone surrogates, spaces and lines tidied, cut at `limit`."""
    text = text[: 4 * limit].encode("utf-8", "replace").decode()
    text = _LINES.sub("\n", _SPACES.sub(" ", _CONTROL.sub("", text))).strip()
    return text[:limit].rstrip()


def line(text: str, limit: int = MAX_LINE) -> str:
    """Returns `text` on one line: a title, a name."""
    return clean(text, limit).replace("\n", " ")


def from_html(markup: str) -> str:
    """Returns the text that a reader of `markup` sees."""
    markup = markup[:_MAX_MARKUP]
    if not _MARKUP.search(markup):
        return clean(markup)
    from lxml import etree, html

    try:
        tree = html.fragment_fromstring(_CONTROL.sub("", markup), create_parent="div")
    except (etree.LxmlError, ValueError):
        return clean(unescape(re.sub(r"<[^<>]*>", " ", markup)))
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag in ("script", "style"):
            node.text = ""
        elif node.tag in _BREAKING:
            node.tail = "\n" + (node.tail or "")
    return clean(str(tree.text_content()))
