"""Order numbers and the like, which a text names and which say nothing of what it is about."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9#._/:-]*\d)[A-Za-z0-9#][A-Za-z0-9#._/:-]*")


def without_codes(text: str) -> str:
    """Returns `text` without what holds a digit, as it was where nothing else is left.

    People who correct an answer had named an order, which the examples of an answer book seldom do. Learned as they
    stand, six such corrections had every order number speak for their intent ("tell me where LL-20777 is": cancel).
    """
    left = " ".join(_CODE.sub(" ", text).split())
    return left or text
