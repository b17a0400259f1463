"""Figures of rankings, and files that can't be read."""

import json
from pathlib import Path

import pytest

from index.beir import read_corpus, read_qrels, read_queries
from index.encoder_choice import EncoderChoice, languages_in_use
from index.evaluation import evaluate_retrieval
from index.json_rows import BadRowError
from index.metrics import of_ranking


def test_figures_are_those_of_trec_eval() -> None:
    # Checked against pytrec_eval: gains 1 at ranks 1 and 3 of three relevant documents.
    figures = of_ranking(["a", "x", "b"], {"a": 1.0, "b": 1.0, "c": 1.0})
    assert figures["ndcg@10"] == pytest.approx((1 + 0.5) / (1 + 0.6309297535714575 + 0.5))
    assert figures["mrr@10"] == 1.0
    assert figures["map"] == pytest.approx((1 + 2 / 3) / 3)
    assert figures["recall@100"] == pytest.approx(2 / 3)


def test_gains_count_linearly() -> None:
    figures = of_ranking(["a", "b"], {"a": 1.0, "b": 2.0})
    assert figures["ndcg@10"] == pytest.approx((1 + 2 * 0.6309297535714575) / (2 + 0.6309297535714575))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("corpus", '{"_id": "a", "text": "x"}\n{"_id": "b"}\n', ['line 2, field "text"', "missing"]),
        ("corpus", '{"_id": "a", "text": "x"}\nnonsense\n', ["line 2", "not JSON"]),
        ("corpus", '{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}\n', ['line 2, field "_id"', "before"]),
        ("corpus", '{"_id": "a", "text": 3}\n', ['line 1, field "text"', "not a text"]),
        ("corpus", "", ["no document"]),
        ("queries", '{"_id": "q", "text": "x", "history": "y"}\n', ['field "history"', "not a list"]),
        ("queries", '["q"]\n', ["line 1", "not a JSON object"]),
        ("qrels", "query-id\tcorpus-id\tscore\nq\ta\n", ["line 2", "2 fields"]),
        ("qrels", "query-id\tcorpus-id\tscore\nq\ta\tmuch\n", ['line 2, field "score"', '"much"']),
        ("qrels", "q\ta\t1\n", ["line 1", "header"]),
    ],
)
def test_a_bad_row_is_named_with_file_line_field_and_reason(
    tmp_path: Path, name: str, text: str, expected: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    read = {"corpus": read_corpus, "queries": read_queries, "qrels": read_qrels}[name]
    with pytest.raises(BadRowError) as error:
        read(path)
    said = str(error.value)
    assert str(path) in said
    assert "\n" not in said
    assert all(part in said for part in expected)


def test_a_set_is_evaluated_and_its_rankings_written(tmp_path: Path) -> None:
    corpus = [
        {"_id": "a", "title": "Refunds", "text": "Refunds take five working days."},
        {"_id": "b", "title": "", "text": "Express shipping costs 12 euro."},
        {"_id": "c", "title": "Empty", "text": ""},
    ]
    queries = [
        {"_id": "1", "text": "refunds working days", "answerability": ["ANSWERABLE"]},
        {"_id": "2", "text": "express shipping", "history": [{"speaker": "user", "text": "euro"}]},
        {"_id": "3", "text": "zebra", "answerability": ["UNANSWERABLE"]},
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "qrels").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n3\ta\t0\n", encoding="utf-8")
    figures = evaluate_retrieval(
        tmp_path / "corpus", tmp_path / "queries", tmp_path / "qrels", [], predictions=tmp_path / "out"
    )
    assert (figures["ndcg@10"], figures["bm25_ndcg@10"], figures["documents"], figures["queries"]) == (1.0, 1.0, 3, 2)
    assert figures["nothing_known_shipped"]["unanswerable_answered"] == 0.0
    written = [json.loads(line) for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert [row["_id"] for row in written] == ["1", "2", "3"]
    assert written[0]["ranking"][0][0] == "a"


def test_a_language_counts_as_in_use_from_one_passage_in_fifty() -> None:
    assert languages_in_use({"en": 98, "zh": 2}) == {"en", "zh"}
    assert languages_in_use({"en": 99, "es": 1}) == {"en"}
    assert languages_in_use({}) == frozenset()


def test_without_any_encoder_nothing_is_encoded() -> None:
    assert EncoderChoice([]).for_passage("en", {"en", "zh"}) == ()
