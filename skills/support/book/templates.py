"""Answer templates: text with slots in braces (`{order_number}`), read in one pass; `{{` and `}}` are plain braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

SLOT_NAME = re.compile(r"[a-z][a-z0-9_]*")

_BRACES = re.compile(r"(?P<open>\{\{)|(?P<close>\}\})|\{(?P<slot>[^{}]*)\}|(?P<stray>[{}])")


class TemplateError(ValueError):
    """Raised for a brace that belongs to no slot; the message says what stands there."""


def pieces(template: str) -> Iterator[tuple[str, str | None]]:
    """Yields each literal with the slot after it (None after the last). Raises `TemplateError` for a stray brace."""
    literal: list[str] = []
    end = 0
    for match in _BRACES.finditer(template):
        literal.append(template[end : match.start()])
        end = match.end()
        if match["open"] or match["close"]:
            literal.append("{" if match["open"] else "}")
        elif match["slot"] is not None:
            yield "".join(literal), match["slot"]
            literal = []
        else:
            raise TemplateError(match["stray"])
    yield "".join(literal) + template[end:], None


def slots_in(template: str) -> tuple[str, ...]:
    """Returns the slots of `template`, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(slot for _, slot in pieces(template) if slot is not None))


def without_slots(template: str) -> str:
    """Returns the words of `template` alone."""
    return " ".join(literal for literal, _ in pieces(template))


def missing(template: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the slots that `known` has no value for, in the order in which they stand."""
    return tuple(slot for slot in slots_in(template) if not known.get(slot))


def literal(text: str) -> str:
    """Returns `text` as a template that says just that."""
    return text.replace("{", "{{").replace("}", "}}")
