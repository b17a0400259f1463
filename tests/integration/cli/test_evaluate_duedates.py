"""`deskhand evaluate duedates` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REFUSED = 2
NOW = "2026-11-25T10:00:00"
ROWS = [
    {"text": "send it by Friday 5pm", "now": NOW, "expected": "2026-11-27T17:00:00", "kind": "ignored"},
    {"text": "next Friday please", "now": NOW, "expected": "2026-12-04"},
    {"text": "Fix issue 2024", "now": NOW, "expected": None},
    {"text": "月底前交\u2028谢谢", "now": NOW, "expected": "2026-11-30"},
    {"text": "send it tomorrow", "now": NOW, "expected": "2026-11-27"},
]


def evaluate(folder: Path, content: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "cases.jsonl").write_bytes(content)
    return subprocess.run(
        [sys.executable, "-m", "bot", "evaluate", "duedates", "cases.jsonl", *more],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lines(rows: list[dict[str, str | None]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_due_dates_are_measured_and_the_figures_have_the_promised_names(tmp_path: Path) -> None:
    done = evaluate(tmp_path, lines(ROWS), "--predictions", "answers.jsonl")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [answer["got"] for answer in answers] == [
        "2026-11-27T17:00:00",
        "2026-12-04",
        None,
        "2026-11-30T23:59:59",
        "2026-11-26",
    ]
    assert [answer["asks"] for answer in answers] == [False, True, False, False, False]
    assert answers[1]["readings"] == ["2026-12-04", "2026-11-27"]
    assert answers[2]["readings"] == []
    assert not (tmp_path / "data").exists()


def test_json_is_one_object_with_what_was_wrong(tmp_path: Path) -> None:
    done = evaluate(tmp_path, lines(ROWS), "--json")
    figures = json.loads(done.stdout)
    assert figures.keys() >= {"exact", "n", "wrong", "p50_ms", "p95_ms"}
    assert (figures["exact"], figures["n"]) == (0.8, 5)
    assert figures["wrong"] == [
        {"text": "send it tomorrow", "now": NOW, "expected": "2026-11-27", "got": "2026-11-26"},
    ]


def test_what_cannot_be_read_is_named_in_one_line(tmp_path: Path) -> None:
    done = evaluate(tmp_path, lines(ROWS) + b'{"text": "a", "now": "2026-11-25T10:00:00"}\n')
    assert done.returncode == REFUSED
    assert done.stderr == 'deskhand: cases.jsonl, line 6, field "expected": it is missing\n'


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "evaluate", "duedates", "nowhere.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == REFUSED
    assert done.stderr.startswith("deskhand: nowhere.jsonl: ")
