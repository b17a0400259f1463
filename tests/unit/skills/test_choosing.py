"""Which passages make an answer: by language, kind and part of the question; and when nothing is known."""

from dataclasses import replace

import numpy as np
import pytest
from hits import hit

from index.search import QuestionVectors, SearchResult
from index.types import Hit
from skills.knowledge.answer_types import asks_by_itself, holds_what_is_asked
from skills.knowledge.answering import choose, merged, remembered, remembered_ids
from skills.knowledge.questions import condensed, question_of


def result(*hits: Hit, language: str = "en") -> SearchResult:
    numbered = tuple(replace(one, passage_id=number) for number, one in enumerate(hits, start=1))
    return SearchResult(numbered, QuestionVectors("q", language, {"english": np.zeros(1, np.float32)}), language)


def titles(found: SearchResult, question: str, spoken: str = "en", before: str | None = None) -> list[str]:
    return [one.hit.title for one in choose(found, question, spoken, before).quoted]


def test_the_best_passage_answers_a_simple_question_alone() -> None:
    lamps, rugs = hit("Lamps last ten years.", "Lamps"), hit("Rugs last long.", "Rugs", confidence=0.85)
    found = result(lamps, rugs)
    assert titles(found, "how long do lamps last?") == ["Lamps"]


def test_a_question_of_two_parts_gets_two_passages() -> None:
    found = result(
        hit("Refunds take 5 days.", "Refunds", confidence=0.9),
        hit("Parking costs 4 euro a day.", "Parking", confidence=0.8),
    )
    assert titles(found, "how long do refunds take and what does parking cost?") == ["Refunds", "Parking"]


def test_the_asker_s_language_is_preferred_where_it_answers() -> None:
    english = hit("Refunds take 5 working days.", "Refunds", confidence=0.8)
    chinese = hit("退款需要 5 个工作日。", "退款", language="zh", confidence=0.7)
    assert titles(result(english, chinese, language="zh"), "退款要多久", "zh") == ["退款"]
    assert titles(result(chinese, english, language="en"), "how long do refunds take") == ["Refunds"]
    weak = replace(chinese, confidence=0.2)
    assert titles(result(english, weak, language="zh"), "退款要多久", "zh") == ["Refunds"]


def test_a_question_in_a_third_language_prefers_what_its_asker_is_spoken_to_in() -> None:
    english = hit("Refunds take 5 working days.", "Refunds", confidence=0.7)
    chinese = hit("退款需要 5 个工作日。", "退款", language="zh", confidence=0.8)
    assert titles(result(chinese, english, language="ar"), "كم يوما", "en") == ["Refunds"]


def test_within_a_page_the_passage_with_the_kind_of_thing_asked_for_wins() -> None:
    about = hit("The desk has 14 people and is led by Ada.", "Desk", confidence=0.83)
    hours = hit("Monday to Friday: 9:00 to 18:00.", "Desk", confidence=0.6)
    assert choose(result(about, hours), "what time does the desk open?", "en").quoted[0].hit.text == hours.text


def test_a_page_that_only_announces_gives_way_to_what_it_announces() -> None:
    front = hit("This page says how invoices are made.", "Invoices", confidence=0.9)
    real = hit("Invoices come by mail in a day.", "Invoices", confidence=0.25)
    assert choose(result(front, real), "how are invoices made?", "en").quoted[0].hit.text == real.text


def test_below_the_threshold_nothing_is_quoted_and_near_pages_are_named() -> None:
    found = choose(result(hit("a", "Near", confidence=0.3), hit("b", "Far", confidence=0.1)), "what?", "en")
    assert found.quoted == ()
    assert [one.title for one in found.more] == ["Near"]


def test_a_weak_passage_without_the_name_that_is_asked_about_is_no_answer() -> None:
    weak = hit("Passwords have 16 characters.", "Passwords", confidence=0.6)
    assert titles(result(weak), "what is the password of the Lisbon office?") == []
    assert titles(result(replace(weak, confidence=0.95)), "what are passwords in Lisbon like?") == ["Passwords"]


def test_a_follow_up_is_answered_by_the_passage_with_its_own_words() -> None:
    much = hit("Everybody has 29 days of leave.", "Leave", confidence=0.8)
    approval = hit("Your team lead approves it.", "Leave", confidence=0.5)
    found = result(much, approval)
    assert choose(found, "who approves them?", "en", "how many days of leave?").quoted[0].hit.text == approval.text


def test_results_of_two_searches_are_merged_by_passage() -> None:
    one, other = hit("a", confidence=0.4), hit("a", confidence=0.7)
    assert [one.confidence for one in merged(result(one), result(other)).hits] == [0.7]


def test_repeated_passages_are_folded() -> None:
    same = "A refund takes 5 working days after the parcel came."
    found = choose(result(hit(same, "A", confidence=0.9), hit(same, "B", confidence=0.88)), "how long?", "en")
    assert [one.hit.title for one in found.quoted] + [one.title for one in found.more] == ["A"]


def test_an_answer_remembers_ids_and_offsets_only() -> None:
    lamps, rugs = hit("Lamps last ten years.", "Lamps"), hit("Rugs last.", "Rugs")
    found = choose(result(lamps, rugs), "how long do lamps last?", "en")
    memory = found.memory()
    assert remembered(memory) == [(1, ((0, 21),))]
    assert remembered_ids(memory, "more") == [2]
    assert "Lamps" not in str(memory)
    assert remembered({"quoted": "nonsense"}) == []
    assert remembered({"quoted": [["x"], [1, [["a"]]]]}) == [(1, ())]


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("what time does the desk open?", "from 9:00 to 17:00", True),
        ("what time does the desk open?", "five days a week", False),
        ("how much is it?", "it costs 12 euro", True),
        ("运费多少钱", "运费: 23 元", True),
        ("客服几点上班", "北京时间: 9:00 至 21:00", True),
        ("退款要多久", "需要 5 个工作日", True),
        ("tell me about lamps", "12 euro", False),
    ],
)
def test_a_kind_of_answer_is_recognised(question: str, text: str, holds: bool) -> None:
    assert holds_what_is_asked(question, text) is holds


def test_follow_ups_without_a_question_word_lean_on_the_question_before() -> None:
    assert asks_by_itself("who approves them?")
    assert not asks_by_itself("and on weekends?")
    assert not asks_by_itself("那周末呢？")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (":tada: how long? :+1::skin-tone-2:", "how long?"),
        ("at 10:30:20 sharp", "at 10:30:20 sharp"),
        ("🎉🎉", ""),
        ("?!", ""),
        ("  a\n\nb ", "a b"),
        ("退款？", "退款？"),
        ("By the way, who pays for it?", "who pays for it?"),
        ("对了，退款要多久？", "退款要多久？"),
        ("btw", "btw"),
    ],
)
def test_the_question_is_what_is_left_without_emoji_and_what_leads_over_to_it(text: str, question: str) -> None:
    assert question_of(text) == question


def test_a_chinese_question_is_condensed_to_what_it_is_about() -> None:
    assert condensed("退款要多久才会到账？") == "退款 到账？"
    assert condensed("how long?") is None
    assert condensed("多久") is None
