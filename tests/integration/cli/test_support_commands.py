"""`deskhand support` as it is typed: answer books in and out, and one proposed from conversations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REFUSED = 2
BOOK = """languages: [en]
intents:
  - name: order_status
    examples: {en: [where is it, any news, did you ship it, is it lost, no delivery yet]}
    answers: {en: ["See {order_number}."]}
"""


def deskhand(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DESKHAND_DATA"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_a_book_goes_in_and_out_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK)
    done = deskhand("support", "import", "book.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["intents"], result["examples"], result["version"]) == (1, 5, 1)

    (tmp_path / "bad.yaml").write_text(BOOK.replace("{order_number}", "{tracking}"))
    refused = deskhand("support", "import", "bad.yaml", cwd=tmp_path)
    assert refused.returncode == REFUSED
    assert refused.stderr.startswith("deskhand: bad.yaml:5: intents[0].answers.en[0]: {tracking} is no known slot")
    assert refused.stderr.count("\n") == 1

    (tmp_path / "more.csv").write_text(
        "intent,language,kind,text\n"
        + "".join(f"cancel,en,example,{text}\n" for text in ("cancel it", "stop it", "undo it", "no more", "off"))
        + "cancel,en,answer,Done.\n"
    )
    merged = deskhand("support", "import", "more.csv", "--merge", cwd=tmp_path)
    assert merged.stdout.startswith("2 intents with 10 examples; version 2")

    exported = deskhand("support", "export", "out.yaml", cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    written = (tmp_path / "out.yaml").read_text(encoding="utf-8")
    assert "order_status" in written
    assert "cancel it" in written


def test_conversations_propose_a_book_that_can_be_imported(tmp_path: Path) -> None:
    questions = ["where is my parcel", "my parcel is late, where is it", "has my parcel been sent"]
    rows = [{"question": text, "answer": f"Order number 1{n}123 is on its way."} for n, text in enumerate(questions)]
    cancelling = ["cancel my order", "please cancel the order", "I want to cancel what I ordered"]
    rows += [{"question": text, "answer": "It is cancelled."} for text in cancelling]
    (tmp_path / "past.jsonl").write_text("\n".join([*map(json.dumps, rows), "nonsense"]))
    done = deskhand("support", "import", "past.jsonl", "--out", "proposed.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["conversations"], result["bad_rows"], len(result["proposals"])) == (6, 1, 2)
    assert "left out: past.jsonl:7: is not JSON" in done.stderr
    assert "Order number {order_number} is on its way." in (tmp_path / "proposed.yaml").read_text()
    taken = deskhand("support", "import", "proposed.yaml", cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr


def test_wrong_usage_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK)
    (tmp_path / "few.csv").write_text("question,answer\n,a\n")
    for arguments, says in (
        (["import", "none.yaml"], "none.yaml: cannot be read"),
        (["import", "book.yaml", "--out", "x.yaml"], "--out is for what is learned"),
        (["import", "few.csv"], "few.csv:2: has no question; no row can be used"),
        (["export", "book.txt"], "must end in .yaml or .csv"),
        (["export", "book.csv"], "is empty"),
    ):
        done = deskhand("support", *arguments, cwd=tmp_path)
        assert done.returncode == REFUSED
        assert says in done.stderr
        assert done.stderr.startswith("deskhand: ")
        assert done.stderr.count("\n") == 1
