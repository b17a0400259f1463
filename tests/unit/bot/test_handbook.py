"""The demo handbook keeps the promises that are made about it."""

from __future__ import annotations

import json
from pathlib import Path

from index.loaders import Loaded, load
from index.types import Document

ROOT = Path(__file__).parents[3]
HANDBOOK = ROOT / "bot" / "workspace" / "handbook"
QUESTIONS = ROOT / "tests" / "data" / "cross_language.jsonl"


async def pages() -> dict[str, Document]:
    outcomes = [outcome async for outcome in load(str(HANDBOOK))]
    assert all(isinstance(outcome, Loaded) for outcome in outcomes)
    return {Path(one.item).name: one.documents[0] for one in outcomes if isinstance(one, Loaded)}


def text_of(document: Document) -> str:
    return "\n".join(section.text for section in document.sections)


async def test_every_page_has_a_title_of_its_own_and_sections() -> None:
    found = await pages()
    assert len(found) >= 30
    assert len({page.title for page in found.values()}) == len(found)
    assert all(len(page.sections) >= 4 for page in found.values())


async def test_it_says_what_the_workspace_promises() -> None:
    found = await pages()
    assert "Refunds take 5 working days." in text_of(found["refunds.md"])
    assert "5 个工作日" in text_of(found["refunds-zh.md"])
    assert "Express shipping costs 12 euro" in text_of(found["shipping.md"])
    assert "returned within 30 days" in text_of(found["returns.md"])


async def test_questions_across_languages_are_about_pages_that_exist_in_the_other_language() -> None:
    found = await pages()
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert [question["language"] for question in questions].count("zh") == 20
    assert len({question["question"] for question in questions}) == 40
    for question in questions:
        assert question["page"] in found
        assert question["page"].endswith("-zh.md") == (question["language"] == "en")
