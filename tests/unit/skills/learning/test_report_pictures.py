"""A report whose pictures are gone is posted without them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from bot.store.upgrade import open_database
from skills.catalogs import Catalogs
from skills.classifiers.feedback.models import MIGRATIONS
from skills.classifiers.registry.versions import STARTER, Registry, Trained
from skills.learning.pictures import pictures_of
from skills.learning.skill import LearningSkill

TEAM = "T1"
REPORT = {
    "tasks": {
        "intent": {
            "confusion": {"n": 2, "right": 1, "confused": []},
            "new": {"champion": {"ece": None}, "challenger": {"ece": None}},
        }
    }
}


async def test_pictures_that_are_gone_or_damaged_hold_no_report_up(tmp_path: Path) -> None:
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    registry = Registry(database.sessions)
    say = Catalogs([LearningSkill.catalogs]).say("en-US", ZoneInfo("UTC"))
    files = {"report/intent.confusion.png": b"png"}
    version = await registry.put(TEAM, Trained("r1", "d1", ["intent"], REPORT, files), STARTER)
    (picture,) = await pictures_of(registry, TEAM, version, REPORT, say)
    assert picture.png == b"png"
    assert await registry.prune(TEAM, kept=0) == 1
    assert await pictures_of(registry, TEAM, version, REPORT, say) == []
    await database.close()
