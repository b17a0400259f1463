"""Markdown to a page: sections along headings; lists, tables and code kept as readable text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from html.parser import HTMLParser
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from index.loaders.outline import Outline, table_text
from index.loaders.pages import Page, Reading, UnreadableError
from index.loaders.text import decode, title_of_name, unwrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

HARD_BREAK = "\u2028"
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML block that a file may begin with, as far as it is used; `lines` is its length."""

    title: str | None = None
    author: str | None = None
    date: datetime | None = None
    visible_to: frozenset[str] | None = None
    lines: int = 0


def read_markdown(data: bytes, name: str, declared: str | None = None) -> Reading:
    """One page; its title is the front matter's, else the first heading of level 1, else the file's name."""
    text = decode(data, declared)
    matter, body = split_front_matter(text)
    outline = Outline(matter.title)
    for block in parse(body):
        above = 1 + matter.lines
        if block.type == "heading":
            outline.heading(int(block.tag[1:]), plain(block.children[0]) if block.children else "")
        else:
            text, lines = located(block)
            first = block.map[0] + above if block.map else None
            outline.text(text, first, lines=[(offset, line + above) for offset, line in lines])
    sections = outline.sections()
    if not sections:
        raise UnreadableError("has no text")
    title = outline.title or title_of_name(name)
    page = Page(title, sections, author=matter.author, date=matter.date, visible_to=matter.visible_to)
    return Reading((page,))


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the text after it; a block that is not a YAML mapping is taken as text."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return FrontMatter(), text
    import yaml

    try:
        fields = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return FrontMatter(), text
    if not isinstance(fields, dict):
        return FrontMatter(), text
    matter = FrontMatter(
        scalar(fields.get("title")),
        scalar(fields.get("author")),
        moment(fields.get("date")),
        principals(fields.get("visible_to")),
        match[0].count("\n"),
    )
    return matter, text[match.end() :]


def scalar(value: Any) -> str | None:
    return " ".join(str(value).split()) or None if isinstance(value, str | int | float) else None


def moment(value: Any) -> datetime | None:
    """A date of the front matter; one without a zone is taken as UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def principals(value: Any) -> frozenset[str] | None:
    names = value if isinstance(value, list) else [value]
    return frozenset(name.strip() for name in names if isinstance(name, str) and name.strip()) or None


def parse(body: str) -> list[SyntaxTreeNode]:
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(reader().parse(body)).children


@cache
def reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def render(node: SyntaxTreeNode, indent: str = "") -> str:
    """A block as text, without a line end after it."""
    match node.type:
        case "bullet_list" | "ordered_list":
            return "\n".join(render_items(node, indent))
        case "table":
            return render_table(node)
        case "fence" | "code_block":
            return node.content.rstrip("\n")
        case "html_block":
            return strip_tags(node.content)
        case "inline":
            return plain(node)
        case "hr":
            return ""
        case "blockquote":
            return "\n\n".join(filter(None, (render(child, indent) for child in node.children)))
        case _:
            return "\n".join(filter(None, (render(child, indent) for child in node.children)))


def located(block: SyntaxTreeNode) -> tuple[str, list[tuple[int, int]]]:
    """A block as text, and where in it the source's lines begin, as (offset, line from 0): its items, rows, or code."""
    first = block.map[0] if block.map else 0
    match block.type:
        case "bullet_list" | "ordered_list":
            parts = render_items(block, "")
            lines = [item.map[0] if item.map else first for item in block.children]
        case "table":
            parts = render_table(block).split("\n")
            rows = [row for part in block.children for row in part.children]
            lines = [row.map[0] if row.map else first for row in (rows[1:] or rows)]
        case "fence" | "code_block":
            parts = render(block).split("\n")
            begin = first + (block.type == "fence")
            lines = list(range(begin, begin + len(parts)))
        case _:
            parts, lines = [render(block)], [first]
    if len(parts) != len(lines):  # a row of empty cells is left out, one with a break in a cell takes two lines
        return "\n".join(parts), [(0, first)]
    begins = accumulate((len(part) + 1 for part in parts[:-1]), initial=0)
    return "\n".join(parts), list(zip(begins, lines, strict=True))


def render_items(node: SyntaxTreeNode, indent: str) -> list[str]:
    number = int(node.attrs.get("start", 1))
    items = []
    for offset, item in enumerate(node.children):
        mark = f"{number + offset}." if node.type == "ordered_list" else "-"
        inner = indent + " " * (len(mark) + 1)
        parts = []
        for child in item.children:
            text = render(child, inner)
            if child.type not in {"bullet_list", "ordered_list"}:
                text = text.replace("\n", "\n" + inner)
            parts.append(text)
        first, *rest = [part for part in parts if part.strip()] or [""]
        nested = [part if part.startswith(inner) else inner + part for part in rest]
        items.append("\n".join([f"{indent}{mark} {first.strip()}", *nested]).rstrip())
    return items


def render_table(node: SyntaxTreeNode) -> str:
    """One line for each row, every cell behind its column's name, so that a row makes sense on its own."""
    rows = [
        [plain(cell.children[0]) if cell.children else "" for cell in row.children]
        for part in node.children
        for row in part.children
    ]
    return table_text(rows)


def plain(node: SyntaxTreeNode) -> str:
    """Inline content without its marks: a link's words, an image's description, code as it is."""
    return "\n".join(line.strip() for line in unwrap(inline_text(node)).split(HARD_BREAK)).strip()


def inline_text(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return "\n"
        case "hardbreak":
            return HARD_BREAK
        case "html_inline":
            return HARD_BREAK if node.content.lower().startswith("<br") else ""
        case _ if node.children:
            return "".join(inline_text(child) for child in node.children)
        case _:
            return node.content


class TagStripper(HTMLParser):
    """Collects the text of an HTML block within Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in {"script", "style"}))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def strip_tags(markup: str) -> str:
    stripper = TagStripper()
    stripper.feed(markup)
    stripper.close()
    return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(stripper.parts).splitlines())))
