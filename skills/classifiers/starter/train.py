"""Trains the classifiers that ship: `python -m skills.classifiers.starter.train --data FOLDER`.

FOLDER holds the public sets, one folder each, as MODEL_CARD.md names them. What comes out is committed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.base import Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.heads.versions import read_card
from skills.classifiers.starter.material import (
    ROUTED,
    Credit,
    Example,
    counted,
    examples_hash,
    opinion,
    own,
    routing,
    sentiment,
    texts_of,
)
from skills.classifiers.starter.model_card import model_card
from skills.classifiers.summed.stacking import Pool, train_summed

FOLDER = Path(__file__).parent
READERS = {"english": ("en",), "multilingual": ("en", "zh")}
"""The encoders, and the languages in which each is used."""

Encode = Callable[[Sequence[str]], Vectors]


def train_all(
    data: Path,
    desk_examples: Path,
    folder: Path,
    encoders: Mapping[str, Encode],
    apart: Sequence[Path] = (),
    only: str | None = None,
) -> None:
    """Trains every task on `data` and own examples and writes it into `folder`, with the model card.

    Texts that stand in the files `apart` (JSONL), by which it is measured, are not learned from. With `only` that task
    alone is trained, and the others stay as they are in `folder`.
    """
    measured = frozenset(_plain(text) for path in apart for text in texts_of(path))

    def learned(examples: Sequence[Example]) -> list[Example]:
        return [one for one in examples if _plain(one.text) not in measured]

    trained: dict[str, Callable[[], Mapping[str, Any]]] = {
        "sentiment": lambda: _feelings("sentiment", sentiment(data), learned, folder, encoders),
        # One pass in bulk: of tweets the multilingual encoder alone tells as much as both do.
        "opinion": lambda: _feelings(
            "opinion", opinion(data), learned, folder, {"multilingual": encoders["multilingual"]}
        ),
        "topic": lambda: _train("topic", {"both": learned(own("topic"))}, folder, encoders, (), {}, by_products=True),
        "priority": lambda: _train(
            "priority", {"both": learned(own("priority"))}, folder, encoders, (), {}, by_products=True
        ),
        "router": lambda: _train(
            "router",
            {"both": learned(routing(desk_examples))},
            folder,
            encoders,
            (),
            {"skills": {skill: examples_hash(path) for skill, path in {**ROUTED, "deskhand": desk_examples}.items()}},
            # The bot's own skill has many small intents, which are not each as frequent as a whole skill.
            even=False,
            by_products=True,
        ),
        # Messages in channels are many: the English encoder's vectors were given no share beside the multilingual ones.
        "request": lambda: _train(
            "request", {"both": learned(own("request"))}, folder, {"multilingual": encoders["multilingual"]}, (), {}
        ),
    }
    cards = [train() if only is None or task == only else read_card(folder / task) for task, train in trained.items()]
    (folder / "MODEL_CARD.md").write_text(model_card(cards), encoding="utf-8")


def _feelings(
    task: str,
    material: tuple[list[Example], list[Credit]],
    learned: Callable[[Sequence[Example]], list[Example]],
    folder: Path,
    encoders: Mapping[str, Encode],
) -> dict[str, Any]:
    """What is said of feelings in tweets and in Chinese reviews has little in common: each language for itself."""
    examples, credits = material
    examples = learned(examples)
    by_language = {spoken: [one for one in examples if one.language == spoken] for spoken in ("en", "zh")}
    return _train(task, by_language, folder, encoders, credits, {})


def _train(
    task: str,
    pools: Mapping[str, Sequence[Example]],
    folder: Path,
    encoders: Mapping[str, Encode],
    credits: Sequence[Credit],
    facts: Mapping[str, Any],
    *,
    even: bool = True,
    by_products: bool = False,
) -> dict[str, Any]:
    head = train_summed(
        task, [_pool(name, examples, encoders) for name, examples in pools.items()], even=even, by_products=by_products
    )
    card = {
        **facts,
        "data": counted(example for examples in pools.values() for example in examples),
        "sets": [
            {"name": one.name, "licence": one.licence, "origin": one.origin, "texts": one.texts} for one in credits
        ],
    }
    head.save(folder / task, card)
    return {**card, "task": task, "labels": list(head.labels)}


def _pool(name: str, examples: Sequence[Example], encoders: Mapping[str, Encode]) -> Pool:
    rows = {
        encoder: np.array([row for row, one in enumerate(examples) if one.language in READERS[encoder]], dtype=np.intp)
        for encoder in encoders
    }
    vectors = {
        encoder: encode([examples[row].text for row in rows[encoder].tolist()])
        for encoder, encode in encoders.items()
        if len(rows[encoder])
    }
    return Pool(
        name,
        [one.text for one in examples],
        [one.label for one in examples],
        [one.language for one in examples],
        vectors,
        rows,
        np.array([one.weight for one in examples], dtype=np.float32),
    )


def _plain(text: str) -> str:
    return text.strip().casefold()


def _encode(name: str) -> Encode:
    encoder = open_encoder(name, "auto")
    return lambda texts: encoder.encode(texts, "query")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the classifiers that ship.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument(
        "--desk", type=Path, default=Path("bot/desk/examples.jsonl"), help="examples of the bot's skill"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the versions are written")
    parser.add_argument("--apart", type=Path, nargs="*", default=[], help="test sets, whose texts train nothing")
    parser.add_argument("--only", help="the one task to train; the others stay as they are")
    given = parser.parse_args()
    train_all(given.data, given.desk, given.out, {name: _encode(name) for name in READERS}, given.apart, given.only)
    print(json.dumps({"written": str(given.out)}))
