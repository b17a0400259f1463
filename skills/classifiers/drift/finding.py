"""What of all that was tested is worth telling: significant after correction, and large enough to matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from skills.classifiers.drift.inputs import Apart
from skills.classifiers.drift.outputs import Moved, Surer

SURELY = 0.05
"""How often chance may have a whole report, however many tests it holds, tell of a change that is none."""
LEAST_APART = 0.55
"""AUC from which on changed texts matter: a twentieth of them at least is of another kind (`Apart.share`). A week of
CLINC150's texts shows as much when a fifth of them is foreign to the desk, since few foreign texts are alike."""
LEAST_SURER = 0.15
"""Distance of probabilities that matters: wherever the threshold stands from which on something is answered, fewer than
15 texts in 100 fall on its other side below that."""
LEAST_MOVED = 0.2
"""Population stability index that matters: the field's mark of a real shift; 0.1 is a slight one (Siddiqi 2006)."""

Kind = Literal["input", "confidence", "labels"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A test of one task's texts, probabilities or labels. `task` is that of the texts where `kind` is `input`."""

    task: str
    kind: Kind
    result: Apart | Surer | Moved

    @property
    def matters(self) -> bool:
        """Whether the change is large enough to be told."""
        match self.result:
            case Apart(auc=auc):
                return auc >= LEAST_APART
            case Surer(distance=distance):
                return distance >= LEAST_SURER
            case Moved(stability=stability):
                return stability >= LEAST_MOVED


def found(tests: Sequence[Compared], surely: float = SURELY) -> list[Compared]:
    """Returns the tests, in their order, that are significant together and matter.

    Holm's procedure keeps the chance of a single false one among all below `surely`, whatever they have to do with each
    other (Scandinavian Journal of Statistics 6, 1979).
    """
    order = np.argsort([test.result.p for test in tests], kind="stable")
    significant: set[int] = set()
    for rank, at in enumerate(order.tolist()):
        if tests[at].result.p > surely / (len(tests) - rank):
            break
        significant.add(at)
    return [test for at, test in enumerate(tests) if at in significant and test.matters]
