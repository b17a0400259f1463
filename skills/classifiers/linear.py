"""A multinomial logistic regression that knows when a text belongs to none of its labels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.characters import COLUMNS, hashed_ngrams

Floats = npt.NDArray[np.float32]

WEIGHTS_FILE = "weights.safetensors"
CARD_FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a text is taken for.

    `label` is the likeliest one and `probability` its calibrated share among the labels; `in_scope` is the calibrated
    probability that the text belongs to any of them at all. `accepted`: `in_scope` reaches the classifier's threshold.
    """

    label: str
    probability: float
    in_scope: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities.

    Labels are a softmax at `temperature` (Guo et al. 2017, On Calibration of Modern Neural Networks). Scope is a
    sigmoid of `slope` x gap + `offset` (Platt 1999), where gap is how far the log-sum-exp of the labels' logits lies
    above that of "none of these". `threshold` is the least probability of being in scope that is accepted.
    """

    temperature: float
    slope: float
    offset: float
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class LinearClassifier:
    """Weights, one row a label and a last one for "none of these".

    `dense` (labels + 1, dimensions) meets the encoder's vector less `mean` (dimensions), at unit length; dimensions are
    0 for a classifier that reads characters only. `grams` (labels + 1, COLUMNS) meets the hashed n-grams. All float32.
    """

    labels: tuple[str, ...]
    mean: Floats
    dense: Floats
    grams: Floats
    bias: Floats
    calibration: Calibration

    def logits(self, text: str, vector: Floats | None) -> Floats:
        """Returns one logit a label and the one of "none of these" last; `vector` is the encoder's, unit length."""
        columns, weights = hashed_ngrams(text)
        logits: Floats = self.grams[:, columns] @ weights + self.bias
        if vector is not None and self.mean.size:
            logits = logits + self.dense @ centred(vector, self.mean)
        return logits

    def predict(self, text: str, vector: Floats | None) -> Prediction:
        """Returns what `text` is taken for; takes about 0.1 ms."""
        logits = self.logits(text, vector)
        shares = softmax(logits[:-1] / self.calibration.temperature)
        best = int(shares.argmax())
        in_scope = float(scope_probability(scope_gap(logits[None, :]), self.calibration)[0])
        accepted = in_scope >= self.calibration.threshold
        return Prediction(self.labels[best], float(shares[best]), in_scope, accepted)

    def save(self, folder: Path, facts: dict[str, Any]) -> None:
        """Writes the weights (float16) and a readable card with `facts` about the training into `folder`."""
        from safetensors.numpy import save_file

        arrays = {"mean": self.mean, "dense": self.dense, "grams": self.grams, "bias": self.bias}
        # safetensors writes an array's memory as it lies: only C order is read back as it was.
        rows = {name: np.ascontiguousarray(array, np.float16) for name, array in arrays.items()}
        save_file(rows, folder / WEIGHTS_FILE)
        calibration = self.calibration
        card = {
            **facts,
            "labels": list(self.labels),
            "temperature": calibration.temperature,
            "slope": calibration.slope,
            "offset": calibration.offset,
            "threshold": calibration.threshold,
        }
        (folder / CARD_FILE).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearClassifier:
        """Returns what `save` wrote. Raises OSError, ValueError or KeyError when it is missing or damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        try:
            arrays = {name: array.astype(np.float32) for name, array in load_file(folder / WEIGHTS_FILE).items()}
        except SafetensorError as error:
            raise ValueError(f"{folder / WEIGHTS_FILE}: damaged") from error
        calibration = Calibration(card["temperature"], card["slope"], card["offset"], card["threshold"])
        labels = tuple(card["labels"])
        if arrays["grams"].shape != (len(labels) + 1, COLUMNS):
            raise ValueError(f"{folder / WEIGHTS_FILE}: its weights don't fit its {len(labels)} labels")
        return cls(labels, arrays["mean"], arrays["dense"], arrays["grams"], arrays["bias"], calibration)


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Returns `vectors` (one, or one a row) less `mean`, at unit length again.

    Some encoders' vectors fill a narrow cone (cosines of 0.7 to 1); a linear head wants them spread.
    """
    moved = vectors - mean
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    spread: Floats = moved / np.maximum(length, 1e-9)
    return spread


def softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: npt.NDArray[Any] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def scope_gap(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns how far each row's labels lie above its "none of these", the last column, in log-odds."""
    labels = logits[:, :-1]
    top = labels.max(axis=1)
    gap: npt.NDArray[Any] = top + np.log(np.exp(labels - top[:, None]).sum(axis=1)) - logits[:, -1]
    return gap


def scope_probability(gap: npt.NDArray[Any], calibration: Calibration) -> npt.NDArray[Any]:
    probability: npt.NDArray[Any] = 1.0 / (1.0 + np.exp(-(calibration.slope * gap + calibration.offset)))
    return probability
