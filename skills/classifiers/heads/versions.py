"""Heads on disk: weights as safetensors, examples as JSON lines, and a readable card. Never a pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from skills.classifiers.features.columns import Features
from skills.classifiers.features.ngrams import COLUMNS, Floats
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.kernel import Kernel
from skills.classifiers.heads.regression import Linear
from skills.classifiers.heads.scope import Part, ScopeRule, Whitened

WEIGHTS_FILE = "weights.safetensors"
CARD_FILE = "card.json"
EXAMPLES_FILE = "examples.jsonl"

CODE_VERSION = 7
"""Counted up when features, training or calibration change what the same examples give."""

_WHITENED = ("within", "means", "overall", "mean")


class DamagedVersionError(ValueError):
    """A stored head can't be used; the text names the file and what is wrong, in one sentence."""


def save_head(head: Head, folder: Path, facts: Mapping[str, Any]) -> None:
    """Writes `head` into the empty `folder`: weights (float16), examples, and a card that begins with `facts`."""
    from safetensors.numpy import save_file

    arrays: dict[str, Floats] = {
        "weights": head.linear.weights,
        "bias": head.linear.bias,
        "inverse": head.features.inverse,
        "near": head.near,
        **{f"mean.{name}": mean for name, mean in head.features.means.items()},
    }
    if head.kernel is not None:
        arrays["kernel.rows"] = head.kernel.rows
    # safetensors writes an array's memory as it lies: only C order is read back as it was.
    stored = {name: np.ascontiguousarray(array, np.float16) for name, array in arrays.items()}
    if head.kernel is not None:
        # Thousands of them cancel each other out.
        stored["kernel.duals"] = np.ascontiguousarray(head.kernel.duals, np.float32)
    if head.whitened is not None:
        # Their entries pass float16's range.
        stored |= {
            f"whitened.{name}": np.ascontiguousarray(getattr(head.whitened, name), np.float32) for name in _WHITENED
        }
    save_file(stored, folder / WEIGHTS_FILE)
    names = [*head.labels, None]
    lines = [
        json.dumps({"text": text, "label": names[place]}, ensure_ascii=False)
        for text, place in zip(head.texts, head.target.tolist(), strict=True)
    ]
    (folder / EXAMPLES_FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    card = {
        **facts,
        "task": head.task,
        "labels": list(head.labels),
        "encoders": list(head.encoders),
        "examples": len(head.texts),
        "temperature": head.temperature,
        "scope": {
            "scores": [[part.name, part.mean, part.deviation] for part in head.rule.parts],
            "slope": head.rule.slope,
            "offset": head.rule.offset,
            "threshold": head.rule.threshold,
        },
        "buckets": head.features.buckets,
        "emphasis": head.features.emphasis,
        "vote": head.vote,
        "strength": head.strength,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": CODE_VERSION,
    }
    (folder / CARD_FILE).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_card(folder: Path) -> dict[str, Any]:
    """Returns the card of the version in `folder`. Raises OSError or DamagedVersionError."""
    path = folder / CARD_FILE
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise DamagedVersionError(f"{path}: it is not JSON; this version can't be used, train it again") from None
    if not isinstance(card, dict):
        raise DamagedVersionError(f"{path}: it is not a JSON object; this version can't be used, train it again")
    return card


def load_head(folder: Path) -> Head:
    """Returns what `save_head` wrote. Raises OSError when it is missing, DamagedVersionError when it is damaged."""
    card = read_card(folder)
    arrays = _arrays(folder / WEIGHTS_FILE)
    texts, labels = _examples(folder / EXAMPLES_FILE)
    try:
        if card["code_version"] != CODE_VERSION:
            raise DamagedVersionError(
                f"{folder / CARD_FILE}: it was made by other code (version {card['code_version']}, "
                f"this is {CODE_VERSION}); train it again"
            )
        names: list[str] = card["labels"]
        scope = card["scope"]
        head = Head(
            task=card["task"],
            labels=tuple(names),
            features=Features(
                {name: arrays[f"mean.{name}"] for name in card["encoders"]},
                arrays["inverse"],
                card["buckets"],
                card["emphasis"],
            ),
            linear=Linear(arrays["weights"], arrays["bias"]),
            temperature=float(card["temperature"]),
            rule=ScopeRule(
                tuple(Part(name, float(mean), float(deviation)) for name, mean, deviation in scope["scores"]),
                float(scope["slope"]),
                float(scope["offset"]),
                float(scope["threshold"]),
            ),
            texts=texts,
            target=np.array([names.index(one) if one is not None else len(names) for one in labels], dtype=np.intp),
            near=arrays["near"],
            vote=float(card["vote"]),
            strength=float(card.get("strength", 0.0)),
            whitened=Whitened(*(arrays[f"whitened.{name}"] for name in _WHITENED))
            if any(part[0] == "mahalanobis" for part in scope["scores"])
            else None,
            kernel=Kernel(arrays["kernel.rows"], arrays["kernel.duals"]) if "kernel.duals" in arrays else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, DamagedVersionError):
            raise
        raise DamagedVersionError(
            f"{folder / CARD_FILE}: card, weights and examples don't belong together; train it again"
        ) from error
    _check(head, folder / WEIGHTS_FILE)
    return head


def _arrays(path: Path) -> dict[str, Floats]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: array.astype(np.float32) for name, array in load_file(path).items()}
    except SafetensorError:
        raise DamagedVersionError(f"{path}: it is damaged; this version can't be used, train it again") from None


def _examples(path: Path) -> tuple[tuple[str, ...], list[str | None]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        return tuple(str(row["text"]) for row in rows), [row["label"] for row in rows]
    except (ValueError, KeyError, TypeError):
        raise DamagedVersionError(f"{path}: it is damaged; this version can't be used, train it again") from None


def _check(head: Head, path: Path) -> None:
    width = head.features.dense + head.features.buckets
    classes = head.linear.weights.shape[-1]
    fits = (
        head.linear.weights.shape == (width, classes)
        and classes in (len(head.labels), len(head.labels) + 1)
        and head.linear.bias.shape == (classes,)
        and head.features.inverse.shape == (max(COLUMNS, head.features.buckets),)
        and head.near.shape[0] == len(head.texts)
        and (
            head.kernel is None
            or (head.kernel.rows.shape[1:], head.kernel.duals.shape)
            == (head.near.shape[1:], (len(head.kernel.rows), len(head.labels)))
        )
    )
    if not fits:
        raise DamagedVersionError(f"{path}: its weights don't fit its labels and examples; train it again")
