"""Answer books in files: what is wrong is said by line and field, and what is written is read back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import workspace
from skills.support.book.answer_book import AnswerBook, Intent, SlotKind
from skills.support.book.exchange import ExchangeError, read_book, read_book_file, write_csv, write_yaml
from skills.support.book.merging import merge
from skills.support.book.templates import literal
from skills.support.book.validation import check_book, errors

HEAD = "languages: [en, zh]\nintents:\n"
GOOD = "  - name: a\n    examples: {en: [one, two, three, four, five]}\n    answers: {en: [fine]}\n"


def faults(text: str, form: str = "yaml") -> tuple[str, ...]:
    with pytest.raises(ExchangeError) as refused:
        read_book(text, f"book.{form}", form)
    return refused.value.faults


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            HEAD + GOOD + "    links: [ftp://x]\n",
            "book.yaml:6: intents[0].links[0]: ftp://x is no link: write it as https://…",
        ),
        (HEAD + GOOD.replace("fine", "'{tracking}'"), "book.yaml:5: intents[0].answers.en[0]: {tracking} is no known"),
        (HEAD + GOOD.replace("fine", "'a } b'"), "book.yaml:5: intents[0].answers.en[0]: a } belongs to no slot"),
        (HEAD + GOOD.replace("answers: {en", "answers: {fr"), "book.yaml:5: intents[0].answers.fr: an answer is in fr"),
        (HEAD + GOOD.replace("{en: [one", "{fr: [one"), "book.yaml:4: intents[0].examples.fr: an example is in fr"),
        (HEAD + GOOD + GOOD.replace("[one", "[six"), "book.yaml:6: intents[1].name: two intents are called a"),
        (
            HEAD + GOOD + GOOD.replace("name: a", "name: b").replace("one, two, three, four, five", "ＯＮＥ "),
            "book.yaml:7: intents[1].examples.en[0]: “ＯＮＥ” is an example of a already",
        ),
        (HEAD + GOOD.replace("one,", "我的订单在哪里,"), "book.yaml:4: intents[0].examples.en[0]: the example"),
        (HEAD + GOOD.replace("name: a", "name: Order Status"), "book.yaml:3: intents[0].name: Order Status is no"),
        (HEAD + GOOD.replace("one,", "'',"), "book.yaml:4: intents[0].examples.en[0]: an example is empty"),
        (HEAD + "  - name: a\n    examples: {en: [one]}\n", "book.yaml:3: intents[0].answers: a has no answer"),
        (HEAD + "  - name: a\n    answers: {en: [x]}\n", "book.yaml:3: intents[0].examples: a has no example"),
        (HEAD + "  - examples: {en: [one]}\n", "book.yaml:3: intents[0]: the intent has no name"),
        (HEAD + GOOD + "    anwsers: {}\n", "book.yaml:6: intents[0].anwsers: anwsers is no field here"),
        (HEAD + GOOD + "    name: b\n", "book.yaml:6: intents[0].name: name stands here twice"),
        (HEAD + "  - name: a\n    examples: [one]\n", "book.yaml:4: intents[0].examples: name the language"),
        (HEAD + "   - a: [\n", "book.yaml:4: is no YAML here"),
        ("", "book.yaml:1: file: here belong the fields"),
        ("languages: [en]\n", "book.yaml:1: intents: the book has no list of intents"),
        ("languages: [english]\nintents:\n" + GOOD, "book.yaml:1: languages[0]: english is no language code"),
        (HEAD + GOOD + "slots: {size: {}}\n", "book.yaml:6: slots.size: the slot size has neither"),
        (HEAD + GOOD + "slots: {size: {pattern: '('}}\n", "book.yaml:6: slots.size.pattern: the pattern can't be read"),
        ("&a [*a]", "book.yaml:1: the file holds too much"),
    ],
)
def test_a_fault_in_yaml_is_named_by_line_and_field(text: str, says: str) -> None:
    assert faults(text)[0].startswith(says)


COLUMNS = "intent,description,owner,language,kind,text\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("question,text\n", "book.csv:1: intent, language, kind: the column is missing"),
        (COLUMNS + "a,,,en,example,one\na,,,en,anwser,x\n", "book.csv:3: kind: anwser is no kind of row"),
        (COLUMNS + 'a,,,en,example,"one\n', "book.csv:2: row: cannot be read"),
        (COLUMNS + "a,,,en,example,one,two\n", "book.csv:2: row: has 7 cells for 6 columns"),
        (COLUMNS + "a,,,,example,one\n", "book.csv:2: language: the language is missing"),
        (COLUMNS + "a,this,,en,example,one\na,that,,en,answer,x\n", "book.csv:3: description: a has another"),
        (
            COLUMNS + 'a,,,en,example,"one\nand on"\na,,,en,answer,{size}\n',
            "book.csv:4: intents[0].answers.en[0]: {size} is no known slot",
        ),
    ],
)
def test_a_fault_in_csv_is_named_by_line_and_column(text: str, says: str) -> None:
    assert faults(text, "csv")[0].startswith(says)


def test_the_message_names_the_first_fault_and_the_lines_of_the_others() -> None:
    with pytest.raises(ExchangeError, match=r"book.yaml:4: .* \(and 1 more, see line 5\)$"):
        read_book(HEAD + GOOD.replace("one,", "'',").replace("fine", "''"), "book.yaml", "yaml")


def test_few_examples_are_warned_of_and_not_refused() -> None:
    read = read_book(HEAD + GOOD.replace(", two, three, four, five", ""), "book.yaml", "yaml")
    assert read.warnings == (
        "book.yaml:4: intents[0].examples: a has only 1 example: with fewer than 5 it will often not be recognized",
    )


def test_plain_words_of_yaml_are_texts() -> None:
    read = read_book(HEAD + GOOD.replace("one, two", "no, 88231"), "book.yaml", "yaml")
    assert read.book.intents[0].examples["en"][:2] == ("no", "88231")


def test_a_spreadsheet_runs_nothing_of_what_is_exported() -> None:
    intent = Intent("a", examples={"en": ("=HYPERLINK(1)", "'-2")}, answers={"en": ("@x",)})
    book = AnswerBook(("en",), (intent,))
    written = write_csv(book)
    assert ",'=HYPERLINK(1)" in written
    assert read_book(written[1:], "book.csv", "csv").book == book


def test_the_demos_answer_book_is_good_and_comes_back_the_same_from_both_forms(tmp_path: Path) -> None:
    read = read_book_file(Path(workspace.__file__).parent / "answers.yaml")
    assert len(read.book.intents) == 20
    assert read.warnings == ()
    for name, write in (("a.yaml", write_yaml), ("a.csv", write_csv)):
        (tmp_path / name).write_text(write(read.book), encoding="utf-8")
        assert read_book_file(tmp_path / name).book == read.book


@pytest.mark.parametrize(
    ("data", "says"), [(b"\xff\xfe\x00", "is not in UTF-8"), (None, "cannot be read (No such file")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, data: bytes | None, says: str) -> None:
    if data is not None:
        (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(ExchangeError) as refused:
        read_book_file(tmp_path / "a.yaml")
    assert says in str(refused.value)


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60).map(str.strip).filter(bool)
NAMES = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True)


@st.composite
def books(draw: st.DrawFn) -> AnswerBook:
    """Books of any texts, from which the invalid ones are left out."""
    intents = []
    languages = tuple(draw(st.lists(st.sampled_from(["en", "zh", "de", "fi"]), min_size=1, max_size=3, unique=True)))
    for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        texts = st.dictionaries(
            st.sampled_from(languages), st.lists(WORDS, min_size=1, max_size=4).map(tuple), min_size=1
        )
        answers = draw(texts.map(lambda found: {key: tuple(map(literal, value)) for key, value in found.items()}))
        owner = draw(st.one_of(st.none(), NAMES))
        links = tuple(draw(st.lists(st.just("https://shop.example/a?b=c,d"), max_size=1)))
        intents.append(Intent(name, draw(st.one_of(st.just(""), WORDS)), draw(texts), answers, links, owner))
    slots = {"size": SlotKind("size", r"\d+ ?cm", ask={languages[0]: draw(WORDS)})} if draw(st.booleans()) else {}
    return AnswerBook(languages, tuple(intents), slots)


@settings(max_examples=60)
@given(books().filter(lambda book: not errors(check_book(book))))
def test_what_is_written_is_read_back_the_same(book: AnswerBook) -> None:
    assert read_book(write_yaml(book), "book.yaml", "yaml").book == book
    assert read_book(write_csv(book)[1:], "book.csv", "csv").book == book


@given(st.text(max_size=300))
def test_any_text_is_refused_with_reasons_and_never_an_accident(text: str) -> None:
    for form in ("yaml", "csv"):
        found = faults(text, form)
        assert found
        assert all(fault.startswith(f"book.{form}:") for fault in found)


def test_merging_adds_what_is_new_and_keeps_the_rest() -> None:
    known = AnswerBook(
        ("en",),
        (Intent("a", "old", {"en": ("one",)}, {"en": ("x",)}), Intent("b", "", {"en": ("two",)}, {"en": ("y",)})),
    )
    added = AnswerBook(
        ("en", "zh"),
        (
            Intent("a", "", {"en": ("ONE ", "uno"), "zh": ("一",)}, {"en": ("z",)}),
            Intent("c", "", {"en": ("three",)}, {"en": ("w",)}),
        ),
    )
    merged = merge(known, added)
    assert [intent.name for intent in merged.intents] == ["a", "b", "c"]
    assert merged.languages == ("en", "zh")
    assert merged.intents[0] == Intent("a", "old", {"en": ("one", "uno"), "zh": ("一",)}, {"en": ("x", "z")})
