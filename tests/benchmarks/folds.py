"""Measures heads by five-fold cross-validation on sets that have no test rows, and refusing what another set holds.

    python tests/benchmarks/folds.py FOLDER [--only crosswoz,smp2019,requests,reviews]

FOLDER holds `intents_zh`, `requests` and `reviews_zh`. Every fold goes from texts to a head as a version does: encoders
and settings are chosen, and calibrated, on its training rows alone. Texts are encoded once for all folds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from index.encoders.base import Encoder, Role, Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.heads.calibration import expected_calibration_error
from skills.classifiers.heads.preparing import prepare_head
from skills.classifiers.heads.scope import area_under_curve
from skills.classifiers.labelled import Labelled, read_labelled

FOLDS = 5
OUT_OF_SCOPE = "oos"


@dataclass(frozen=True, slots=True)
class Trial:
    """A set, and the one whose texts are foreign to its labels, if any."""

    rows: str
    foreign: str | None = None


TRIALS = {
    "crosswoz": Trial("intents_zh/crosswoz.train", "intents_zh/smp2019.train"),
    "smp2019": Trial("intents_zh/smp2019.train", "intents_zh/crosswoz.train"),
    "requests": Trial("requests/train"),
    "reviews": Trial("reviews_zh/train"),
}


class Remembering:
    """An encoder that makes the pass of each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self.reads = encoder.reads
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new, role), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dimensions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", type=lambda names: names.split(","), default=list(TRIALS))
    asked = parser.parse_args()
    encoders = [Remembering(open_encoder(name, "cpu")) for name in ("english", "multilingual")]
    print(f"{'set':10}{'rows':>6}{'accuracy':>10}{'macro-F1':>10}{'ECE':>8}{'AUROC':>8}{'seconds':>9}  encoders")
    for name in asked.only:
        trial = TRIALS[name]
        rows = read_labelled(asked.folder / f"{trial.rows}.jsonl", OUT_OF_SCOPE)
        foreign = read_labelled(asked.folder / f"{trial.foreign}.jsonl", OUT_OF_SCOPE) if trial.foreign else []
        print(f"{name:10}{_measured(rows, [row.text for row in foreign], encoders)}", flush=True)


def _measured(rows: Sequence[Labelled], foreign: Sequence[str], encoders: Sequence[Encoder]) -> str:
    texts, labels = [row.text for row in rows], np.array([str(row.label) for row in rows])
    found, shares = np.empty_like(labels), np.empty(len(labels))
    areas: list[float] = []
    stood_on: set[str] = set()
    began = time.perf_counter()
    for kept, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, labels):
        learned = [texts[place] for place in kept]
        prepared = prepare_head("fold", learned, labels[kept].tolist(), encoders, refusing=bool(foreign))
        answers = prepared.predict([texts[place] for place in held])
        found[held] = [answer.label for answer in answers]
        shares[held] = [answer.probability for answer in answers]
        stood_on.add("+".join(prepared.head.encoders))
        if foreign:
            inside = np.array([answer.in_scope for answer in answers])
            areas.append(area_under_curve(inside, np.array([one.in_scope for one in prepared.predict(foreign)])))
    right = found == labels
    area = f"{np.mean(areas):8.4f}" if areas else f"{'-':>8}"
    return (
        f"{len(rows):6}{right.mean():10.4f}{f1_score(labels, found, average='macro'):10.4f}"
        f"{expected_calibration_error(shares, right):8.4f}{area}{time.perf_counter() - began:9.1f}  "
        f"{', '.join(sorted(stood_on))}"
    )


if __name__ == "__main__":
    main()
