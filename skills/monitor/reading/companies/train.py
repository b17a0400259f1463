"""Trains the shipped classifier: `python -m skills.monitor.reading.companies.train --data FOLDER`.

FOLDER holds `finance_sentiment/sentfin.train.jsonl` (SEntFiN, MIT: its notice is written beside the weights). What
comes out is committed. scikit-learn and SciPy are imported here only.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.features.columns import centred
from skills.classifiers.heads.calibration import fit_temperature
from skills.monitor.reading.companies.features import COLUMNS
from skills.monitor.reading.companies.opinions import LABELS, VECTOR_LENGTH, CompanyHead, Named, weighed
from skills.monitor.reading.companies.spans import find_all

FOLDER = Path(__file__).parent / "starter"
ENCODER = "multilingual"
STRENGTH = 8.0
_HELD = 5
"""Every so-manieth text is held out to calibrate by."""

_MENDED = {"neutralings": "Holdings", "Rusnegative": "Russell"}
"""The set's labels were put in by search and replace, in names as well: "hold" became "neutral", "sell" "negative"."""


@dataclass(frozen=True, slots=True)
class Example:
    """A company in a text and what people found is said of it; `text` is the number of its text."""

    text: int
    named: Named
    label: str


def read_examples(path: Path) -> list[Example]:
    """Returns the companies that people labelled in SEntFiN's headlines."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        labels = {_mended(name): label for name, label in row["entities"].items()}
        spans = find_all(row["text"], list(labels))
        for name, label in labels.items():
            others = [span for other in labels if other != name for span in spans[other]]
            found.append(Example(number, Named(row["text"], spans[name], others), label))
    return found


def fit_companies(examples: Sequence[Example], vectors: Vectors, encoder: str = ENCODER) -> CompanyHead:
    """Returns the classifier; `vectors` are each example's text's unit vectors, float32 (examples, dimensions)."""
    texts = np.array([one.text for one in examples])
    held = texts % _HELD == 0
    target = np.array([LABELS.index(one.label) for one in examples])
    part = _fit(
        [one for one, out in zip(examples, held, strict=True) if not out], vectors[~held], target[~held], encoder
    )
    asked = [one.named for one, out in zip(examples, held, strict=True) if out]
    shares = np.array([list(scores.values()) for scores in part.read(asked, vectors[held])])
    temperature, _ = fit_temperature(np.log(np.maximum(shares, 1e-9)).astype(np.float32), target[held])
    return _fit(examples, vectors, target, encoder, temperature)


def _fit(
    examples: Sequence[Example],
    vectors: Vectors,
    target: npt.NDArray[np.intp],
    encoder: str,
    temperature: float = 1.0,
) -> CompanyHead:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(axis=0).astype(np.float32)
    rows = [weighed(one.named) for one in examples]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    values, columns = np.concatenate([row[1] for row in rows]), np.concatenate([row[0] for row in rows])
    words = csr_matrix((values, columns, starts), (len(rows), COLUMNS))
    dense = VECTOR_LENGTH * centred(vectors, mean)
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
    model.fit(hstack([csr_matrix(dense), words]).tocsr(), target)
    weights = model.coef_.T.astype(np.float32)
    width = len(mean)
    return CompanyHead(
        encoder, mean, weights[:width], weights[width:], model.intercept_.astype(np.float32), temperature
    )


def _mended(name: str) -> str:
    for wrong, right in _MENDED.items():
        name = name.replace(wrong, right)
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the classifier of opinions by company that ships.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where weights, card and notice are written")
    given = parser.parse_args()
    folder = given.data / "finance_sentiment"
    examples = read_examples(folder / "sentfin.train.jsonl")
    vectors = open_encoder(ENCODER, "auto").encode([one.named.text for one in examples], "query")
    facts = {
        "task": "opinion by company",
        "labels": list(LABELS),
        "sets": [
            {
                "name": "SEntFiN 1.0 (Sinha, Kedas, Kumar, Malo, JASIST 2022), training part",
                "licence": "MIT (LICENSE.SEntFiN)",
                "origin": "https://github.com/pyRis/SEntFiN",
                "mentions": len(examples),
            }
        ],
    }
    fit_companies(examples, vectors).save(given.out, facts)
    shutil.copyfile(folder / "LICENSE.SEntFiN", given.out / "LICENSE.SEntFiN")


if __name__ == "__main__":
    main()
