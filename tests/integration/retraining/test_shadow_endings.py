"""What the gate decides at the end of a shadow period, and what of it people read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.plain import as_text
from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from index.encoders.base import Encoder
from skills.catalogs import Catalogs
from skills.classifiers.champions import Champions
from skills.classifiers.registry.models import ShadowReadRow
from skills.classifiers.registry.versions import GATE, Trained
from skills.classifiers.served import STARTER as SHIPPED
from skills.learning import must
from skills.learning.must import Must
from skills.learning.settings import LearningSettings
from skills.learning.shadowing.cards import differed_parts, ended_parts
from skills.learning.shadowing.differences import differences, differing, seen_in
from skills.learning.shadowing.ending import settle
from skills.learning.skill import LearningSkill
from skills.learning.workshop import Workshop
from skills.support.conversations.models import TurnRow

TEAM, VERSION = "T1", 1
QUESTION = "do not let my parcel arrive"


@pytest.fixture
async def shop(tmp_path: Path, encoders: list[Encoder]) -> AsyncIterator[Workshop]:
    database = await open_database(tmp_path, branches=migration_branches(installed_skills()))
    champions = Champions(database.sessions, tmp_path / "models", encoders)
    made = Workshop(
        database.sessions, encoders, champions, LearningSettings(), tmp_path, lambda: datetime.now(UTC), "here"
    )
    files = {f"topic/{path.name}": path.read_bytes() for path in (SHIPPED / "topic").iterdir()}
    report = {"verdict": {"promote": True, "overridable": True, "reasons": []}, "rows": {}}
    await made.registry.put(TEAM, Trained("r1", "d1", ["intent", "topic"], report, files), 0)
    await made.registry.shadow(TEAM, VERSION, 60.0, {})
    yield made
    await database.close()


async def asked(shop: Workshop, before: str | None, now: str | None, count: int, path: str = "template") -> None:
    """Has so many questions been taken by both for what is given, which answers where it is an intent."""
    turns, reads = [], []
    for number in range(count):
        id = f"{before} {now} {number}"
        facts = {
            "channel": "C1",
            "thread": id,
            "path": path,
            "intent": before or "",
            "drafted": False,
            "language": "en",
        }
        turns.append(TurnRow(id=id, team=TEAM, at=float(number), probability=0.9, question=QUESTION, **facts))
        reads.append(
            ShadowReadRow(
                team=TEAM,
                version=VERSION,
                turn=id,
                label_before=before,
                probability_before=0.9,
                answers_before=before is not None,
                label=now,
                probability=0.9,
                answers=now is not None,
            )
        )
    async with shop.sessions.begin() as session:
        session.add_all(turns)
    await shop.shadows.add(reads)


async def ended(shop: Workshop, locale: str = "en-US") -> tuple[str, str]:
    """Returns how the period of the version has ended, and the post about it."""
    shadow, version = await shop.shadows.get(TEAM, VERSION), await shop.registry.get(TEAM, VERSION)
    assert shadow is not None
    assert version is not None
    for _ in range(2):
        await settle(shop, shadow)
    lines = [line for line in await shop.registry.ledger(TEAM) if line.who == GATE and line.act != "shadow"]
    assert len(lines) == 1
    say = Catalogs([LearningSkill.catalogs]).say(locale, ZoneInfo("UTC"))
    seen = differences(await seen_in(shop.sessions, TEAM, VERSION))
    settled = await shop.shadows.get(TEAM, VERSION)
    assert settled is not None
    return settled.state, as_text(ended_parts(version, lines[0], seen, say), say)


async def test_a_version_with_which_nothing_was_wrong_serves(shop: Workshop) -> None:
    await asked(shop, "order_status", "order_status", 90)
    await asked(shop, "order_status", "cancel_order", 6)
    await asked(shop, None, "cancel_order", 4, "handover")
    state, post = await ended(shop)
    assert state == "promoted"
    assert shop.champions.of(TEAM).version == await shop.registry.serving(TEAM) == VERSION
    assert "Both read 100 questions, and took 90 of them for the same." in post
    assert (
        "Of what went to a person it would have answered 4; of what was answered, it would not have been sure of 0."
        in post
    )
    assert QUESTION not in post


async def test_one_that_evidently_leaves_more_without_an_answer_waits_for_an_admin(shop: Workshop) -> None:
    await asked(shop, "order_status", "order_status", 90)
    await asked(shop, "order_status", None, 9)
    await asked(shop, None, "order_status", 1)
    state, post = await ended(shop)
    assert (state, await shop.registry.serving(TEAM)) == ("refused", 0)
    assert "it would have left 9 questions unanswered that what serves is sure of" in post
    line = (await shop.registry.ledger(TEAM))[0]
    assert (line.act, line.why, line.figures["shadow"]["lost"]) == ("refused", "shadow", 9)
    await shop.registry.promote(TEAM, VERSION, "U0ANA", "", {})
    assert await shop.registry.serving(TEAM) == VERSION


async def test_an_example_added_meanwhile_that_it_gets_wrong_keeps_it_out_for_everybody(shop: Workshop) -> None:
    await must.add(shop.sessions, TEAM, Must("topic", "none", "my card was charged twice"), "U0ANA", 0.0)
    state, post = await ended(shop)
    assert state == "refused"
    assert "it gets an example wrong that must never break" in post


async def test_what_was_forgotten_is_shown_no_more(shop: Workshop) -> None:
    await asked(shop, "order_status", "cancel_order", 2)
    async with shop.sessions.begin() as session:
        row = await session.get(TurnRow, "order_status cancel_order 0")
        assert row is not None
        row.question = ""
    texts = await differing(shop.sessions, TEAM, VERSION, 10)
    assert texts == [(QUESTION, "order_status", "cancel_order")]
    say = Catalogs([LearningSkill.catalogs]).say("zh-CN", ZoneInfo("UTC"))
    assert "现版本判断为 order_status，新版本判断为 cancel_order" in as_text(differed_parts(texts, say), say)


async def test_nobody_asked_is_said_in_chinese_too(shop: Workshop) -> None:
    state, post = await ended(shop, "zh-CN")
    assert state == "promoted"
    assert "期间没有可供两者比较的提问。" in post
