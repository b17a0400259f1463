"""Makes 2,000 labelled pairs of posts, copies and look-alikes half and half, to tune and to measure folding by.

    python tests/benchmarks/folding/pairs.py DATA > pairs.jsonl

DATA holds the public sets. The same DATA gives the same pairs. `part` is `tuning` for what may be looked at while
folding is made, and `held_out` for what it is measured on; hand-written cases (hard.jsonl) are in both, by turns.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import lookalikes
from copies import copied
from written import SETS, Written, notices, posted, texts

SEEDS = {"tuning": 20261201, "held_out": 20261202}
COPIES = {"headline": 160, "short": 150, "article": 150, "notice": 40}
"""Copies in each part by the form of what is copied; hand-written ones beside them."""
LEAST_OF_SHORT = 24
"""Characters of a short post that can be known for a copy, not for what two people wrote."""
HARD = Path(__file__).with_name("hard.jsonl")

Part = Literal["tuning", "held_out"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two posts, whether the second is a copy of the first, and how they were made."""

    kind: str
    copies: bool
    part: Part
    first: Written
    second: Written


def labelled_pairs(data: Path) -> list[Pair]:
    """Returns 2,000 pairs: in each part 1,000, as many copies as not."""
    return [pair for part in ("tuning", "held_out") for pair in _part(data, part)]


def _part(data: Path, part: Part) -> list[Pair]:
    chance = random.Random(SEEDS[part])
    known = {form: _half(texts(data, form), part) for form in ("headline", "short", "article")}
    telling = _half(texts(data, "short", LEAST_OF_SHORT), part)
    pairs = [pair for number, pair in enumerate(_hard()) if (number % 2 == 0) == (part == "tuning")]
    pairs = [Pair(one.kind, one.copies, part, one.first, one.second) for one in pairs]
    copies, others = sum(one.copies for one in pairs), sum(not one.copies for one in pairs)
    made = list(islice(_copies(chance, known | {"short": telling}), 500 - copies))
    pairs += [Pair(kind, True, part, first, second) for kind, first, second in made]
    pairs += [
        Pair(kind, False, part, first, second)
        for kind, first, second in islice(_lookalikes(chance, data, part, known, telling), 500 - others)
    ]
    return pairs


def _copies(chance: random.Random, known: dict[str, lookalikes.Texts]) -> Iterator[lookalikes.Pair]:
    forms = [form for form, count in COPIES.items() for _ in range(count)]
    chance.shuffle(forms)
    for form in forms:
        language = chance.choice(("en", "zh"))
        if form == "notice":
            _, (title, text), _ = next(notices(chance, language))
        else:
            title, text = chance.choice(known[form][language])
        first = posted(chance, language, title, text)
        changes, second = copied(chance, first)
        yield f"{form}:{changes}", first, second


def _lookalikes(
    chance: random.Random,
    data: Path,
    part: Part,
    known: dict[str, lookalikes.Texts],
    telling: lookalikes.Texts,
) -> Iterator[lookalikes.Pair]:
    both = {language: [*known["headline"][language], *telling[language]] for language in ("en", "zh")}
    makers = (
        lookalikes.same_template(chance),
        lookalikes.other_numbers(chance, both),
        lookalikes.other_direction(chance, both),
        lookalikes.other_company(chance, _named(data, part)),
        lookalikes.same_title(chance, known["article"]),
        lookalikes.same_link(chance, known["article"]),
        lookalikes.quoted(chance, both),
        lookalikes.generic(chance),
        lookalikes.same_boilerplate(chance, both),
        lookalikes.neighbours(chance, known["headline"]),
        lookalikes.neighbours(chance, telling),
    )
    while True:
        for maker in makers:
            yield lookalikes.dressed(chance, next(maker))


def _half(some: lookalikes.Texts, part: Part) -> lookalikes.Texts:
    """Returns every second text: no text is in both parts."""
    return {language: rows[part == "held_out" :: 2] for language, rows in some.items()}


def _named(data: Path, part: Part) -> list[tuple[str, str, str]]:
    found = []
    for name, language, _ in SETS:
        if name.startswith(("finance_sentiment/sentfin", "finance_zh/headlines")):
            for line in (data / name).read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                company = row.get("company") or next(iter(row["entities"]))
                found.append((language, row["text"], company))
    return found[part == "held_out" :: 2]


def _hard() -> list[Pair]:
    rows = [json.loads(line) for line in HARD.read_text(encoding="utf-8").splitlines()]
    return [
        Pair("hard:" + row["kind"], row["copies"], "tuning", Written(**row["first"]), Written(**row["second"]))
        for row in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    for pair in labelled_pairs(parser.parse_args().data):
        row = {"kind": pair.kind, "copies": pair.copies, "part": pair.part}
        print(json.dumps({**row, "first": pair.first.row(), "second": pair.second.row()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
