"""Topics and quiet hours, as people write them."""

from __future__ import annotations

from datetime import time

import pytest

from skills.monitor.watches.watch import Topic, read_quiet, read_topics, written_topics
from skills.monitor.watches.words import WordsError


def test_topics_are_lines_with_their_words() -> None:
    topics = read_topics("delivery: late, parcel\n\n价格：贵, 涨价\napp")
    assert topics == (
        Topic(name="delivery", words="late, parcel"),
        Topic(name="价格", words="贵, 涨价"),
        Topic(name="app", words="app"),
    )
    assert read_topics(written_topics(topics)) == topics


@pytest.mark.parametrize(
    ("text", "fault"),
    [("a: b\nA: c", "twice"), ("\n".join(f"t{n}" for n in range(21)), "topics"), ("x" * 61, "long")],
)
def test_topics_that_can_not_be_are_refused(text: str, fault: str) -> None:
    with pytest.raises(WordsError) as caught:
        read_topics(text)
    assert caught.value.fault == fault


@pytest.mark.parametrize("text", ["22:00-07:00", "22-7", "22:00 – 07:00", "22:00 to 7", "22：00至07：00"])
def test_quiet_hours_are_read_in_many_forms(text: str) -> None:
    assert read_quiet(text) == (time(22), time(7))


@pytest.mark.parametrize("text", ["late", "22:00", "22:00-22:00", "25-7", "-"])
def test_quiet_hours_that_can_not_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_quiet(text)


def test_no_quiet_hours_are_none() -> None:
    assert read_quiet("  ") is None
