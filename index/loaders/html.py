"""HTML to a page: the main text, along its headings, with the anchors that open each section.

trafilatura, which finds the main text of news pages well, flattens short pages and drops anchors (seen with 2.3: a
page of 60 words came back as one paragraph, its lists and tables run together), so it reads the metadata alone here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.loaders.outline import Outline, table_text
from index.loaders.pages import Page, Reading, UnreadableError
from index.loaders.text import decode, title_of_name, unwrap

if TYPE_CHECKING:
    from lxml.html import HtmlElement

META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
# fmt: off
NEVER_TEXT = {
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video", "audio",
    "nav", "aside", "footer", "form", "button", "select", "dialog", "head",
}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
}
# fmt: on
CHROME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu"})
CHROME_NAMES = re.compile(r"(?:^|[\s_-])(?:nav|navbar|sidebar|breadcrumbs?|cookie|toc|menu|footer)(?:$|[\s_-])", re.I)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PERMALINK_MARKS = frozenset({"", "¶", "#", "§", "🔗", "link", "permalink"})
MIN_LINKS = 4


def read_html(data: bytes, name: str, declared: str | None = None) -> Reading:
    """One page; a section's `link` is `#id` where its heading, or what it heads, has an id."""
    from lxml import html

    charset = META_CHARSET.search(data[:4096])
    text = decode(data, declared or (charset[1].decode("ascii") if charset else None))
    # lxml refuses an encoding declaration in text that is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", NOT_XML.sub(" ", text))
    try:
        tree = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
        body = tree.find("body")
        walker = Walker()
        walker.walk(main_region(body if body is not None else tree))
        walker.flush()
    except (ValueError, html.etree.ParserError) as error:
        raise UnreadableError("is not readable HTML") from error
    except RecursionError as error:
        raise UnreadableError("is nested too deeply") from error
    sections = walker.outline.sections()
    if not sections:
        raise UnreadableError("has no text (pages that scripts draw are not read)")
    title, author, date = metadata(tree)
    page = Page(walker.outline.title or title or title_of_name(name), sections, author=author, date=date)
    return Reading((page,))


def main_region(body: HtmlElement) -> HtmlElement:
    """The element that holds the page's own text: `main`, a lone `article`, else the body."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.xpath(path)
        if len(found) == 1 and found[0].text_content().strip():
            return found[0]
    return body


def metadata(tree: HtmlElement) -> tuple[str | None, str | None, datetime | None]:
    """The title, author and date that the page's head declares."""
    from trafilatura.metadata import extract_metadata

    head = tree.findtext(".//title")
    try:
        found = extract_metadata(tree, extensive=False)
    except ValueError:
        # A character reference can still bring a control character, which lxml lets in but not move.
        found = None
    if found is None:
        return head, None, None
    date = datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None
    return found.title or head, found.author, date


class Walker:
    """Goes through the elements in order and fills an outline."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._words: list[str] = []
        self._line: int | None = None
        self._anchor: str | None = None
        self._item = ""

    def walk(self, element: HtmlElement) -> None:
        self._add(element.text, element)
        for child in element:
            self._visit(child)
            self._add(child.tail, child)

    def flush(self) -> None:
        """Ends the paragraph under way."""
        text = unwrap("".join(self._words))
        if text:
            mark, self._item = self._item, " " * len(self._item)
            lines = [line.strip() for line in text.split("\u2028")]
            block = mark + ("\n" + self._item).join(lines)
            self.outline.text(block, self._line, item=bool(mark))
        self._words, self._line = [], None

    def _add(self, text: str | None, element: HtmlElement) -> None:
        if text:
            if self._line is None and text.strip():
                self._line = element.sourceline
            self._words.append(re.sub(r"\s+", "\n" if "\n" in text else " ", text) if text.isspace() else text)

    def _visit(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in NEVER_TEXT or is_chrome(element):
            return
        if tag in HEADINGS:
            self._heading(element)
        elif tag == "br":
            self._words.append("\u2028")
        elif tag in INLINE:
            if tag == "a" and not element.get("href"):
                self._anchor = element.get("id") or element.get("name") or self._anchor
            if tag == "img":
                self._add(element.get("alt"), element)
            self.walk(element)
        else:
            self.flush()
            self._block(element)

    def _block(self, element: HtmlElement) -> None:
        match element.tag:
            case "pre":
                self.outline.text(element.text_content().strip("\n"), element.sourceline)
            case "table" if not element.xpath(".//table | .//h1 | .//h2 | .//h3 | .//ul | .//pre"):
                self.outline.text(read_table(element), element.sourceline)
            case "ul" | "ol":
                self._list(element)
            case _:
                self.walk(element)
                self.flush()

    def _list(self, element: HtmlElement) -> None:
        if is_menu(element):
            return
        outer = self._item
        number = 0
        for child in element:
            number += child.tag == "li"
            mark = f"{number}. " if element.tag == "ol" else "- "
            self._item = " " * len(outer) + mark
            self._visit(child)
            self.flush()
        self._item = outer

    def _heading(self, element: HtmlElement) -> None:
        self.flush()
        anchor = anchor_of(element) or self._anchor
        self._anchor = None
        for link in element.xpath(".//a"):
            if link.text_content().strip().casefold() in PERMALINK_MARKS:
                link.drop_tree()
        level = HEADINGS[str(element.tag)]
        self.outline.heading(level, element.text_content(), f"#{anchor}" if anchor else None)


def is_chrome(element: HtmlElement) -> bool:
    """Whether an element belongs to the site rather than to the page, or is hidden."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in CHROME_ROLES:
        return True
    if element.tag == "header" and next(element.iterancestors("main", "article"), None) is None:
        return not element.xpath(".//h1")
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in {"div", "ul", "ol", "section"} and CHROME_NAMES.search(names) is not None


def is_menu(element: HtmlElement) -> bool:
    """Whether a list is nothing but links: a menu or a table of contents."""
    links = element.xpath(".//a[@href]")
    if len(links) < MIN_LINKS:
        return False
    linked = sum(len(link.text_content().strip()) for link in links)
    return linked >= 0.9 * len(" ".join(element.text_content().split()))


def anchor_of(heading: HtmlElement) -> str | None:
    """The id of a heading, of a target inside it, or of the section that it opens."""
    own: str | None = heading.get("id")
    if own:
        return own
    for inner in heading.xpath(".//*[@id] | .//a[@name]"):
        return str(inner.get("id") or inner.get("name"))
    parent = heading.getparent()
    if parent is None or parent.tag not in {"section", "div", "article"} or parent.index(heading) > 0:
        return None
    opened: str | None = parent.get("id")
    return opened


def read_table(table: HtmlElement) -> str:
    rows = [[unwrap(cell.text_content()) for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    first = next(table.iter("tr"))
    if len(first) == len(first.xpath("./th")) or table.find("thead") is not None:
        return table_text(rows)
    return "\n".join(f"{row[0]}: {'; '.join(row[1:])}" if row[1:] else row[0] for row in rows)
