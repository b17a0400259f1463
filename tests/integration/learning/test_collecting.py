"""Feedback becomes labelled examples: masked, once, and only of people who take part."""

from people import NOW, TEAM, Learning, request, written

from skills.base import Place
from skills.classifiers.feedback.collected import WEIGHTS, collect, collect_verdict
from skills.classifiers.feedback.opting_out import has_opted_out, opt_in, opt_out


async def test_an_example_says_who_when_how_and_where(learning: Learning) -> None:
    asked = written("where is my order", place=Place("C1", "channel", message="7.1"))
    id = await collect(request("U_BEN"), learning, asked, "approve")
    (row,) = await learning.examples()
    assert (row.id, row.text, row.author, row.judge) == (id, "where is my order", "U_ANA", "U_BEN")
    assert (row.source, row.weight, row.at) == ("approve", WEIGHTS["approve"], NOW.timestamp())
    assert (row.given, row.label, row.predicted, row.margin) == ("order_status",) * 3 + (0.5,)
    assert (row.channel, row.message, row.state, row.task) == ("C1", "7.1", "open", "intent")


async def test_no_personal_data_reaches_the_table(learning: Learning) -> None:
    said = "my card 4111 1111 1111 1111, mail ana@example.com, 手机13812345678 does not work"
    await collect(request("U_ANA"), learning, written(said), "helpful")
    (row,) = await learning.examples()
    assert row.text == "my card [card], mail [email], 手机[phone] does not work"


async def test_an_act_confirms_the_prediction_or_says_only_that_it_was_wrong(learning: Learning) -> None:
    texts = ("where is it", "can I pay later", "open on sundays", "lamp is broken")
    for text, source in zip(texts, ("helpful", "not_helpful", "reject", "close"), strict=True):
        await collect(request("U_ANA"), learning, written(text), source)
    await collect(request("U_ANA"), learning, written("stop my letters"), "wrong_intent", "newsletter")
    labels = {row.source: row.label for row in await learning.examples()}
    assert labels == {
        "helpful": "order_status",
        "not_helpful": None,
        "reject": None,
        "close": "order_status",
        "wrong_intent": "newsletter",
    }


async def test_a_thumb_counts_as_a_reaction(learning: Learning) -> None:
    await collect_verdict(request("U_ANA", name="reaction"), learning, written("where is it"), "helpful")
    await collect_verdict(request("U_ANA", name="feedback"), learning, written("who are you"), "not_helpful")
    assert [(row.source, row.label) for row in await learning.examples()] in (
        [("reaction", "order_status"), ("not_helpful", None)],
        [("not_helpful", None), ("reaction", "order_status")],
    )


async def test_a_delivery_that_comes_twice_adds_one_example(learning: Learning) -> None:
    pressed = request("U_BEN")
    first = await collect(pressed, learning, written("where is my order"), "approve")
    assert await collect(pressed, learning, written("where is my order"), "approve") == first
    assert len(await learning.examples()) == 1
    assert (await learning.examples())[0].repeats == 0


async def test_near_duplicates_of_a_person_are_folded_and_others_words_are_not(learning: Learning) -> None:
    first = await collect(request("U_BEN"), learning, written("Where is my order, please?"), "helpful")
    again = await collect(request("U_BEN"), learning, written("where is my order please"), "approve")
    await collect(request("U_BEN"), learning, written("where is my order please", author="U_CHEN"), "helpful")
    assert again == first
    rows = {row.author: row for row in await learning.examples()}
    assert (rows["U_ANA"].repeats, rows["U_ANA"].weight) == (1, WEIGHTS["approve"])
    assert rows["U_CHEN"].repeats == 0


async def test_the_right_intent_takes_the_place_of_not_helpful(learning: Learning) -> None:
    await collect(request("U_ANA"), learning, written("can I pay later"), "not_helpful")
    await collect(request("U_ANA"), learning, written("can I pay later"), "wrong_intent", "payment")
    assert {(row.source, row.state) for row in await learning.examples()} == {
        ("not_helpful", "dropped"),
        ("wrong_intent", "open"),
    }
    (correction,) = await learning.corrections()
    assert (correction.person, correction.state_before, correction.state) == ("U_ANA", "open", "dropped")


async def test_whoever_opts_out_is_forgotten_and_left_alone(learning: Learning) -> None:
    await collect(request("U_BEN"), learning, written("my lamp is broken"), "approve")
    await collect(request("U_ANA"), learning, written("是不是缺货了", author="U_CHEN"), "helpful")
    await collect(request("U_BEN"), learning, written("do you open on sundays", author="U_CHEN"), "helpful")

    assert await opt_out(learning.sessions, TEAM, "U_ANA") == 2
    assert [row.author for row in await learning.examples()] == ["U_CHEN"]
    assert await has_opted_out(learning.sessions, TEAM, "U_ANA")

    assert await collect(request("U_BEN"), learning, written("it is broken"), "approve") is None
    assert await collect(request("U_ANA"), learning, written("in stock", author="U_CHEN"), "helpful") is None
    assert len(await learning.examples()) == 1
    assert await opt_out(learning.sessions, TEAM, "U_ANA") == 0

    await opt_in(learning.sessions, TEAM, "U_ANA")
    assert await collect(request("U_BEN"), learning, written("it is broken"), "approve")
