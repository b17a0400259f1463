import json
from pathlib import Path

from bot.bench.texts import made_pages, pages, questions


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_the_handbook_yields_a_thousand_different_questions():
    drawn = questions(1020, None)

    assert len(set(drawn)) == 1020
    assert drawn == questions(1020, None)


def test_questions_come_from_query_files_where_there_are_any(tmp_path: Path):
    _write(tmp_path / "one" / "queries.train.jsonl", [{"text": "how do I get a visa?"}, {"text": "如何申请签证？"}])
    _write(tmp_path / "one" / "corpus.jsonl", [{"text": "a page of the corpus that nobody asks"}])

    assert questions(1, tmp_path) == ["how do I get a visa?"]
    assert len(set(questions(5, tmp_path))) == 5


def test_rows_that_are_no_questions_are_passed_over(tmp_path: Path):
    (tmp_path / "queries.jsonl").write_text('{"text": 3}\nnonsense\n{"text": "is this one?"}\n', encoding="utf-8")

    assert questions(1, tmp_path) == ["is this one?"]


def test_pages_come_from_the_first_corpus_in_english(tmp_path: Path):
    _write(tmp_path / "a" / "corpus.jsonl", [{"title": "签证", "text": "如何申请签证，需要多长时间？"}])
    _write(tmp_path / "b" / "corpus.jsonl", [{"title": "Visas", "text": "How to apply for a visa and what it costs."}])

    assert [page.title for page in pages(10, tmp_path)] == ["Visas"]


def test_made_pages_differ():
    made = made_pages(300)

    assert len({(page.title, page.text) for page in made}) == 300
