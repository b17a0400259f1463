"""Measures how requests are noticed: `python tests/benchmarks/tasks/noticing.py [DATA]`, DATA with the public sets.

Precision and recall on the held-out messages as served; over five folds of the examples, by thresholds; milliseconds a
message; and, where DATA is given, five folds of its mails (`requests/train.jsonl`), alone and with the examples.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from index.encoders.base import Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.starter.material import Example, own
from skills.classifiers.summed.stacking import Pool, train_summed
from skills.classifiers.summed.summed_head import SummedHead
from skills.tasks.noticing.requests import PLAINLY_SURE, SURE, Requests
from skills.tasks.noticing.wording import may_ask, own_words, plainly_asks

HELD_OUT = Path(__file__).parents[2] / "data" / "request_test.jsonl"
FOLDS = 5
MAIL_WEIGHTS = (0.0, 0.02, 0.05)
LANGUAGES = ("en", "zh")

ENCODER = open_encoder("multilingual", "cpu")


def main() -> None:
    rows = [json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    held_out = [Example(row["text"], row["label"], row["language"]) for row in rows]
    requests = Requests([ENCODER])
    print("held out, as served")
    noticed = np.array([requests.is_request(one.text) for one in held_out])
    print(figures(held_out, noticed))
    for one, found in zip(held_out, noticed, strict=True):
        if found and one.label != "request":
            print("  wrongly noticed:", one.text.replace("\n", " "))
    print(took(requests, held_out))

    examples = own("request")
    vectors = ENCODER.encode([one.text for one in examples], "query")
    print("the examples, five-fold")
    shares = folded(examples, vectors)
    words = [own_words(one.text) for one in examples]
    asking = np.array([may_ask(one) for one in words])
    plain = np.array([plainly_asks(one) for one in words])
    for sure in (0.8, 0.85, SURE):
        for plainly in (0.05, 0.1, PLAINLY_SURE, 0.3, 0.4):
            print(f"{sure:.2f} {plainly:.2f}", figures(examples, asking & (shares >= np.where(plain, plainly, sure))))
    if len(sys.argv) > 1:
        with_mails(Path(sys.argv[1]) / "requests" / "train.jsonl", examples, vectors)


def with_mails(path: Path, examples: Sequence[Example], vectors: Vectors) -> None:
    """Prints five folds of the mails alone, how the served head reads them, and the examples with and without them."""
    rows = {json.loads(line)["text"].strip(): json.loads(line)["label"] for line in path.read_text().splitlines()}
    mails = [Example(text, label, "en") for text, label in rows.items()]
    read = ENCODER.encode([one.text for one in mails], "query")
    wanted = np.array([one.label == "request" for one in mails])
    shares = folded(mails, read)
    print(
        f"mails, five-fold: {len(mails)}, accuracy {((shares >= 0.5) == wanted).mean():.3f}, "
        f"AUROC {roc_auc_score(wanted, shares):.3f}"
    )
    served = predicted(train_summed("request", [pool(examples, vectors)]), mails, read)
    print(f"mails, by what was learned of the examples alone: AUROC {roc_auc_score(wanted, served):.3f}")
    asked = np.array([one.label == "request" for one in examples])
    spoken = np.array([one.language for one in examples])
    for weight in MAIL_WEIGHTS:
        beside = [Example(one.text, one.label, "en", weight) for one in mails] if weight else []
        shares = folded(examples, vectors, beside, read)
        areas = [f"{one} {roc_auc_score(asked[spoken == one], shares[spoken == one]):.3f}" for one in LANGUAGES]
        print(f"the examples, five-fold, mails at {weight}: AUROC without rules {', '.join(areas)}")


def folded(
    examples: Sequence[Example], vectors: Vectors, beside: Sequence[Example] = (), others: Vectors | None = None
) -> npt.NDArray[np.float64]:
    """Returns how likely each example is a request by a head of the other folds, and of the examples `beside` them."""
    fold = np.random.default_rng(3).permutation(len(examples)) % FOLDS
    shares = np.zeros(len(examples))
    for number in range(FOLDS):
        kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        known = [*(examples[row] for row in kept.tolist()), *beside]
        rows = vectors[kept] if others is None or not beside else np.vstack([vectors[kept], others])
        head = train_summed("request", [pool(known, rows)])
        shares[held] = predicted(head, [examples[row] for row in held.tolist()], vectors[held])
    return shares


def pool(examples: Sequence[Example], vectors: Vectors) -> Pool:
    """Returns what a head is trained on."""
    return Pool(
        "both",
        [one.text for one in examples],
        [one.label for one in examples],
        [one.language for one in examples],
        {ENCODER.name: vectors},
        {ENCODER.name: np.arange(len(examples))},
        np.array([one.weight for one in examples], dtype=np.float32),
    )


def predicted(head: SummedHead, examples: Sequence[Example], vectors: Vectors) -> npt.NDArray[np.float64]:
    """Returns how likely each example is a request."""
    shares = np.zeros(len(examples))
    for language in LANGUAGES:
        rows = np.array([row for row, one in enumerate(examples) if one.language == language], dtype=np.intp)
        if len(rows):
            texts = [examples[row].text for row in rows.tolist()]
            found = head.predict_many(texts, language, {ENCODER.name: vectors[rows]})
            shares[rows] = [one.scores["request"] for one in found]
    return shares


def figures(examples: Sequence[Example], noticed: npt.NDArray[np.bool_]) -> str:
    """Returns precision, recall and the share of others that are noticed, by language."""
    told = []
    wanted = np.array([one.label == "request" for one in examples])
    for language in LANGUAGES:
        spoken = np.array([one.language == language for one in examples])
        right = int((wanted & noticed & spoken).sum())
        wrong = int((~wanted & noticed & spoken).sum())
        asked, others = int((wanted & spoken).sum()), int((~wanted & spoken).sum())
        told.append(
            f"{language}: precision {right / max(1, right + wrong):.3f} ({right}/{right + wrong}), recall "
            f"{right / asked:.3f} ({right}/{asked}), of others {wrong / others:.3f} ({wrong}/{others})"
        )
    return "; ".join(told)


def took(requests: Requests, examples: Sequence[Example]) -> str:
    """Returns the milliseconds a message takes, and how many need a pass."""
    passed: list[float] = []
    spared: list[float] = []
    for one in examples:
        began = time.perf_counter()
        requests.is_request(one.text)
        milliseconds = (time.perf_counter() - began) * 1000
        (passed if may_ask(own_words(one.text)) else spared).append(milliseconds)
    others = [one for one in examples if one.label != "request"]
    spared_others = sum(not may_ask(own_words(one.text)) for one in others)
    return (
        f"with a pass p50 {np.median(passed):.1f} ms, p95 {np.percentile(passed, 95):.1f} ms; without one p50 "
        f"{np.median(spared):.3f} ms; {spared_others} of {len(others)} that are no requests need none"
    )


if __name__ == "__main__":
    main()
