from __future__ import annotations

from typing import Any

import pytest
from making_files import make_zip

from index.loaders.pages import Page, UnreadableError
from index.loaders.slack_export import read_slack_export

USERS = [
    {"id": "U1", "name": "ana", "profile": {"display_name": "Ana"}},
    {"id": "U2", "name": "chen", "real_name": "陈晨", "profile": {"display_name": ""}},
]


def message(ts: str, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts, "user": user, "text": text, **more}


EXPORT = {
    "users.json": USERS,
    "channels.json": [{"id": "C1", "name": "support", "members": ["U1", "U2"]}],
    "groups.json": [{"id": "G1", "name": "payroll", "members": ["U1"]}],
    "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    "support/2026-03-01.json": [
        message("1772352000.000100", "How long do refunds take, <@U2>?", thread_ts="1772352000.000100"),
        message("1772352060.000200", "五个工作日 &amp; no more", "U2", thread_ts="1772352000.000100"),
        message("1772352100.000300", "joined", subtype="channel_join"),
        message("1772352200.000400", "<!channel> see <https://x.example/a|the page> in <#C1|support>"),
    ],
    "support/2026-03-02.json": [message("1772438400.000100", "Ana again", thread_ts="1772352000.000100")],
    "payroll/2026-03-01.json": [message("1772352000.000500", "Salaries go out on the 25th")],
    "D1/2026-03-01.json": [message("1772352000.000600", "Just between us")],
}


def read(export: dict[str, Any]) -> list[Page]:
    return list(read_slack_export(make_zip(export), "export.zip").pages)


def test_a_thread_is_one_page_with_a_permalink_for_each_message() -> None:
    thread = read(EXPORT)[0]
    assert thread.title == "How long do refunds take, @陈晨?"
    assert thread.key == thread.link == "https://slack.com/archives/C1/p1772352000000100"
    assert (thread.author, thread.place) == ("Ana", "#support")
    assert [section.text for section in thread.sections] == [
        "Ana: How long do refunds take, @陈晨?",
        "陈晨: 五个工作日 & no more",
        "Ana: Ana again",
    ]
    assert thread.sections[1].link == (
        "https://slack.com/archives/C1/p1772352060000200?thread_ts=1772352000.000100&cid=C1"
    )


def test_messages_outside_threads_are_gathered_by_day_and_can_ping_nobody() -> None:
    day = read(EXPORT)[1]
    assert day.title == "#support, 2026-03-01"
    assert [section.text for section in day.sections] == [
        "Ana: @channel see the page (https://x.example/a) in #support"
    ]


def test_each_conversation_is_seen_by_its_own_people_alone() -> None:
    seen = {page.place: page.visible_to for page in read(EXPORT)}
    assert seen == {"#support": None, "#payroll": {"G1"}, "Ana and 陈晨": {"U1", "U2"}}


def test_the_workspace_address_is_taken_from_a_file_that_was_shared() -> None:
    export = dict(EXPORT)
    shared = {"permalink": "https://lantern.slack.com/files/U1/F1/a.png"}
    export["payroll/2026-03-03.json"] = [message("1772352000.000900", "see", files=[shared])]
    assert read(export)[0].link == "https://lantern.slack.com/archives/C1/p1772352000000100"


def test_a_broken_day_is_named_and_the_rest_is_read() -> None:
    reading = read_slack_export(make_zip({**EXPORT, "support/2026-03-02.json": b"{broken"}), "export.zip")
    assert [fault.what for fault in reading.faults] == ["export.zip: support/2026-03-02.json"]
    assert len(reading.pages) == 4


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"junk", "is not a readable zip file"),
        (make_zip({"a.txt": b"x"}), "not a Slack export"),
        (make_zip({"users.json": [], "channels.json": []}), "has no messages"),
    ],
)
def test_other_files_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read_slack_export(data, "x.zip")


def test_a_channel_whose_name_climbs_out_of_the_archive_reads_nothing() -> None:
    export = {**EXPORT, "channels.json": [{"id": "C9", "name": "../../etc"}]}
    assert {page.place for page in read(export)} == {"#payroll", "Ana and 陈晨"}
