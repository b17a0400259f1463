"""Passages as the index finds them, for tests."""

from dataclasses import replace
from typing import Any

from index.types import Hit


def hit(text: str, title: str = "Page", **more: Any) -> Hit:
    """A passage in the index's terms; `more` are fields that differ from an ordinary good hit's."""
    good = Hit(
        passage_id=1,
        document_key=title,
        title=title,
        headings=(),
        text=text,
        start=0,
        end=len(text),
        line=1,
        place="page.md",
        link=None,
        author=None,
        date=None,
        language="en",
        visible_to=frozenset({"everyone"}),
        score=1.0,
        confidence=0.9,
    )
    return replace(good, **more)
