"""JSON APIs, read by a mapping: one that ships, or one in the source's settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, model_validator

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.feeds import checked_url, unchanged
from skills.monitor.sources.lanes import lane_of
from skills.monitor.sources.mappings import SHIPPED, ApiMapping, find
from skills.monitor.sources.plain import from_html
from skills.monitor.sources.post import Post
from skills.monitor.sources.source import SECRETS_BEGIN_WITH, Found, Look, Source, SourceSettings, Validators, secret
from skills.monitor.sources.web import Answer

MAX_VALUES = 100_000
"""Values in one answer: each takes some 70 bytes of memory, however few it took on the way."""
MAX_POSTS = 1_000
MAX_PAGES = 5
"""Older pages that one look goes back to find what it knows."""
REMEMBERED = 50


class JsonSettings(SourceSettings):
    """`mapping` is the name of one that ships, with `values` for its gaps, or a mapping of one's own.

    `token_from` names the environment variable whose value is sent as a bearer token.
    """

    mapping: str | ApiMapping
    values: dict[str, str] = Field(default_factory=dict)
    token_from: str | None = Field(None, pattern=rf"^{SECRETS_BEGIN_WITH}[A-Z0-9_]+$")

    @model_validator(mode="after")
    def _check(self) -> JsonSettings:
        if isinstance(self.mapping, str) and self.mapping not in SHIPPED:
            raise ValueError(f"there is no mapping {self.mapping[:40]}; there are {', '.join(sorted(SHIPPED))}")
        checked_url(self.api.filled(self.values))
        return self

    @property
    def api(self) -> ApiMapping:
        return SHIPPED[self.mapping] if isinstance(self.mapping, str) else self.mapping


class JsonSource(Source):
    """An API that lists posts, newest first. Pages are followed back until one holds a post that is known."""

    kind = "json"
    settings_type = JsonSettings
    settings: JsonSettings

    @property
    def _url(self) -> str:
        return checked_url(self.settings.api.filled(self.settings.values))

    @property
    def lane(self) -> str:
        return lane_of(self._url)

    async def look(self, look: Look) -> Found:
        async with self._ask(look, self._url, look.validators) as answer:
            if answer.body is None:
                return unchanged(look, answer.validators, answer.fresh_for)
            digest = hashlib.sha256(answer.body).hexdigest()
            validators = replace(answer.validators, digest=digest)
            if digest == look.validators.digest:
                return unchanged(look, validators, answer.fresh_for)
            posts, page = await look.web.read(self._posts, look, answer)
        newest = [post.external_id for post in posts][:REMEMBERED]
        posts += await self._older(look, posts, page)
        return Found(
            posts[:MAX_POSTS], {"newest": newest}, validators, fresh_for=answer.fresh_for, moved_to=answer.moved_to
        )

    async def _older(self, look: Look, newest: Sequence[Post], page: str) -> list[Post]:
        """Returns the posts of older pages, back to one that holds what is known."""
        known = {str(name) for name in look.cursor.get("newest", ())}
        shown, older = newest, list[Post]()
        for _ in range(MAX_PAGES - 1):
            if not known or not page or known & {post.external_id for post in shown}:
                break
            url = _with(self._url, self.settings.api.page_parameter, page)
            async with self._ask(look, url, Validators()) as answer:
                shown, following = await look.web.read(self._posts, look, answer)
            if not shown or following == page:
                break
            page = following
            older += shown
        return older

    def _ask(self, look: Look, url: str, validators: Validators) -> AbstractAsyncContextManager[Answer]:
        headers = dict(self.settings.api.headers)
        if self.settings.token_from:
            headers["Authorization"] = f"Bearer {secret(self.settings.token_from)}"
        return look.web.get(url, look.now, validators=validators, headers=headers)

    def _posts(self, look: Look, answer: Answer) -> tuple[list[Post], str]:
        """Returns the posts of one page, and what the next page is asked by, empty where there is none."""
        host = urlsplit(answer.url).hostname or answer.url
        value = read_json(answer.body or b"", host)
        api = self.settings.api
        items = find(api.items, value)
        if isinstance(items, Mapping):
            items = [items]
        if not isinstance(items, Sequence) or isinstance(items, str):
            if items is None and isinstance(value, Mapping) and not value.get("error"):
                # An API with nothing to tell often leaves the list out.
                return [], ""
            raise SourceError("mapping", host=host)
        posts = [self._post(look, item) for item in items[:MAX_POSTS]]
        page = _text(find(api.page, value)) if api.page_parameter else ""
        return [post for post in posts if post.title or post.text], page

    def _post(self, look: Look, item: Any) -> Post:
        api = self.settings.api
        plain = from_html if api.html else str
        numbers = {name: _number(find(expression, item)) for name, expression in api.numbers.items()}
        return self.post(
            look,
            external_id=_text(find(api.external_id, item)),
            link=_text(find(api.link, item)) or None,
            author=_text(find(api.author, item)),
            title=plain(_text(find(api.title, item))),
            text=plain(_text(find(api.text, item))),
            published=_text(find(api.published, item)),
            language=_text(find(api.language, item)) or None,
            numbers={name: value for name, value in numbers.items() if value is not None},
        )


def read_json(body: bytes | bytearray, host: str) -> Any:
    """Returns the value in `body`. Raises `SourceError` for what is no JSON, or would fill the memory."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:
        raise SourceError("too_complex", host=host, number=MAX_VALUES)
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        if body[:500].lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
            raise SourceError("html", host=host) from error
        raise SourceError("not_json", host=host) from error


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case _:
            return ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _with(url: str, parameter: str, value: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter]
    return urlunsplit(parts._replace(query=urlencode([*query, (parameter, value)])))
