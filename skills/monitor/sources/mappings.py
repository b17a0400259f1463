"""How the answers of JSON APIs become posts: JMESPath expressions, and the mappings that ship."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError
from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_EXPRESSION = 1_000
_GAP = re.compile(r"\{(\w+)\}")
_HOST_GAP = re.compile(r"https?://[^/?#]*\{(\w+)\}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::\d{1,5})?")


class _Functions(functions.Functions):  # type: ignore[misc]
    """`last_part(text, separator)`: what stands after the last separator."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_last_part(self, text: str, separator: str) -> str:
        return text.rpartition(separator)[2]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


class ApiMapping(BaseModel):
    """An API: its address with `{gaps}`, where the list of posts is, and each field's expression.

    `html` where texts are markup. `page` finds in an answer what `page_parameter` says for the next, older page.
    """

    model_config = ConfigDict(extra="forbid")

    url: str
    items: str = "@"
    external_id: str = "id"
    link: str = "url"
    author: str = "author"
    title: str = "title"
    text: str = "text"
    published: str = "published"
    language: str = ""
    numbers: dict[str, str] = Field(default_factory=dict)
    html: bool = False
    page: str = ""
    page_parameter: str = ""
    headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("items", "external_id", "link", "author", "title", "text", "published", "language", "page")
    @classmethod
    def _compiles(cls, value: str) -> str:
        return _checked(value)

    @field_validator("numbers")
    @classmethod
    def _all_compile(cls, value: dict[str, str]) -> dict[str, str]:
        return {name: _checked(expression) for name, expression in value.items()}

    @field_validator("headers")
    @classmethod
    def _harmless(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name.lower() not in ("accept", "accept-language", "x-github-api-version"):
                raise ValueError(f"the header {name[:40]} can't be set; name a token in token_from instead")
        return value

    @property
    def gaps(self) -> frozenset[str]:
        return frozenset(_GAP.findall(self.url))

    def filled(self, values: Mapping[str, str]) -> str:
        """Returns the address. Raises `ValueError` for a missing or unknown value, or a host that is none."""
        if missing := sorted(self.gaps - values.keys()):
            raise ValueError(f"values.{missing[0]} is missing")
        if unknown := sorted(values.keys() - self.gaps):
            raise ValueError(f"values.{unknown[0]} is not known")
        for name in _HOST_GAP.findall(self.url):
            if not _HOST.fullmatch(values[name]):
                raise ValueError(f"values.{name} is no host name")
        host = self.url.find("/", self.url.find("//") + 2)
        return _GAP.sub(
            lambda match: values[match[1]] if match.start() < host else quote(values[match[1]], safe=""), self.url
        )


def find(expression: str, value: Any) -> Any:
    """Returns what `expression` finds in `value`; None for nothing, and where types don't fit."""
    if not expression:
        return None
    try:
        return jmespath.compile(expression).search(value, _OPTIONS)
    except (JMESPathError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        return None


def _checked(expression: str) -> str:
    if len(expression) > MAX_EXPRESSION:
        raise ValueError(f"is longer than {MAX_EXPRESSION} characters")
    try:
        if expression:
            jmespath.compile(expression)
    except (JMESPathError, RecursionError):
        raise ValueError("is no JMESPath expression") from None
    return expression


SHIPPED: Final[Mapping[str, ApiMapping]] = {
    "hacker_news": ApiMapping(
        url="https://hn.algolia.com/api/v1/search_by_date?query={query}&tags=(story,comment)&hitsPerPage=100",
        items="hits",
        external_id="objectID",
        link="join('', ['https://news.ycombinator.com/item?id=', objectID])",
        title="title || story_title",
        text="comment_text || story_text",
        published="created_at",
        numbers={"points": "points", "replies": "num_comments"},
        html=True,
        page="page < nbPages && to_string(sum([page, `1`])) || ''",
        page_parameter="page",
    ),
    "mastodon_tag": ApiMapping(
        url="https://{instance}/api/v1/timelines/tag/{tag}?limit=40",
        author="account.acct",
        title="spoiler_text",
        text="content",
        published="created_at",
        language="language",
        numbers={"favourites": "favourites_count", "boosts": "reblogs_count", "replies": "replies_count"},
        html=True,
        page="[-1].id",
        page_parameter="max_id",
    ),
    "mastodon_account": ApiMapping(
        url="https://{instance}/api/v1/accounts/{account}/statuses?limit=40&exclude_reblogs=true",
        author="account.acct",
        title="spoiler_text",
        text="content",
        published="created_at",
        language="language",
        numbers={"favourites": "favourites_count", "boosts": "reblogs_count", "replies": "replies_count"},
        html=True,
        page="[-1].id",
        page_parameter="max_id",
    ),
    "bluesky": ApiMapping(
        url="https://public.api.bsky.app/xrpc/app.bsky.feed.searchPosts?q={query}&sort=latest&limit=100",
        items="posts",
        external_id="uri",
        link="join('', ['https://bsky.app/profile/', author.handle, '/post/', last_part(uri, '/')])",
        author="author.handle",
        title="",
        text="record.text",
        published="record.createdAt || indexedAt",
        language="record.langs[0]",
        numbers={"likes": "likeCount", "reposts": "repostCount", "replies": "replyCount"},
        page="cursor",
        page_parameter="cursor",
    ),
    "gdelt": ApiMapping(
        url="https://api.gdeltproject.org/api/v2/doc/doc?query={query}&mode=artlist&maxrecords=250&sort=datedesc&format=json",
        items="articles",
        external_id="url",
        author="domain",
        text="",
        published="seendate",
        language="language",
    ),
    "app_store": ApiMapping(
        url="https://itunes.apple.com/{country}/rss/customerreviews/id={app}/sortBy=mostRecent/json",
        items='feed.entry[?"im:rating"] || feed.entry',
        external_id="id.label",
        link="link.attributes.href || author.uri.label",
        author="author.name.label",
        title="title.label",
        text="content.label",
        published="updated.label",
        numbers={"stars": '"im:rating".label', "votes": '"im:voteSum".label'},
    ),
    "github_issues": ApiMapping(
        url="https://api.github.com/repos/{owner}/{repository}/issues?state=all&sort=created&direction=desc&per_page=50",
        items="[?pull_request == null]",
        external_id="to_string(id)",
        link="html_url",
        author="user.login",
        text="body",
        published="created_at",
        numbers={"comments": "comments", "reactions": "reactions.total_count"},
        headers={"Accept": "application/vnd.github+json"},
    ),
}
"""By name. Their APIs' pages: hn.algolia.com/api, docs.joinmastodon.org, docs.bsky.app, blog.gdeltproject.org,
docs.github.com/rest/issues; Apple's feed has none."""
