"""What a run found, as plain JSON: it goes from the process that trained to the bot, and is kept with the version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.gate.deciding import Reason, Verdict
from skills.classifiers.gate.pictures import confusion_facts, reliability_facts
from skills.classifiers.gate.serial import to_json
from skills.classifiers.retraining.challenging import Challenge


def report_of(
    dataset: Dataset,
    challenges: Mapping[str, Challenge],
    verdicts: Mapping[str, Verdict],
    notes: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns the report: `facts` about the run, what the dataset holds, each task's comparisons, and the verdict.

    `serves` are the tasks that a promotion would change: those that passed, or, where none did and an admin may decide
    otherwise, all. `notes` are what was left out or went otherwise than meant.
    """
    passed = [task for task, verdict in verdicts.items() if verdict.promote]
    whole = Verdict(
        promote=bool(passed),
        overridable=bool(verdicts) and all(verdict.overridable for verdict in verdicts.values()),
        reasons=tuple(reason for verdict in verdicts.values() for reason in verdict.reasons)
        or (Reason("nothing_new", "", False, {"n": 0, "least": 1}),),
    )
    return {
        **facts,
        "rows": dict(Counter(row.role for row in dataset.rows)),
        "left_out": dataset.left_out(),
        "tasks": {
            task: {
                "passed": verdicts[task].promote,
                "verdict": to_json(verdicts[task]),
                "new": to_json(one.new),
                "golden": [to_json(comparison) for comparison in (*one.golden, one.kept)],
                "confusion": confusion_facts(one.judged),
                "reliability": reliability_facts(one.judged),
            }
            for task, one in challenges.items()
        },
        "verdict": to_json(whole),
        "serves": passed or sorted(verdicts),
        "notes": list(notes),
    }
