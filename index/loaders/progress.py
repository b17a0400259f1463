"""How far loading has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called before each item and once at the end: items done, items in all (as far as is known), the one at hand."""

    def __call__(self, done: int, total: int, item: str, /) -> None: ...


def silent(done: int, total: int, item: str, /) -> None:
    """A `Progress` that nobody watches."""
