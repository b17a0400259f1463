"""What pictures that skills draw have in common: Chinese in them, their size, and that texts are no formulas."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skills.fonts import CHINESE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 150


@contextmanager
def fonts() -> Iterator[None]:
    """Has matplotlib write Chinese too, with the fonts that the machine has."""
    from matplotlib import font_manager, rc_context

    installed = set(font_manager.get_font_names())
    with rc_context({"font.family": ["DejaVu Sans", *(font for font in CHINESE if font in installed)]}):
        yield


def figure(width: float, height: float) -> Figure:
    """Returns an empty figure, inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")


def png(drawn: Figure) -> bytes:
    """Returns a figure as a PNG. Takes a second; blocking."""
    written = io.BytesIO()
    drawn.savefig(written, format="png")
    return written.getvalue()


def literal(text: str) -> str:
    """Returns `text` such that matplotlib reads no formula in it."""
    return text.replace("$", r"\$")
