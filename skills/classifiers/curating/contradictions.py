"""What is made of near-duplicates: one row where they agree, and whose word counts where they don't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from skills.classifiers.curating.dataset import Decision
from skills.classifiers.curating.examples import Policy, Row

BEATING_BASE = 2
"""People who must say the same, without a review, to be believed against the team's own examples."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """What people say of one text: a label, who says so with what weight, and when it was last said."""

    label: str | None
    weight: float
    people: int
    at: float


def settled(alike: Sequence[Row], policy: Policy) -> tuple[list[Row], list[Decision]]:
    """Returns what is kept of near-duplicates of one task, and what was decided about the rest.

    Of each label that is believed one row stays, with the greatest weight that any of them had; base and golden rows
    stay as they are, and the others are folded into them.
    """
    labels = {row.label for row in alike}
    believed = labels if len(labels) == 1 else _believed(alike, policy)
    said = " or ".join(sorted(_name(label) for label in believed)) or "nothing, as people differ"
    decisions = [
        Decision(row.id, "contradiction", f"{_name(row.label)}, where {said} is believed")
        for row in alike
        if row.label not in believed
    ]
    kept: list[Row] = []
    for label in sorted(believed, key=_name):
        rows, folded = _folded([row for row in alike if row.label == label])
        kept += rows
        decisions += folded
    return kept, decisions


def _folded(same: Sequence[Row]) -> tuple[list[Row], list[Decision]]:
    fixed = [row for row in same if row.role in ("base", "golden")]
    first = (fixed or sorted(same, key=lambda row: (not row.reviewed, -row.weight, -row.at, row.id)))[0]
    stay = fixed or [first]
    rest = [row for row in same if all(row is not one for one in stay)]
    weight = max(row.weight for row in [first, *rest])
    kept = replace(first, weight=weight, repeats=first.repeats + len(rest))
    return [kept, *stay[1:]], [Decision(row.id, "duplicate", f"of {first.id or 'a base row'}") for row in rest]


def _believed(alike: Sequence[Row], policy: Policy) -> set[str | None]:
    """Returns the labels that stay: one, none where there is nothing to choose by, or what the base rows say."""
    reviewed = [row for row in alike if row.reviewed]
    if reviewed:
        return _chosen(_voices(reviewed), policy, single=True)
    voices = _voices(row for row in alike if row.role != "base")
    own = {row.label for row in alike if row.role == "base"}
    if not own:
        return _chosen(voices, policy, single=False)
    backing = max((voice.weight for voice in voices if voice.label in own), default=0.0)
    against = [
        voice
        for voice in voices
        if voice.label not in own and voice.people >= BEATING_BASE and voice.weight > backing + policy.tie
    ]
    return _chosen(against, policy, single=False) or own


def _voices(rows: Iterable[Row]) -> list[_Voice]:
    """Returns what is said, the heaviest first; of what one person said of a text their last word counts."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.id)):
        last[row.person] = row
    saying = defaultdict(list)
    for row in last.values():
        saying[row.label].append(row)
    voices = [
        _Voice(label, sum(row.weight for row in of), len(of), max(row.at for row in of)) for label, of in saying.items()
    ]
    return sorted(voices, key=lambda voice: -voice.weight)


def _chosen(voices: Sequence[_Voice], policy: Policy, single: bool) -> set[str | None]:
    """Returns the label of the heaviest voice, or of the latest among those that weigh alike.

    None where single people differ, unless `single` ones are to be believed, and where the latest were heard at once.
    """
    if not voices:
        return set()
    rivals = [voice for voice in voices if voice.weight >= voices[0].weight - policy.tie]
    if len(rivals) > 1 and not single and all(voice.people == 1 for voice in rivals):
        return set()
    latest = max(voice.at for voice in rivals)
    heard = {voice.label for voice in rivals if voice.at == latest}
    return heard if len(heard) == 1 else set()


def _name(label: str | None) -> str:
    return "out of scope" if label is None else f'"{label}"'
