"""Sentences read as tasks: what, who, when, how urgently; in English, Chinese and both."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.tasks.capture.draft import Draft, Names
from skills.tasks.capture.parsing import read_draft, read_message
from skills.tasks.capture.people import is_plain_request
from skills.tasks.capture.splitting import pieces
from skills.tasks.store.task import TITLE

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime.fromisoformat("2026-12-02T09:00")
MEMBERS = {"ana": "U1", "ben": "U2", "chen": "U3", "dana": "U4"}


def names(text: str, asker: str = "U1") -> Names:
    mentions = tuple((id, f"@{name}") for name, id in MEMBERS.items() if f"@{name}" in text)
    return Names(tuple(sorted(mentions, key=lambda one: text.find(one[1]))), MEMBERS, asker)


def read(text: str) -> Draft:
    return read_draft(text, names(text), WEDNESDAY, BERLIN)


READ: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ask @ben to ship the release notes by Friday 5pm, high priority",
     {"title": "ship the release notes", "person": "U2", "priority": 2, "due": "2026-12-04T17:00"}),
    ("can you please remind @dana to call Mr. O'Neil tomorrow", {"title": "call Mr. O'Neil", "person": "U4"}),
    ("@chen, could you translate the FAQ? (2h)", {"title": "translate the FAQ", "person": "U3", "effort": 120}),
    ("ask ben to fix the login, urgent #web",
     {"title": "fix the login", "person": "U2", "priority": 1, "labels": ("web",)}),
    ("fix the login @dana", {"title": "fix the login", "person": "U4"}),
    ("update the wiki, assigned to @dana", {"title": "update the wiki", "person": "U4"}),
    ("remind me to renew the domain", {"title": "renew the domain", "who": "asker"}),
    ("I still have to pay the printer", {"title": "pay the printer", "who": "asker"}),
    ("could someone restock the printer paper?", {"title": "restock the printer paper", "who": "nobody"}),
    ("ask legal to review the contract", {"title": "ask legal to review the contract", "who": "nobody"}),
    ("ask @ben to test the build after #12 and #14, low priority",
     {"title": "test the build", "after": (12, 14), "priority": 4}),
    ("not urgent: @ben please sort the archive", {"title": "sort the archive", "priority": 4, "person": "U2"}),
    ("ask @ben to water the plants every Friday", {"title": "water the plants", "repeats": "FREQ=WEEKLY;BYDAY=FR"}),
    ("@ben prepare the 2 h workshop", {"title": "prepare the 2 h workshop", "effort": None}),
    ("@ben fix issue #12", {"title": "fix issue #12", "after": (), "labels": ()}),
    ("ask zoe to sweep the yard", {"title": "sweep the yard", "unknown": "zoe"}),
    ("让 @ben 下周五下午五点前发一下报告，优先级高",
     {"title": "发一下报告", "person": "U2", "priority": 2, "due": "2026-12-11T17:00"}),
    ("麻烦请 @dana 周四前把样品寄给客户哈", {"title": "把样品寄给客户", "person": "U4"}),
    ("提醒我明天上午十点半给物流打电话", {"title": "给物流打电话", "who": "asker", "due": "2026-12-03T10:30"}),
    ("得有人更新一下微信菜单", {"title": "更新一下微信菜单", "who": "nobody"}),
    ("每周五让 @ana 备份订单数据", {"title": "备份订单数据", "person": "U1", "repeats": "FREQ=WEEKLY;BYDAY=FR"}),
    ("等 #3 完成后让 @chen 上架新品，预计3小时，#上新",
     {"title": "上架新品", "person": "U3", "after": (3,), "effort": 180, "labels": ("上新",)}),
    ("ask @chen 明天下午5点前 check 一下 inventory", {"title": "check 一下 inventory", "person": "U3"}),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text[:40] for text, _ in READ])
def test_a_sentence_gives_title_person_date_and_the_rest(text: str, expected: dict[str, Any]) -> None:
    draft = read(text)
    for name, value in expected.items():
        match name:
            case "due":
                assert draft.due is not None
                assert draft.due.readings[0].at == datetime.fromisoformat(value)
            case "repeats":
                assert draft.repeats is not None
                assert draft.repeats.parts.text == value
            case "person":
                assert draft.person == value or (value == "U1" and draft.who == "asker")
            case _:
                assert getattr(draft, name) == value, name


def test_what_was_refused_stays_in_the_title() -> None:
    text = "ask @ben to review the plan by Friday, high priority"
    draft = read_draft(text, names(text), WEDNESDAY, BERLIN, refused=("due",))
    assert draft.title == "review the plan by Friday"
    assert draft.due is None
    assert draft.priority == 2


def test_a_list_gives_a_task_a_line_and_its_heading_holds_for_all() -> None:
    text = "@ben for the fair, by Friday:\n- book the van\n- print flyers by Thursday\n- @dana to order badges"
    drafts = read_message(text, names(text), WEDNESDAY, BERLIN)
    assert [draft.title for draft in drafts] == ["book the van", "print flyers", "order badges"]
    assert [draft.person for draft in drafts] == ["U2", "U2", "U4"]
    assert [draft.due.readings[0].at.day if draft.due else None for draft in drafts] == [4, 3, 4]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ask @ben to book the van and ask @dana to print flyers", 2),
        ("让 @ben 订车，另外让 @dana 印传单", 2),
        ("1. book the van 2. print flyers 3. order badges", 3),
        ("ask @ben and @dana to plan the fair", 2),
        ("让 @ben 和 @dana 盘点库存", 2),
        ("buy milk, eggs and bread", 1),
        ("release 1.2. Then rest", 1),
    ],
)
def test_one_message_may_ask_for_several_things(text: str, count: int) -> None:
    assert len(pieces(text).items) == count


def test_what_follows_the_first_sentence_is_a_note() -> None:
    draft = read("@ben fix the export. It fails for files above 2 MB since yesterday.")
    assert draft.title == "fix the export"
    assert draft.notes.startswith("It fails for files")


def test_a_name_of_several_words_is_one_person() -> None:
    spoken = Names((("U9", "@Ana María O'Neil"),), {}, "U1")
    draft = read_draft("ask @Ana María O'Neil to call @Ana María O'Neil's bank", spoken, WEDNESDAY, BERLIN)
    assert draft.person == "U9"
    assert draft.title.startswith("call ")


@pytest.mark.parametrize(
    "text",
    ["remind me to call", "ask @ben to go", "让 @ben 发报告", "提醒我喝水", "todo: x", "create a task to sort mail"],
)
def test_a_plain_request_needs_no_router(text: str) -> None:
    assert is_plain_request(text)


@pytest.mark.parametrize("text", ["how long do refunds take?", "I want my money back", "thanks!", "退款需要多久？"])
def test_a_customers_words_are_no_plain_request(text: str) -> None:
    assert not is_plain_request(text)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=300) | st.lists(st.sampled_from([text for text, _ in READ]), max_size=4).map(" ".join))
def test_nothing_that_people_write_breaks_the_reader(text: str) -> None:
    for draft in read_message(text, names(text), WEDNESDAY, BERLIN):
        assert len(draft.title) <= TITLE
        assert "\x00" not in draft.title
        assert "\ue000" not in draft.title or "\ue000" in text


@pytest.mark.parametrize(
    "text",
    [
        "ask " * 2500,
        "@ben " * 2000,
        "a" * 10_000,
        "请让" * 5000,
        "- x\n" * 2500,
        "(" * 10_000,
        "#a" * 5000,
        "1. " * 3300,
    ],
    ids=lambda text: text[:6],
)
def test_ten_thousand_characters_are_read_quickly(text: str) -> None:
    best = min(_seconds(text) for _ in range(3))
    assert best < 1.0


def _seconds(text: str) -> float:
    started = time.perf_counter()
    read_message(text, names(text[:100]), WEDNESDAY, BERLIN)
    return time.perf_counter() - started
