"""What the card of a case names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from skills.catalogs import Catalogs
from skills.reply import Fields
from skills.support import SupportSkill
from skills.support.book.answer_book import EMPTY
from skills.support.cases.cards import card
from skills.support.cases.models import CaseRow

SAY = Catalogs([SupportSkill.catalogs]).say("en-US", ZoneInfo("UTC"))


def about(guesses: list[list[Any]]) -> str:
    kept = {"said": ["hello"], "guesses": guesses, "sentiment": "", "priority": "", "sources": [], "link": None}
    case = CaseRow(
        id="c1",
        channel="C1",
        kind="channel",
        thread="1.0",
        asker="U1",
        status="open",
        reason="unclear",
        urgent=False,
        about={**kept, "name": "dana"},
    )
    [fields] = [part for part in card(case, EMPTY, SAY, datetime.now(UTC)).parts if isinstance(part, Fields)]
    return next(SAY.plain(value) for name, value in fields.pairs if SAY.plain(name) == "Probably about")


def test_further_guesses_are_named_where_there_is_something_in_them() -> None:
    assert about([["order_status", 0.997], ["cancel_order", 0.002]]) == "order status (100%)"
    assert about([["order_status", 0.6], ["cancel_order", 0.3]]) == "order status (60%); cancel order (30%)"


def test_the_likeliest_is_named_however_unlikely() -> None:
    assert about([["order_status", 0.03], ["cancel_order", 0.02]]) == "order status (3%)"
