"""How often drift is found where there is none, and where there is: weeks of CLINC150's texts, drawn again and again.

    python tests/benchmarks/drift/alarms.py --data DATA/clinc150 [--encoder multilingual] [--weeks 150] [--drifted 20]

A week has `--texts` questions, the four weeks before it up to 300 that are looked at. In a week with drift, a share of
them is drawn from texts that are out of scope (new to the desk) or from one domain. Their labels are those of the
domains, the probabilities a beta distribution's. Each week is put to the three tests that a report makes of a task.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.base import Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.drift.finding import Compared, found
from skills.classifiers.drift.inputs import told_apart
from skills.classifiers.drift.outputs import confidence_moved, labels_moved

BEFORE = 300
SHARES = (0.0, 0.2, 0.3, 0.5)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def week(
    random: np.random.Generator, usual: Vectors, of: np.ndarray, new: Vectors, new_label: str, share: float, texts: int
) -> list[Compared]:
    """Returns the tests of a week of which `share` is drawn from `new`."""
    drawn = random.permutation(len(usual))[: BEFORE + texts]
    before, now = drawn[:BEFORE], drawn[BEFORE:]
    replaced = round(share * texts)
    vectors = np.concatenate([usual[now[replaced:]], new[random.permutation(len(new))[:replaced]]])
    labels = Counter(of[now[replaced:]].tolist()) + Counter({new_label: replaced})
    sure = np.concatenate([random.beta(5, 1.5, texts - replaced), random.beta(1.5, 3, replaced)])
    tests = {
        "input": told_apart(usual[before], vectors),
        "confidence": confidence_moved(random.beta(5, 1.5, BEFORE).tolist(), sure.tolist()),
        "labels": labels_moved(Counter(of[before].tolist()), labels),
    }
    return [Compared("intent", kind, result) for kind, result in tests.items() if result is not None]  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default="multilingual")
    parser.add_argument("--weeks", type=int, default=150)
    parser.add_argument("--drifted", type=int, default=20)
    parser.add_argument("--texts", type=int, default=150)
    given = parser.parse_args()
    domains = {
        intent: domain
        for domain, intents in json.loads((given.data / "domains.json").read_text()).items()
        for intent in intents
    }
    rows = read(given.data / "val.jsonl")
    foreign = read(given.data / "oos_test.jsonl")
    encoder = open_encoder(given.encoder)
    usual = encoder.encode([row["text"] for row in rows], "query")
    new = encoder.encode([row["text"] for row in foreign], "query")
    of = np.array([domains[row["label"]] for row in rows])
    one = usual[of == "banking"]
    report: dict[str, Any] = {"encoder": given.encoder, "texts": given.texts, "before": BEFORE}
    report |= {"weeks": given.weeks, "drifted": given.drifted}
    for name, source, label in (("out_of_scope", new, "none"), ("one_domain", one, "banking")):
        for share in SHARES if name == "out_of_scope" else SHARES[1:]:
            random = np.random.default_rng(1)
            counts: Counter[str] = Counter()
            aucs: list[float] = []
            began = time.perf_counter()
            weeks = given.drifted if share else given.weeks
            for _ in range(weeks):
                tests = week(random, usual, of, source, label, share, given.texts)
                alarms = {test.kind for test in found(tests)}
                counts.update(alarms)
                counts["any"] += bool(alarms)
                aucs.append(next(test.result.auc for test in tests if test.kind == "input"))  # type: ignore[union-attr]
            rates = {kind: counts[kind] / weeks for kind in ("any", "input", "confidence", "labels")}
            seconds = (time.perf_counter() - began) / weeks
            line = rates | {"auc": float(np.mean(aucs)), "seconds": round(seconds, 2)}
            report["no_drift" if share == 0 else f"{name} {share:.0%}"] = line
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
