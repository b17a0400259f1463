"""Measures proposals of people, efforts and checklists on simulated teams, whose truth is known.

    python tests/benchmarks/tasks/teams/measure.py [--seeds 0-9 100-109] [--encoder multilingual] [--world settled]
        [--past 500] [--without-labels]

Prints one JSON object a range of seeds. `first`: the oracle's choice was proposed first; `as_fit`: whoever was proposed
first can take the task in truth and is as fit as the oracle's choice; `third`: it was among the first three. Efforts
are judged for the oracle's choice. `absent` and `full` count proposals, at any place, of people who are away or whose
planned work leaves no room for what the task was said to take; `too_much` are first places who could not take it in
truth. Baselines are told by stated skills alone, and drawn by chance from the able.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import oracle
import parents
import simulated_team as simulated

from index.encoders.base import Encoder, Vectors
from index.encoders.catalog import open_encoder
from skills.tasks.assigning import checklist, effort, kinds
from skills.tasks.assigning.candidate import Candidate
from skills.tasks.assigning.ranking import rank

Figures = dict[str, list[float]]


class Encoded:
    """Vectors of texts by one encoder, kept in a file, since a trial has some 17,000 texts."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._file = Path(tempfile.gettempdir()) / f"deskhand-teams-{encoder.fingerprint}.npz"
        self._known: dict[str, Vectors] = {}
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Returns the vectors of `texts` (n, d)."""
        new = sorted(set(texts) - self._known.keys())
        for begin in range(0, len(new), 256):
            some = new[begin : begin + 256]
            self._known.update(zip(some, self._encoder.encode(some, "query"), strict=True))
        return np.stack([self._known[text] for text in texts])

    def save(self) -> None:
        np.savez(self._file, texts=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))


def measure(team: simulated.Team, encoded: Encoded, past_tasks: int, labels: bool, seed: int, out: Figures) -> None:
    """Adds the figures of one team to `out`."""
    past = team.past[-past_tasks:] if past_tasks else ()
    titles = [done.task.text for done in past]
    vectors = encoded(titles) if titles else np.zeros((0, 384), dtype=np.float32)
    minutes = np.array([done.minutes for done in past])
    by = [done.by for done in past]
    at = np.array([done.at for done in past])
    begun = time.perf_counter()
    known = kinds.learn(
        kinds.Finished(vectors, by, at, [done.task.labels if labels else () for done in past]), simulated.BEGIN
    )
    out["learn_ms"].append((time.perf_counter() - begun) * 1_000)
    pace = effort.learn(effort.Timed([done.task.id for done in past], vectors, titles, minutes, by))
    stated = {skill: encoded([skill])[0] for person in team.people for skill in person.stated}
    people = {person.id: person for person in team.people}
    rng = np.random.default_rng(seed)
    encoded([coming.task.text for coming in team.coming])
    for coming in team.coming:
        best = oracle.choices(coming, team.people)
        vector = encoded([coming.task.text])[0]
        candidates = [
            Candidate(id_, people[id_].stated, one.available, one.load, one.capacity, one.recent, one.absent)
            for id_, one in coming.positions.items()
        ]
        ordinary = coming.task.ordinary
        said = pace.predict(vector, coming.task.text).likely if pace is not None else ordinary
        begun = time.perf_counter()
        ranked = [one.id for one in rank(vector, known, stated, candidates, said)]
        out["rank_ms"].append((time.perf_counter() - begun) * 1_000)
        given = [one.id for one in rank(vector, known, stated, candidates, ordinary)]
        by_skills = [one.id for one in rank(vector, None, stated, candidates, ordinary)]
        out["absent"].append(sum(coming.positions[id_].absent for id_ in ranked))
        out["full"].append(sum(_room(coming.positions[id_]) < said for id_ in ranked))
        if not best:
            continue
        out["first"].append(ranked[:1] != [] and ranked[0] in best)
        out["third"].append(bool(best & set(ranked[:3])))
        out["as_fit"].append(ranked[:1] != [] and _as_fit(coming, people, ranked[0], best))
        out["too_much"].append(ranked[:1] != [] and not oracle.can_take(coming, people[ranked[0]]))
        out["first_given_effort"].append(given[:1] != [] and given[0] in best)
        out["first_by_stated_skills"].append(by_skills[:1] != [] and by_skills[0] in best)
        out["first_by_chance"].append(rng.choice(given) in best if given else False)
        if pace is not None:
            _judge_effort(coming, people[min(best)], pace, vector, float(np.median(minutes)), rng, out)
    if past:
        _judge_checklists(team, encoded, checklist.learn_ordinary(vectors, titles), out)


def _room(position: simulated.Position) -> float:
    return min(position.available, position.capacity) - position.load


def _as_fit(coming: simulated.Coming, people: dict[str, simulated.Person], id_: str, best: Iterable[str]) -> bool:
    fits = {one: coming.task.fit(people[one].levels) for one in (id_, *best)}
    return oracle.can_take(coming, people[id_]) and fits[id_] > max(fits.values()) - 0.2 - 1e-9


def _judge_effort(
    coming: simulated.Coming,
    person: simulated.Person,
    pace: effort.Pace,
    vector: Vectors,
    median: float,
    rng: np.random.Generator,
    out: Figures,
) -> None:
    took = simulated.expected_minutes(coming.task, person) * float(rng.lognormal(0.0, 0.4))
    for name, who in (("", person.id), ("_anybody", None)):
        told = pace.predict(vector, coming.task.text, who)
        out[f"effort_error{name}"].append(abs(told.likely - took))
        out[f"effort_covered{name}"].append(told.low <= took <= told.high)
    out["effort_error_median"].append(abs(median - took))


def _judge_checklists(
    team: simulated.Team, encoded: Encoded, ordinary: checklist.Ordinary | None, out: Figures
) -> None:
    templates = [_example(one.name, one, encoded) for one in parents.UNDERTAKINGS]
    splits = [_example(one.text, one.undertaking, encoded) for one in team.splits]
    for place, split in enumerate(team.splits):
        others = splits[:place] + splits[place + 1 :]
        for name, past in (("templates", []), ("templates_and_past", others)):
            got = checklist.propose(encoded([split.text])[0], split.text, ordinary, templates, past)
            out[f"split_{name}"].append(got is not None)
            if got is not None:
                out[f"split_rightly_{name}"].append(got.items == _items(split.undertaking))
    for coming in team.coming:
        text = coming.task.text
        got = checklist.propose(encoded([text])[0], text, ordinary, templates, splits)
        out["harmless_split"].append(got is not None)


def _example(name: str, undertaking: parents.Undertaking, encoded: Encoded) -> checklist.Example:
    return checklist.Example(name, encoded([name])[0], _items(undertaking))


def _items(undertaking: parents.Undertaking) -> tuple[checklist.Item, ...]:
    return tuple(checklist.Item(piece.title, piece.field, piece.after) for piece in undertaking.pieces)


def main(ranges: Sequence[str], encoder: str, world: str, past: int, labels: bool) -> None:
    encoded = Encoded(open_encoder(encoder, "cpu"))
    for some in ranges:
        begin, _, end = some.partition("-")
        out: Figures = defaultdict(list)
        firsts = []
        for seed in range(int(begin), int(end or begin) + 1):
            team = simulated.draw(seed, simulated.SETTLED if world == "settled" else simulated.UNSETTLED)
            own: Figures = defaultdict(list)
            measure(team, encoded, past, labels, seed, own)
            firsts.append(round(float(np.mean(own["first"])), 3))
            for name, values in own.items():
                out[name] += values
        encoded.save()
        print(json.dumps({"seeds": some, "first_by_seed": firsts, **_summed(out)}), flush=True)


def _summed(out: Figures) -> dict[str, float]:
    figures = {}
    for name, values in out.items():
        counted = name in ("absent", "full")
        sums = np.sum if counted else np.median if "error" in name or name.endswith("_ms") else np.mean
        figures[name] = round(float(sums(values)), 3)
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=["0-9", "100-109"])
    parser.add_argument("--encoder", default="multilingual")
    parser.add_argument("--world", choices=("settled", "unsettled"), default="settled")
    parser.add_argument("--past", type=int, default=500)
    parser.add_argument("--without-labels", action="store_true")
    options = parser.parse_args(sys.argv[1:])
    main(options.seeds, options.encoder, options.world, options.past, not options.without_labels)
