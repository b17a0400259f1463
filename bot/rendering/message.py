"""A `Reply` as the arguments of `chat.postMessage`: blocks, and the same in words for those who see none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.rendering.blocks import build_part, shorten_text, source_line
from bot.rendering.figures import chart_words, table_words
from bot.rendering.literal import clean, escape, shorten, units
from bot.rendering.spans import Json, mrkdwn
from skills.catalogs import Say
from skills.reply import (
    Buttons,
    Chart,
    Feedback,
    Fields,
    File,
    Note,
    Paragraph,
    Part,
    Picture,
    Quote,
    Reply,
    Sources,
    Table,
)

TEXT = 4000
"""Slack advises at most so many characters for `text`, and truncates far longer ones."""

BLOCKS = 50
BLOCK_CHARACTERS = 13_200
"""What all blocks of one message may hold in practice, else `msg_blocks_too_long` (slackapi/bolt-js#2509)."""

TABLE_WORDS = 1000
"""What the words of a table or chart may always take: their numbers must reach those who see no blocks."""

_LIMITS = (3000, 2000, 1400, 1000, 700, 500, 300, 200, 120, 60, 20)

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""No previews of links, and no name in a text that becomes a mention."""


def render_reply(reply: Reply, answer: str, say: Say, now: datetime) -> dict[str, Any]:
    """Returns `text`, `blocks` and the quiet flags for `reply`, which is recorded under the id `answer`."""
    return {"text": render_text(reply.parts, say, now), "blocks": build_blocks(reply.parts, answer, say, now), **QUIET}


def build_blocks(
    parts: Sequence[Part], answer: str, say: Say, now: datetime, most: int = BLOCKS, size: int = BLOCK_CHARACTERS
) -> list[Json]:
    """Returns the blocks of `parts`: at most `most`, of at most `size` characters; long texts are cut to fit."""
    blocks: list[Json] = []
    for limit in _LIMITS:
        built = [build_part(part, answer, at, say, now, limit) for at, part in enumerate(parts)]
        blocks = [block for group in built for block in group]
        if len(blocks) <= most and _size(blocks) <= size:
            return blocks
    return _dropped(parts, answer, say, now, most, size)


def render_text(parts: Sequence[Part], say: Say, now: datetime) -> str:
    """Returns the answer in mrkdwn, at most `TEXT` characters, for notifications, screen readers and plain clients."""
    for limit in (TEXT, *_LIMITS):
        lines = [line for part in parts if (line := _words(part, say, now, limit))]
        text = "\n".join(lines)
        if units(text) <= TEXT:
            break
    return shorten(text, TEXT) or say.label("bot.empty_message")


def _dropped(parts: Sequence[Part], answer: str, say: Say, now: datetime, most: int, size: int) -> list[Json]:
    """Returns what fits of too many parts: buttons, sources and feedback stay, the last texts go."""
    groups = [(part, build_part(part, answer, at, say, now, _LIMITS[-1])) for at, part in enumerate(parts)]
    for droppable in ((Paragraph, Quote, Note, Fields), (Sources,), (Table, Chart, Picture), (Buttons,)):
        for at in range(len(groups) - 1, -1, -1):
            blocks = [block for _, group in groups for block in group]
            if len(blocks) <= most and _size(blocks) <= size:
                return blocks
            if isinstance(groups[at][0], droppable):
                groups[at] = (groups[at][0], [])
    return [block for _, group in groups for block in group]


def _words(part: Part, say: Say, now: datetime, limit: int) -> str:
    match part:
        case Paragraph(text) | Note(text):
            return mrkdwn(shorten_text(text, say, limit), say)
        case Quote(text):
            return "\n".join(
                f"> {escape(line)}" for line in shorten(clean(text).strip(), limit).splitlines() if line.strip()
            )
        case Sources(items):
            return "\n".join(mrkdwn(source_line(source, say, now), say) for source in items)
        case Fields(pairs):
            return "\n".join(
                f"{mrkdwn(label, say)}: {mrkdwn(shorten_text(value, say, limit), say)}" for label, value in pairs
            )
        case Table():
            return shorten(table_words(part, say), max(limit, TABLE_WORDS))
        case Chart():
            return shorten(chart_words(part, say), max(limit, TABLE_WORDS))
        case Picture(_, alt):
            return escape(clean(alt))
        case File(name):
            return escape(clean(name))
        case Buttons() | Feedback():
            return ""


def _size(blocks: Sequence[Json]) -> int:
    # What is drawn is uploaded first, and stands in the message by its address alone.
    light = [{key: value for key, value in block.items() if key not in ("picture", "file")} for block in blocks]
    return units(json.dumps(light, ensure_ascii=False, separators=(",", ":")))
