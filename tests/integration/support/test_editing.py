"""The answer book changed in Slack: App Home, modals, the shortcut, and what was learned; through real Bolt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from support_bot import Json, SupportBot, actions, inputs, shown

from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import Person
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.rows import Books
from skills.support.learning.mining import Proposal
from skills.support.learning.proposals import Proposals


async def book_of(bot: SupportBot) -> AnswerBook:
    return (await Books(bot.runtime.database.sessions).load_as_written(TEAM_ID))[0]


def filled(view: Json, **changes: str) -> dict[str, dict[str, Any]]:
    """Returns what a person submits who changes some inputs; keys with a dot are written with `__`."""
    values = {key: element.get("initial_value") for key, element in inputs(view).items()}
    values |= {key.replace("__", "."): text for key, text in changes.items()}
    return {key: {key: value} for key, value in values.items()}


async def told(bot: SupportBot, person: Person, words: str, channel: str = "deskhand") -> Json:
    return await person.wait_for_message(channel, lambda one: words in shown(one).replace("*", ""))


async def intent_view(bot: SupportBot, person: Person, name: str) -> Json:
    """Opens an intent's modal from `/support book NAME`."""
    await person.command("general", "/support", f"book {name}")
    card = await person.wait_for_message(
        "general", lambda one: "support.intent.edit" in actions(one) and name in shown(one)
    )
    return dict((await person.click("general", card, "support.intent.edit"))["view"])


async def test_an_admin_edits_an_intent_from_app_home_and_sees_it_there(bot: SupportBot) -> None:
    ana = bot.person("ana")
    home = (await ana.open_home())["view"]
    assert "order_status" in str(home)
    opened = await ana.click_view(home["id"], "support.intent.edit", value="order_status")
    view = opened["view"]
    assert inputs(view)["name"]["initial_value"] == "order_status"
    assert "where is my order\n" in inputs(view)["examples.en"]["initial_value"]
    changed = filled(view, description="Where a parcel is", answers__en="First.\n---\nSecond {order_number}.")
    assert (await ana.submit(view["id"], changed))["ok"]
    await told(bot, ana, "Saved: order_status")
    intent = (await book_of(bot)).intent("order_status")
    assert intent is not None
    assert intent.description == "Where a parcel is"
    assert intent.answers["en"] == ("First.", "Second {order_number}.")
    (change, *_) = await Books(bot.runtime.database.sessions).changes(TEAM_ID)
    assert (change.who, change.what, change.intent) == (ana.id, "saved", "order_status")
    assert not bot.workspace.violations()


async def test_what_is_wrong_is_said_at_its_input_and_nothing_is_changed(bot: SupportBot) -> None:
    ana = bot.person("ana")
    before = await book_of(bot)
    view = await intent_view(bot, ana, "order_status")
    wrong = filled(
        view,
        name="Order Status",
        examples__en="I want to cancel my order",
        answers__zh="单号 {tracking}",
        links="ftp://x",
        owner="two words",
    )
    errors = (await ana.submit(view["id"], wrong))["errors"]
    assert errors.keys() == {"name", "examples.en", "answers.zh", "links", "owner"}
    assert "already" in errors["examples.en"]
    assert "{tracking}" in errors["answers.zh"]
    assert await book_of(bot) == before


async def test_an_intent_is_added_and_deleted_after_a_question(bot: SupportBot) -> None:
    ana = bot.person("ana")
    home = (await ana.open_home())["view"]
    view = (await ana.click_view(home["id"], "support.intent.add"))["view"]
    new = filled(view, name="gift_wrap", examples__en="can you wrap it", answers__en="Of course.")
    assert (await ana.submit(view["id"], new))["ok"]
    saved = await told(bot, ana, "Saved: gift_wrap")
    assert "only 1 example" in shown(saved)
    assert (await book_of(bot)).intent("gift_wrap") is not None
    await ana.command("general", "/support", "book gift_wrap")
    card = await ana.wait_for_message("general", lambda one: "gift_wrap" in shown(one))
    sure = (await ana.click("general", card, "support.intent.remove"))["view"]
    assert "1 example" in str(sure)
    await ana.submit(sure["id"], {})
    await told(bot, ana, "Deleted: gift_wrap", "general")
    assert (await book_of(bot)).intent("gift_wrap") is None
    assert not bot.workspace.violations()


async def test_who_is_no_editor_sees_and_changes_nothing_until_an_admin_makes_one(bot: SupportBot) -> None:
    ana, ben = bot.person("ana"), bot.person("ben")
    assert "order_status" not in str((await ben.open_home())["view"])
    await ben.command("general", "/support", "book")
    await told(bot, ben, "Only admins and the answer book's editors", "general")
    home = (await ana.open_home())["view"]
    view = (await ana.click_view(home["id"], "support.book.settings"))["view"]
    values = {"languages": {"languages": "en, zh"}, "editors": {"editors": [ben.id]}}
    assert (await ana.submit(view["id"], values))["ok"]
    await told(bot, ana, "languages and editors")
    await ben.command("general", "/support", "book")
    page = await told(bot, ben, "order_status", "general")
    assert "support.intent.edit" in actions(page)


async def test_a_language_that_is_in_use_is_not_dropped(bot: SupportBot) -> None:
    ana = bot.person("ana")
    home = (await ana.open_home())["view"]
    view = (await ana.click_view(home["id"], "support.book.settings"))["view"]
    answer = await ana.submit(view["id"], {"languages": {"languages": "en"}, "editors": {"editors": []}})
    assert "does not list" in answer["errors"]["languages"]


async def test_of_two_editors_the_later_is_told_that_the_intent_has_changed(bot: SupportBot) -> None:
    ana = bot.person("ana")
    view = await intent_view(bot, ana, "cancel_order")
    before = (await book_of(bot)).intent("cancel_order")
    assert before is not None
    theirs = replace(before, description="theirs")
    await Books(bot.runtime.database.sessions).save(TEAM_ID, theirs, "U2", 1.0, instead="cancel_order")
    answer = await ana.submit(view["id"], filled(view, description="mine"))
    assert "somebody else has changed" in answer["errors"]["name"]
    assert (await book_of(bot)).intent("cancel_order") == theirs


async def test_a_message_becomes_an_example_without_its_personal_data(bot: SupportBot) -> None:
    ana, dana = bot.person("ana"), bot.person("dana")
    ts = await dana.post("general", "please call off what I bought, my mail is dana.k@mail.example")
    opened = await ana.shortcut("support_add_example", "general", ts)
    view = opened["view"]
    text = inputs(view)["text"]["initial_value"]
    assert "dana.k" not in text
    values = {
        "text": {"text": text},
        "intent": {"intent": "cancel_order"},
        "language": {"language": "en"},
    }
    assert (await ana.submit(view["id"], values))["ok"]
    await told(bot, ana, "Added to the examples of cancel_order", "general")
    intent = (await book_of(bot)).intent("cancel_order")
    assert intent is not None
    assert intent.examples["en"][-1] == text


async def test_what_was_learned_is_accepted_changed_or_refused(bot: SupportBot) -> None:
    ana = bot.person("ana")
    learned = [
        Intent(name, f"About {name}", {"en": (f"tell me about {name}",)}, {"en": (f"This is {name}.",)})
        for name in ("vouchers", "repairs", "press")
    ]
    proposals = Proposals(bot.runtime.database.sessions)
    await proposals.put(TEAM_ID, [Proposal(intent, 9 - at) for at, intent in enumerate(learned)], 1.0)
    waiting = {one.intent.name: str(one.id) for one in await proposals.waiting(TEAM_ID)}
    await ana.command("general", "/support", "proposals")
    cards = await told(bot, ana, "9 conversations", "general")
    await ana.click("general", cards, "support.proposal.accept", value=waiting["vouchers"])
    left = await told(bot, ana, "Accepted: vouchers", "general")
    view = (await ana.click("general", left, "support.proposal.change", value=waiting["repairs"]))["view"]
    assert (await ana.submit(view["id"], filled(view, name="repair")))["ok"]
    await told(bot, ana, "Saved: repair", "general")
    await ana.click("general", left, "support.proposal.refuse", value=waiting["press"])
    await told(bot, ana, "Refused: press", "general")
    names = {intent.name for intent in (await book_of(bot)).intents}
    assert {"vouchers", "repair"} <= names
    assert not names & {"repairs", "press"}
    assert await proposals.waiting(TEAM_ID) == []
    assert not bot.workspace.violations()


async def test_an_intent_longer_than_an_input_is_shown_and_saved_whole(bot: SupportBot) -> None:
    ana = bot.person("ana")
    books = Books(bot.runtime.database.sessions)
    texts = tuple(f"I would like to know something about subject number {n} please" for n in range(150))
    await books.save(TEAM_ID, Intent("long", "", {"en": texts}, {"en": ("Yes.",)}), "test", 0.0)
    view = await intent_view(bot, ana, "long")
    assert {"examples.en", "examples.en.1", "examples.en.2"} <= inputs(view).keys()
    assert (await ana.submit(view["id"], filled(view)))["ok"]
    await told(bot, ana, "Saved: long", "general")
    intent = (await book_of(bot)).intent("long")
    assert intent is not None
    assert intent.examples["en"] == texts
