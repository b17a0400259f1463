"""Nobody reads a passage that they may not see, by whatever way."""

import pytest
from asking import Desk, words

from index.types import EVERYONE
from skills.base import Place
from skills.reply import Buttons, Quote

QUESTION = "what discount do dealers get on lamps?"
SECRETS = ("37 percent", "saffron", "Dealer discounts")
INSIDER = frozenset({EVERYONE, "C_SUPPORT", "U_ANA"})


def tells(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("kind", ["message", "command"])
async def test_an_asker_without_the_right_learns_nothing(desk: Desk, kind: str) -> None:
    replies = await desk.ask(QUESTION, kind=kind, name="/ask" if kind == "command" else "", who="U_DANA")
    assert not tells(words(replies))
    assert "I don't know" in words(replies)


async def test_where_all_may_read_it_the_answer_is_public(desk: Desk) -> None:
    desk.held["U_ANA"] = INSIDER
    desk.read["C_SUPPORT"] = frozenset({EVERYONE, "C_SUPPORT"})
    (reply,) = await desk.ask(QUESTION, who="U_ANA", where="C_SUPPORT")
    assert reply.to == "thread"
    assert "37 percent" in words(reply)


async def test_what_the_asker_alone_may_see_is_offered_to_the_asker_alone(desk: Desk) -> None:
    desk.held["U_ANA"] = INSIDER
    public, private = await desk.ask(QUESTION, who="U_ANA", where="C_GENERAL")
    assert public.to == "thread"
    assert not tells(words(public))
    assert not tells(str(public.memory))
    assert private.to == "asker"
    assert "37 percent" in words(private)
    assert all(button.action != "share" for part in private.parts if isinstance(part, Buttons) for button in part.items)


async def test_sharing_posts_the_same_words_to_the_channel_and_removes_the_private_answer(desk: Desk) -> None:
    asked = desk.request("how long do refunds take?", kind="command", name="/ask")
    (reply,) = await desk.skill.handle(asked, desk)
    assert reply.to == "asker"
    (shared,) = await desk.press("share", reply, asked)
    assert shared.to == "channel"
    assert shared.removes == "a1"
    assert next(part.text for part in shared.parts if isinstance(part, Quote)) == next(
        part.text for part in reply.parts if isinstance(part, Quote)
    )
    assert "how long do refunds take?" in words(shared)


async def test_what_was_asked_in_a_thread_is_shared_there(desk: Desk) -> None:
    place = Place("C1", "channel", thread="5.0", message=None)
    asked = desk.request("how long do refunds take?", kind="command", name="/ask", place=place)
    (reply,) = await desk.skill.handle(asked, desk)
    (shared,) = await desk.press("share", reply, asked)
    assert shared.to == "thread"


async def test_sharing_is_refused_where_not_everybody_may_see_the_source(desk: Desk) -> None:
    desk.held["U_ANA"] = INSIDER
    asked = desk.request(QUESTION, kind="command", name="/ask", who="U_ANA", where="C_GENERAL")
    (reply,) = await desk.skill.handle(asked, desk)
    assert "37 percent" in words(reply)
    (refusal,) = await desk.press("share", reply, asked)
    assert refusal.to == "asker"
    assert refusal.removes is None
    assert not tells(words(refusal))


async def test_sharing_is_refused_after_the_asker_has_left_the_channel(desk: Desk) -> None:
    desk.held["U_ANA"] = INSIDER
    desk.read["C_SUPPORT"] = frozenset({EVERYONE, "C_SUPPORT"})
    asked = desk.request(QUESTION, kind="command", name="/ask", who="U_ANA", where="C_SUPPORT")
    (reply,) = await desk.skill.handle(asked, desk)
    desk.held["U_ANA"] = frozenset({EVERYONE})
    (refusal,) = await desk.press("share", reply, asked)
    assert refusal.to == "asker"
    assert not tells(words(refusal))


async def test_somebody_else_cannot_share_my_answer(desk: Desk) -> None:
    asked = desk.request("how long do refunds take?", kind="command", name="/ask")
    (reply,) = await desk.skill.handle(asked, desk)
    (refusal,) = await desk.press("share", reply, asked, who="U_OTHER")
    assert refusal.to == "asker"
    assert "5 working days" not in words(refusal)


async def test_buttons_show_the_presser_only_what_the_presser_may_see(desk: Desk) -> None:
    desk.held["U_ANA"] = INSIDER
    desk.read["C_SUPPORT"] = frozenset({EVERYONE, "C_SUPPORT"})
    asked = desk.request(QUESTION, who="U_ANA", where="C_SUPPORT")
    (reply,) = await desk.skill.handle(asked, desk)
    value = next(
        button.value
        for part in reply.parts
        if isinstance(part, Buttons)
        for button in part.items
        if button.action == "knowledge.passage"
    )
    own = await desk.skill.form(desk.pressed("knowledge.passage", reply, asked, value=value), desk)
    others = await desk.skill.form(desk.pressed("knowledge.passage", reply, asked, "U_DANA", value=value), desk)
    assert own is not None
    assert others is not None
    assert tells(str(own.parts))
    assert not tells(str(others.parts))
    (more,) = await desk.press("knowledge.more", reply, asked, who="U_DANA")
    assert not tells(words(more))


async def test_made_up_ids_in_a_button_show_nothing_that_is_hidden(desk: Desk) -> None:
    asked = desk.request("how long do refunds take?")
    (reply,) = await desk.skill.handle(asked, desk)
    every = ",".join(str(number) for number in range(1, 40))
    form = await desk.skill.form(desk.pressed("knowledge.passage", reply, asked, "U_DANA", value=every), desk)
    assert form is not None
    assert not tells(str(form.parts))
    form = await desk.skill.form(desk.pressed("knowledge.passage", reply, asked, "U_DANA", value="x,-1,,9e9"), desk)
    assert form is not None
