"""A message of the bot's as one person reads it: days as 2026-12-04, times as 17:00, people as @ben."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.workspace.accounts import BY_ID

Json = dict[str, Any]

QUOTE = "│ "

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})(?:[a-z]{{2,6}})?\.?"
_YEAR = r"(?:,?\s(?P<year>20\d\d))?(?!\d)"
_DAYS = (
    re.compile(rf"(?<![A-Za-z]){_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{_MONTH}{_YEAR}"),
    re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"),
)
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)\s?([AP])M\b")
_TAG = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads; `now` is the time (aware, in their zone)."""

    now: datetime

    def read(self, message: Json) -> str:
        """Returns the words of a message, or of a modal, as its blocks show them, else its text."""
        blocks = message.get("blocks") or []
        lines = [line for block in blocks for line in self._lines(block)]
        return self.dated("\n".join(lines) if lines else self._marked(str(message.get("text", ""))))

    def dated(self, words: str) -> str:
        """Returns `words` with the days and times that a catalog has written out in digits."""
        for form in _DAYS:
            words = form.sub(self._day, words)
        return _TIME.sub(lambda at: f"{int(at[1]) % 12 + 12 * (at[3] == 'P'):02}:{at[2]}", words)

    def _day(self, found: re.Match[str]) -> str:
        month = int(found["month"]) if found["month"].isdigit() else _MONTHS.index(found["month"]) + 1
        this = self.now.year
        years = [int(found["year"])] if found["year"] else [this - 1, this, this + 1]
        try:
            days = [date(year, month, int(found["day"])) for year in years]
        except ValueError:
            return found.group()
        return min(days, key=lambda day: abs(day - self.now.date())).isoformat()

    def _lines(self, block: Json) -> Iterable[str]:
        match block["type"]:
            case "rich_text":
                for element in block["elements"]:
                    mark = QUOTE if element["type"] == "rich_text_quote" else ""
                    yield from (mark + line for line in self._flowing(element).splitlines())
            case "section":
                texts = [block["text"]] if "text" in block else []
                yield from (self._text(one) for one in [*texts, *block.get("fields", ())])
            case "context":
                yield from (self._text(one) for one in block["elements"] if "text" in one)
            case "header":
                yield self._text(block["text"])
            case "actions":
                yield " ".join(f"[{self._text(one['text'])}]" for one in block["elements"] if "text" in one)
            case "input":
                yield self._text(block["label"])
            case "image":
                yield str(block["alt_text"])
            case "data_table" | "table":
                yield str(block.get("caption", ""))
                yield from (" | ".join(map(self._cell, row)) for row in block["rows"])

    def _cell(self, cell: Json) -> str:
        return self._flowing(cell) if cell["type"] == "rich_text" else str(cell.get("text", cell.get("value", "")))

    def _flowing(self, element: Json) -> str:
        if "elements" in element:
            between = "\n" if element["type"] == "rich_text_list" else ""
            return between.join(self._flowing(inner) for inner in element["elements"])
        match element["type"]:
            case "user":
                return _person(element["user_id"])
            case "date":
                return self._moment(element["timestamp"], element["format"])
            case "broadcast":
                return f"<!{element['range']}>"
            case _:
                return str(element.get("text", element.get("url", "")))

    def _text(self, text: Json) -> str:
        return self._marked(text["text"]) if text.get("type") == "mrkdwn" else str(text["text"])

    def _marked(self, words: str) -> str:
        return html.unescape(_TAG.sub(self._tag, words))

    def _tag(self, tag: re.Match[str]) -> str:
        inner, _, label = tag[1].partition("|")
        if inner.startswith("!date^"):
            _, at, form, *_ = inner.split("^")
            return self._moment(int(at), form)
        if inner.startswith("@"):
            return _person(inner[1:])
        return tag.group() if inner.startswith("!") else label or inner

    def _moment(self, at: int, form: str) -> str:
        there = datetime.fromtimestamp(at, self.now.tzinfo)
        shown = (("{date" in form, f"{there:%Y-%m-%d}"), ("{time" in form, f"{there:%H:%M}"))
        return " ".join(words for wanted, words in shown if wanted)


def offered(message: Json, wanted: Callable[[str], bool]) -> list[tuple[Json, Json]]:
    """Returns the (block, element) pairs of a message whose action id is `wanted`, in order."""
    return [
        (block, element)
        for block in message.get("blocks") or ()
        for element in [*(block.get("elements") or ()), *([block["accessory"]] if "accessory" in block else ())]
        if wanted(str(element.get("action_id", "")))
    ]


def _person(id: str) -> str:
    return f"@{BY_ID[id].handle}" if id in BY_ID else f"@{id}"
