"""Times ranking and learning for large teams of random vectors, where only sizes matter.

python tests/benchmarks/tasks/teams/speed.py

Prints one JSON object a size (people, tasks finished by all of them together): medians in milliseconds, and the
processor time that learning took.
"""

from __future__ import annotations

import json
import time

import numpy as np

from skills.tasks.assigning import kinds
from skills.tasks.assigning.candidate import Candidate
from skills.tasks.assigning.ranking import rank

_REPEATS = 31


def main() -> None:
    rng = np.random.default_rng(0)
    for people, tasks in ((12, 500), (50, 500), (50, 25_000)):
        vectors = rng.normal(size=(tasks + 50, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        by = [f"U{rng.integers(people)}" for _ in range(tasks)]
        finished = kinds.Finished(vectors[50:], by, rng.uniform(0, 1e8, tasks), [()] * tasks)
        begun, used = time.perf_counter(), time.process_time()
        known = kinds.learn(finished, 1e8)
        learn_ms, cpu_ms = (time.perf_counter() - begun) * 1e3, (time.process_time() - used) * 1e3
        stated = {f"skill {number}": vectors[number] for number in range(50)}
        candidates = [
            Candidate(f"U{number}", (f"skill {number % 50}",), 2_000, 300, 1_500, 3) for number in range(people)
        ]
        took = []
        for number in range(_REPEATS):
            begun = time.perf_counter()
            rank(vectors[number], known, stated, candidates, 60)
            took.append((time.perf_counter() - begun) * 1e3)
        figures = {"rank_ms": float(np.median(took)), "learn_ms": learn_ms, "learn_processor_ms": cpu_ms}
        print(json.dumps({"people": people, "tasks": tasks, **{k: round(v, 2) for k, v in figures.items()}}))


if __name__ == "__main__":
    main()
