"""Looks at a Ray cluster: `python -m skills.classifiers.retraining.cluster.looking ADDRESS`.

It prints a `Sight` as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from skills.classifiers.retraining.cluster.asking import Sight
from skills.classifiers.retraining.cluster.driver import Failed, connect, why_of
from skills.classifiers.retraining.cluster.installation import differences, installation

_ANSWER_SECONDS = 30.0


def main(address: str) -> Sight:
    """Returns how the cluster looks."""
    try:
        ray = connect(address)
    except Failed as failed:
        return Sight(why=failed.why, said=failed.said)
    try:
        nodes = [node for node in ray.nodes() if node["Alive"]]
        resources = ray.cluster_resources()
        there = ray.remote(num_cpus=0, max_retries=0)(installation).remote()
        unlike = differences(installation(), ray.get(there, timeout=_ANSWER_SECONDS))
    except Exception as error:
        why = why_of(error, True)
        # Where Deskhand is not installed at all.
        return Sight(unlike=("deskhand",)) if why == "unlike" else Sight(why=why, said=type(error).__name__)
    finally:
        ray.shutdown()
    return Sight(len(nodes), resources.get("CPU", 0.0), resources.get("GPU", 0.0), ray.__version__, tuple(unlike))


if __name__ == "__main__":
    print(json.dumps(asdict(main(sys.argv[1]))))
