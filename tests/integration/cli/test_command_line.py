"""The command line as it is typed: real processes, real exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.workspace.testing import running_workspace

REFUSED = 2


def deskhand(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DESKHAND_DATA"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def is_one_line(text: str) -> bool:
    return text.startswith("deskhand: ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frobnicate"], "No such command"),
        (["run", "--port", "many"], "--port"),
        (["index", "add"], "PATH-or-URL"),
        (["index", "status", "--data"], "--data needs a value"),
        (["index", "status", "--config", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["run"], "SLACK_BOT_TOKEN is not set"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = deskhand(*arguments, cwd=tmp_path)
    assert done.returncode == REFUSED
    assert says in done.stderr
    assert is_one_line(done.stderr)


def test_a_taken_port_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = deskhand("local", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert done.returncode == REFUSED
    assert "choose another with --port" in done.stderr
    assert is_one_line(done.stderr)


def test_documents_are_added_found_and_removed_and_bad_ones_are_named(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "leave.md").write_text("# Leave\n\nEverybody has 28 days of leave a year.\n", encoding="utf-8")
    (docs / "broken.pdf").write_bytes(b"this is no PDF")
    added = deskhand("--json", "index", "add", str(docs), cwd=tmp_path)
    assert added.returncode == 0
    assert json.loads(added.stdout)["added"] == 1
    assert json.loads(added.stdout)["left_out"] == 1
    assert "broken.pdf" in added.stderr
    status = json.loads(deskhand("index", "status", "--json", cwd=tmp_path).stdout)
    assert (status["team"], status["documents"], status["sources"]) == ("T0LOCAL", 1, [str(docs)])
    found = json.loads(deskhand("index", "search", "how many days of leave are there?", "--json", cwd=tmp_path).stdout)
    assert found["hits"][0]["title"] == "Leave"
    assert "28 days" in found["hits"][0]["text"]
    removed = deskhand("index", "remove", str(docs), "--json", cwd=tmp_path)
    assert json.loads(removed.stdout) == {"removed": 1}
    assert deskhand("index", "remove", str(docs), cwd=tmp_path).returncode == REFUSED


def test_when_nothing_can_be_indexed_the_exit_code_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = deskhand("index", "add", "empty.txt", cwd=tmp_path)
    assert done.returncode == REFUSED
    assert "empty.txt" in done.stderr


def test_a_document_can_be_kept_for_a_channel_by_name(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text("# Pay\n\nThe pay day is the 25th of the month.\n", encoding="utf-8")
    assert deskhand("index", "add", "pay.md", "--visible-to", "#support", cwd=tmp_path).returncode == 0
    question = "when is the pay day?"
    assert json.loads(deskhand("index", "search", question, "--json", cwd=tmp_path).stdout)["hits"] == []
    seen = deskhand("index", "search", question, "--as", "support", "--json", cwd=tmp_path)
    assert json.loads(seen.stdout)["hits"][0]["title"] == "Pay"
    unknown = deskhand("index", "add", "pay.md", "--visible-to", "#nowhere", cwd=tmp_path)
    assert unknown.returncode == REFUSED
    assert "#nowhere" in unknown.stderr


def test_a_bad_row_of_a_retrieval_set_is_named_by_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "1", "title": "a", "text": "b"}\n{"_id": "2"}\n', encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "b"}\n', encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n", encoding="utf-8")
    files = ["--corpus", "corpus.jsonl", "--queries", "queries.jsonl", "--qrels", "qrels.tsv"]
    done = deskhand("evaluate", "retrieval", *files, cwd=tmp_path)
    assert done.returncode == REFUSED
    assert "corpus.jsonl" in done.stderr
    assert "2" in done.stderr
    assert "text" in done.stderr
    assert is_one_line(done.stderr)
    (tmp_path / "corpus.jsonl").write_text('{"_id": "1", "title": "a", "text": "b"}\n', encoding="utf-8")
    figures = json.loads(deskhand("evaluate", "retrieval", *files, "--json", cwd=tmp_path).stdout)
    assert figures["ndcg@10"] == 1.0
    assert figures["queries"] == 1


def test_the_doctor_finds_a_fresh_folder_well(tmp_path: Path) -> None:
    done = deskhand("doctor", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["faults"] == 0


async def test_the_doctor_names_a_refused_token_and_missing_ways_to_connect(tmp_path: Path) -> None:
    import asyncio

    async with running_workspace(tmp_path / "workspace") as workspace:
        wrong = await asyncio.to_thread(
            deskhand, "doctor", "--json", cwd=tmp_path, SLACK_BOT_TOKEN="xoxb-wrong", SLACK_API_URL=workspace.api_url
        )
        right = await asyncio.to_thread(
            deskhand,
            "doctor",
            "--json",
            cwd=tmp_path,
            SLACK_BOT_TOKEN=workspace.bot_token,
            SLACK_API_URL=workspace.api_url,
        )
    findings = {finding["what"]: finding for finding in json.loads(wrong.stdout)["findings"]}
    assert wrong.returncode == 1
    assert findings["bot token"]["state"] == "fault"
    assert "SLACK_BOT_TOKEN" in findings["bot token"]["says"]
    findings = {finding["what"]: finding for finding in json.loads(right.stdout)["findings"]}
    assert findings["bot token"]["state"] == "ok"
    assert findings["connection"]["state"] == "fault"
