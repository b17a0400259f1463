"""A local Jira Cloud: one project, in the words of https://developer.atlassian.com/cloud/jira/platform/rest/v3/"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from tracker_site import SECRET, TOKEN, Delivery, TrackerSite, dumped

from skills.tasks.linking.adf import document
from skills.tasks.linking.signing import sign

PROJECT = "OPS"
STATUSES = {
    "1": ("To Do", "new"),
    "2": ("In Progress", "indeterminate"),
    "3": ("On Hold", "indeterminate"),
    "4": ("Done", "done"),
    "5": ("Won't Do", "done"),
}
WORKFLOW = {"1": "25", "2": "1345", "3": "2", "4": "2", "5": "1"}
"""From each status, those that can be reached: done is reached from In Progress alone."""
STATUS_OF = {"open": "1", "doing": "2", "blocked": "3", "done": "4", "dropped": "5"}


@dataclass
class JiraIssue:
    id: str
    key: str
    summary: str
    made_at: datetime
    updated: datetime
    description: dict[str, Any] | None = None
    duedate: str | None = None
    labels: list[str] = field(default_factory=list)
    assignee: str | None = None
    status: str = "1"


@dataclass
class JiraSite(TrackerSite):
    """`lag` are the seconds after which what was made is found by JQL."""

    issues: dict[str, JiraIssue] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=lambda: {"5b10ana", "5b10ben", "5b10stranger"})
    workflow: dict[str, str] = field(default_factory=lambda: dict(WORKFLOW))
    lag: float = 20.0
    page: int = 50

    def routes(self) -> list[web.RouteDef]:
        api = "/rest/api/3"
        return [
            web.post(f"{api}/issue", self._create),
            web.get(f"{api}/issue/{{id}}", self._get),
            web.put(f"{api}/issue/{{id}}", self._update),
            web.get(f"{api}/issue/{{id}}/transitions", self._transitions),
            web.post(f"{api}/issue/{{id}}/transitions", self._transit),
            web.post(f"{api}/search/jql", self._search),
        ]

    def add(self, summary: str, text: str = "", **fields: Any) -> JiraIssue:
        """Makes an issue as somebody there does."""
        now, number = self.clock.now(), len(self.issues) + 1
        issue = JiraIssue(str(10_000 + number), f"{PROJECT}-{number}", summary, now, now, **fields)
        issue.description = document(text) if text else issue.description
        self.issues[issue.id] = issue
        self._tell("jira:issue_created", issue)
        return issue

    def edit(self, id: str, **fields: Any) -> None:
        """Changes an issue as somebody there does."""
        issue = self.issues[id]
        before = self.payload(issue)
        for name, value in fields.items():
            setattr(issue, name, value)
        if self.payload(issue) != before:
            issue.updated = self.clock.now()
            self._tell("jira:issue_updated", issue)

    def settings(self) -> dict[str, Any]:
        return {
            "base_url": self.address,
            "project": PROJECT,
            "email": "desk@example.com",
            "token_env": "DESKHAND_TRACKER_TOKEN",
            "webhook_secret_env": "DESKHAND_TRACKER_SECRET",
            "accounts": {"U1": "5b10ana", "U2": "5b10ben"},
            "statuses": {"blocked": "On Hold", "dropped": "Won't Do"},
        }

    def payload(self, issue: JiraIssue) -> dict[str, Any]:
        assignee = {"accountId": issue.assignee, "displayName": issue.assignee, "active": True}
        return {
            "id": issue.id,
            "key": issue.key,
            "self": f"{self.address}/rest/api/3/issue/{issue.id}",
            "fields": {
                "summary": issue.summary,
                "description": issue.description,
                "status": _status(issue.status),
                "resolution": None,
                "duedate": issue.duedate,
                "labels": list(issue.labels),
                "assignee": assignee if issue.assignee else None,
                "updated": issue.updated.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
            },
        }

    def _tell(self, event: str, issue: JiraIssue) -> None:
        told = {
            "timestamp": int(self.clock.now().timestamp() * 1000),
            "webhookEvent": event,
            "issue_event_type_name": "issue_generic",
            "user": {"accountId": "5b10stranger"},
            "issue": self.payload(issue),
            "changelog": {"id": "1", "items": []},
        }
        body = dumped(told)
        headers = {
            "X-Hub-Signature": sign(SECRET, body),
            "X-Atlassian-Webhook-Identifier": str(len(self.sent)),
            "X-Atlassian-Webhook-Flow": "Primary",
        }
        self.sent.append(Delivery(headers, body))

    async def _create(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        given = (await request.json())["fields"]
        assert given["project"] == {"key": PROJECT}
        assert given["issuetype"] == {"name": "Task"}
        if fault := self._wrong(given):
            return fault
        issue = self.add(given["summary"], labels=given.get("labels", []), **_columns(given))
        made = {"id": issue.id, "key": issue.key, "self": f"{self.address}/rest/api/3/issue/{issue.id}"}
        return web.json_response(made, status=201)

    async def _get(self, request: web.Request) -> web.Response:
        return self._refuse(request) or web.json_response(self.payload(self._issue(request)))

    async def _update(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        given, issue = await request.json(), self._issue(request)
        fields = given.get("fields", {})
        if fault := self._wrong(fields):
            return fault
        labels = list(issue.labels)
        for step in given.get("update", {}).get("labels", []):
            ((verb, label),) = step.items()
            if verb == "add" and label not in labels:
                labels.append(label)
            if verb == "remove" and label in labels:
                labels.remove(label)
        summary = {"summary": fields["summary"]} if "summary" in fields else {}
        self.edit(issue.id, labels=labels, **summary, **_columns(fields))
        return web.Response(status=204)

    async def _transitions(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        ways = [
            {"id": f"{to}1", "name": f"To {STATUSES[to][0]}", "to": _status(to), "hasScreen": False}
            for to in self.workflow[self._issue(request).status]
        ]
        return web.json_response({"expand": "transitions", "transitions": ways})

    async def _transit(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        issue, to = self._issue(request), (await request.json())["transition"]["id"][0]
        if to not in self.workflow[issue.status]:
            return web.json_response({"errorMessages": ["It is not valid now"], "errors": {}}, status=400)
        self.edit(issue.id, status=to)
        return web.Response(status=204)

    async def _search(self, request: web.Request) -> web.Response:
        if refusal := self._refuse(request):
            return refusal
        given, now = await request.json(), self.clock.now()
        jql = given["jql"]
        found = [one for one in self.issues.values() if one.made_at <= now - timedelta(seconds=self.lag)]
        if label := re.search(r'labels = "([^"]+)"', jql):
            found = [one for one in found if label.group(1) in one.labels]
        else:
            minutes = re.search(r'updated >= "-(\d+)m" ORDER BY updated DESC', jql)
            assert minutes is not None
            since = now - timedelta(minutes=int(minutes.group(1)))
            found = sorted((one for one in found if one.updated >= since), key=lambda one: one.updated, reverse=True)
            self.polls.append((request.path, True))
        start = int(given.get("nextPageToken", 0))
        value: dict[str, Any] = {"issues": [self.payload(one) for one in found[start : start + self.page]]}
        value["isLast"] = start + self.page >= len(found)
        if not value["isLast"]:
            value["nextPageToken"] = str(start + self.page)
        return web.json_response(value)

    def _issue(self, request: web.Request) -> JiraIssue:
        id = request.match_info["id"]
        return next(one for one in self.issues.values() if id in (one.id, one.key))

    def _wrong(self, fields: dict[str, Any]) -> web.Response | None:
        errors = {}
        summary = fields.get("summary", "x")
        if not summary or len(summary) > 255 or "\n" in summary:
            errors["summary"] = "is wrong"
        if fields.get("assignee") and fields["assignee"]["accountId"] not in self.accounts:
            errors["assignee"] = "is unknown"
        if any(" " in label for label in fields.get("labels", [])):
            errors["labels"] = "has spaces"
        return web.json_response({"errorMessages": [], "errors": errors}, status=400) if errors else None

    def _refuse(self, request: web.Request) -> web.Response | None:
        login = base64.b64encode(f"desk@example.com:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {login}":
            return web.json_response({"errorMessages": ["You are not authenticated"], "errors": {}}, status=401)
        id = request.match_info.get("id")
        if id is not None and not any(
            id in (one.id, one.key) and one.id not in self.gone for one in self.issues.values()
        ):
            return web.json_response({"errorMessages": ["Issue does not exist"], "errors": {}}, status=404)
        return None


def _status(id: str) -> dict[str, Any]:
    name, category = STATUSES[id]
    return {"id": id, "name": name, "statusCategory": {"id": 2, "key": category, "name": name}}


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    columns = {name: fields[name] for name in ("description", "duedate") if name in fields}
    if "assignee" in fields:
        columns["assignee"] = fields["assignee"]["accountId"] if fields["assignee"] else None
    return columns
