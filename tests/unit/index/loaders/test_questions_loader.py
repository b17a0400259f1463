from __future__ import annotations

import contextlib
import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.pages import UnreadableError
from index.loaders.questions import MAX_FAULTS, read_csv, read_jsonl
from index.types import LeftOut


@pytest.mark.parametrize(
    "data",
    [
        b"question,answer\nHow long?,Five days\n",
        b"Question;Answer\nHow long?;Five days\n",
        b"id\tq\ta\n7\tHow long?\tFive days\n",
        "\ufeffanswer,question\nFive days,How long?\n".encode(),
    ],
)
def test_a_row_of_a_csv_file_is_a_page(data: bytes) -> None:
    (page,) = read_csv(data, "faq.csv").pages
    assert (page.title, page.sections[0].text, page.sections[0].line) == ("How long?", "Five days", 2)


def test_columns_may_be_named_in_chinese_and_the_file_come_from_excel() -> None:
    (page,) = read_csv("编号,问题,答案\n3,退款多久到账？,一般需要五个工作日\n".encode("gb18030"), "常见问题.csv").pages
    assert (page.part, page.title, page.sections[0].text) == ("3", "退款多久到账？", "一般需要五个工作日")


def test_quoted_line_ends_count_as_lines() -> None:
    reading = read_csv(b'q,a\nx,"one\ntwo"\n\ny,\nz,three\n', "faq.csv")
    assert [(page.title, page.sections[0].line) for page in reading.pages] == [("x", 2), ("z", 6)]
    assert reading.faults == (LeftOut("faq.csv line 5", "has no answer"),)


def test_other_columns_are_named_when_the_needed_ones_are_missing() -> None:
    with pytest.raises(UnreadableError, match=r"no columns question and answer \(its columns: name, price\)"):
        read_csv(b"name,price\nlamp,3\n", "p.csv")


def test_beir_lines_are_read_with_their_ids() -> None:
    line = {"_id": "d1", "title": "Refunds", "text": "Five days.", "metadata": {"x": 1}}
    (page,) = read_jsonl(json.dumps(line).encode(), "corpus.jsonl").pages
    assert (page.part, page.title, page.sections[0].text) == ("d1", "Refunds", "Five days.")


def test_bad_lines_are_named_and_the_rest_is_read() -> None:
    data = b'{"q": "a", "a": "b"}\nnot json\n[1]\n{"q": "x"}\n\n' + b"[" * 100_000 + b'\n{"q": "c", "a": "d"}\n'
    reading = read_jsonl(data, "f.jsonl")
    assert [page.title for page in reading.pages] == ["a", "c"]
    assert [(fault.what, fault.why) for fault in reading.faults] == [
        ("f.jsonl line 2", "is not JSON"),
        ("f.jsonl line 3", "is not a JSON object"),
        ("f.jsonl line 4", "has no answer"),
        ("f.jsonl line 6", "is not JSON"),
    ]


def test_many_bad_lines_are_counted_rather_than_listed() -> None:
    reading = read_jsonl(b'{"q": "a", "a": "b"}\n' + b"x\n" * 100, "f.jsonl")
    assert len(reading.faults) == MAX_FAULTS + 1
    assert reading.faults[-1].what == "f.jsonl, 80 more lines"


def test_a_row_keeps_its_name_when_another_comes_above_it() -> None:
    before = read_csv(b"q,a\nx,one\n", "f.csv").pages[0].part
    after = read_csv(b"q,a\nnew,zero\nx,one\n", "f.csv").pages[1].part
    assert before == after


def test_of_two_rows_with_one_id_the_second_is_left_out() -> None:
    reading = read_csv(b"id,q,a\n1,x,one\n1,y,two\n", "f.csv")
    assert [page.title for page in reading.pages] == ["x"]
    assert reading.faults[0].why == "has the id of an earlier row, 1"


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    pages = read_csv(b"q,a,url\nx,y,javascript:alert(1)\nz,y,https://a.example/1\n", "f.csv").pages
    assert [page.link for page in pages] == [None, "https://a.example/1"]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and text.strip("\ufeff")
)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=10))
def test_every_row_that_was_written_is_read_with_its_line(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["question", "answer"])
    writer.writerows(rows)
    pages = read_csv(out.getvalue().encode(), "f.csv").pages
    assert [page.sections[0].text for page in pages] == [answer for _, answer in rows]
    assert [page.sections[0].line for page in pages] == list(range(2, len(rows) + 2))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_as_rows_or_refused(text: str) -> None:
    for read in (read_csv, read_jsonl):
        with contextlib.suppress(UnreadableError):
            assert read(text.encode(), "f").pages
