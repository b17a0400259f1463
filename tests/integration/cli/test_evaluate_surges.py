"""`deskhand evaluate surges` as it is typed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

REFUSED = 2
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
FIELDS = {
    "nab_score",
    "precision",
    "recall",
    "f1",
    "false_alarms_per_week",
    "mean_delay_seconds",
    "threshold",
    "files",
}


def stamp(row: int) -> str:
    return (BEGIN + timedelta(minutes=5 * row)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two series of eight days with a jump in each, and their labels."""
    labels = {}
    for number, name in enumerate(("web/one.csv", "web/two.csv")):
        at = 1500 + 200 * number
        values = [
            100 + 30 * math.sin(row / 46) + (row * 7919) % 13 + (300 if at <= row < at + 12 else 0)
            for row in range(2304)
        ]
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            "timestamp,value\n" + "".join(f"{stamp(row)},{value}\n" for row, value in enumerate(values)),
            encoding="utf-8",
        )
        labels[name] = [[stamp(at - 20) + ".000000", stamp(at + 80) + ".000000"]]
    (tmp_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    return tmp_path


def evaluate(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "bot",
            "evaluate",
            "surges",
            str(folder),
            "--labels",
            str(folder / "labels.json"),
            *more,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_jumps_are_found_and_the_figures_have_the_promised_names(folder: Path) -> None:
    done = evaluate(folder, "--json", "--predictions", str(folder / "answers.jsonl"))
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures.keys() >= FIELDS
    assert figures["recall"] == 1.0
    assert figures["nab_score"] > 80
    assert figures["files"] == 2
    assert figures["mean_delay_seconds"] >= 0
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(answers) == 2 * 2304
    assert answers[0].keys() == {"file", "timestamp", "score", "flag"}
    assert (answers[0]["file"], answers[0]["timestamp"]) == ("web/one.csv", stamp(0))
    assert all(one["flag"] == (one["score"] >= figures["threshold"]) for one in answers)
    assert not (folder / "data").exists()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("web/one.csv", "timestamp,value\n2026-03-02 00:00:00,high\n", 'one.csv, line 2, field "value"'),
        ("web/one.csv", "timestamp,value\n2026-03-02 00:00:00,nan\n", 'one.csv, line 2, field "value"'),
        ("web/one.csv", "timestamp,value\nyesterday,1\n", 'one.csv, line 2, field "timestamp"'),
        ("web/one.csv", "timestamp,value\n2026-03-02 00:00:00\n", 'one.csv, line 2, field "value"'),
        ("web/one.csv", "time,value\n", 'one.csv, line 1, field "timestamp"'),
        ("web/one.csv", "timestamp,value\n", "one.csv, line 2"),
        ("labels.json", '{"web/one.csv": [\n', "labels.json, line 2"),
        ("labels.json", '{"web/three.csv": []}', 'labels.json, field "web/three.csv"'),
        ("labels.json", '{"web/one.csv": [["soon", "later"]]}', 'field "web/one.csv", window 1'),
        ("labels.json", '{"web/one.csv": [["2020-01-01", "2020-01-02"]]}', 'field "web/one.csv", window 1'),
        ("labels.json", "[]", "labels.json, line 1"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(folder: Path, name: str, text: str, says: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    done = evaluate(folder)
    assert done.returncode == REFUSED
    assert says in done.stderr
    assert done.stderr.startswith("deskhand: ")
    assert done.stderr.count("\n") == 1


def test_a_text_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "web/two.csv").write_bytes(b"timestamp,value\n2026-03-02 00:00:00,\xff\n")
    done = evaluate(folder)
    assert done.returncode == REFUSED
    assert "two.csv" in done.stderr
