"""GitHub Issues over its REST API, version 2022-11-28: https://docs.github.com/en/rest/issues/issues

An issue of ours carries its key in a comment at the end of its body, which GitHub doesn't show. GitHub knows open and
closed, and why: a task that is open, doing or blocked is open there. There are no due dates.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from skills.reply import Json
from skills.tasks.linking.faults import TrackerError
from skills.tasks.linking.settings import GitHubSettings, secret
from skills.tasks.linking.signing import signed_object
from skills.tasks.linking.tracker import Changes, Cursor, Remote, Tracker
from skills.tasks.linking.values import Values, address, clean_line, clean_text, holds
from skills.tasks.linking.web import Answer, Web

TITLE, BODY, LABEL = 256, 60_000, 50
"""Characters; GitHub takes 65,536 of a body, and ours has a mark at its end."""
OVERLAP = timedelta(minutes=2)
"""How far back each look goes beyond the last change seen: what is written may be listed a little later."""
CLOCKS = timedelta(minutes=10)
"""How far this side's clock may be from GitHub's."""
PAGE, POLLED_PAGES, SEARCHED_PAGES = 50, 20, 100
"""Issues a page, and pages at most: a poll keeps them all in memory, a search none."""

_MARK = re.compile(r"<!-- deskhand:[0-9a-f]{1,40} -->")
_LINK_NEXT = re.compile(r"<([^<>\s]{1,2000})>; ?rel=\"next\"")
_SHORT = re.compile(r"(?:([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}))?#([0-9]{1,10})")
_PATH = re.compile(r"/([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})/issues/([0-9]{1,10})/?")
_REASONS: Mapping[str | None, str] = {"not_planned": "dropped", "duplicate": "dropped"}
_STATES: Mapping[str, Mapping[str, Json]] = {
    "open": {"state": "open"},
    "done": {"state": "closed", "state_reason": "completed"},
    "dropped": {"state": "closed", "state_reason": "not_planned"},
}


class GitHub(Tracker):
    """The issues of one repository."""

    kind = "github"
    fields = ("title", "description", "state", "labels", "assignee")
    settles = 60.0

    def __init__(self, settings: GitHubSettings, web: Web) -> None:
        self._settings = settings
        self._web = web
        self._issues = f"{settings.base_url}/repos/{settings.repository}/issues"
        self._person_of = {account.casefold(): person for person, account in settings.accounts.items()}

    def shown(self, values: Values) -> dict[str, Json]:
        labels = dict.fromkeys(clean_line(str(one), LABEL) for one in _listed(values["labels"]))
        assignee = values["assignee"]
        return {
            "title": clean_line(str(values["title"]), TITLE),
            "description": _unmarked(str(values["description"])),
            "state": values["state"] if values["state"] in ("done", "dropped") else "open",
            "labels": [label for label in labels if holds(label)],
            "assignee": assignee if assignee in self._settings.accounts else None,
        }

    def locate(self, reference: str) -> str | None:
        text = reference.strip()[:500]
        short = _SHORT.fullmatch(text)
        if short is not None:
            repository, number = short.groups()
            return number if repository is None or self._is_ours(repository) else None
        parts = address(text)
        path = _PATH.fullmatch(parts.path) if parts is not None and parts.hostname == self._site() else None
        return path.group(2) if path is not None and self._is_ours(path.group(1)) else None

    async def create(self, draft: Values, key: str) -> Remote:
        body = self._body(draft) | {"body": _marked(str(draft["description"]), key)}
        body["assignees"] = self._accounts(draft["assignee"])
        return self._remote((await self._ask("POST", self._issues, body)).value)

    async def find(self, key: str, since: float) -> Remote | None:
        # The list rather than the search, which knows new issues only after a while.
        earliest = datetime.fromtimestamp(since, UTC) - CLOCKS
        found: Remote | None = None
        pages = 0
        async for issues, _ in self._pages({"since": _iso(earliest), "sort": "created"}, SEARCHED_PAGES):
            for issue in issues:
                # The oldest is ours: who copies a body into a new issue copies the mark.
                if f"<!-- deskhand:{key} -->" in str(issue.get("body") or ""):
                    found = self._remote(issue)
            pages += 1
            if issues and _made_at(issues[-1]) < earliest.timestamp():
                return found
        if found is None and pages == SEARCHED_PAGES:
            # It may stand farther back: a person looks, rather than that it is made twice.
            raise TrackerError("unsure")
        return found

    async def read(self, id: str) -> Remote:
        return self._remote((await self._ask("GET", f"{self._issues}/{int(id)}")).value)

    async def update(self, remote: Remote, values: Values) -> Remote | None:
        body = self._body(values)
        if "description" in values:
            mark = remote.kept.get("mark", ())
            body["body"] = "\n\n".join((str(values["description"]), *mark)).strip()
        if "labels" in values:
            body["labels"] = [*_listed(values["labels"]), *remote.kept.get("labels", ())]
        if "assignee" in values:
            body["assignees"] = [*self._accounts(values["assignee"]), *remote.kept.get("assignees", ())]
        return self._remote((await self._ask("PATCH", f"{self._issues}/{int(remote.id)}", body)).value)

    async def changed_since(self, cursor: Cursor, now: float) -> Changes:
        since = str(cursor.get("since") or _iso(datetime.fromtimestamp(now, UTC) - CLOCKS))
        etag = cursor.get("etag")
        issues: list[Remote] = []
        complete, first_etag, pages = True, None, 0
        # The newest first: what changes while this reads moves to the front, and pushes nothing past its place.
        async for found, answer in self._pages({"since": since, "sort": "updated"}, POLLED_PAGES, etag):
            if answer.status == 304:
                return Changes((), cursor)
            pages += 1
            first_etag = first_etag or answer.headers.get("etag")
            issues += [self._remote(issue) for issue in found]
            complete = pages < POLLED_PAGES
        newest = max((issue.changed_at for issue in issues), default=0.0)
        next_since = max(since, _iso(datetime.fromtimestamp(newest, UTC) - OVERLAP)) if issues else since
        # The mark of an answer is good for the same address alone.
        kept = first_etag if next_since == since and complete else None
        return Changes(issues, {"since": next_since, "etag": kept}, complete)

    def events(self, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Remote | str]:
        told = signed_object(headers.get("x-hub-signature-256", ""), secret, body)
        repository, issue = told.get("repository"), told.get("issue")
        if headers.get("x-github-event") != "issues" or not isinstance(repository, Mapping):
            return ()
        if not self._is_ours(str(repository.get("full_name"))):
            return ()
        remote = self._remote(issue)
        return [remote.id if told.get("action") in ("deleted", "transferred") else remote]

    async def _pages(
        self, query: Mapping[str, str], most: int, etag: Json = None
    ) -> AsyncIterator[tuple[list[Mapping[str, Any]], Answer]]:
        """Yields pages of issues of all states, the newest first, without the pull requests that GitHub lists too."""
        whole = {"state": "all", "direction": "desc", "per_page": str(PAGE), **query}
        url: str | None = f"{self._issues}?{urlencode(whole)}"
        condition = {"If-None-Match": str(etag)} if etag else {}
        for _ in range(most):
            if url is None:
                return
            answer = await self._ask("GET", url, headers=condition)
            listed = answer.value if isinstance(answer.value, list) else []
            yield [one for one in listed if isinstance(one, Mapping) and "pull_request" not in one], answer
            following = _LINK_NEXT.search(answer.headers.get("link", ""))
            url, condition = (following.group(1) if following else None), {}

    async def _ask(
        self, method: str, url: str, body: Mapping[str, Json] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        # The address of a next page is the server's word: the token goes to the configured host alone.
        if not url.startswith(self._settings.base_url + "/"):
            raise TrackerError("moved")
        common = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Authorization": f"Bearer {secret(self._settings.token_env)}",
        }
        return await self._web.ask(method, url, {**common, **(headers or {})}, body)

    def _body(self, values: Values) -> dict[str, Json]:
        body: dict[str, Json] = {name: values[name] for name in ("title", "labels") if name in values}
        return body | dict(_STATES[str(values["state"])] if "state" in values else {})

    def _accounts(self, person: Json) -> list[Json]:
        return [self._settings.accounts[str(person)]] if person is not None else []

    def _remote(self, issue: Any) -> Remote:
        try:
            number, text = str(int(issue["number"])), str(issue.get("body") or "")
            people = {
                str(one["login"]): self._person_of.get(str(one["login"]).casefold()) for one in issue["assignees"]
            }
            ours = [person for person in people.values() if person is not None]
            labels = [str(one["name"]) for one in issue["labels"]]
            state = "open" if issue["state"] == "open" else _REASONS.get(issue.get("state_reason"), "done")
            return Remote(
                id=number,
                name=f"{self._settings.repository}#{number}",
                url=str(issue["html_url"])[:1000],
                changed_at=_moment(issue["updated_at"]),
                values={
                    "title": clean_line(str(issue["title"]), TITLE),
                    "description": _unmarked(text),
                    "state": state,
                    "labels": [label for label in labels if holds(label)],
                    "assignee": ours[0] if ours else None,
                },
                kept={
                    "mark": tuple(_MARK.findall(text)),
                    "labels": tuple(label for label in labels if not holds(label)),
                    "assignees": tuple(login for login, person in people.items() if person is None),
                },
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise TrackerError("broken", heals=True, unknown=True) from None

    def _is_ours(self, repository: str) -> bool:
        return repository.casefold() == self._settings.repository.casefold()

    def _site(self) -> str | None:
        host = urlsplit(self._settings.base_url).hostname
        return "github.com" if host == "api.github.com" else host


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _marked(text: str, key: str) -> str:
    return f"{text}\n\n<!-- deskhand:{key} -->".strip()


def _unmarked(text: str) -> str:
    # A space in a mark's place: no two halves make another one.
    return clean_text(_MARK.sub(" ", text), BODY)


def _made_at(issue: Mapping[str, Any]) -> float:
    try:
        return _moment(issue.get("created_at"))
    except ValueError:
        raise TrackerError("broken", heals=True) from None


def _moment(written: Any) -> float:
    """Returns the epoch seconds of a time as GitHub writes it. Raises `ValueError`."""
    return datetime.fromisoformat(str(written)).timestamp()


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
