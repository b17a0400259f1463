"""A local GitHub: the issues of one repository, in the words of https://docs.github.com/en/rest/issues/issues"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from tracker_site import SECRET, TOKEN, Delivery, TrackerSite, dumped

from skills.tasks.linking.signing import sign

REPOSITORY = "octo/desk"


@dataclass
class Issue:
    number: int
    title: str
    body: str | None
    made_at: datetime
    updated_at: datetime
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None


@dataclass
class GitHubSite(TrackerSite):
    """`assignable` are the accounts that may be assigned; others are dropped, as GitHub drops them."""

    issues: dict[int, Issue] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    assignable: set[str] = field(default_factory=lambda: {"ana-gh", "ben-gh", "stranger"})

    def routes(self) -> list[web.RouteDef]:
        issues = "/repos/{owner}/{repo}/issues"
        return [
            web.post(issues, self._create),
            web.get(issues, self._list),
            web.get(issues + "/{number}", self._get),
            web.patch(issues + "/{number}", self._update),
        ]

    def add(self, title: str, body: str | None = None, **fields: Any) -> Issue:
        """Makes an issue as somebody there does."""
        now = self.clock.now()
        issue = Issue(max(self.issues, default=0) + 1, title, body, now, now, **fields)
        self.issues[issue.number] = issue
        self._tell("opened", issue)
        return issue

    def edit(self, number: int, **fields: Any) -> None:
        """Changes an issue as somebody there does."""
        self._change(self.issues[number], fields)

    def settings(self) -> dict[str, Any]:
        return {
            "base_url": self.address,
            "repository": REPOSITORY,
            "token_env": "DESKHAND_TRACKER_TOKEN",
            "webhook_secret_env": "DESKHAND_TRACKER_SECRET",
            "accounts": {"U1": "ana-gh", "U2": "Ben-GH"},
        }

    def payload(self, issue: Issue) -> dict[str, Any]:
        people = [{"login": login, "id": index, "type": "User"} for index, login in enumerate(issue.assignees, 1)]
        url = f"{self.address}/repos/{REPOSITORY}/issues/{issue.number}"
        return {
            "url": url,
            "html_url": f"https://github.com/{REPOSITORY}/issues/{issue.number}",
            "id": 1_000_000 + issue.number,
            "node_id": f"I_{issue.number}",
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "user": {"login": "octocat", "id": 1, "type": "User"},
            "state": issue.state,
            "state_reason": issue.state_reason,
            "locked": False,
            "labels": [{"id": index, "name": name, "color": "ededed"} for index, name in enumerate(issue.labels, 1)],
            "assignee": people[0] if people else None,
            "assignees": people,
            "comments": 0,
            "created_at": _iso(issue.made_at),
            "updated_at": _iso(issue.updated_at),
            "closed_at": None if issue.state == "open" else _iso(issue.updated_at),
        }

    def _change(self, issue: Issue, fields: dict[str, Any]) -> None:
        before = self.payload(issue)
        for name, value in fields.items():
            if name == "labels":
                issue.labels = list({str(one).casefold(): str(one) for one in value}.values())
            elif name == "assignees":
                issue.assignees = [one for one in value if one.casefold() in self.assignable]
            else:
                setattr(issue, name, value)
        if issue.state == "open":
            issue.state_reason = "reopened" if before["state"] == "closed" else issue.state_reason
        elif "state" in fields and "state_reason" not in fields:
            issue.state_reason = "completed"
        if self.payload(issue) != before:
            issue.updated_at = self.clock.now().replace(microsecond=0)
            self._tell("edited" if before["state"] == issue.state else issue.state, issue)

    def _tell(self, action: str, issue: Issue) -> None:
        told = {
            "action": action,
            "issue": self.payload(issue),
            "repository": {"id": 7, "name": "desk", "full_name": REPOSITORY, "private": False},
            "sender": {"login": "octocat", "id": 1, "type": "User"},
        }
        body = dumped(told)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/044aadd",
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": hashlib.md5(body, usedforsecurity=False).hexdigest(),
            "X-Hub-Signature-256": sign(SECRET, body),
        }
        self.sent.append(Delivery(headers, body))

    async def _create(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        given = await request.json()
        if len(given["title"]) > 256 or not given["title"]:
            errors = [{"resource": "Issue", "field": "title", "code": "invalid"}]
            return web.json_response({"message": "Validation Failed", "errors": errors}, status=422)
        issue = self.add(given["title"], given.get("body"), labels=list(given.get("labels", [])))
        issue.assignees = [one for one in given.get("assignees", []) if one.casefold() in self.assignable]
        return web.json_response(self.payload(issue), status=201)

    async def _get(self, request: web.Request) -> web.Response:
        return self._refuse(request) or web.json_response(self.payload(self.issues[int(request.match_info["number"])]))

    async def _update(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        given = await request.json()
        if len(given.get("title", "x")) > 256:
            errors = [{"resource": "Issue", "field": "title", "code": "invalid"}]
            return web.json_response({"message": "Validation Failed", "errors": errors}, status=422)
        issue = self.issues[int(request.match_info["number"])]
        self._change(issue, given)
        return web.json_response(self.payload(issue))

    async def _list(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        query = request.query
        self.polls.append((request.path_qs, "If-None-Match" in request.headers))
        since = datetime.fromisoformat(query["since"]) if "since" in query else datetime.min.replace(tzinfo=UTC)
        order = (lambda one: (one.updated_at, one.number)) if query["sort"] == "updated" else (lambda one: one.number)
        found = [one for one in self.issues.values() if _seconds(one.updated_at) >= since]
        found.sort(key=order, reverse=query["direction"] == "desc")
        size, page = int(query["per_page"]), int(query.get("page", 1))
        shown = [self.payload(one) for one in found[(page - 1) * size : page * size]]
        headers = {"ETag": 'W/"' + hashlib.sha256(dumped(shown)).hexdigest() + '"'}
        if page * size < len(found):
            following = request.url.update_query(page=str(page + 1))
            headers["Link"] = f'<{following}>; rel="next", <{following}>; rel="last"'
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.json_response(shown, headers=headers)

    def _refuse(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"message": "Bad credentials"}, status=401)
        assert request.headers["X-GitHub-Api-Version"] == "2022-11-28"
        number = int(request.match_info.get("number", 0))
        if number in self.gone:
            return web.json_response({"message": "This issue was deleted"}, status=410)
        if number and number not in self.issues:
            return web.json_response({"message": "Not Found"}, status=404)
        return None


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
