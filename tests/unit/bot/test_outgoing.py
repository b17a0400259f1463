"""Which Slack method a reply leaves by."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.discovery import installed_skills
from bot.outgoing import Incoming, answer_id, outgoing_of
from skills.base import Answer, Person, Place, Request
from skills.catalogs import Catalogs
from skills.reply import Paragraph, Reply

SAY = Catalogs(skill.catalogs for skill in installed_skills()).say("en-US", ZoneInfo("UTC"))
ANA = Person("U1", "ana", "en-US", ZoneInfo("UTC"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
MENTION = Request("d1", "T", ANA, Place("C1", "channel", None, "5.0"), SAY, NOW, "message", text="how?")
COMMAND = replace(MENTION, kind="command", name="/ask", place=Place("C1", "channel"))
CLICK = replace(MENTION, kind="action", name="share", place=Place("C1", "channel"), text="")
SAID = Reply((Paragraph("so"),))
ALONE = replace(SAID, to="asker")
EARLIER = Answer("old", "knowledge", "U1", "how?", Place("C1", "channel", "5.0", "5.0"), {})


def one(reply: Reply, incoming: Incoming) -> tuple[str, str | None]:
    (outgoing,) = outgoing_of([reply], incoming, "knowledge")
    return outgoing.kind, outgoing.thread


def test_a_mention_is_answered_in_the_thread_of_the_message() -> None:
    assert one(SAID, Incoming(MENTION)) == ("post", "5.0")
    inside = replace(MENTION, place=Place("C1", "channel", "1.0", "5.0"))
    assert one(SAID, Incoming(inside)) == ("post", "1.0")


def test_what_is_for_the_asker_alone_leaves_by_the_best_way_there_is() -> None:
    assert one(ALONE, Incoming(MENTION)) == ("ephemeral", None)
    assert one(ALONE, Incoming(COMMAND, "https://r")) == ("respond", None)
    in_dm = replace(MENTION, place=Place("D1", "dm", None, "5.0"))
    assert one(ALONE, Incoming(in_dm)) == ("post", "5.0")


def test_the_record_of_an_answer_holds_what_buttons_and_edits_need() -> None:
    (post,) = outgoing_of([replace(SAID, memory={"hits": [1]})], Incoming(MENTION), "knowledge")
    assert (post.asker, post.question, post.question_ts) == ("U1", "how?", "5.0")
    assert post.memory == {"hits": [1]}
    assert post.id == answer_id("T", "d1", 0)


def test_a_shared_answer_goes_to_the_channel_and_the_private_one_goes_away() -> None:
    clicked = replace(CLICK, answer=EARLIER)
    shared = outgoing_of([replace(SAID, removes="old")], Incoming(clicked, "https://r", private=True), "knowledge")
    assert [(one.kind, one.thread) for one in shared] == [("post", None), ("respond", None)]
    assert shared[1].payload == {"response_url": "https://r", "delete_original": True}


def test_a_private_answer_is_replaced_through_its_response_url_and_a_posted_one_by_an_update() -> None:
    clicked = replace(CLICK, answer=EARLIER)
    again = replace(SAID, replaces="old")
    (private,) = outgoing_of([again], Incoming(clicked, "https://r", private=True), "knowledge")
    assert (private.kind, private.payload["replace_original"]) == ("respond", True)
    (posted,) = outgoing_of([again], Incoming(clicked, "https://r"), "knowledge")
    assert (posted.kind, posted.target) == ("update", "old")


def test_the_answers_to_an_edited_question_take_the_places_of_the_earlier_ones() -> None:
    other = replace(EARLIER, id="older")
    out = outgoing_of([SAID], Incoming(MENTION, earlier=(EARLIER, other)), "knowledge")
    assert [(one.kind, one.target) for one in out] == [("update", "old"), ("delete", "older")]
    private = outgoing_of([ALONE], Incoming(MENTION, earlier=(EARLIER,)), "knowledge")
    assert [one.kind for one in private] == ["ephemeral", "delete"]


def test_a_streamed_answer_ends_as_an_update_of_its_stream() -> None:
    (whole,) = outgoing_of([SAID], Incoming(MENTION, stream_ts="9.0"), "knowledge")
    assert (whole.kind, whole.target, whole.payload["ts"]) == ("update", None, "9.0")


def test_ids_are_the_same_after_a_crash_and_differ_by_team_request_and_number() -> None:
    assert answer_id("T", "d1", 0) == answer_id("T", "d1", 0)
    assert len({answer_id(*key) for key in (("T", "d1", 0), ("T", "d1", 1), ("T", "d2", 0), ("S", "d1", 0))}) == 4
