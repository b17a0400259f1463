"""The three-way merge of a task and its issue, field by field, against what both were when they last agreed.

What was changed on one side alone goes to the other. What was changed on both: the same value is left as it is; of two
states the one nearer to done wins; else the later change does, by the whole second, and of two in one second the
tracker's. The rule reads both sides alike, so that it does not matter who applies it, or when.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from skills.reply import Json
from skills.tasks.linking.values import Values, same

Base = Mapping[str, tuple[Json, Json]]
"""By field: what the task showed and what the issue showed when they agreed. They differ where a tracker can't hold
what it is given, or refuses it.
"""

NEARNESS = {"open": 0, "blocked": 1, "doing": 2, "dropped": 3, "done": 4}


@dataclass(frozen=True, slots=True)
class Merged:
    """What is to be written to the issue and to the task; `agreed` is the base of all other fields."""

    push: Values
    pull: Values
    agreed: Base


def merge(base: Base, here: Values, there: Values, here_at: Mapping[str, float], there_at: float) -> Merged:
    """Returns what follows from both sides; `here_at` and `there_at` are epoch seconds of the last changes.

    A field without a base (an issue that was attached) is filled from the side that has it; where both do, it is
    the issue's, but for the state.
    """
    push: dict[str, Json] = {}
    pull: dict[str, Json] = {}
    agreed: dict[str, tuple[Json, Json]] = {}
    for field, theirs in there.items():
        ours = here[field]
        known = base.get(field)
        if known is not None and same(field, ours, known[0]) and same(field, theirs, known[1]):
            agreed[field] = known
        elif same(field, ours, theirs):
            agreed[field] = (ours, theirs)
        elif known is None:
            if _wins_first(field, ours, theirs):
                push[field] = ours
            else:
                pull[field] = theirs
        elif same(field, theirs, known[1]):
            push[field] = ours
        elif same(field, ours, known[0]) or not _wins(field, ours, theirs, here_at.get(field, 0.0), there_at):
            pull[field] = theirs
        else:
            push[field] = ours
    return Merged(push, pull, agreed)


def landed(base: Base, sending: Values, there: Values, *, stepwise: bool = False) -> Base:
    """Returns the base once it is known what became of what was being sent when this side stopped, field by field.

    Where a tracker is `stepwise`, a state that is neither the old nor the new one is a step between, to go on from.
    """
    found: dict[str, tuple[Json, Json]] = {}
    for field, value in sending.items():
        if field not in there:
            continue
        if same(field, value, there[field]):
            found[field] = (value, there[field])
        elif stepwise and field == "state" and field in base and not same(field, there[field], base[field][1]):
            # No task shows None: so it counts as changed here, whatever it is by now.
            found[field] = (None, there[field])
    return {**base, **found}


def _wins(field: str, ours: Json, theirs: Json, here_at: float, there_at: float) -> bool:
    if field == "state":
        return NEARNESS[str(ours)] > NEARNESS[str(theirs)]
    return math.floor(here_at) > math.floor(there_at)


def _wins_first(field: str, ours: Json, theirs: Json) -> bool:
    if field == "state":
        return NEARNESS[str(ours)] > NEARNESS[str(theirs)]
    return not theirs
