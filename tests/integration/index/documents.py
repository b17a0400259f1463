"""Documents for tests."""

from __future__ import annotations

from collections.abc import Callable

from index.types import Document

MakeDocument = Callable[..., Document]
