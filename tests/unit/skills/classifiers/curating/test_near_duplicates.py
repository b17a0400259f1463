"""Near-duplicates are found exactly, whatever the texts."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from making import TEXTS

from skills.classifiers.curating.duplicates import Alike, clusters
from skills.classifiers.features.sketches import SAME, resemblance, sketch

few_letters = st.text(alphabet="abc你好🎉 !", max_size=30)


@given(st.lists(few_letters, max_size=40), st.sampled_from([0.5, 0.8, SAME, 1.0]))
def test_what_is_found_is_what_comparing_all_with_all_finds(texts: list[str], same: float) -> None:
    sketches = [sketch(text) for text in texts]
    alike = Alike(same)
    for one in sketches:
        alike.add(one)
    for one in sketches:
        near = [(number, resemblance(one, other)) for number, other in enumerate(sketches)]
        assert list(alike.like(one)) == [(number, much) for number, much in near if much >= same]


@given(st.lists(st.text(max_size=40), max_size=30))
def test_every_text_is_in_one_cluster_and_resembles_the_one_that_leads_it(texts: list[str]) -> None:
    found = clusters(texts)
    assert sorted(place for cluster in found for place in cluster) == list(range(len(texts)))
    for leader, *rest in found:
        assert all(place > leader for place in rest)
        assert all(resemblance(sketch(texts[leader]), sketch(texts[place])) >= SAME for place in rest)
    leaders = [sketch(texts[cluster[0]]) for cluster in found]
    assert all(resemblance(one, other) < SAME for at, one in enumerate(leaders) for other in leaders[:at])


def test_case_widths_blanks_and_punctuation_make_no_difference_and_another_word_does() -> None:
    texts = ["Where is my parcel?", "where is  my parcel", "Ｗhere is my parcel!!", "Where is my pencil?"]
    assert clusters(texts) == [[0, 1, 2], [3]]


def test_a_chain_of_small_changes_does_not_join_its_ends() -> None:
    words = TEXTS[0] + TEXTS[60] + TEXTS[120]
    chain = [words[step * 2 :] + "x" * step for step in range(20)]
    found = clusters(chain)
    assert len(found) > 1
    assert 19 not in found[0]


def test_emoji_and_chinese_are_told_apart_and_folded() -> None:
    assert clusters(["🎉", "🎉", "🔥", "我要退款", "我要退款。", "我要发票", "", ""]) == [
        [0, 1],
        [2],
        [3, 4],
        [5],
        [6, 7],
    ]


def test_ten_thousand_texts_take_seconds_even_where_all_are_of_the_same_few_words() -> None:
    random = np.random.default_rng(7)
    words = ["".join(random.choice(list("abcdefghij"), size=5)) for _ in range(200)]
    texts = [" ".join(random.choice(words, size=8)) for _ in range(10_000)]
    began = time.process_time()
    assert len(clusters(texts)) > 9_000
    assert time.process_time() - began < 30
