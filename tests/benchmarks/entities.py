"""Measures what is found of companies, products, people and places in labelled English tweets and Chinese news.

    python tests/benchmarks/entities.py DATA

DATA holds `wnut17` and `entities_zh`. A name counts as found when kind, beginning and end are as labelled. Prints
precision, recall and F1 by kind.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from skills.monitor.reading.entities import entities_of

SETS = (
    ("wnut17/dev.conll", "en", " ", {"corporation": "company", "product": "product", "person": "person",
     "location": "place"}),
    ("wnut17/test.conll", "en", " ", {"corporation": "company", "product": "product", "person": "person",
     "location": "place"}),
    ("entities_zh/train.conll", "zh", "", {"company": "company", "game": "product", "movie": "product",
     "book": "product", "name": "person", "address": "place", "scene": "place"}),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    asked = parser.parse_args()
    print(f"{'set':26}{'kind':10}{'labelled':>9}{'precision':>11}{'recall':>8}{'F1':>8}")
    for name, language, joint, kinds in SETS:
        right: Counter[str] = Counter()
        said: Counter[str] = Counter()
        labelled: Counter[str] = Counter()
        for text, wanted in sentences(asked.data / name, joint):
            known = {(kinds[kind], start, end) for kind, start, end in wanted if kind in kinds}
            found = {(one.kind, one.start, one.end) for one in entities_of(text, language)}
            found = {one for one in found if one[0] in kinds.values()}
            right.update(kind for kind, _, _ in known & found)
            said.update(kind for kind, _, _ in found)
            labelled.update(kind for kind, _, _ in known)
        for kind in sorted(labelled):
            precision, recall = right[kind] / max(1, said[kind]), right[kind] / labelled[kind]
            mean = 2 * precision * recall / max(1e-9, precision + recall)
            print(f"{name:26}{kind:10}{labelled[kind]:9}{precision:11.3f}{recall:8.3f}{mean:8.3f}")


def sentences(path: Path, joint: str) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """Yields each sentence, its words joined, and kind, beginning and end of what is labelled in it."""
    text, spans = "", []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.strip():
            if text:
                yield text, [(kind, start, end) for kind, start, end in spans]
            text, spans = "", []
            continue
        word, tag = line.rsplit("\t", 1)
        text += joint if text else ""
        start, text = len(text), text + word.strip()
        if tag.startswith("B-"):
            spans.append((tag[2:], start, len(text)))
        elif tag.startswith("I-") and spans:
            spans[-1] = (spans[-1][0], spans[-1][1], len(text))


if __name__ == "__main__":
    main()
