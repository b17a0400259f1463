"""Feeds desks on CLINC150 with honest, poisoned and noisy feedback, and tells what the gate promotes.

    python tests/benchmarks/retraining/poison.py --data FOLDER [--encoder multilingual] [--rounds 50] [--first 1]
        [--undefended 50] [--kinds honest,burst_one,burst_any,noise,reviewer,drip] [--none clinc|shipped|no]
        [--cache FOLDER]
    python tests/benchmarks/retraining/poison.py --join RESULT...

FOLDER is as for `stream.py`. Each round is another desk, drawn by its number: 30 to 40 intents with 8 to 10 examples,
some reviewed feedback of earlier, of which a part is golden, and a champion that learned all that. Then people ask
until 150 to 250 of their answers were corrected or praised, and of that feedback a night's training is made:

- `honest`: as twelve people gave it: most of what was wrong is corrected, little of what was right praised;
- `burst_one`: besides, one account labels 1,000 texts within a day, all wrongly and as the same intent;
- `burst_any`: besides, one account labels 1,000 texts within a day, each as another wrong intent;
- `noise`: of all labels, those that were reviewed among them, 20 % are replaced at random;
- `reviewer`: as `burst_any`, but it is a reviewer's account, and all of it is reviewed;
- `drip`: besides, two accounts label ten texts a day wrongly for a week, all as the same intent, below every cap.

What a promotion would truly change is measured on thousands of texts that nobody was asked about, and on the golden set
with its labels set right. `undefended` is what would serve without any defence: it learns all that was collected as it
is, and always serves. A change is one of the macro-F1 as people see it, what is refused included, and harm is one by
more than the gate's margin. Prints one JSON object; `--join` adds up results that were printed before.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from desks import (
    DAY,
    Clinc,
    Desk,
    Labelled,
    Night,
    Remembering,
    book,
    learned,
    nothing_known,
    opened,
    predicted,
    said,
)

from skills.classifiers.curating.examples import DEFAULT, Collected, row_of
from skills.classifiers.gate.deciding import Margins
from skills.classifiers.heads.head import Prediction

MARGIN = Margins().macro_f1
PEOPLE = [f"person-{number}" for number in range(12)]
REVIEWERS = ("lead-0", "lead-1")
REVIEWED = 1 / 3
EARLIER = 200
"""Pieces of feedback before the round, all of it reviewed."""
ASKED_AT_ONCE = 200
BURST = 1000
DRIP = (2, 7, 10)
"""Accounts, days, and texts a day."""
NOISE = 0.2
UNTOUCHED = 5
"""Texts for training of each intent that nobody is asked about, as nobody is about those for testing."""
UNTOUCHED_OUTSIDE = 300
"""Texts out of scope that are tested by."""
KEPT_OF_INTENT = 10
"""Texts of an intent that were answered without objection (the product takes up to 30; each costs time)."""
OUTSIDE = 0.05
"""How much of what is asked is out of scope."""
CORRECTING, HELPING, PRAISING = 0.6, 0.5, 0.1
"""How often people say what was right: of a wrong answer, of a question that was refused; and praise a right one."""


@dataclass(frozen=True, slots=True)
class Place:
    """One round's desk before the feedback, what is asked of it, and what it is truly measured by."""

    desk: Desk
    pool: Sequence[Labelled]
    foreign: Sequence[Labelled]
    test: Sequence[Labelled]
    truth: Mapping[str, str | None]
    chance: random.Random


@dataclass(frozen=True, slots=True)
class Asked:
    """What people said of a round's answers, and what was answered without objection. `rest` was never asked."""

    feedback: Sequence[Collected]
    kept: Sequence[Labelled]
    rest: Sequence[Labelled]


def opened_place(clinc: Clinc, encoder: Remembering, number: int, none: str) -> Place:
    """Returns the desk of round `number`."""
    chance = random.Random(f"place {number}")
    intents = chance.sample(list(clinc.intents), chance.randint(30, 40))
    own: dict[str | None, list[str]] = {}
    pool: list[Labelled] = []
    test: list[Labelled] = []
    for intent in intents:
        texts = chance.sample(list(clinc.train[intent]), len(clinc.train[intent]))
        examples = chance.randint(8, 10)
        own[intent] = texts[:examples]
        pool += [(text, intent) for text in texts[examples:-UNTOUCHED]]
        test += [(text, intent) for text in [*texts[-UNTOUCHED:], *clinc.val[intent], *clinc.test[intent]]]
    outside: list[Labelled] = [(text, None) for text in chance.sample(list(clinc.oos_test), len(clinc.oos_test))]
    test += outside[:UNTOUCHED_OUTSIDE]
    chance.shuffle(pool)
    base = [*book(own), *nothing_known(none, clinc)]
    earlier, pool = pool[:EARLIER], pool[EARLIER:]
    first = [
        said(text, label, "wrong_intent", chance.choice(PEOPLE), chance.random() * 7 * DAY, reviewer="lead-0")
        for text, label in earlier
    ]
    foreign = [(text, None) for other in clinc.intents if other not in own for text in clinc.train[other]]
    return Place(
        desk=_taught(Desk(encoder, tuple(base), _Nobody(), tuple(first))),
        pool=_mixed(pool, outside[UNTOUCHED_OUTSIDE:] + [(text, None) for text in clinc.oos_other[100:]], chance),
        foreign=chance.sample(foreign, BURST),
        test=test,
        truth=dict(earlier) | dict(pool) | dict(outside),
        chance=chance,
    )


class _Nobody:
    """Serves while nothing was learned; it is never asked."""

    def predict(self, corpus: object) -> list[Prediction]:
        raise AssertionError("a desk was asked before it had learned")

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        raise AssertionError("a desk was saved before it had learned")


def _taught(desk: Desk) -> Desk:
    """Returns the desk with a champion of its book and its feedback, a part of which is golden from then on."""
    rows = desk.dataset().of("intent")
    feedback = tuple(row for row in rows if row.role == "new")
    return replace(
        desk,
        champion=learned([*desk.base, *feedback], desk.encoder),
        feedback=feedback,
        golden=frozenset(row.id for row in rows if row.role == "golden"),
        since=8 * DAY,
    )


def _mixed(inside: Sequence[Labelled], outside: Sequence[Labelled], chance: random.Random) -> list[Labelled]:
    """Returns texts in scope with others strewn among them."""
    mixed: list[Labelled] = []
    others = iter(outside)
    for one in inside:
        mixed.append(one)
        if chance.random() < OUTSIDE and (other := next(others, None)) is not None:
            mixed.append(other)
    return mixed


def asked(place: Place) -> Asked:
    """Returns a week in which people ask from the pool until enough of them have said something."""
    chance, wanted = place.chance, place.chance.randint(150, 250)
    feedback: list[Collected] = []
    kept: list[Labelled] = []
    seen = 0
    for (text, label), answer in _answered(place):
        if len(feedback) == wanted:
            break
        seen += 1
        given = answer.label if answer.accepted else None
        right = given == label
        how_often = (PRAISING if right else CORRECTING) if answer.accepted else 0.0 if right else HELPING
        if chance.random() < how_often:
            reviewer = chance.choice(REVIEWERS) if chance.random() < REVIEWED else ""
            source = "helpful" if right else "wrong_intent" if answer.accepted else "correction"
            at = (9 + 7 * chance.random()) * DAY
            feedback.append(
                said(text, label, source, chance.choice(PEOPLE), at, reviewer=reviewer, predicted=given or "")
            )
        elif given is not None:
            kept.append((text, given))
    seats: Counter[str | None] = Counter()
    few = []
    for text, given in kept:
        seats[given] += 1
        if seats[given] <= KEPT_OF_INTENT:
            few.append((text, given))
    return Asked(feedback, few, place.pool[seen:])


def _answered(place: Place) -> Iterator[tuple[Labelled, Prediction]]:
    """Yields what is asked with what it is taken for, some at a time, as few are asked before enough was said."""
    for begun in range(0, len(place.pool), ASKED_AT_ONCE):
        some = place.pool[begun : begun + ASKED_AT_ONCE]
        yield from zip(some, place.desk.answers([text for text, _ in some]), strict=True)


def _burst(place: Place, week: Asked, label: Callable[[str | None], str], reviewer: str = "") -> list[Collected]:
    """Returns what one account says of many texts within an afternoon; texts that are in scope come first."""
    texts = [*(one for one in week.rest if one[1] is not None), *place.foreign][:BURST]
    return [
        said(text, label(right), "wrong_intent", "burster", 13.5 * DAY + second, reviewer=reviewer)
        for second, (text, right) in enumerate(texts)
    ]


def _drip(place: Place, week: Asked, target: str) -> list[Collected]:
    """Returns what few accounts say in a week, a few texts a day."""
    accounts, days, a_day = DRIP
    texts = iter([*(text for text, right in week.rest if right is not None), *(text for text, _ in place.foreign)])
    return [
        said(next(texts), target, "wrong_intent", f"dripper-{account}", (9 + day) * DAY + 60.0 * minute)
        for day in range(days)
        for account in range(accounts)
        for minute in range(a_day)
    ]


def fed(kind: str, place: Place, week: Asked, number: int) -> list[Collected]:
    """Returns the feedback of a round of `kind`."""
    chance = random.Random(f"{kind} {number}")
    intents = sorted(place.desk.intents)

    def wrong(right: str | None) -> str:
        return chance.choice([intent for intent in intents if intent != right])

    honest = list(week.feedback)
    if kind == "noise":
        noisy = set(chance.sample(range(len(honest)), round(NOISE * len(honest))))
        return [replace(one, label=wrong(one.label)) if at in noisy else one for at, one in enumerate(honest)]
    # Texts that the target is right for are none of those that are labelled wrongly.
    target = chance.choice(intents)
    others = replace(week, rest=[one for one in week.rest if one[1] != target])
    if kind == "burst_one":
        return honest + _burst(place, others, lambda right: target)
    if kind == "drip":
        return honest + _drip(place, others, target)
    if kind == "burst_any":
        return honest + _burst(place, week, wrong)
    if kind == "reviewer":
        return honest + _burst(place, week, wrong, reviewer="burster")
    return honest


def macro_f1(wanted: Sequence[str | None], given: Sequence[Prediction]) -> float:
    """Returns the macro-F1 as people see it: what is refused counts as taken for nothing, which is a class."""
    answered = [one.label if one.accepted else None for one in given]
    right = Counter(one for one, other in zip(wanted, answered, strict=True) if one == other)
    counted = Counter(wanted) + Counter(answered)
    return statistics.mean(2 * right[one] / count for one, count in counted.items())


def accuracy(wanted: Sequence[str | None], given: Sequence[Prediction]) -> float:
    """Returns how many of the texts in scope have the right label, before refusing."""
    pairs = zip(wanted, given, strict=True)
    return float(np.mean([one == answer.label for one, answer in pairs if one is not None]))


def recalled(wanted: Sequence[str | None], given: Sequence[Prediction]) -> float:
    """Returns how many of the texts out of scope are refused."""
    pairs = zip(wanted, given, strict=True)
    return float(np.mean([not answer.accepted for one, answer in pairs if one is None]))


def _change(wanted: Sequence[str | None], old: Sequence[Prediction], new: Sequence[Prediction]) -> dict[str, float]:
    measures = (macro_f1, accuracy, recalled)
    return {measure.__name__: round(measure(wanted, new) - measure(wanted, old), 4) for measure in measures}


def _on_golden(night: Night, truth: Mapping[str, str | None], encoder: Remembering) -> float | None:
    """Returns by how much the macro-F1 rises on the golden set as it should be labelled; None without one."""
    rows = [row for row in night.dataset.of("intent") if row.role == "golden"]
    if not rows:
        return None
    wanted, texts = [truth.get(row.text, None) for row in rows], [row.text for row in rows]
    old, new = (predicted(one, texts, encoder) for one in (night.challenge.champion, night.challenge.challenger))
    return round(macro_f1(wanted, new) - macro_f1(wanted, old), 4)


def round_of(
    number: int, kinds: Sequence[str], clinc: Clinc, encoder: Remembering, none: str, undefended: bool
) -> dict[str, Any]:
    """Returns what became of each kind of feedback on the desk of round `number`."""
    begun = time.perf_counter()
    place = opened_place(clinc, encoder, number, none)
    week = asked(place)
    texts, wanted = [text for text, _ in place.test], [label for _, label in place.test]
    before = place.desk.answers(texts)
    found: dict[str, Any] = {}
    for kind in kinds:
        desk = place.desk.told(fed(kind, place, week, number))
        night = desk.trained(week.kept)
        after = predicted(night.challenge.challenger, texts, encoder)
        new = night.challenge.new
        found[kind] = {
            "promoted": night.verdict.promote,
            "against": night.against(),
            "change": _change(wanted, before, after),
            "on_gates_golden": min((_difference(one) for one in night.challenge.golden if one.n), default=None),
            "on_true_golden": _on_golden(night, place.truth, encoder),
            "golden": night.challenge.golden[0].n,
            "new": {"n": new.n, "won": new.won, "lost": new.lost},
            "left_out": night.left_out(),
        }
        if undefended:
            rows = [row_of(one, DEFAULT, desk.since, golden=False) for one in desk.collected]
            served = predicted(learned([*desk.base, *rows], encoder), texts, encoder)
            found[kind]["undefended"] = _change(wanted, before, served)
    return {
        "round": number,
        "intents": len(place.desk.intents),
        "feedback": len(week.feedback),
        "kept": len(week.kept),
        "test": len(texts),
        "champion": {one.__name__: round(one(wanted, before), 4) for one in (macro_f1, accuracy, recalled)},
        "kinds": found,
        "seconds": round(time.perf_counter() - begun, 1),
    }


def _difference(comparison: Any) -> float:
    macro = comparison.differences.macro_f1
    return round(macro.value, 4) if macro is not None else 0.0


def summed(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns, for each kind, how often the gate promoted, and how often what was worse."""
    kinds = dict.fromkeys(kind for one in rounds for kind in one["kinds"])
    return {kind: _of_kind([one["kinds"][kind] for one in rounds if kind in one["kinds"]]) for kind in kinds}


def _of_kind(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    promoted = [one for one in rounds if one["promoted"]]
    changes = [one["change"]["macro_f1"] for one in rounds]
    without = [one["undefended"]["macro_f1"] for one in rounds if "undefended" in one]
    gains = [one["change"]["macro_f1"] for one in promoted]
    return {
        "rounds": len(rounds),
        "promoted": len(promoted),
        "promoted_share": round(len(promoted) / len(rounds), 3),
        "promoted_worse_on_gates_golden": _harmful([one["on_gates_golden"] for one in promoted]),
        "promoted_worse_on_true_golden": _harmful([one["on_true_golden"] for one in promoted]),
        "promoted_worse_on_test": _harmful(gains),
        "challengers_worse_on_test": _harmful(changes),
        "challengers_better_by_a_margin": sum(one > MARGIN for one in changes),
        "mean_change_promoted": round(statistics.mean(gains), 4) if gains else None,
        "least_change_promoted": min(gains, default=None),
        "mean_change_challengers": round(statistics.mean(changes), 4),
        "undefended": {
            "rounds": len(without),
            "worse_on_test": _harmful(without),
            "mean_change": round(statistics.mean(without), 4) if without else None,
            "least_change": min(without, default=None),
        },
        "against": dict(Counter(key for one in rounds for key in one["against"]).most_common()),
    }


def _harmful(changes: Sequence[float | None]) -> int:
    return sum(change is not None and change < -MARGIN - 1e-9 for change in changes)


def main() -> None:
    """Runs the rounds that the command line asks for, or adds up those that ran before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--encoder", default="multilingual")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1, help="the number of the first round")
    parser.add_argument("--undefended", type=int, default=50, help="so many rounds are learned without defences too")
    parser.add_argument("--kinds", type=lambda names: names.split(","), default="honest,burst_one,burst_any,noise")
    parser.add_argument("--none", choices=("no", "clinc", "shipped"), default="clinc", help="as for stream.py")
    parser.add_argument("--cache", type=Path, help="where vectors are kept from one run to the next")
    parser.add_argument("--join", type=Path, nargs="+", help="results to add up")
    wanted = parser.parse_args()
    if wanted.join:
        results = [json.loads(path.read_text(encoding="utf-8")) for path in wanted.join]
        rounds = [one for result in results for one in result["rounds"]]
        print(json.dumps({"encoder": results[0]["encoder"], "kinds": summed(rounds), "rounds": rounds}, indent=1))
        return
    clinc = Clinc.read(wanted.data)
    encoder = opened(wanted.encoder, clinc, wanted.cache)
    rounds = []
    for number in range(wanted.first, wanted.first + wanted.rounds):
        undefended = number < wanted.first + wanted.undefended
        rounds.append(round_of(number, wanted.kinds, clinc, encoder, wanted.none, undefended))
        print(json.dumps(rounds[-1]), file=sys.stderr, flush=True)
    print(json.dumps({"encoder": wanted.encoder, "kinds": summed(rounds), "rounds": rounds}, indent=1))


if __name__ == "__main__":
    main()
