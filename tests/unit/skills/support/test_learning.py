"""What past conversations propose: rows read, groups, the best answer and its slots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders.base import Vectors
from skills.classifiers.features.ngrams import COLUMNS, count_ngrams
from skills.support.book.answer_book import EMPTY, AnswerBook, Intent
from skills.support.book.exchange import ExchangeError
from skills.support.book.templates import slots_in
from skills.support.book.validation import check_book, errors
from skills.support.learning.best_answer import best_answer
from skills.support.learning.conversation_files import BadRow, Conversation, holds_conversations, read_conversations
from skills.support.learning.grouping import group
from skills.support.learning.mining import Learned, learn
from skills.support.learning.naming import intent_name


def ngram_vectors(texts: Sequence[str]) -> Vectors:
    """A small encoder without a model: character n-grams, folded to 256 columns."""
    counts = count_ngrams(texts)
    vectors = np.zeros((len(texts), 256), dtype=np.float32)
    np.add.at(vectors, (counts.rows(), counts.columns % 256), counts.frequencies)
    assert COLUMNS % 256 == 0
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def learned(rows: Sequence[tuple[str, str]], known: AnswerBook = EMPTY, intent: str | None = None) -> Learned:
    conversations = [Conversation(line, *row, intent) for line, row in enumerate(rows, 2)]
    return learn(conversations, ngram_vectors, known, lambda *_: None)


WHERE = [
    "where is my parcel",
    "where is my parcel LL-55120 now",
    "tell me where my parcel is",
    "my parcel, where is it please",
    "where is the parcel I ordered",
]
CANCEL = [
    "cancel the order",
    "please cancel the order for me",
    "cancel the order LL-77120",
    "I want to cancel the order",
    "can you cancel the order",
]


def test_questions_are_grouped_and_get_their_best_answer_with_slots() -> None:
    rows = [
        (text, f"Hi {name}, parcel LL-{n}0000 is on its way.")
        for n, (text, name) in enumerate(zip(WHERE, ["Ana", "Ben", "Eva", "Tom", "Kim"], strict=True), 1)
    ]
    rows += [
        (text, f"Order number 9{n}123 is cancelled; questions to help@shop.example.") for n, text in enumerate(CANCEL)
    ]
    found = learned(rows)
    assert [(one.rows, one.intent.answers["en"]) for one in found.proposals] == [
        (5, ("Hi {name}, parcel {order_number} is on its way.",)),
        (5, ("Order number {order_number} is cancelled; questions to help@shop.example.",)),
    ]
    assert {"parcel", "cancel"} <= {word for one in found.proposals for word in one.intent.name.split("_")}
    assert not errors(check_book(found.book()))


def test_given_intents_are_the_groups() -> None:
    found = learned([(text, "Fine.") for text in WHERE + CANCEL], intent="Order / Status")
    (one,) = found.proposals
    assert (one.intent.name, one.rows) == ("order_status", 10)


def test_personal_data_is_masked_and_known_examples_are_not_proposed_again() -> None:
    known = AnswerBook(("en",), (Intent("a", "", {"en": (WHERE[0],)}, {"en": ("x",)}),))
    rows = [(text, "Fine.") for text in (*WHERE, "where is my parcel, I am at j.doe@mail.example")]
    (one,) = learned(rows, known, "where").proposals
    texts = [text for _, text in one.intent.all_examples()]
    assert WHERE[0] not in texts
    assert not any("j.doe" in text for text in texts)
    assert len(texts) == 5


def test_questions_in_two_languages_get_answers_in_both() -> None:
    rows = [(text, "On its way.") for text in WHERE] + [
        (f"我的包裹{end}", "已经寄出。") for end in ["到哪里了", "在哪里", "发货了吗", "还没到"]
    ]
    (one,) = learned(rows, intent="where").proposals
    assert one.intent.answers == {"en": ("On its way.",), "zh": ("已经寄出。",)}
    assert len(one.intent.examples["zh"]) == 4


def test_what_is_asked_once_or_twice_proposes_nothing() -> None:
    found = learned([(WHERE[0], "Fine."), (CANCEL[0], "Done.")])
    assert found.proposals == ()
    assert found.left_out == 2


@pytest.mark.parametrize(
    ("answers", "template"),
    [
        (["Yes.", "Yes.", "No."], "Yes."),
        (["Call +49 30 901820.", "Call +49 30 901820."], "Call +49 30 901820."),
        (["Call +49 30 901820."], "Call {phone}."),
        (["Dear Ms. Smith, done.", "Dear Ms. Jones, done."], "Dear Ms. {name}, done."),
        (["王先生，您好，订单号 88231 已发货。", "李女士，您好，订单号 88232 已发货。"], None),
        (["Use {braces}."], "Use {{braces}}."),
        (["x" * 5_000], ""),
    ],
)
def test_the_answer_given_most_often_is_kept_with_slots_where_it_varies(
    answers: list[str], template: str | None
) -> None:
    found = best_answer(answers, np.ones((len(answers), 4), dtype=np.float32))
    if template is None:
        assert found is not None
        assert slots_in(found) == ("name", "order_number")
    else:
        assert (found or "") == template


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_whatever_was_answered_makes_a_template_that_can_be_read(answers: list[str]) -> None:
    template = best_answer(answers, np.ones((len(answers), 4), dtype=np.float32))
    assert template is not None
    assert set(slots_in(template)) <= {"name", "order_number", "email", "phone"}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
def test_texts_of_any_number_are_grouped(count: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(count, 16)).astype(np.float32)
    assert group(vectors).shape == (count,)


def test_more_texts_than_are_compared_pair_by_pair_join_the_nearest_group() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(5, 32)).astype(np.float32)
    true = np.arange(4_000) % 5
    groups = group(centres[true] + 0.1 * random.normal(size=(4_000, 32)).astype(np.float32))
    assert len(set(zip(groups.tolist(), true.tolist(), strict=True))) == 5


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        (
            "a.csv",
            "question,answer,intent\nwhere?,there,place\n,there,\nwhat?,,\n",
            ["place", "has no question", "has no answer"],
        ),
        ("a.csv", '\ufeff问题;答案\n到哪了;"在\n路上"\n', [None]),
        (
            "a.jsonl",
            '{"question": "q", "answer": "a"}\n\nnonsense\n[1]\n{"question": 1, "answer": "a"}\n'
            '{"question": "q", "answer": "a", "intent": 3}\n',
            [None, "is not JSON", "is not a JSON object", "has no question", "the intent is not a text"],
        ),
    ],
)
def test_rows_are_read_and_broken_ones_named(tmp_path: Path, name: str, text: str, rows: list[str | None]) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert holds_conversations(path)
    found = [row.why if isinstance(row, BadRow) else row.intent for row in read_conversations(path)]
    assert found == rows


def test_a_broken_row_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'question,answer\n"two\nlines",x\n,y\n\xff\xfe,z\nq,a\n')
    found = [(row.line, isinstance(row, BadRow)) for row in read_conversations(path)]
    assert found == [(2, False), (4, True), (5, True), (6, False)]


def test_an_answer_book_holds_no_conversations_and_a_missing_file_is_named(tmp_path: Path) -> None:
    book = tmp_path / "a.csv"
    book.write_text("intent,language,kind,text\n")
    assert not holds_conversations(book)
    assert not holds_conversations(tmp_path / "a.yaml")
    with pytest.raises(ExchangeError, match="cannot be read"):
        holds_conversations(tmp_path / "none.csv")


@given(st.text())
def test_any_label_becomes_an_intent_name_or_nothing(label: str) -> None:
    assert set(intent_name(label)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
