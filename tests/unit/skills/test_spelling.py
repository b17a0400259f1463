"""Typing errors mended by the words of titles and of what people ask."""

from skills.knowledge.spelling import changes, mended, respelled

KNOWN = frozenset({"refunds", "arrive", "express", "shipping"})


def test_unknown_words_are_read_as_the_known_ones_most_like_them() -> None:
    read = mended("hw long do refuds tke to arive??", KNOWN)
    assert read == "hw long do refunds tke to arrive??"
    assert changes("hw long do refuds tke to arive??", read) == "refuds → refunds, arive → arrive"


def test_well_spelled_and_far_fetched_words_stay() -> None:
    assert mended("express shipping", KNOWN) is None
    assert mended("zyxwvu tsrqpo", KNOWN) is None


async def test_a_question_without_latin_words_is_left_alone() -> None:
    assert await respelled("退款要多久", frozenset({"Refunds"}), frozenset()) is None


async def test_titles_are_where_the_words_come_from() -> None:
    assert await respelled("about refuds", frozenset({"Refunds"}), frozenset({"about"})) == "about refunds"
