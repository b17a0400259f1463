"""The router on messages that were written before the examples it learns from."""

import json
from pathlib import Path

import pytest
from sklearn.metrics import f1_score

from bot.desk import DeskSkill
from bot.router import NONE, Route, Router, open_router
from index.encoders.base import Encoder
from index.search import QuestionVectors
from skills.classifiers.examples import read_utterances
from skills.knowledge import KnowledgeSkill

MESSAGES = Path(__file__).parent.parent.parent / "data" / "routing.jsonl"


@pytest.fixture(scope="module")
def router(encoders: list[Encoder]) -> Router:
    return open_router([KnowledgeSkill(), DeskSkill()], encoders)


def _route(router: Router, encoders: list[Encoder], text: str, language: str) -> Route:
    return router.route(
        QuestionVectors(text, language, {encoder.name: encoder.encode([text], "query")[0] for encoder in encoders})
    )


@pytest.mark.parametrize(
    ("names", "language", "least"),
    [
        (("english",), "en", 0.88),
        (("multilingual",), "en", 0.9),
        (("multilingual",), "zh", 0.9),
        ((), "zh", 0.75),
    ],
    ids=["english vectors", "multilingual vectors", "Chinese", "characters alone"],
)
def test_messages_go_where_people_meant_them(
    router: Router, encoders: list[Encoder], names: tuple[str, ...], language: str, least: float
) -> None:
    learned = {
        utterance.text
        for skill in (KnowledgeSkill, DeskSkill)
        if skill.examples
        for utterance in read_utterances(skill.examples)
    }
    rows = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["language"] == language and row["text"] not in learned]
    used = [encoder for encoder in encoders if encoder.name in names]
    routes = [_route(router, used, row["text"], language) for row in rows]
    # The set is older than these skills: what is theirs was for nobody then.
    younger = ("monitor", "tasks")
    chosen = ["none" if route.intent == NONE or route.skill in younger else route.skill for route in routes]
    meant = [row["skill"] for row in rows]
    score = f1_score(meant, chosen, labels=sorted(set(meant)), average="macro")
    print(f"routing, {'+'.join(names) or 'characters'}, {language}: macro-F1 {score:.3f} on {len(rows)} messages")
    assert score >= least


@pytest.mark.parametrize(
    ("text", "language", "skill", "intent"),
    [
        ("thank you very much!", "en", "deskhand", "thanks"),
        ("太感谢了", "zh", "deskhand", "thanks"),
        ("hi deskhand", "en", "deskhand", "greeting"),
        ("what are your commands?", "en", "deskhand", "help"),
        ("how long is the warranty on lamps?", "en", "knowledge", ""),
        ("周末几点开门？", "zh", "knowledge", ""),
    ],
)
def test_courtesies_and_questions_are_told_apart(
    router: Router, encoders: list[Encoder], text: str, language: str, skill: str, intent: str
) -> None:
    route = _route(router, encoders, text, language)
    assert (route.skill, route.intent) == (skill, intent)


def test_what_is_for_no_skill_goes_to_the_knowledge_skill_as_such(router: Router, encoders: list[Encoder]) -> None:
    route = _route(router, encoders, "please water my plants tomorrow", "en")
    assert (route.skill, route.intent) == ("knowledge", NONE)
