"""What the knowledge skill answers, from a real index."""

from asking import Desk, document, words

from index.types import Turn
from skills.reply import Buttons, Feedback, Quote, Sources


async def test_the_sentences_that_answer_are_quoted_and_their_source_is_named(desk: Desk) -> None:
    (reply,) = await desk.ask("how long do refunds take?")
    quotes = [part.text for part in reply.parts if isinstance(part, Quote)]
    (sources,) = [part for part in reply.parts if isinstance(part, Sources)]
    assert "A refund takes 5 working days after the parcel has reached us." in quotes[0]
    assert sources.items[0].title == "Refunds"
    assert sources.items[0].headings == ("How long they take",)
    assert sources.items[0].link == "https://handbook.example/refunds"
    assert sources.items[0].place == "handbook/refunds.md:3"
    assert reply.to == "thread"
    assert any(isinstance(part, Feedback) for part in reply.parts)


async def test_a_chinese_question_is_answered_in_chinese_from_the_chinese_page(desk: Desk) -> None:
    (reply,) = await desk.ask("退款需要多久？")
    said = words(reply)
    assert "中写道" in said
    assert "5 个工作日" in said
    assert "Refunds" not in said


async def test_a_list_item_comes_with_the_line_that_leads_into_its_list(desk: Desk) -> None:
    (reply,) = await desk.ask("what does express shipping cost?")
    quoted = next(part.text for part in reply.parts if isinstance(part, Quote))
    assert "We ship with three carriers:" in quoted
    assert "• Express shipping takes 1 day and costs 12 euro." in quoted


async def test_a_follow_up_is_read_with_the_question_before_it(desk: Desk) -> None:
    history = (Turn("user", "what does express shipping cost?"), Turn("agent", "12 euro"))
    (reply,) = await desk.ask("and for furniture?", history=history)
    assert "39 euro" in words(reply)


async def test_what_no_document_answers_is_said_plainly(desk: Desk) -> None:
    (reply,) = await desk.ask("which football team won the league in 1998?")
    assert "I don't know" in words(reply)
    assert not any(isinstance(part, Quote | Sources | Feedback) for part in reply.parts)


async def test_who_asks_alone_is_not_told_to_wait_for_others(desk: Desk) -> None:
    (reply,) = await desk.ask("what is the wifi password of the ship?", kind="command", name="/ask")
    assert "Once somebody here has answered" not in words(reply)


async def test_small_talk_is_told_what_the_bot_is_for(desk: Desk) -> None:
    (reply,) = await desk.ask("please sing me a song", name="none")
    assert "I answer questions from the team's documents" in words(reply)


async def test_an_empty_question_and_one_of_emoji_are_asked_for_words(desk: Desk) -> None:
    for text in ("", "   ", "🎉🎉🎉", ":tada: :tada:", "?!"):
        (reply,) = await desk.ask(text)
        assert "Ask me in words" in words(reply)


async def test_the_command_alone_shows_its_help_to_the_asker(desk: Desk) -> None:
    (reply,) = await desk.ask("", kind="command", name="/ask")
    assert reply.to == "asker"
    assert "/ask QUESTION" in words(reply)


async def test_the_same_words_on_two_pages_are_quoted_once(desk: Desk) -> None:
    await desk.library.add("T0TEST", [document("Refunds copy", "A refund takes 5 working days after the parcel came.")])
    twin = "Refunds of gift cards. A refund takes 5 working days after the parcel has reached us."
    await desk.library.add("T0TEST", [document("Gift A", twin), document("Gift B", twin)])
    (reply,) = await desk.ask("how long do refunds of gift cards take?")
    titles = [source.title for part in reply.parts if isinstance(part, Sources) for source in part.items]
    assert len({"Gift A", "Gift B"} & set(titles)) == 1


async def test_orders_in_a_document_are_words_like_any_other(desk: Desk) -> None:
    (reply,) = await desk.ask("how long does a parcel locker keep a parcel?")
    assert "7 days" in words(reply)
    assert reply.to == "thread"
    assert words(reply) != "HACKED"


async def test_a_question_of_40000_characters_is_answered_sensibly(desk: Desk) -> None:
    (reply,) = await desk.ask("how long do refunds take? " * 1600)
    assert "Refunds" in words(reply)
    (reply,) = await desk.ask("x" * 40_000)
    assert "I don't know" in words(reply)


async def test_more_results_show_what_was_not_quoted(desk: Desk) -> None:
    asked = desk.request("how long do refunds take and what does shipping cost?")
    (reply,) = await desk.skill.handle(asked, desk)
    buttons = [button.action for part in reply.parts if isinstance(part, Buttons) for button in part.items]
    (more,) = await desk.press("knowledge.more", reply, asked)
    assert more.to == "asker"
    assert ("knowledge.more" in buttons) == ("Further passages" in words(more))


async def test_the_passage_is_shown_in_its_surroundings(desk: Desk) -> None:
    asked = desk.request("what does express shipping cost?")
    (reply,) = await desk.skill.handle(asked, desk)
    button = next(
        button
        for part in reply.parts
        if isinstance(part, Buttons)
        for button in part.items
        if button.action == "knowledge.passage"
    )
    form = await desk.skill.form(desk.pressed(button.action, reply, asked, value=button.value), desk)
    assert form is not None
    assert form.submit is None
    assert any(isinstance(part, Quote) and "39 euro" in part.text for part in form.parts)
