"""Why somebody is proposed for a task, in the words of its card."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import skills.tasks
from skills.base import Place
from skills.catalogs import Catalogs
from skills.reply import Paragraph
from skills.tasks.cards.card import View, card
from skills.tasks.store.task import Task

SAY = Catalogs([Path(skills.tasks.__file__).parent / "texts"]).say("en-GB", ZoneInfo("UTC"))
NOW = 1_796_000_000.0


def told(similar: int = 0, share: float = 0.0, work: float = 0.4, match: float = 0.0, stated: float = 0.0) -> str:
    """Returns the card's paragraph about Ben, who has nothing planned, did so much like it and states "audio"."""
    facts: list[tuple[str, float, dict[str, Any]]] = [
        ("similar_work", work, {"similar": similar, "share": share}),
        ("skill_stated", stated, {"skill": "audio", "match": match}),
        ("load", -0.1, {"minutes": 0.0, "share": 0.0}),
        ("fairness", -0.3, {"recent": 4}),
    ]
    terms = [{"key": key, "value": value, "facts": known} for key, value, known in facts]
    proposed = {"at": 0, "ranked": [{"id": "U2", "score": sum(value for _, value, _ in facts), "terms": terms}]}
    task = Task(
        id=1, team="T1", number=12, title="Check the microphones", notes="", state="open", asker="U1", assignee=None,
        place=Place("C1", "channel"), link=None, due=None, zone="UTC", priority=2, labels=(), effort=None,
        estimate=None, after=(), parent=None, series=None, occurrence=None, rule=None, planned=None, blocked="",
        snoozed_until=None, made_at=NOW, begun_at=None, done_at=None, changed_at=NOW, version=1,
        pending={"proposed": proposed},
    )  # fmt: skip
    parts = card(task, View({"U1": "Ana", "U2": "Ben"}), SAY, NOW).parts
    return next(text for part in parts if isinstance(part, Paragraph) and "Ben" in (text := SAY.plain(part.text)))


def test_tasks_like_it_are_counted() -> None:
    assert "has done 7 tasks like this" in told(similar=7, share=0.4)


def test_a_share_of_such_work_is_told_where_no_single_task_is_like_it() -> None:
    assert "has done about 40% of this kind of work" in told(share=0.4)


def test_nobody_is_said_to_have_done_what_they_never_did_however_likely_they_are_good_at_it() -> None:
    assert "done" not in told(work=0.4)


def test_a_skill_is_a_reason_where_it_goes_with_the_task_and_counts() -> None:
    assert "is good at audio" in told(match=0.6, stated=0.2)
    assert "audio" not in told(match=0.01, stated=0.2)
    assert "audio" not in told(match=0.6, stated=-0.1)
