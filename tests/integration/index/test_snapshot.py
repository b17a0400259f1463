"""Snapshots survive kill -9 at any moment of their writing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from index import snapshot

_WRITER = """
import sys
from pathlib import Path
import numpy as np
from index.snapshot import Snapshot, write
from index.stored import Version
from index.team_index import DocumentState, IndexedDocument, IndexedPassage
document = IndexedDocument(1, "k", "Title", "p", None, None, None, frozenset({"everyone"}))
passages = [IndexedPassage(n, document, (), "text " * 50, 0, 250, 1, None, "en", "text") for n in range(2000)]
vectors = {"words": np.ones((2000, 64), np.float32)}
number = 0
while True:
    number += 1
    states = [DocumentState(1, passages, vectors)]
    write(Path(sys.argv[1]), "T/1", Snapshot(Version("line", number), {"words": "w1"}, states))
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    chance = random.Random(5)
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline()
        time.sleep(chance.random() * 0.15)
        os.kill(writer.pid, signal.SIGKILL)
        said = writer.communicate()[0].split()
        found = snapshot.read(tmp_path, "T/1", {"words": "w1"})
        assert found is not None
        assert found.version.number >= int(said[-1] if said else 1)
        assert sum(len(state.passages) for state in found.states) == 2000
    assert snapshot.teams(tmp_path) == ["T/1"]


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    left = tmp_path / f"T1.npz.{process.pid}.part"
    left.write_bytes(b"half")
    ours = tmp_path / f"T2.npz.{os.getppid()}.part"
    ours.write_bytes(b"being written")
    snapshot.write(tmp_path, "T1", snapshot.Snapshot(snapshot.Version("line", 1), {}, []))
    assert not left.exists()
    assert ours.exists()


def test_a_snapshot_of_other_encoders_is_not_used(tmp_path: Path) -> None:
    snapshot.write(tmp_path, "T1", snapshot.Snapshot(snapshot.Version("line", 1), {}, []))
    assert snapshot.read(tmp_path, "T1", {"words": "w1"}) is None
