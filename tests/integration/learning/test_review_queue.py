"""The review queue's rows: which card comes next, to whom, and what becomes of it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import TEAM, Learning, request, written

from skills.classifiers.feedback.collected import collect
from skills.classifiers.feedback.reviewing import Waiting, by_reviewer, labels, left, next_card, ordered, settle, skip


async def gathered(learning: Learning) -> None:
    for text, predicted, margin in (
        ("where is it", "order_status", 0.1),
        ("has it left yet", "order_status", 0.2),
        ("money back please", "refund", 0.3),
        ("my lamp is broken", "fault", 0.9),
    ):
        await collect(request("U_BEN"), learning, written(text, predicted=predicted, margin=margin), "helpful")


async def test_the_least_certain_comes_first_and_labels_take_turns(learning: Learning) -> None:
    await gathered(learning)
    texts = []
    while (card := await next_card(learning.sessions, TEAM, "U_ADA")) is not None:
        texts.append(card.text)
        assert await settle(learning.sessions, TEAM, card.id, "U_ADA", "accepted")
    assert texts == ["where is it", "money back please", "my lamp is broken", "has it left yet"]
    assert await left(learning.sessions, TEAM) == 0
    assert await by_reviewer(learning.sessions, TEAM, 0.0) == {"U_ADA": 4}


async def test_two_reviewers_who_ask_at_once_never_get_the_same_card(learning: Learning) -> None:
    await gathered(learning)
    cards = await asyncio.gather(*(next_card(learning.sessions, TEAM, f"U_{number}") for number in range(6)))
    ids = [card.id for card in cards if card is not None]
    assert len(ids) == len(set(ids)) == 4


async def test_a_reviewer_who_comes_back_gets_the_card_that_they_hold(learning: Learning) -> None:
    await gathered(learning)
    first = await next_card(learning.sessions, TEAM, "U_ADA")
    again = await next_card(learning.sessions, TEAM, "U_ADA")
    assert first is not None
    assert again is not None
    assert first.id == again.id


async def test_what_is_skipped_goes_to_the_end_of_the_line(learning: Learning) -> None:
    await gathered(learning)
    first = await next_card(learning.sessions, TEAM, "U_ADA")
    assert first is not None
    await skip(learning.sessions, TEAM, first.id, "U_ADA")
    second = await next_card(learning.sessions, TEAM, "U_ADA")
    assert second is not None
    assert second.id != first.id
    assert await left(learning.sessions, TEAM) == 4


async def test_a_decision_is_kept_with_what_stood_there_before(learning: Learning) -> None:
    await collect(request("U_BEN"), learning, written("can I pay later"), "not_helpful")
    card = await next_card(learning.sessions, TEAM, "U_ADA")
    assert card is not None
    assert await settle(learning.sessions, TEAM, card.id, "U_ADA", "corrected", "payment")
    assert not await settle(learning.sessions, TEAM, card.id, "U_OTTO", "dropped")
    (row,) = await learning.examples()
    assert (row.state, row.label, row.given) == ("corrected", "payment", None)
    (correction,) = await learning.corrections()
    assert (correction.person, correction.label_before, correction.label) == ("U_ADA", None, "payment")
    assert await labels(learning.sessions, TEAM, "intent") == {"order_status", "payment"}


async def test_another_label_needs_to_be_named(learning: Learning) -> None:
    await gathered(learning)
    card = await next_card(learning.sessions, TEAM, "U_ADA")
    assert card is not None
    with pytest.raises(ValueError, match="without a label"):
        await settle(learning.sessions, TEAM, card.id, "U_ADA", "corrected")


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.floats(0, 1))), unique=True, max_size=30),
    st.lists(st.sampled_from("abc"), max_size=12),
)
def test_cards_keep_their_number_and_each_labels_own_order(
    rows: list[tuple[str, float | None]], shown: list[str]
) -> None:
    waiting = [Waiting(f"{at:03}", label, margin) for at, (label, margin) in enumerate(rows)]
    cards = ordered(waiting, shown)
    assert sorted(card.id for card in cards) == sorted(one.id for one in waiting)
    for label in "abc":
        margins = [card.margin or 0.0 for card in cards if card.label == label]
        assert margins == sorted(margins)
