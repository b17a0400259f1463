"""What is found of recurrences in texts."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_cases import cases

from skills.tasks.recurring.parts import read_parts
from skills.tasks.recurring.phrases import find_recurrence

TODAY = date(2026, 12, 1)
VOCABULARY = """
every each ! other last 1st 15th second third week month quarter year day friday mon and of the on in until march end
for 3 times after it's done once daily weekly fridays / , - 2020 2019-01-01
每 隔 周 一 五 月 最后 个 工作日 天 完成后 直到 底 的 号 次 年 2020年
"""
WORDS = st.sampled_from(VOCABULARY.split())


@pytest.mark.parametrize("held_out", [False, True])
def test_nearly_all_hand_written_cases_are_read_as_meant(held_out: bool) -> None:
    half = [case for case in cases() if case.held_out == held_out]
    assert sum(case.got() == case.expected for case in half) / len(half) >= 0.98


def test_harmless_words_are_hardly_ever_taken_for_a_recurrence() -> None:
    harmless = [case for case in cases() if case.expected is None]
    assert sum(case.got() is not None for case in harmless) / len(harmless) <= 0.02


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Send the report every Friday at 5pm", "Send the report at 5pm"),
        ("every Friday at 5pm until March: send it", "at 5pm : send it"),
        ("clean up every morning at 8", "clean up morning at 8"),
        ("每周五下午5点发周报", "下午5点发周报"),
    ],
)
def test_the_clock_time_is_left_to_stand(text: str, rest: str) -> None:
    found = find_recurrence(text, TODAY)
    assert found is not None
    assert found.cut(text) == rest


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("Check mail every morning", "morning", "morning"),
        ("every Monday afternoon, review", "afternoon", "afternoon"),
        ("check mail every morning at 9", None, None),
        ("每天早上检查邮件", "早上", "morning"),
        ("每晚备份", "晚", "evening"),
        ("每天晚上10点备份", None, None),
        ("每天下午三点同步", None, None),
        ("check mail every day", None, None),
    ],
)
def test_a_part_of_the_day_without_a_clock_time_is_told(text: str, words: str | None, name: str | None) -> None:
    found = find_recurrence(text, TODAY)
    assert found is not None
    assert (found.part and text[found.part.start : found.part.end]) == words
    assert (found.part and found.part.name) == name


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("pay every second Friday", "every_second"),
        ("pay every third Friday", "every_nth"),
        ("pay every Friday until March", "until_month"),
        ("每隔三天浇水", "gap"),
        ("pay every Friday", None),
    ],
)
def test_words_that_some_mean_otherwise_are_told(text: str, doubt: str | None) -> None:
    found = find_recurrence(text, TODAY)
    assert found is not None
    assert found.doubt == doubt


@pytest.mark.parametrize(
    "name", ["every-friday.md", "#daily", "deploy@weekly", "every Monday.com", "x/daily", "`daily`"]
)
def test_a_part_of_a_longer_name_is_no_recurrence(name: str) -> None:
    assert find_recurrence(f"look at {name}", TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "have the contract ready in 2 workdays",
        "Every 5th customer gets a mug",
        "more than once a year",
        "add the tolls of each day that I drove",
        "设计每月18号的海报",
        "检查每周设计稿",
        "今天天气不错",
        "隔天就到了",
        "转发《每周质量报告》",
    ],
)
def test_what_only_describes_something_is_no_recurrence(text: str) -> None:
    assert find_recurrence(text, TODAY) is None


@pytest.mark.parametrize("text", ["send it every Friday until 2020-01-01", "每周五发送直到2020年1月1日"])
def test_an_end_that_is_past_is_none(text: str) -> None:
    found = find_recurrence(text, TODAY)
    assert found is not None
    assert found.until is None
    assert len(found.spans) == 1


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(WORDS, max_size=30).map(" ".join) | st.lists(WORDS, max_size=30).map("".join))
def test_any_text_is_read_without_fault(text: str) -> None:
    found = find_recurrence(text, TODAY)
    if found:
        assert read_parts(found.parts.text) == found.parts
        edges = [edge for span in found.spans for edge in span]
        assert edges == sorted(edges)
        assert 0 <= edges[0] < edges[-1] <= len(text)
        assert found.until is None or found.until >= TODAY


@pytest.mark.parametrize(
    "piece",
    [
        "every ",
        "each 3 ",
        "每",
        "隔天的",
        "every last ",
        "1st and ",
        "until march ",
        "每月1号和",
        "每次完成后",
        "9",
        "的",
        "x",
    ],
)
def test_ten_thousand_characters_are_read_in_a_moment(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    begun = time.process_time()
    find_recurrence(text, TODAY)
    assert time.process_time() - begun < 0.25  # Some 0.02 s; machines of tests are slow at times.
