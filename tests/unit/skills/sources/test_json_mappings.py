"""The mappings that ship, on answers of the form that each API gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skills.monitor.sources.json_api import JsonSettings, JsonSource
from skills.monitor.sources.post import Post
from skills.monitor.sources.source import Look, Validators
from skills.monitor.sources.web import Answer

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

HACKER_NEWS = {
    "page": 0, "nbPages": 3,
    "hits": [
        {"objectID": "1", "title": "Fees &amp; more", "url": "https://x", "author": "ann", "points": 7,
         "num_comments": 2, "created_at": "2026-11-30T10:00:00Z", "story_text": None},
        {"objectID": "2", "title": None, "story_title": "Fees", "author": "ben", "comment_text": "<p>No.",
         "created_at": "2026-11-30T11:00:00Z"},
    ],
}  # fmt: skip
MASTODON = [
    {"id": "9", "url": "https://m.example/@ann/9", "account": {"acct": "ann@m.example"}, "spoiler_text": "",
     "content": "<p>down<br>again</p>", "created_at": "2026-11-30T10:00:00.000Z", "language": "en",
     "favourites_count": 3, "reblogs_count": 1, "replies_count": 0},
]  # fmt: skip
BLUESKY = {
    "cursor": "25",
    "posts": [
        {"uri": "at://did:plc:a/app.bsky.feed.post/3k", "author": {"handle": "ann.example"}, "likeCount": 2,
         "record": {"text": "又宕机了", "createdAt": "2026-11-30T10:00:00Z", "langs": ["zh"]}},
    ],
}  # fmt: skip
GDELT = {
    "articles": [
        {"url": "https://n.example/1", "title": "Bank raises fees", "seendate": "20261130T100000Z",
         "domain": "n.example", "language": "Chinese"},
    ],
}  # fmt: skip
APP_STORE = {
    "feed": {
        "entry": [
            {"id": {"label": "77"}, "title": {"label": "Crashes"}, "content": {"label": "Every time"},
             "author": {"name": {"label": "Ann"}, "uri": {"label": "https://itunes.example/ann"}},
             "im:rating": {"label": "1"}, "im:voteSum": {"label": "4"},
             "updated": {"label": "2026-11-30T03:00:00-07:00"},
             "link": {"attributes": {"href": "https://itunes.example/77"}}},
        ]
    }
}  # fmt: skip
GITHUB = [
    {"id": 5, "html_url": "https://github.example/o/r/issues/5", "user": {"login": "ann"}, "title": "Crash",
     "body": None, "created_at": "2026-11-30T10:00:00Z", "comments": 4, "reactions": {"total_count": 6}},
    {"id": 6, "html_url": "https://github.example/o/r/pull/6", "title": "Fix", "pull_request": {}},
]  # fmt: skip

CASES: dict[str, tuple[dict[str, str], Any]] = {
    "hacker_news": ({"query": "fees & rates"}, HACKER_NEWS),
    "mastodon_tag": ({"instance": "m.example", "tag": "outage"}, MASTODON),
    "mastodon_account": ({"instance": "m.example", "account": "12"}, MASTODON),
    "bluesky": ({"query": "宕机"}, BLUESKY),
    "gdelt": ({"query": "bank fees"}, GDELT),
    "app_store": ({"country": "us", "app": "1"}, APP_STORE),
    "github_issues": ({"owner": "o", "repository": "r"}, GITHUB),
}


def read(name: str, value: Any = None) -> tuple[list[Post], str]:
    values, answer = CASES[name]
    source = JsonSource(JsonSettings(mapping=name, values=values))
    body = json.dumps(answer if value is None else value).encode()
    look = Look("s", NOW, None, Path())  # type: ignore[arg-type]
    return source._posts(look, Answer("https://api.example/", body, "", None, Validators(), None, None))


@pytest.mark.parametrize("name", CASES)
def test_every_post_has_an_id_a_link_an_author_and_its_own_time(name: str) -> None:
    posts, _ = read(name)
    assert posts
    for post in posts:
        assert post.external_id
        assert post.link
        assert post.author
        assert post.title or post.text
        assert post.dating == "given"
        assert post.published_at.date().isoformat() == "2026-11-30"


def test_what_each_api_counts_and_how_it_is_paged() -> None:
    (story, comment), page = read("hacker_news")
    assert (story.title, story.numbers, page) == ("Fees & more", {"points": 7.0, "replies": 2.0}, "1")
    assert (comment.title, comment.text, comment.link) == ("Fees", "No.", "https://news.ycombinator.com/item?id=2")
    (toot,), page = read("mastodon_tag")
    assert (toot.text, toot.language, page) == ("down\nagain", "en", "9")
    (sky,), page = read("bluesky")
    assert (sky.link, sky.language, page) == ("https://bsky.app/profile/ann.example/post/3k", "zh", "25")
    (article,), _ = read("gdelt")
    assert article.language == "zh"
    (review,), _ = read("app_store")
    assert review.numbers == {"stars": 1.0, "votes": 4.0}
    (issue,), _ = read("github_issues")
    assert issue.numbers == {"comments": 4.0, "reactions": 6.0}


def test_a_single_review_comes_as_an_object() -> None:
    (review,), _ = read("app_store", {"feed": {"entry": APP_STORE["feed"]["entry"][0]}})
    assert review.title == "Crashes"
    assert read("app_store", {"feed": {}}) == ([], "")


def test_values_are_quoted_in_the_address() -> None:
    source = JsonSource(JsonSettings(mapping="hacker_news", values={"query": "a&tags=b c"}))
    assert "query=a%26tags%3Db%20c&tags=" in source._url
    assert source.lane == "hn.algolia.com"


@pytest.mark.parametrize("value", [[1, None, "x", [], {"id": {}}], {"hits": [{"objectID": [1], "title": {"a": 1}}]}])
def test_values_of_other_types_break_nothing(value: Any) -> None:
    for name in CASES:
        try:
            read(name, value)
        except Exception as error:
            assert type(error).__name__ == "SourceError"  # noqa: PT017
