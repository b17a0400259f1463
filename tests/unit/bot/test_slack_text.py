"""What people wrote, read back from Slack's markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.spoken import spoken
from bot.rendering.literal import escape
from bot.slack_text import mentioned, readable, without_mention

NAMES = {"U1": "ana"}


def name_of(id: str) -> str:
    return NAMES.get(id, id)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> and <@U2>", "@ana and @U2"),
        ("<@U9|zoe>", "@zoe"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<https://x.example/a|the page>", "the page"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<mailto:ana@x.example|ana@x.example>", "ana@x.example"),
        ("<!channel> <!here|here>", "@channel here"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<!subteam^S1|@support>", "@support"),
    ],
)
def test_markup_reads_as_the_words_it_stands_for(written: str, read: str) -> None:
    assert readable(written, name_of) == read


@given(st.text())
def test_what_was_escaped_reads_as_it_was(words: str) -> None:
    assert readable(escape(words), name_of) == words


def test_mentions_are_found_and_ours_is_taken_out() -> None:
    assert mentioned("<@U1> asks <@U2|ben> &lt;@U3&gt;") == ["U1", "U2"]
    assert without_mention("<@U1>: how long? <@U2>", "U1") == "how long? <@U2>"
    assert without_mention("hey <@U1|deskhand>, hi", "U1") == "hey  hi"


@pytest.mark.parametrize(
    ("said", "subcommand"),
    [
        ("status", "status"),
        ("Status!", "status"),
        ("状态", "status"),
        ("帮助。", "help"),
        ("channel off", "channel"),
        ("status of my order", None),
        ("channel 4 is on fire", None),
        ("help me with refunds", None),
        ("", None),
    ],
)
def test_the_bots_own_commands_are_understood_only_alone(said: str, subcommand: str | None) -> None:
    assert spoken(said) == subcommand
