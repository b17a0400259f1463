"""`deskhand train` and `deskhand models` as they are typed: real trainings, a real database, real exit codes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from training_data import (
    CIRCULARS,
    REFUSED,
    answered,
    command,
    deskhand,
    environment,
    refused,
    stored,
    with_book,
    write_rows,
)

RUN = (
    "INSERT INTO classifier_runs (id, team, key, slot, owner, seen_at, began, state, phase, share, asked_by)"
    " VALUES ('r1', 'T0LOCAL', 'k', 1, 'another', ?, ?, 'running', 'learning', 0.5, 'U1')"
)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one training has brought version 1."""
    folder = with_book(tmp_path_factory.mktemp("taught"))
    write_rows(folder / "rows.jsonl", [(text, "newsletter") for text in CIRCULARS])
    result = answered("train", "intent", "--examples", "rows.jsonl", cwd=folder)
    (folder / "result.json").write_text(json.dumps(result))
    return folder


@pytest.fixture
def place(taught: Path, tmp_path: Path) -> Path:
    """The same, to change it."""
    return shutil.copytree(taught, tmp_path / "place")


@pytest.fixture(scope="module")
def untaught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an answer book alone."""
    return with_book(tmp_path_factory.mktemp("untaught"))


def test_examples_from_a_file_are_learned_and_what_is_better_serves(taught: Path) -> None:
    result = json.loads((taught / "result.json").read_text())
    assert (result["state"], result["version"], result["verdict"]["promote"]) == ("promoted", 1, True)
    assert result["examples"] == {"added": 8, "changed": 0, "known": 0}
    assert result["reasons"][0]["text"].startswith("Intents: better on new feedback")
    assert result["figures"]["intent"]["new"]["won"] > 0
    assert not list((taught / "data" / "learning").iterdir())


def test_the_same_file_twice_teaches_nothing_and_another_label_is_newly_said(place: Path) -> None:
    again = answered("train", "intent", "--examples", "rows.jsonl", cwd=place)
    assert (again["state"], again["version"], again["verdict"]) == ("empty", None, None)
    assert again["examples"] == {"added": 0, "changed": 0, "known": 8}
    write_rows(place / "other.jsonl", [(CIRCULARS[0], "cancel_order")])
    stored(place, RUN, time.time(), time.time())
    assert "the examples are kept" in refused("train", "intent", "--examples", "other.jsonl", cwd=place)
    rows = stored(place, "SELECT label, at FROM classifier_examples ORDER BY at DESC")
    assert len(rows) == 8
    assert rows[0][0] == "cancel_order"
    assert rows[0][1] > rows[1][1]


def test_one_training_runs_at_a_time(untaught: Path, tmp_path: Path) -> None:
    place = shutil.copytree(untaught, tmp_path / "place")
    stored(place, RUN, time.time(), time.time())
    assert "another training runs: wait until it has ended" in refused("train", cwd=place)
    assert [row[0] for row in stored(place, "SELECT state FROM classifier_runs")] == ["running"]


def test_what_is_wrong_with_examples_is_one_line_that_names_file_line_and_field(untaught: Path) -> None:
    write_rows(untaught / "typo.jsonl", [("cancel that", "cancel_order"), ("and this", "cancel_ordr")])
    (untaught / "tongue.jsonl").write_text('{"text": "a", "label": "none", "language": "English"}\n')
    for arguments, says in (
        (["intent", "--examples", "typo.jsonl"], 'typo.jsonl, line 2, field "label": "cancel_ordr" is no intent'),
        (["intent", "--examples", "tongue.jsonl"], 'tongue.jsonl, line 1, field "language"'),
        (["topic", "--examples", "typo.jsonl"], 'typo.jsonl, line 1, field "label": "cancel_order" is no topic'),
        (["intent", "--examples", "nowhere.jsonl"], "nowhere.jsonl: No such file"),
        (["--examples", "typo.jsonl"], "--examples needs a TASK"),
        (["mood"], "'mood' is not one of 'intent'"),
        (["--device", "abacus"], "--device"),
        (["--minutes", "0"], "--minutes"),
    ):
        assert says in refused("train", *arguments, cwd=untaught)
    assert stored(untaught, "SELECT count(*) FROM classifier_examples") == [(0,)]


def test_examples_from_a_file_are_masked_reviewed_and_nobodys(untaught: Path, tmp_path: Path) -> None:
    place = shutil.copytree(untaught, tmp_path / "place")
    write_rows(place / "rows.jsonl", [("call me a taxi", "none"), ("no mail to jane.doe@example.org", "newsletter")])
    stored(place, RUN, time.time(), time.time())
    assert "the examples are kept" in refused("train", "intent", "--examples", "rows.jsonl", cwd=place)
    rows = stored(place, "SELECT text, label, judge, author, source, state, language FROM classifier_examples")
    assert {row[2:] for row in rows} == {("", "", "import", "accepted", "en")}
    assert {row[:2] for row in rows} == {("call me a taxi", "none"), ("no mail to [email]", "newsletter")}


def test_a_text_with_two_labels_in_the_files_is_left_out_and_named(untaught: Path, tmp_path: Path) -> None:
    place = shutil.copytree(untaught, tmp_path / "place")
    write_rows(place / "one.jsonl", [("cancel that", "cancel_order"), ("no more mail", "newsletter")])
    write_rows(place / "two.jsonl", [("cancel that", "newsletter"), ("no more mail", "newsletter")])
    stored(place, RUN, time.time(), time.time())
    done = deskhand("train", "intent", "--examples", "one.jsonl", "--examples", "two.jsonl", cwd=place)
    assert 'left out: two.jsonl, line 1: "newsletter" here, but "cancel_order" in one.jsonl, line 1' in done.stderr
    assert stored(place, "SELECT text FROM classifier_examples") == [("no more mail",)]


def test_an_answer_book_too_small_to_learn_from_is_said_at_once(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [("cancel that", "cancel_order")])
    assert "too few intents" in refused("train", "intent", "--examples", "rows.jsonl", cwd=tmp_path)
    assert answered("train", cwd=tmp_path)["state"] == "empty"


def test_a_training_that_is_interrupted_is_stopped_and_leaves_nothing_behind(untaught: Path, tmp_path: Path) -> None:
    place = shutil.copytree(untaught, tmp_path / "place")
    write_rows(place / "rows.jsonl", [(text, "newsletter") for text in CIRCULARS])
    for sent, exits in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        arguments = command("train", "intent", "--examples", "rows.jsonl")
        with subprocess.Popen(
            arguments, cwd=place, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            end = time.monotonic() + 60
            while not list((place / "data").glob("learning/*/job.json")):
                assert time.monotonic() < end, "the training did not begin"
                time.sleep(0.05)
            process.send_signal(sent)
            _, said = process.communicate(timeout=60)
        assert process.returncode == exits
        assert "Traceback" not in said
        assert {row[0] for row in stored(place, "SELECT state FROM classifier_runs")} == {"cancelled"}
        assert not list((place / "data" / "learning").iterdir())


def test_versions_are_listed_shown_rolled_back_and_promoted(place: Path) -> None:
    shown = deskhand("models", "show", "1", cwd=place).stdout
    assert "Version 1 learned from" in shown
    assert "✓ Intents: better on new feedback" in shown
    assert answered("models", "show", "v1", cwd=place)["state"] == "serving"
    assert answered("models", cwd=place)["serving"] == 1
    back = answered("models", "rollback", cwd=place)
    assert (back["serving"], back["before"]) == (0, 1)
    assert "nothing to roll back to" in refused("models", "rollback", cwd=place)
    assert answered("models", "promote", "1", cwd=place) == {"team": "T0LOCAL", "serving": 1, "before": 0}
    assert "serves already" in refused("models", "promote", "v1", cwd=place)
    assert "there is no version 7" in refused("models", "promote", "7", cwd=place)
    listed = deskhand("models", "list", cwd=place).stdout
    assert "Version 1 serves." in listed
    assert listed.count("deskhand models") == 2
    ledger = answered("models", "list", cwd=place)["ledger"]
    assert [(line["act"], line["who"]) for line in ledger] == [
        ("promoted", "deskhand models"),
        ("rolled_back", "deskhand models"),
        ("promoted", "gate"),
    ]
    assert "Version 1 learned from: own examples" in deskhand("models", "diff", "1", "1", cwd=place).stdout


def test_a_version_that_breaks_what_must_never_break_can_be_promoted_by_nobody(place: Path) -> None:
    wrong = "where is my order"
    added = answered("models", "must", "add", "intent", "newsletter", wrong, cwd=place)
    assert added["taken_for"] == "order_status"
    write_rows(place / "more.jsonl", [("these flyers of yours must end", "newsletter"), ("ring me a cab", "none")])
    result = answered("train", "--examples", "more.jsonl", "intent", cwd=place)
    assert (result["state"], result["verdict"]["overridable"]) == ("refused", False)
    assert "gets an example wrong that must never break" in refused("models", "promote", "2", cwd=place)
    assert answered("models", cwd=place)["serving"] == 1
    assert answered("models", "rollback", cwd=place)["serving"] == 0
    assert "must never break" in refused("models", "promote", "1", cwd=place), "the gate judged it before"
    assert answered("models", "must", "remove", "1", cwd=place)["text"] == wrong
    assert answered("models", "promote", "1", cwd=place)["serving"] == 1
    assert answered("models", "must", cwd=place)["examples"] == []


def test_what_must_never_break_is_masked_listed_and_known_by_its_number(untaught: Path, tmp_path: Path) -> None:
    place = shutil.copytree(untaught, tmp_path / "place")
    assert "TASK LABEL TEXT adds one" in deskhand("models", "must", cwd=place).stdout
    for arguments in (
        ("intent", "newsletter", "no more mail to jane.doe@example.org"),
        ("intent", "none", "call me a taxi"),
        ("sentiment", "negative", "what a terrible shop"),
        ("intent", "cancel_order", "call me a taxi"),
    ):
        assert deskhand("models", "must", "add", *arguments, cwd=place).returncode == 0
    rows = answered("models", "must", "list", cwd=place)["examples"]
    assert [(row["number"], row["task"], row["label"]) for row in rows] == [
        (1, "intent", "newsletter"),
        (2, "intent", "cancel_order"),
        (3, "sentiment", "negative"),
    ]
    assert "jane.doe" not in rows[0]["text"]
    assert '"parking" is no intent of the answer book' in refused(
        "models", "must", "add", "intent", "parking", "where can I park", cwd=place
    )
    assert "TEXT: it is empty" in refused("models", "must", "add", "intent", "none", " ", cwd=place)
    assert "there is no example 4" in refused("models", "must", "remove", "4", cwd=place)
    assert deskhand("models", "must", "remove", "2", cwd=place).stdout.startswith('Off the list: "call me a taxi"')
    assert len(answered("models", "must", cwd=place)["examples"]) == 2


def test_the_doctor_says_what_serves_and_how_the_last_training_ended(place: Path) -> None:
    def findings() -> dict[str, tuple[str, str]]:
        found = answered("doctor", cwd=place)["findings"]
        return {one["what"]: (one["state"], one["says"]) for one in found}

    found = findings()
    assert found["classifiers of T0LOCAL"] == ("ok", "version 1 serves")
    state, says = found["learning of T0LOCAL"]
    assert state == "ok"
    assert says.startswith("0 new examples to learn from; the last training, ")
    assert says.endswith("brought version 1, which passed")
    stored(place, "UPDATE classifier_runs SET state = 'failed', error = 'memory:'")
    state, says = findings()["learning of T0LOCAL"]
    assert state == "note"
    assert says.endswith("broke off (memory): deskhand train tries again")


def test_wrong_usage_of_models_is_exit_2(untaught: Path) -> None:
    for arguments in (("show",), ("show", "x"), ("diff", "1"), ("promote",), ("frobnicate",), ("must", "remove", "x")):
        done = deskhand("models", *arguments, cwd=untaught)
        assert done.returncode == REFUSED
        assert done.stderr.count("\n") == 1
