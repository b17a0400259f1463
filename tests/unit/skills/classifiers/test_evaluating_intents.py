"""`deskhand evaluate intents` on files that were written here, with a toy encoder that knows a few words."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.json_rows import BadRowError
from skills.classifiers.evaluation import evaluate_intents

WORDS = ("refund", "parcel", "login", "invoice", "weather", "song")


class WordEncoder:
    """Unit vectors by which known words a text has."""

    name = "words"
    fingerprint = "words"
    dimensions = len(WORDS) + 1

    def reads(self, language: str) -> bool:
        return True

    def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
        rows = np.array([[*(word in text for word in WORDS), 0.3] for text in texts], dtype=np.float32)
        rows = rows.reshape(len(texts), self.dimensions)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write(path: Path, labels: Sequence[str], each: int, start: int = 0) -> Path:
    rows = [
        {"text": f"about my {label if label != 'oos' else 'weather'} no {start + number}", "label": label, "more": 1}
        for label in labels
        for number in range(each)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_every_figure_of_the_contract_is_there_and_predictions_can_be_scored_again(tmp_path: Path) -> None:
    train = write(tmp_path / "train.jsonl", [*WORDS[:4], "oos"], 15)
    test = write(tmp_path / "test.jsonl", [*WORDS[:4], "oos"], 5, start=50)
    out = tmp_path / "predictions.jsonl"
    figures = evaluate_intents(train, test, [WordEncoder()], predictions=out).figures
    contract = "accuracy macro_f1 oos_auroc oos_recall in_scope_accuracy ece aurc method train_seconds"
    assert {*contract.split(), "predict_p50_ms", "predict_p95_ms", "n"} <= figures.keys()
    assert figures["n"] == 25
    assert figures["in_scope_accuracy"] == 1.0
    assert figures["oos_auroc"] == 1.0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 25
    assert all(row["label"] == max(row["scores"], key=row["scores"].get) for row in rows)
    assert min(row["in_scope"] for row in rows[:20]) > max(row["in_scope"] for row in rows[20:])


def test_without_out_of_scope_rows_nothing_is_refused(tmp_path: Path) -> None:
    train = write(tmp_path / "train.jsonl", WORDS, 8)
    test = write(tmp_path / "test.jsonl", WORDS, 3, start=30)
    figures = evaluate_intents(train, test, [WordEncoder()]).figures
    assert figures["oos_auroc"] is None
    assert figures["oos_recall"] is None
    assert figures["in_scope_refused"] == 0.0
    assert figures["accuracy"] == figures["in_scope_accuracy"]


def test_shots_are_drawn_and_unseen_labels_and_scarce_ones_are_named(tmp_path: Path) -> None:
    train = write(tmp_path / "train.jsonl", WORDS[:3], 20)
    test = write(tmp_path / "test.jsonl", [*WORDS[:3], "song"], 3)
    evaluated = evaluate_intents(train, test, [WordEncoder()], shots=4)
    assert evaluated.figures["trained_on"] == 12
    assert any("fewer than 5 examples of login, parcel, refund" in note for note in evaluated.notes)
    assert any("never had" in note and "song" in note for note in evaluated.notes)
    assert evaluated.figures["accuracy"] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: it is not JSON"),
        ("[]", "line 2: it is not a JSON object"),
        ('{"text": "a"}', 'line 2, field "label": it is missing'),
        ('{"text": 3, "label": "a"}', 'line 2, field "text": it is not a text'),
        ('{"text": "b", "label": "rare"}', 'field "label": the label "rare" has one example'),
    ],
)
def test_bad_rows_are_named_by_file_line_and_field(tmp_path: Path, line: str, complaint: str) -> None:
    train = tmp_path / "train.jsonl"
    train.write_text('{"text": "a", "label": "rare2"}\n' + line + "\n", encoding="utf-8")
    test = write(tmp_path / "test.jsonl", WORDS[:2], 2)
    with pytest.raises(BadRowError, match=r"train\.jsonl") as error:
        evaluate_intents(train, test, [WordEncoder()])
    assert complaint in str(error.value)
