"""The servable classifier of one task on a tuned encoder, beside the head on the untouched one.

Labels are decided by both together, scope by the untouched encoder alone: tuning draws foreign texts towards the labels
(CLINC150, area under the curve: three to five points less).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.head import Head, Prediction, Why
from skills.classifiers.heads.neighbours import Neighbourhood
from skills.classifiers.heads.regression import Linear, log_softmax, softmax
from skills.classifiers.heads.versions import CARD_FILE, DamagedVersionError, read_card
from skills.classifiers.tuning.tuned_encoder import Adapter, save_adapter, tuned_name

FROZEN = "frozen"
ADAPTER_FILE = "adapter.safetensors"
WEIGHTS_FILE = "tuned.safetensors"


@dataclass(frozen=True, slots=True)
class Mixture:
    """How much the untouched encoder's head and the votes of the nearest examples count beside the tuned logits.

    The sum is divided by `temperature`.
    """

    frozen: float
    vote: float
    temperature: float


@dataclass(frozen=True, slots=True, eq=False)
class TunedHead:
    """`linear` meets the tuned vectors less `mean`; `near` are those of the frozen head's in-scope examples, centred.

    `base` is the encoder that `adapter` belongs to. Used as a `Head` is: thread-safe, blocking.
    """

    frozen: Head
    base: str
    adapter: Adapter
    mean: Floats
    linear: Linear
    near: Floats
    mixture: Mixture
    encoder: str = field(init=False)
    """The name of the tuned encoder."""
    _neighbourhood: Neighbourhood = field(init=False, repr=False)

    def __post_init__(self) -> None:
        target = self.frozen.target[self.frozen.target < len(self.frozen.labels)]
        object.__setattr__(self, "encoder", tuned_name(self.base, self.adapter))
        object.__setattr__(self, "_neighbourhood", Neighbourhood.of(self.near, target, len(self.frozen.labels)))

    @property
    def task(self) -> str:
        return self.frozen.task

    @property
    def labels(self) -> tuple[str, ...]:
        return self.frozen.labels

    @property
    def encoders(self) -> tuple[str, ...]:
        """Names of the encoders whose vectors it wants, the tuned one last."""
        return (*self.frozen.encoders, self.encoder)

    def predict(self, text: str, vectors: Mapping[str, Floats]) -> Prediction:
        """Returns what `text` is taken for. Raises KeyError when the vector of one of `encoders` is missing."""
        return self.predict_many([text], {name: vectors[name][None, :] for name in self.encoders})[0]

    def predict_many(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> list[Prediction]:
        """Returns one prediction a text, in order. Raises KeyError when vectors of one of `encoders` are missing."""
        before = self.frozen.predict_many(texts, vectors)
        total = mixed(
            self.frozen,
            before,
            centred(vectors[self.encoder], self.mean),
            self.linear,
            self._neighbourhood,
            self.mixture,
        )
        shares = softmax(total / self.mixture.temperature)
        best = shares.argmax(axis=1)
        return [
            replace(
                one,
                label=self.labels[best[row]],
                probability=float(shares[row, best[row]]),
                scores=dict(zip(self.labels, shares[row].tolist(), strict=True)),
            )
            for row, one in enumerate(before)
        ]

    def why(self, text: str, vectors: Mapping[str, Floats], neighbours: int = 3, words: int = 5) -> Why:
        """Returns what the untouched encoder's part of the prediction stands on."""
        return self.frozen.why(text, vectors, neighbours, words)

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Writes the adapter, both heads and a readable card with `facts` about the training into `folder`."""
        from safetensors.numpy import save_file

        (folder / FROZEN).mkdir()
        self.frozen.save(folder / FROZEN, facts)
        save_adapter(self.adapter, folder / ADAPTER_FILE)
        arrays = {"mean": self.mean, "weights": self.linear.weights, "bias": self.linear.bias, "near": self.near}
        save_file(
            {name: np.ascontiguousarray(array, np.float16) for name, array in arrays.items()}, folder / WEIGHTS_FILE
        )
        mixture = self.mixture
        card = {
            **facts,
            "task": self.task,
            "base": self.base,
            "encoder": self.encoder,
            "mixture": {"frozen": mixture.frozen, "vote": mixture.vote, "temperature": mixture.temperature},
        }
        (folder / CARD_FILE).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TunedHead:
        """Returns what `save` wrote. Raises OSError when it is missing, DamagedVersionError when it is damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        from skills.classifiers.tuning.tuned_encoder import load_adapter

        card = read_card(folder)
        frozen = Head.load(folder / FROZEN)
        adapter = load_adapter(folder / ADAPTER_FILE)
        try:
            arrays = {name: array.astype(np.float32) for name, array in load_file(folder / WEIGHTS_FILE).items()}
            head = cls(
                frozen,
                card["base"],
                adapter,
                arrays["mean"],
                Linear(arrays["weights"], arrays["bias"]),
                arrays["near"],
                Mixture(**card["mixture"]),
            )
        except SafetensorError:
            raise DamagedVersionError(f"{folder / WEIGHTS_FILE}: it is damaged; train it again") from None
        except (KeyError, TypeError) as error:
            raise DamagedVersionError(f"{folder / CARD_FILE}: card and weights don't fit; train it again") from error
        examples = int((frozen.target < len(frozen.labels)).sum())
        fits = head.linear.weights.shape == (len(head.mean), len(frozen.labels)) and len(head.near) == examples
        if card["encoder"] != head.encoder or not fits:
            raise DamagedVersionError(f"{folder / CARD_FILE}: adapter and heads don't fit; train it again")
        return head


def mixed(
    frozen: Head,
    before: Sequence[Prediction],
    near: Floats,
    linear: Linear,
    neighbourhood: Neighbourhood,
    mixture: Mixture,
) -> Floats:
    """Returns the summed logits (texts, labels): tuned ones, the frozen head's predictions `before`, and votes.

    `near` are the texts' centred tuned vectors, `neighbourhood` holds those of in-scope examples.
    """
    shares = np.array([[one.scores[label] for label in frozen.labels] for one in before])
    total: Floats = log_softmax(linear.logits(near))
    total = total + mixture.frozen * frozen.temperature * np.log(np.maximum(shares, 1e-12))
    if mixture.vote:
        total = total + mixture.vote * neighbourhood.nearest(near, total)[1]
    return total
