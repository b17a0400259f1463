"""The fields that a task and an issue share, in one form for both sides, so that they can be compared.

`title` and `description` are texts, `state` one of a task's, `due` an ISO day or None, `labels` a list of texts,
`assignee` a person's id or None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from skills.reply import Json

Values = Mapping[str, Json]
"""By field; not every tracker has every field."""

FIELDS = ("title", "description", "state", "due", "labels", "assignee")
LABEL = 60
"""Characters of a label that a task can hold, in lower case too."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def key(field: str, value: Json) -> Json:
    """Returns what two values of a field are compared by: labels have no order, and no case."""
    if field == "labels" and isinstance(value, Sequence):
        return [*sorted({str(one).casefold() for one in value})]
    return value


def same(field: str, one: Json, other: Json) -> bool:
    return key(field, one) == key(field, other)


def differ(before: Values, after: Values) -> bool:
    """Returns whether a field of `after` is not as it was."""
    return any(not same(field, before.get(field), value) for field, value in after.items())


def address(reference: str) -> SplitResult | None:
    """Returns the parts of what somebody gives as an issue's address; None where it is none."""
    if not reference.startswith(("https://", "http://")):
        return None
    try:
        return urlsplit(reference)
    except ValueError:
        return None


def holds(label: str) -> bool:
    """Returns whether a task can hold a label."""
    return 0 < len(label.casefold()) <= LABEL


def clean_line(text: str, most: int) -> str:
    """Returns a text as one line of at most `most` characters."""
    return " ".join(_storable(text).split())[:most].rstrip()


def clean_text(text: str, most: int) -> str:
    """Returns a text of at most `most` characters, with plain line ends and nothing that a database refuses."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _storable(plain).strip()[:most].rstrip()


def _storable(text: str) -> str:
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode())
