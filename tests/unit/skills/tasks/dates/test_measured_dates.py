"""How well due dates are read, on the cases that were written before the parser."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skills.tasks.dates.evaluation import evaluate_duedates
from skills.tasks.dates.finding import due_date

DATA = Path(__file__).parents[4] / "data" / "duedates"
UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(("name", "least"), [("cases", 0.99), ("fresh", 0.99), ("held_out", 0.96)])
def test_most_sentences_are_read_as_people_meant_them(name: str, least: float) -> None:
    assert evaluate_duedates(DATA / f"{name}.jsonl")["exact"] >= least


def test_few_people_are_asked() -> None:
    assert evaluate_duedates(DATA / "held_out.jsonl")["asks"] <= 0.1


@pytest.mark.parametrize("now", ["2026-11-25T10:00:00", "2028-02-29T23:59:00", "2027-01-01T00:00:00"])
def test_hardly_a_title_is_taken_for_dated(now: str) -> None:
    titles = [json.loads(line)["text"] for line in (DATA / "titles.jsonl").read_text(encoding="utf-8").splitlines()]
    at = datetime.fromisoformat(now)
    dated = [title for title in titles if (found := due_date(title, at, UTC)) and not found.asks]
    assert len(dated) <= len(titles) // 100, dated
