"""Labels of finished tasks that may tell kinds of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_LEAST = 3
_MOST = 50
"""Labels that so many tasks have may be kinds of work, the commonest of them."""


def having(labels: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
    """Returns ones where a task (n rows) has a label that may tell kinds of work (k columns, 0 of them or more)."""
    used = Counter(label for some in labels for label in set(some))
    names = [label for label, count in sorted(used.items(), key=_by_use)[:_MOST] if count >= _LEAST]
    return np.array([[name in some for name in names] for some in labels], dtype=np.float64)


def _by_use(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
