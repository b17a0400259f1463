"""What people read of a Slack message."""

from __future__ import annotations

from typing import Any


def words(message: dict[str, Any]) -> str:
    """Returns all that a message says: in its blocks, on its buttons, and in its text."""
    texts: list[str] = [message.get("text", "").replace("*", "")]

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            texts.extend(value for key, value in node.items() if key in ("text", "alt_text") and isinstance(value, str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.get("blocks"))
    return "\n".join(texts)
