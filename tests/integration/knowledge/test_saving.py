"""Threads saved to knowledge, found by those who can see their channel, and gone when removed or deleted."""

from collections.abc import Sequence

from asking import TEAM, Desk, words

from index.types import EVERYONE
from skills.base import Message, Place, Request
from skills.reply import Button, Buttons, Reply

THREAD = (
    ("ana", "How do I open the stuck showroom shutter?"),
    ("ben", "Hold the green button for ten seconds, then pull the chain."),
)
QUESTION = "how can the stuck shutter of the showroom be opened?"
MEMBER = frozenset({EVERYONE, "C_SHOP"})


def shortcut(desk: Desk, thread: tuple[tuple[str, str], ...] = THREAD, where: str = "C_SHOP") -> Request:
    message = Message("100.5", thread[0][0], thread[0][1], "https://slack.example/archives/C_SHOP/p100", thread)
    kind = "dm" if where.startswith("D") else "channel"
    place = Place(where, kind, thread="100.1", message="100.5")
    return desk.request(kind="shortcut", name="save_to_knowledge", message=message, place=place, who="U_ANA")


async def saved(desk: Desk, request: Request) -> Reply:
    (reply,) = await desk.skill.handle(request, desk)
    return reply


async def found_by(desk: Desk, who: str) -> str:
    return words(await desk.ask(QUESTION, kind="command", name="/ask", who=who))


def buttons(reply: Reply) -> Sequence[Button]:
    return [button for part in reply.parts if isinstance(part, Buttons) for button in part.items]


async def test_a_saved_thread_answers_those_who_can_see_its_channel(desk: Desk) -> None:
    desk.held["U_BEN"] = MEMBER
    reply = await saved(desk, shortcut(desk))
    assert reply.to == "asker"
    assert "How do I open the stuck showroom shutter?" in words(reply)
    assert "Hold the green button for ten seconds" in await found_by(desk, "U_BEN")
    assert "green button" not in await found_by(desk, "U_DANA")


async def test_the_confirmation_links_to_the_thread(desk: Desk) -> None:
    reply = await saved(desk, shortcut(desk))
    assert "https://slack.example/archives/C_SHOP/p100" in str(reply.parts)


async def test_saving_again_updates_what_was_saved(desk: Desk) -> None:
    desk.held["U_BEN"] = MEMBER
    await saved(desk, shortcut(desk))
    longer = (THREAD[0], ("ben", "The shutter is new: turn the red key twice to open it."))
    await saved(desk, shortcut(desk, longer))
    said = await found_by(desk, "U_BEN")
    assert "turn the red key twice" in said
    assert "green button" not in said


async def test_a_direct_message_is_saved_for_its_owner_alone(desk: Desk) -> None:
    desk.held["U_ANA"] = frozenset({EVERYONE, "U_ANA"})
    await saved(desk, shortcut(desk, where="D_ANA"))
    assert "green button" in await found_by(desk, "U_ANA")
    assert "green button" not in await found_by(desk, "U_DANA")


async def test_who_saved_a_thread_can_remove_it(desk: Desk) -> None:
    desk.held["U_BEN"] = MEMBER
    request = shortcut(desk)
    reply = await saved(desk, request)
    assert [button.action for button in buttons(reply)] == ["knowledge.remove"]
    (refusal,) = await desk.press("knowledge.remove", reply, request, who="U_BEN")
    assert "Only the person who saved" in words(refusal)
    assert "green button" in await found_by(desk, "U_BEN")
    (removed,) = await desk.press("knowledge.remove", reply, request)
    assert removed.removes == "a1"
    assert "green button" not in await found_by(desk, "U_BEN")


async def test_a_deleted_message_takes_its_passage(desk: Desk) -> None:
    desk.held["U_BEN"] = MEMBER
    for place in (Place("C_SHOP", "channel", None, "100.1"), Place("C_SHOP", "channel", "100.1", "100.9")):
        await saved(desk, shortcut(desk))
        assert "green button" in await found_by(desk, "U_BEN")
        await desk.skill.forget(TEAM, place, desk)
        assert "green button" not in await found_by(desk, "U_BEN")


async def test_a_message_without_words_is_not_saved(desk: Desk) -> None:
    reply = await saved(desk, shortcut(desk, (("ana", "  "),)))
    assert "no words" in words(reply)
