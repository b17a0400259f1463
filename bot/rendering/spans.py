"""`Text` in Slack's two dialects: rich_text elements, which need no escaping, and mrkdwn, which does."""

from __future__ import annotations

import re
from typing import Any

from bot.rendering.literal import clean, escape, pieces, shorten, web_link
from skills.catalogs import Say
from skills.text import Bold, ChannelRef, Code, Link, PersonRef, Span, Text, When, spans_of

Json = dict[str, Any]

_FORMATS = re.compile(r"[*_~`]|:[\w+-]+:|^\s*>|^\s*(?:[-•]|\d+[.)])\s", re.MULTILINE)
"""What mrkdwn would act upon even where `&`, `<` and `>` are escaped."""


def rich_elements(text: Text, say: Say, limit: int = 3000) -> list[Json]:
    """Returns `text` as elements of a rich_text section, each of at most `limit` characters.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
    """
    return [element for span in spans_of(text) for element in _rich(span, say, limit)]


def mrkdwn(text: Text, say: Say) -> str:
    """Returns `text` in mrkdwn; only our own spans become mentions, links or dates."""
    return "".join(_mrkdwn(span, say) for span in spans_of(text))


def text_object(text: Text, say: Say, limit: int, bold: bool = False) -> Json:
    """Returns a text object of at most `limit` characters that shows every string literally.

    Plain text where nothing is marked or where mrkdwn would format what is data, else mrkdwn.
    """
    if isinstance(text, str) and bold and not _FORMATS.search(text):
        text = (Bold(text),)
    if not isinstance(text, str) and is_inert(text):
        marked = mrkdwn(text, say)
        if marked.strip() and shorten(marked, limit) == marked:
            return {"type": "mrkdwn", "text": marked, "verbatim": True}
    return {"type": "plain_text", "text": shorten(clean(say.plain(text)), limit) or " ", "emoji": False}


def is_inert(text: Text) -> bool:
    """Returns whether no literal string of `text` holds what mrkdwn would format."""
    return not any(_FORMATS.search(_words(span)) for span in spans_of(text))


def _words(span: Span) -> str:
    match span:
        case str():
            return span
        case Bold(words) | Code(words) | Link(words, _):
            return words
        case _:
            return ""


def _rich(span: Span, say: Say, limit: int) -> list[Json]:
    match span:
        case str():
            return [{"type": "text", "text": piece} for piece in pieces(clean(span), limit)]
        case Bold(words):
            return [{"type": "text", "text": piece, "style": {"bold": True}} for piece in pieces(clean(words), limit)]
        case Code(words):
            return [{"type": "text", "text": piece, "style": {"code": True}} for piece in pieces(clean(words), limit)]
        case Link(words, target):
            url = web_link(target)
            if url is None:
                return _rich(words, say, limit)
            return [{"type": "link", "url": url, "text": shorten(clean(words), limit) or url}]
        case PersonRef(id):
            return [{"type": "user", "user_id": id}]
        case ChannelRef(id):
            return [{"type": "channel", "channel_id": id}]
        case When(at):
            return [
                {
                    "type": "date",
                    "timestamp": int(at.timestamp()),
                    "format": "{date_short_pretty} {time}",
                    "fallback": say.moment(at),
                }
            ]


def _mrkdwn(span: Span, say: Say) -> str:
    match span:
        case str():
            return escape(clean(span))
        case Bold(words):
            return f"*{escape(clean(words))}*" if words else ""
        case Code(words):
            return f"`{escape(clean(words))}`" if words else ""
        case Link(words, target):
            url = web_link(target)
            label = escape(clean(words)).replace("|", "¦")
            return f"<{url.replace('&', '&amp;')}|{label}>" if url else escape(clean(words))
        case PersonRef(id):
            return f"<@{_opaque(id)}>"
        case ChannelRef(id):
            return f"<#{_opaque(id)}>"
        case When(at):
            fallback = escape(say.moment(at)).replace("|", "¦")
            return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def _opaque(id: str) -> str:
    return re.sub(r"[^\w-]", "", id)
