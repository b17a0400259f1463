"""Plain text as the Atlassian Document Format, and back.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ A blank line parts paragraphs. What people
format in Jira is read as plain text; it is replaced only when the task's notes are changed on this side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DEEPEST = 60
"""Levels of nesting that are read."""

_LEAVES = {"hardBreak": "\n", "rule": "---"}
_NAMED = {"mention": "text", "emoji": "text", "inlineCard": "url", "blockCard": "url", "status": "text"}
_LINES = frozenset({"listItem", "taskItem", "decisionItem", "tableRow"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList", "table"})


def document(text: str) -> dict[str, Any]:
    """Returns a text as a document."""
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in text.split("\n\n")] if text else []}


def plain(node: Any) -> str:
    """Returns the text of a document; of one that `document` made, the very text."""
    return _plain(node, 0)


def _paragraph(block: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for number, line in enumerate(block.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def _plain(node: Any, depth: int) -> str:
    if not isinstance(node, Mapping) or depth > DEEPEST:
        return ""
    kind = str(node.get("type"))
    if kind == "text":
        return str(node.get("text", ""))
    if kind in _LEAVES:
        return _LEAVES[kind]
    attributes = node.get("attrs")
    if kind in _NAMED:
        return str(attributes.get(_NAMED[kind]) or "") if isinstance(attributes, Mapping) else ""
    content = node.get("content")
    parts = [_plain(one, depth + 1) for one in content] if isinstance(content, Sequence) else []
    if kind == "doc":
        return "\n\n".join(parts)
    if kind in _LISTS:
        return "\n".join(parts)
    if kind in _LINES:
        return "- " + " ".join(part for part in parts if part)
    if kind in ("blockquote", "panel", "tableCell", "tableHeader"):
        return "\n".join(parts)
    return "".join(parts)
