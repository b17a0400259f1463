"""Tables and charts fit Slack's blocks, and their numbers stand in the text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import DeskSkill
from bot.rendering import render_reply
from bot.rendering.figures import fits
from bot.workspace.block_kit import check_message_blocks
from skills.catalogs import Catalogs
from skills.reply import Chart, Paragraph, Reply, Series, Table
from skills.text import ChannelRef

SAY = Catalogs([DeskSkill.catalogs]).say("en-US", ZoneInfo("UTC"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TABLE = Table(("Where", "Questions"), (("All <!channel>", 1234), (ChannelRef("C1"), 0.5)), "The desk")
CHART = Chart("line", "Questions a day", (Series("asked", (1, 2.5)),), ("11-22", "11-23"), "rising")


def test_a_table_is_native_and_its_numbers_stand_in_the_text() -> None:
    rendered = render_reply(Reply((TABLE,)), "a1", SAY, NOW)
    check_message_blocks(rendered["blocks"])
    (block,) = rendered["blocks"]
    assert block["type"] == "data_table"
    assert block["rows"][1][1] == {"type": "raw_number", "value": 1234}
    assert rendered["text"].splitlines() == [
        "The desk",
        "Where | Questions",
        "All &lt;!channel&gt; | 1,234",
        "<#C1> | 0.5",
    ]


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_a_chart_is_native_and_its_numbers_stand_in_the_text(kind: str) -> None:
    chart = Chart(kind, CHART.title, CHART.series, CHART.labels, CHART.alt)  # type: ignore[arg-type]
    rendered = render_reply(Reply((Paragraph("Here"), chart)), "a1", SAY, NOW)
    check_message_blocks(rendered["blocks"])
    assert rendered["blocks"][1]["chart"]["type"] == kind
    assert rendered["text"] == "Here\nQuestions a day: rising\nasked: 11-22 1, 11-23 2.5"


def test_a_chart_with_too_many_lines_waits_for_its_picture() -> None:
    many = Chart("line", "All", tuple(Series(f"s{at}", (1.0,)) for at in range(7)), ("a",), "seven lines")
    assert not fits(many)
    (block,) = render_reply(Reply((many,)), "a1", SAY, NOW)["blocks"]
    assert (block["type"], block["alt_text"]) == ("image", "seven lines")
    assert len(block["picture"]["series"]) == 7


@given(
    st.lists(st.text(max_size=300), min_size=1, max_size=25, unique=True),
    st.integers(0, 130),
    st.one_of(st.integers(-(10**12), 10**12), st.text(max_size=40)),
)
def test_any_table_is_one_that_slack_takes(names: list[str], count: int, value: str | int) -> None:
    table = Table(tuple(names), ((value,) * len(names),) * count, "caption")
    rendered = render_reply(Reply((table,)), "a1", SAY, NOW)
    check_message_blocks(rendered["blocks"])
    assert len(rendered["text"]) <= 4000
