"""Each part of a reply as Block Kit blocks, within the limits of https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.rendering.figures import build_chart, build_file, build_picture, build_table
from bot.rendering.literal import clean, shorten, units, web_link
from bot.rendering.spans import Json, is_inert, mrkdwn, rich_elements, text_object
from skills.catalogs import Say
from skills.reply import (
    Button,
    Buttons,
    Chart,
    Feedback,
    Fields,
    File,
    Menu,
    Note,
    Paragraph,
    Part,
    Picture,
    Quote,
    Source,
    Sources,
    Table,
)
from skills.text import Bold, Link, Span, Text

RICH_TEXT = 3000
CONTEXT_TEXT = 2000
FIELDS_A_SECTION = 10
FIELD_TEXT = 2000
ACTIONS_A_BLOCK = 25
BUTTON_LABEL = 75
BUTTON_VALUE = 2000
OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 150
PLACEHOLDER = 150
"""https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select"""
SOURCE_LINK = 1000
"""Slack takes links of 3,000 characters, but five of those leave no room for the answer."""

FEEDBACK_ACTION = "feedback"


def answer_of(block_id: str) -> str:
    """Returns the id of the answer whose block has this `block_id`."""
    return block_id.partition("|")[0]


def build_part(part: Part, answer: str, at: int, say: Say, now: datetime, limit: int = RICH_TEXT) -> list[Json]:
    """Returns the blocks of `part`, the `at`-th of the answer with the id `answer`; texts of at most `limit`."""
    match part:
        case Paragraph(text):
            return build_paragraph(text, say, limit)
        case Quote(text):
            return build_quote(text, limit)
        case Sources(items):
            return build_sources(items, say, now)
        case Fields(pairs):
            return build_fields(pairs, say, limit)
        case Note(text):
            return build_note(text, say, limit)
        case Buttons(items):
            return build_buttons(items, answer, at)
        case Feedback():
            return [build_feedback(answer, say)]
        case Table():
            return [build_table(part, limit)]
        case Chart():
            return [build_chart(part)]
        case Picture():
            return [build_picture(part)]
        case File():
            return [build_file(part)]


def build_paragraph(text: Text, say: Say, limit: int = RICH_TEXT) -> list[Json]:
    """Returns rich_text blocks, of about `RICH_TEXT` characters each, or one that is cut at `limit` if that is less."""
    if limit < RICH_TEXT:
        text = shorten_text(text, say, limit)
    blocks: list[list[Json]] = [[]]
    size = 0
    for element in rich_elements(text, say, RICH_TEXT):
        size += len(element.get("text", ""))
        if size > RICH_TEXT and blocks[-1]:
            blocks.append([])
            size = len(element.get("text", ""))
        blocks[-1].append(element)
    return [_rich_text("rich_text_section", elements) for elements in blocks if elements]


def build_quote(text: str, limit: int = RICH_TEXT) -> list[Json]:
    """Returns one rich_text_quote, in which nothing acts as formatting."""
    words = shorten(clean(text).strip(), limit)
    return [_rich_text("rich_text_quote", [{"type": "text", "text": words}])] if words else []


def build_sources(items: Sequence[Source], say: Say, now: datetime) -> list[Json]:
    """Returns one rich_text block with a line for each source."""
    sections = [
        {"type": "rich_text_section", "elements": rich_elements(source_line(source, say, now), say)} for source in items
    ]
    for section in sections[:-1]:
        section["elements"].append({"type": "text", "text": "\n"})  # type: ignore[attr-defined]
    return [{"type": "rich_text", "elements": sections}] if sections else []


def source_line(source: Source, say: Say, now: datetime) -> tuple[Span, ...]:
    """Returns `[1] Title › Heading — place (age)`, with the title linked where there is a link."""
    title = shorten(" › ".join((source.title, *source.headings)), 200)
    place = "" if source.place == source.title else f" — {shorten(source.place, 200)}"
    age = f" ({say.age(source.date, now)})" if source.date else ""
    url = web_link(source.link, SOURCE_LINK)
    return (f"[{source.number}] ", Link(title, url) if url else Bold(title), f"{place}{age}")


def build_fields(pairs: Sequence[tuple[Text, Text]], say: Say, limit: int = FIELD_TEXT) -> list[Json]:
    """Returns sections whose two columns are label and value."""
    fields = [
        text_object(text, say, min(limit, FIELD_TEXT), bold=label)
        for pair in pairs
        for text, label in zip(pair, (True, False), strict=True)
    ]
    return [
        {"type": "section", "fields": fields[start : start + FIELDS_A_SECTION]}
        for start in range(0, len(fields), FIELDS_A_SECTION)
    ]


def build_note(text: Text, say: Say, limit: int = CONTEXT_TEXT) -> list[Json]:
    """Returns small print; what a context block could not show literally stands in a rich_text block instead."""
    if not say.plain(text).strip():
        return []
    fits = len(mrkdwn(text, say)) <= min(limit, CONTEXT_TEXT)
    if isinstance(text, str) or (fits and is_inert(text)):
        return [{"type": "context", "elements": [text_object(text, say, min(limit, CONTEXT_TEXT))]}]
    return build_paragraph(text, say, limit)


def build_buttons(items: Sequence[Button | Menu], answer: str, at: int) -> list[Json]:
    """Returns actions blocks in which no action id occurs twice, as Slack demands; their block_id names the answer.

    Buttons stay in order: "neither of these" stands below what it is neither of.
    """
    rows: list[list[Button | Menu]] = []
    for button in items:
        if rows and len(rows[-1]) < ACTIONS_A_BLOCK and all(button.action != other.action for other in rows[-1]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return [
        {"type": "actions", "block_id": f"{answer}|{at}.{number}", "elements": [_step(step) for step in row]}
        for number, row in enumerate(rows)
    ]


def build_feedback(answer: str, say: Say) -> Json:
    """Returns the native feedback buttons; their values are fixed, so the block_id carries the answer's id.

    https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
    """
    return {
        "type": "context_actions",
        "block_id": f"{answer}|feedback",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK_ACTION,
                "positive_button": _verdict("helpful", say),
                "negative_button": _verdict("not_helpful", say),
            }
        ],
    }


def shorten_text(text: Text, say: Say, limit: int) -> Text:
    """Returns `text` in at most `limit` characters: the spans that fit whole, and of the next what fits."""
    if isinstance(text, str):
        return shorten(clean(text), limit)
    return tuple(_shortened(text, say, limit))


def _shortened(spans: Sequence[Span], say: Say, limit: int) -> Iterator[Span]:
    for span in spans:
        words = clean(say.plain((span,)))
        if units(words) > limit:
            yield shorten(words, max(limit, 1))
            return
        limit -= units(words)
        yield span


def _rich_text(kind: str, elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def _step(step: Button | Menu) -> Json:
    if isinstance(step, Button):
        return _button(step)
    options = [
        {"text": _plain(label, OPTION_LABEL), "value": shorten(value, OPTION_VALUE)}
        for value, label in step.options[:OPTIONS]
    ]
    placeholder = _plain(step.label, PLACEHOLDER)
    return {"type": "static_select", "action_id": step.action, "placeholder": placeholder, "options": options}


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(clean(text), limit), "emoji": False}


def _button(button: Button) -> Json:
    block: Json = {
        "type": "button",
        "action_id": button.action,
        "text": {"type": "plain_text", "text": shorten(clean(button.label), BUTTON_LABEL), "emoji": False},
    }
    if button.value:
        block["value"] = shorten(button.value, BUTTON_VALUE)
    if button.style:
        block["style"] = button.style
    if button.spoken:
        block["accessibility_label"] = shorten(clean(button.spoken), BUTTON_LABEL)
    return block


def _verdict(value: str, say: Say) -> Json:
    return {
        "text": {"type": "plain_text", "text": shorten(say.label(f"bot.feedback.{value}"), BUTTON_LABEL)},
        "accessibility_label": shorten(say.label(f"bot.feedback.{value}_spoken"), BUTTON_LABEL),
        "value": value,
    }
