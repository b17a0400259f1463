"""Measures opinion and topics by five-fold cross-validation on the public sets, by company as well.

    python tests/benchmarks/opinion.py DATA [--only sentfin,companies,tweets,...] [--vectors FOLDER]

Every fold goes from texts to a head as a version does, everything chosen and calibrated on its training rows alone;
heads on untouched encoders, without tuning. Texts are encoded once; with `--vectors` the encoders' vectors are kept in
FOLDER for the next time. `companies`: the sentiment towards each company of SEntFiN's headlines, folds by headline.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, recall_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from index.encoders.base import Encoder, Role, Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.heads.calibration import expected_calibration_error
from skills.classifiers.heads.preparing import prepare_head
from skills.monitor.reading.companies.train import fit_companies, read_examples

FOLDS = 5
NEUTRAL = "neutral"
SETS = {
    "sentfin": "finance_sentiment/sentfin.train.jsonl",
    "stockbar": "finance_zh/stockbar.train.jsonl",
    "headlines": "finance_zh/headlines.train.jsonl",
    "negative": "finance_zh/negative.train.jsonl",
    "tweets": "topics/finance_tweets.train.jsonl",
    "thucnews": "topics/thucnews.train.jsonl",
    "tickets": "tickets/issues.train.jsonl",
}
COMPANIES = "companies"
LEFT_OUT = "conflicting"


class Kept:
    """An encoder that makes the pass of each text once, and keeps the vectors of a set in a folder."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self.reads = encoder.reads
        self._encoder, self._folder = encoder, folder
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new, role), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def know(self, texts: Sequence[str]) -> None:
        """Makes the passes of a whole set, or reads them from the folder."""
        if self._folder is None:
            return
        digest = hashlib.sha256("\0".join([self.fingerprint, *texts]).encode("utf-8", "surrogatepass")).hexdigest()
        path = self._folder / f"{self.name}.{digest[:16]}.npy"
        if path.exists():
            self._known.update(zip(texts, np.load(path), strict=True))
        else:
            np.save(path, self.encode(texts, "query"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", type=lambda names: names.split(","), default=[*SETS, COMPANIES])
    parser.add_argument("--vectors", type=Path)
    asked = parser.parse_args()
    if asked.vectors is not None:
        asked.vectors.mkdir(parents=True, exist_ok=True)
    encoders = [Kept(open_encoder(name, "cpu"), asked.vectors) for name in ("english", "multilingual")]
    print(f"{'set':10}{'rows':>6}{'accuracy':>10}{'macro-F1':>10}{'neutral':>9}{'ECE':>8}{'seconds':>9}  encoders")
    for name in asked.only:
        print(f"{name:10}", end="", flush=True)
        if name == COMPANIES:
            print(by_company(asked.data / SETS["sentfin"], encoders[1]), flush=True)
        else:
            print(by_text(asked.data / SETS[name], encoders), flush=True)


def by_text(path: Path, encoders: Sequence[Kept]) -> str:
    """Returns the figures of a set of labelled texts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["label"] != LEFT_OUT]
    texts, labels = [row["text"] for row in rows], np.array([row["label"] for row in rows])
    for encoder in encoders:
        if any(encoder.reads(language) for language in _languages(texts)):
            encoder.know(texts)
    found, shares = np.empty_like(labels), np.empty(len(labels))
    stood_on: set[str] = set()
    began = time.perf_counter()
    for kept, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, labels):
        prepared = prepare_head(
            "fold", [texts[place] for place in kept], labels[kept].tolist(), encoders, refusing=False
        )
        answers = prepared.predict([texts[place] for place in held])
        found[held] = [answer.label for answer in answers]
        shares[held] = [answer.probability for answer in answers]
        stood_on.add("+".join(prepared.head.encoders))
    return _figures(labels, found, shares, began, stood_on)


def by_company(path: Path, encoder: Kept) -> str:
    """Returns the figures of the sentiment towards each company that a headline names."""
    examples = read_examples(path)
    encoder.know(list(dict.fromkeys(one.named.text for one in examples)))
    vectors = encoder.encode([one.named.text for one in examples], "query")
    labels, groups = np.array([one.label for one in examples]), [one.text for one in examples]
    found, shares = np.empty_like(labels), np.empty(len(labels))
    began = time.perf_counter()
    for kept, held in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels, groups):
        head = fit_companies([examples[place] for place in kept], vectors[kept])
        scores = head.read([examples[place].named for place in held], vectors[held])
        found[held] = [max(one, key=lambda label: one[label]) for one in scores]
        shares[held] = [max(one.values()) for one in scores]
    return _figures(labels, found, shares, began, {encoder.name})


def _languages(texts: Sequence[str]) -> set[str]:
    return {"zh" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en" for text in texts[:50]}


def _figures(
    labels: npt.NDArray[np.str_],
    found: npt.NDArray[np.str_],
    shares: npt.NDArray[np.float64],
    began: float,
    stood_on: set[str],
) -> str:
    right = found == labels
    neutral = (
        f"{recall_score(labels, found, labels=[NEUTRAL], average=None)[0]:9.3f}" if NEUTRAL in labels else f"{'-':>9}"
    )
    return (
        f"{len(labels):6}{right.mean():10.4f}{f1_score(labels, found, average='macro'):10.4f}{neutral}"
        f"{expected_calibration_error(shares, right):8.4f}{time.perf_counter() - began:9.1f}  "
        f"{', '.join(sorted(stood_on))}"
    )


if __name__ == "__main__":
    main()
