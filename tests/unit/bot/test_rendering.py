"""Replies and forms as Block Kit: literal, within Slack's limits, and readable without blocks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discovery import installed_skills
from bot.rendering import Origin, read_values, render_form, render_home, render_reply, render_text
from bot.rendering.blocks import answer_of
from bot.rendering.literal import pieces, shorten, units, web_link
from bot.rendering.message import BLOCK_CHARACTERS, BLOCKS, TEXT
from skills.catalogs import Catalogs
from skills.reply import (
    Button,
    Buttons,
    Choice,
    Feedback,
    Fields,
    Form,
    Note,
    Paragraph,
    Part,
    PeopleInput,
    Quote,
    Reply,
    Source,
    Sources,
    TextInput,
)
from skills.text import Bold, ChannelRef, Code, Link, PersonRef, Span, When

SAY = Catalogs(skill.catalogs for skill in installed_skills()).say("en-US", ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = "a" * 32

Json = dict[str, Any]


def render(*parts: Part) -> Json:
    return render_reply(Reply(parts), ID, SAY, NOW)


def leaves(value: Any) -> Iterator[Json]:
    """Every object in a rendered message."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)


def check_limits(payload: Json) -> None:
    """Checks what https://docs.slack.dev/reference/block-kit and lessons of others say about sizes."""
    blocks = payload["blocks"]
    assert 0 < units(payload["text"]) <= TEXT
    assert len(blocks) <= BLOCKS
    assert units(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= BLOCK_CHARACTERS
    json.dumps(payload).encode()
    payload["text"].encode()
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
    for block in blocks:
        assert units(block.get("block_id", "")) <= 255
        match block["type"]:
            case "section":
                assert len(block["fields"]) <= 10
                assert all(0 < units(field["text"]) <= 2000 for field in block["fields"])
            case "context":
                assert all(0 < units(element["text"]) <= 2000 for element in block["elements"])
            case "actions":
                assert len(block["elements"]) <= 25
                actions = [element["action_id"] for element in block["elements"]]
                assert len(actions) == len(set(actions))
                for button in block["elements"]:
                    assert 0 < units(button["text"]["text"]) <= 75
                    assert units(button.get("value", "")) <= 2000
            case "rich_text":
                assert all(one["text"] for one in leaves(block) if one.get("type") == "text")


WORDS = st.text(alphabet=st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [
        "<!channel>",
        "<@U0ANA>",
        "<https://evil.example|click>",
        "*bold* _it_ ~no~ `code`",
        "👩‍👩‍👧‍👦" * 40,
        "😀" * 1600,
        "字" * 3300,
        "\ud83d",
        "a\x00b",
        "> q",
        "&lt;!here&gt;",
    ]
)
SPANS: st.SearchStrategy[Span] = st.one_of(
    WORDS,
    WORDS.map(Bold),
    WORDS.map(Code),
    st.builds(Link, WORDS, WORDS | st.just("https://docs.example/a?b=<c>|d&e")),
)
TEXTS = WORDS | st.lists(SPANS, max_size=6).map(tuple)
SOURCES = st.builds(
    Source,
    number=st.integers(1, 9),
    title=WORDS,
    headings=st.lists(WORDS, max_size=3).map(tuple),
    place=WORDS,
    link=st.none() | WORDS | st.just("https://docs.example/a?b=<c>|d&e"),
    date=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
BUTTONS = st.builds(
    Button,
    label=WORDS.filter(lambda words: bool(words.strip("\x00"))),
    action=st.sampled_from(["share", "more", "passage"]),
    value=WORDS,
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    TEXTS.map(Paragraph),
    WORDS.map(Quote),
    st.lists(SOURCES, max_size=5).map(tuple).map(Sources),
    st.lists(st.tuples(TEXTS, TEXTS), max_size=12).map(tuple).map(Fields),
    TEXTS.map(Note),
    st.lists(BUTTONS, max_size=8).map(tuple).map(Buttons),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=12))
def test_no_text_of_any_script_pings_formats_or_breaks_a_limit(parts: list[Part]) -> None:
    payload = render(*parts, Feedback())
    check_limits(payload)
    assert "<!" not in payload["text"]
    assert "<@" not in payload["text"]
    for one in leaves(payload["blocks"]):
        assert one.get("type") not in {"user", "usergroup", "broadcast", "channel"}
        if one.get("type") == "mrkdwn":
            assert "<!" not in one["text"]
            assert "<@" not in one["text"]


@settings(max_examples=5, deadline=None)
@given(st.lists(PARTS, min_size=40, max_size=60))
def test_very_many_parts_still_fit_and_keep_feedback(parts: list[Part]) -> None:
    payload = render(*parts, Feedback())
    check_limits(payload)
    assert payload["blocks"][-1]["type"] == "context_actions"


def test_the_longest_realistic_answer_keeps_statement_sources_and_buttons() -> None:
    source = Source(1, "T" * 300, ("H" * 300,), "p" * 400, "https://docs.example/" + "x" * 800, NOW)
    payload = render(
        Paragraph("s" * 4000),
        *(Quote("引" * 3000) for _ in range(5)),
        Sources((source,) * 5),
        Buttons(tuple(Button("Show passage", "passage", str(number)) for number in range(5))),
        Note("n" * 3000),
        Feedback(),
    )
    check_limits(payload)
    kinds = [block["type"] for block in payload["blocks"]]
    assert kinds.count("actions") == 5
    assert kinds[-1] == "context_actions"
    assert "[1] " in payload["text"]
    assert "https://docs.example/" in payload["text"]


def test_a_quote_is_shown_literally() -> None:
    block = render(Quote("<!channel> *not bold*"))["blocks"][0]
    assert block["elements"][0] == {
        "type": "rich_text_quote",
        "elements": [{"type": "text", "text": "<!channel> *not bold*"}],
    }


def test_people_channels_and_moments_of_our_own_are_marked_up() -> None:
    payload = render(Paragraph((PersonRef("U1"), " in ", ChannelRef("C1"), " at ", When(NOW))))
    kinds = [element["type"] for element in payload["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "channel", "text", "date"]
    assert payload["text"].startswith("<@U1> in <#C1> at <!date^")


def test_a_source_names_title_heading_place_and_age_with_its_link() -> None:
    source = Source(
        1,
        "Refunds",
        ("How long",),
        "handbook/refunds.md:3",
        "https://h.example/r?a=1&b=2",
        datetime(2026, 8, 20, tzinfo=UTC),
    )
    payload = render(Sources((source,)))
    assert (
        payload["text"]
        == "[1] <https://h.example/r?a=1&amp;b=2|Refunds › How long> — handbook/refunds.md:3 (3 months ago)"
    )
    elements = payload["blocks"][0]["elements"][0]["elements"]
    assert elements[1] == {"type": "link", "url": "https://h.example/r?a=1&b=2", "text": "Refunds › How long"}


def test_feedback_has_the_fixed_ids_and_the_answers_id_in_its_block() -> None:
    (block,) = render(Feedback())["blocks"]
    (element,) = block["elements"]
    assert block["type"] == "context_actions"
    assert answer_of(block["block_id"]) == ID
    assert element["action_id"] == "feedback"
    assert (element["positive_button"]["value"], element["negative_button"]["value"]) == ("helpful", "not_helpful")


def test_buttons_with_the_same_action_stand_in_blocks_of_their_own() -> None:
    blocks = render(Buttons((Button("1", "passage", "1"), Button("2", "passage", "2"), Button("More", "more"))))[
        "blocks"
    ]
    assert [[element["value"] for element in block["elements"] if "value" in element] for block in blocks] == [
        ["1"],
        ["2"],
    ]
    assert {answer_of(block["block_id"]) for block in blocks} == {ID}
    assert [element["text"]["text"] for block in blocks for element in block["elements"]] == ["1", "2", "More"]


def test_a_message_never_unfurls_or_links_names() -> None:
    payload = render(Paragraph("x"))
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)
    assert (payload["parse"], payload["link_names"]) == ("none", False)


def test_fields_stand_in_two_columns() -> None:
    (section,) = render(Fields((("Version", "1.0"), ("Owner", (Bold("a*b"),)))))["blocks"]
    assert section["fields"][0]["text"] == "*Version*"
    assert section["fields"][3] == {"type": "plain_text", "text": "a*b", "emoji": False}


def test_an_empty_reply_still_has_a_text() -> None:
    assert render_text([], SAY, NOW)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "http://[bad", "x" * 4000])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert web_link(url) is None


@given(WORDS, st.integers(2, 100))
def test_shortening_keeps_to_the_limit_and_cuts_between_characters(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert units(short) <= limit
    assert text.startswith(short.removesuffix("…").rstrip()) or short == text


@given(WORDS, st.integers(4, 50))
def test_pieces_together_are_the_whole(text: str, limit: int) -> None:
    parts = pieces(text, limit)
    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)


def test_a_joined_emoji_is_not_cut_apart() -> None:
    assert shorten("ab👩‍👩‍👧", 6) == "ab…"


def test_a_form_becomes_a_modal_and_its_values_are_read_back() -> None:
    form = Form(
        "deskhand.feedback",
        "A title that is far too long for a modal",
        (
            Paragraph("why"),
            TextInput("comment", "Comment", "x" * 5000, hint="hint", multiline=True, max_length=2000),
            Choice("reason", "Reason", tuple((str(n), "L" * 100) for n in range(150)), "3"),
            PeopleInput("people", "People", ("U1",)),
        ),
        submit="Send",
        state="s",
    )
    view = render_form(form, Origin("C1", "channel", "1.0", answer=ID, state="s"), SAY, NOW)
    assert units(view["title"]["text"]) <= 24
    assert len(view["private_metadata"]) <= 3000
    assert Origin.read(view["private_metadata"]).place.thread == "1.0"
    _, comment, reason, people = view["blocks"]
    assert len(comment["element"]["initial_value"]) <= 2000
    assert len(reason["element"]["options"]) == 100
    assert reason["element"]["initial_option"]["value"] == "3"
    assert people["element"]["initial_users"] == ["U1"]
    state = {
        "comment": {"comment": {"type": "plain_text_input", "value": "hm"}},
        "reason": {"reason": {"type": "static_select", "selected_option": {"value": "3"}}},
        "people": {"people": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
    }
    assert read_values({"state": {"values": state}}) == {
        "comment": "hm",
        "reason": "3",
        "people": ("U1", "U2"),
        "empty": None,
    }


def test_a_form_whose_state_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3000"):
        render_form(Form("f", "t", ()), Origin(state="x" * 3000), SAY, NOW)


def test_app_home_may_hold_a_hundred_blocks() -> None:
    view = render_home([Paragraph("x")] * 150, SAY, NOW)
    assert len(view["blocks"]) == 100
