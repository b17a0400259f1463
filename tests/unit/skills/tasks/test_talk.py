"""What a message to the tasks skill wants: to see tasks, to know something, or to have one made."""

from __future__ import annotations

import pytest

from skills.tasks.capture.draft import Names
from skills.tasks.talk import talk

MEMBERS = {"ana": "U1", "ben": "U2"}

WANTED: tuple[tuple[str, str], ...] = (
    ("what's on my plate?", "mine"),
    ("what do I have to do this week?", "mine"),
    ("what should I work on", "mine"),
    ("我有哪些任务", "mine"),
    ("我手上还有什么没做完的？", "mine"),
    ("what does ben have to do?", "person"),
    ("ben 要做什么？", "person"),
    ("what is overdue?", "overdue"),
    ("anything else overdue?", "overdue"),
    ("哪些任务逾期了", "overdue"),
    ("what am I waiting for from others, which I asked for?", "asked"),
    ("show all open tasks", "all"),
    ("plan the backlog", "plan"),
    ("who is free", "board"),
    ("when is the release due?", "about"),
    ("hw long do refuds tke to arive??", "about"),
    ("@channel how long do refunds take? @dana", "about"),
    ("谁负责退货？", "about"),
    ("did anybody finish the price list last Friday?", "about"),
    ("my lamp is smoking, what should I do now", "make"),
    ("could someone restock the printer?", "make"),
    ("@ben can you fix the login?", "make"),
    ("remind me to call mom?", "make"),
    ("fix the login", "make"),
    ("能不能帮忙订一下车？", "make"),
)


@pytest.mark.parametrize(("text", "wanted"), WANTED, ids=[text[:40] for text, _ in WANTED])
def test_a_message_is_read_as_what_it_wants(text: str, wanted: str) -> None:
    assert talk(text, Names((), MEMBERS, "U1")).wanted == wanted


def test_today_and_this_week_narrow_a_list() -> None:
    assert talk("what do I have to do today?", Names((), MEMBERS, "U1")).span == "today"
    assert talk("我这周要做什么", Names((), MEMBERS, "U1")).span == "week"
