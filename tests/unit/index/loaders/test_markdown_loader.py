from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.markdown import read_markdown
from index.loaders.pages import Page, UnreadableError


def read(text: str) -> Page:
    (page,) = read_markdown(text.encode(), "on_call.md").pages
    return page


def test_sections_follow_the_headings_and_know_their_line() -> None:
    page = read("# Refunds\n\nIntro.\n\n## How long\n\nFive days.\n\n### Cards\nTwo more.\n\n## Who\nAnyone.\n")
    assert page.title == "Refunds"
    assert [(s.headings, s.text, s.line) for s in page.sections] == [
        ((), "Intro.", 3),
        (("How long",), "Five days.", 7),
        (("How long", "Cards"), "Two more.", 10),
        (("Who",), "Anyone.", 13),
    ]


def test_a_file_without_a_heading_is_called_by_its_name() -> None:
    assert read("Just text.").title == "on call"


def test_front_matter_gives_title_author_date_and_audience_and_shifts_the_lines() -> None:
    page = read("---\ntitle: Pay\nauthor: Mia\ndate: 2026-03-01\nvisible_to: [C1, U2]\n---\n# Pay\n\nMonthly.\n")
    assert (page.title, page.author) == ("Pay", "Mia")
    assert page.date == datetime(2026, 3, 1, tzinfo=UTC)
    assert page.visible_to == {"C1", "U2"}
    assert [(s.headings, s.line) for s in page.sections] == [((), 9)]


def test_front_matter_that_is_no_mapping_is_text() -> None:
    assert read("---\nnot yaml: [\n---\nBody.\n").sections[0].headings == ("not yaml: [",)


def test_yaml_that_expands_without_end_is_harmless() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
    )
    assert read(f"---\n{bomb}title: *u\n---\nBody.\n").title == "on call"


def test_rows_of_a_table_make_sense_on_their_own() -> None:
    page = read("# S\n\n| Method | Price |\n| --- | --- |\n| Express | 12 euro |\n| Economy | |\n")
    assert page.sections[0].text == "Method: Express; Price: 12 euro\nMethod: Economy"


def test_lists_and_code_stay_readable() -> None:
    page = read("# S\n\n- one\n  more\n  - inner\n- two\n\n3. x\n4. y\n\n```sh\nls -l\n  # no heading\n```\n")
    assert page.sections[0].text == "- one more\n  - inner\n- two\n\n3. x\n4. y\n\nls -l\n  # no heading"


def test_inline_marks_links_and_tags_leave_their_words() -> None:
    page = read("# *A* `b`\n\nSee [the **page**](http://x), ![a lamp](l.png)<br>or <b>not</b>.\n\n<div>Hi</div>\n")
    assert page.title == "A b"
    assert page.sections[0].text == "See the page, a lamp\nor not.\n\nHi"


def test_wrapped_chinese_lines_join_without_a_space() -> None:
    assert read("# 退款\n\n退款需要\n五个工作日。\n").sections[0].text == "退款需要五个工作日。"


@pytest.mark.parametrize("text", ["# Only a heading\n", "<!-- nothing -->\n", "---\n"])
def test_a_file_without_text_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError, match="has no text"):
        read(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        page = read(text)
        assert page.title
        assert all(section.text.strip() for section in page.sections)


WORD = st.text("abcdefgh退款工作日é", min_size=1, max_size=8)


@given(st.lists(st.tuples(st.integers(1, 6), WORD, st.lists(WORD, min_size=1, max_size=3)), min_size=1, max_size=8))
def test_headings_and_lines_are_those_of_the_source(parts: list[tuple[int, str, list[str]]]) -> None:
    lines: list[str] = ["Preface.", ""]
    for level, heading, paragraphs in parts:
        lines += ["#" * level + " " + heading, ""]
        for paragraph in paragraphs:
            lines += [paragraph, ""]
    page = read("\n".join(lines))
    assert len(page.sections) == len(parts) + 1
    for section, (_, heading, paragraphs) in zip(page.sections[1:], parts, strict=True):
        assert section.text == "\n\n".join(paragraphs)
        assert section.line is not None
        assert lines[section.line - 1] == paragraphs[0]
        assert (section.headings or (page.title,))[-1] == heading


def test_every_block_item_row_and_line_of_code_knows_its_line() -> None:
    source = (
        "---\nauthor: Ana\n---\n# Shop\n\nA paragraph that\nis wrapped.\n\n- one item\n  goes on\n- two\n\n"
        "| Way | Price |\n|---|---|\n| Slow | 4 |\n| Fast | 12 |\n\n```\n\ncode\nmore\n```\n"
    )
    (section,) = read(source).sections
    written = source.split("\n")
    begins = {section.text[offset:].split("\n")[0]: line for offset, line in section.lines}
    assert begins == {
        "A paragraph that is wrapped.": 6,
        "- one item goes on": 9,
        "- two": 11,
        "Way: Slow; Price: 4": 15,
        "Way: Fast; Price: 12": 16,
        "code": 20,
        "more": 21,
    }
    assert [written[line - 1] for line in (11, 16, 21)] == ["- two", "| Fast | 12 |", "more"]
