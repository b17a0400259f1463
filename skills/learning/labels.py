"""Which labels a team's texts can have, and what is said of one that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from skills.classifiers.feedback.collected import NONE
from skills.classifiers.heads.versions import read_card
from skills.classifiers.registry.versions import Sessions
from skills.classifiers.retraining.learners import INTENT, STARTER_FOLDERS
from skills.classifiers.served import STARTER
from skills.support.book.rows import Books
from skills.support.understanding import intents

_LISTED = 12


async def labels_of(sessions: Sessions, team: str, task: str) -> tuple[str, ...]:
    """Returns the labels of a task in order; of intents those of the answer book, and `NONE` at last.

    Empty where the answer book has too little to learn intents from.
    """
    if task != INTENT:
        return tuple(sorted(map(str, read_card(STARTER / STARTER_FOLDERS[task])["labels"])))
    book, _ = await Books(sessions).load(team)
    if not intents.can_learn(book):
        return ()
    return (*sorted(intent.name for intent in book.intents if intent.all_examples()), NONE)


def near(label: str, known: Sequence[str]) -> Sequence[str]:
    """Returns those of `known` to name where `label` is none of them: all, where they are few, else what is like it."""
    if len(known) <= _LISTED:
        return known
    return difflib.get_close_matches(label, known, n=3, cutoff=0.5)
