"""Jira Cloud over its REST API, version 3: https://developer.atlassian.com/cloud/jira/platform/rest/v3/

An issue of ours carries its key as a label, which JQL finds without an app that would index properties. A state is
reached by transitions, of which each status offers its own.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from skills.reply import Json
from skills.tasks.linking.adf import document, plain
from skills.tasks.linking.faults import Stuck, TrackerError
from skills.tasks.linking.settings import JiraSettings, secret
from skills.tasks.linking.signing import signed_object
from skills.tasks.linking.tracker import Changes, Cursor, Remote, Tracker
from skills.tasks.linking.values import LABEL, Values, address, clean_line, clean_text, holds
from skills.tasks.linking.web import Answer, Web

TITLE, BODY = 255, 30_000
"""Characters; Jira takes 32,767 of a description."""
OVERLAP_MINUTES = 5
"""How far back each look goes beyond the last: what was written is found a little later."""
PAGE, PAGES = 50, 20
STEPS = 4
"""Transitions taken at most to reach a state."""

_MARK = "deskhand-"
_ASKED = ["summary", "description", "status", "resolution", "duedate", "labels", "assignee", "updated"]
_BY_CATEGORY: Mapping[str, str] = {"new": "open", "undefined": "open", "indeterminate": "doing", "done": "done"}
_CATEGORY_OF: Mapping[str, str] = {"open": "new", "doing": "indeterminate", "blocked": "indeterminate"}
_ORDER = ("new", "indeterminate", "done")
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,79}-[0-9]{1,10}")
_ID = re.compile(r"[0-9]{1,20}")


class Jira(Tracker):
    """The issues of one project."""

    kind = "jira"
    fields = ("title", "description", "state", "due", "labels", "assignee")
    settles = 120.0
    stepwise = True

    def __init__(self, settings: JiraSettings, web: Web) -> None:
        self._settings = settings
        self._web = web
        self._person_of = {account: person for person, account in settings.accounts.items()}
        self._state_of = {name.casefold(): state for state, name in settings.statuses.items()}

    def shown(self, values: Values) -> dict[str, Json]:
        # A label of Jira's has no blank in it.
        labels = dict.fromkeys("_".join(clean_line(str(one), LABEL).split()) for one in _listed(values["labels"]))
        state, assignee = str(values["state"]), values["assignee"]
        if state not in self._settings.statuses:
            state = {"blocked": "doing", "dropped": "done"}.get(state, state)
        return {
            "title": clean_line(str(values["title"]), TITLE),
            "description": clean_text(str(values["description"]), BODY),
            "state": state,
            "due": values["due"],
            "labels": [label for label in labels if holds(label) and not label.startswith(_MARK)],
            "assignee": assignee if assignee in self._settings.accounts else None,
        }

    def locate(self, reference: str) -> str | None:
        text = reference.strip()[:500]
        if (parts := address(text)) is not None:
            site = urlsplit(self._settings.base_url)
            if parts.hostname != site.hostname or not parts.path.startswith(f"{site.path}/browse/"):
                return None
            text = parts.path.removeprefix(f"{site.path}/browse/").strip("/")
        key = text.upper()
        return key if _KEY.fullmatch(key) and key.startswith(f"{self._settings.project}-") else None

    async def create(self, draft: Values, key: str) -> Remote:
        fields = self._fields(draft)
        fields["project"] = {"key": self._settings.project}
        fields["issuetype"] = {"name": self._settings.issue_type}
        fields["labels"] = [*_listed(draft["labels"]), _MARK + key]
        made = (await self._ask("POST", "issue", {"fields": fields})).value
        try:
            id, name = str(int(made["id"])), str(made["key"])
        except (KeyError, TypeError, ValueError):
            raise TrackerError("broken", heals=True, unknown=True) from None
        return Remote(id, name, self._url(name), 0.0, {**draft, "state": "open"})

    async def find(self, key: str, since: float) -> Remote | None:
        jql = f'project = "{self._settings.project}" AND labels = "{_MARK}{key}" ORDER BY created ASC'
        async for issues, _ in self._pages(jql, 1):
            return self._remote(issues[0]) if issues else None
        return None

    async def read(self, id: str) -> Remote:
        return self._remote((await self._ask("GET", f"issue/{quote(id, safe='')}?fields={','.join(_ASKED)}")).value)

    async def update(self, remote: Remote, values: Values) -> Remote | None:
        body: dict[str, Json] = {"fields": self._fields(values)} if self._fields(values) else {}
        if "labels" in values:
            body["update"] = {"labels": _steps(_listed(remote.values["labels"]), _listed(values["labels"]))}
        if body:
            await self._ask("PUT", f"issue/{quote(remote.id, safe='')}", body)
        if "state" in values:
            await self._bring(remote, str(values["state"]))
        return None

    async def changed_since(self, cursor: Cursor, now: float) -> Changes:
        # Minutes before the server's own now: neither its clock nor the account's zone matters.
        looked_at = float(str(cursor.get("looked_at", now)))
        minutes = max(math.ceil((now - looked_at) / 60), 0) + OVERLAP_MINUTES
        jql = f'project = "{self._settings.project}" AND updated >= "-{minutes}m" ORDER BY updated DESC'
        issues: list[Remote] = []
        complete = True
        async for found, last in self._pages(jql, PAGES):
            issues += [self._remote(issue) for issue in found]
            complete = last
        return Changes(issues, {"looked_at": now}, complete)

    def events(self, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Remote | str]:
        told = signed_object(headers.get("x-hub-signature", ""), secret, body)
        event, issue = told.get("webhookEvent"), told.get("issue")
        if event not in ("jira:issue_updated", "jira:issue_deleted") or not isinstance(issue, Mapping):
            return ()
        # A webhook's issue is not written as version 3 writes it: it is read.
        id = str(issue.get("id", ""))
        return [id] if _ID.fullmatch(id) else ()

    async def _bring(self, remote: Remote, state: str) -> None:
        """Takes an issue into a state, through others where its workflow asks for that."""
        if "status" not in remote.kept:
            remote = await self.read(remote.id)
        path, (at,), showing = (
            f"issue/{quote(remote.id, safe='')}/transitions",
            remote.kept["status"],
            remote.values["state"],
        )
        seen = {at}
        for _ in range(STEPS):
            listed = (await self._ask("GET", path)).value
            ways = _ways(listed.get("transitions") if isinstance(listed, Mapping) else None)
            there = next((one for one in ways if self._state(one["to"]) == state), None)
            taken = there or self._nearest([one for one in ways if str(one["to"].get("id")) not in seen], state)
            if taken is None or not await self._take(path, taken):
                break
            if there is not None:
                return
            at, showing = str(taken["to"].get("id")), self._state(taken["to"])
            seen.add(at)
        if (await self.read(remote.id)).kept["status"] != (at,):
            raise TrackerError("raced", heals=True)
        raise Stuck(state, str(showing))

    async def _take(self, path: str, transition: Mapping[str, Any]) -> bool:
        """Returns whether a transition could be made: one that was offered may be refused for want of a field."""
        try:
            await self._ask("POST", path, {"transition": {"id": str(transition["id"])}})
        except TrackerError as error:
            if error.code == "refused":
                return False
            raise
        return True

    def _nearest(self, ways: Sequence[Mapping[str, Any]], state: str) -> Mapping[str, Any] | None:
        """Returns the transition whose status is nearest to a state: categories stand in one order.

        None leads through a status of the last one: what is done is no step on the way to something else.
        """
        goal = _ORDER.index(_CATEGORY_OF.get(state, "done"))
        steps = [one for one in ways if _category(one["to"]) < len(_ORDER) - 1]
        return min(steps, key=lambda one: abs(_category(one["to"]) - goal), default=None)

    def _state(self, status: Mapping[str, Any]) -> str:
        named = self._state_of.get(str(status.get("name", "")).casefold())
        return named or _BY_CATEGORY.get(_ORDER[_category(status)], "open")

    async def _pages(self, jql: str, most: int) -> AsyncIterator[tuple[list[Any], bool]]:
        """Yields pages of issues, and whether each is the last."""
        body: dict[str, Json] = {"jql": jql, "fields": [*_ASKED], "maxResults": PAGE}
        for _ in range(most):
            value = (await self._ask("POST", "search/jql", body)).value
            if not isinstance(value, Mapping) or not isinstance(value.get("issues"), list):
                raise TrackerError("broken", heals=True)
            following = value.get("nextPageToken")
            yield value["issues"], not following
            if not following:
                return
            body["nextPageToken"] = str(following)

    async def _ask(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> Answer:
        login = f"{self._settings.email}:{secret(self._settings.token_env)}"
        headers = {
            "Accept": "application/json",
            "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
        }
        return await self._web.ask(method, f"{self._settings.base_url}/rest/api/3/{path}", headers, body)

    def _fields(self, values: Values) -> dict[str, Json]:
        fields: dict[str, Json] = {}
        if "title" in values:
            fields["summary"] = values["title"]
        if "description" in values:
            fields["description"] = document(str(values["description"])) if values["description"] else None
        if "due" in values:
            fields["duedate"] = values["due"]
        if "assignee" in values:
            person = values["assignee"]
            fields["assignee"] = None if person is None else {"accountId": self._settings.accounts[str(person)]}
        return fields

    def _remote(self, issue: Any) -> Remote:
        try:
            fields, name = issue["fields"], str(issue["key"])
            labels = [str(one) for one in fields["labels"]]
            account = (fields["assignee"] or {}).get("accountId")
            due = fields["duedate"]
            return Remote(
                id=str(int(issue["id"])),
                name=name,
                url=self._url(name),
                changed_at=datetime.fromisoformat(str(fields["updated"])).timestamp(),
                values={
                    "title": clean_line(str(fields["summary"]), TITLE),
                    "description": clean_text(plain(fields["description"]), BODY),
                    "state": self._state(fields["status"]),
                    "due": None if due is None else date.fromisoformat(str(due)).isoformat(),
                    "labels": [one for one in labels if holds(one) and not one.startswith(_MARK)],
                    "assignee": self._person_of.get(str(account)),
                },
                kept={"status": (str(fields["status"].get("id")),)},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise TrackerError("broken", heals=True, unknown=True) from None

    def _url(self, name: str) -> str:
        return f"{self._settings.base_url}/browse/{quote(name)}"


def _category(status: Mapping[str, Any]) -> int:
    told = status.get("statusCategory")
    name = str(told.get("key")) if isinstance(told, Mapping) else ""
    return _ORDER.index(name) if name in _ORDER else 0


def _ways(offered: Any) -> list[Mapping[str, Any]]:
    """Returns the transitions that are written as they should be."""
    listed = offered if isinstance(offered, list) else []
    return [one for one in listed if isinstance(one, Mapping) and "id" in one and isinstance(one.get("to"), Mapping)]


def _steps(before: Sequence[Json], after: Sequence[Json]) -> list[Json]:
    """Returns what makes one list of labels of another: others that stand there are left alone."""
    known, wanted = {str(one).casefold() for one in before}, {str(one).casefold() for one in after}
    added: list[Json] = [{"add": one} for one in after if str(one).casefold() not in known]
    return added + [{"remove": one} for one in before if str(one).casefold() not in wanted]


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
