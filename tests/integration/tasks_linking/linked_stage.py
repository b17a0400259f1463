"""A task on one side, a local tracker on the other, and what a test does to both."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from github_site import GitHubSite
from jira_site import STATUS_OF, JiraSite
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tracker_site import MovedClock, running

from skills.base import Place
from skills.tasks.linking import Limits, Linking, Ticked, mark_links
from skills.tasks.linking.adf import document, plain
from skills.tasks.store.rows import Tasks, locked, tasks_of
from skills.tasks.store.task import Due, NewTask, Task

TEAM = "T1"
LIMITS = Limits(allow_private=True, seconds=5.0)
GITHUB_OF = {"open": ("open", None), "done": ("closed", "completed"), "dropped": ("closed", "not_planned")}


class Stage:
    """One team's tracker and tasks; `linking` may be stopped and begun again."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        site: GitHubSite | JiraSite,
        clock: MovedClock,
        team: str = TEAM,
    ) -> None:
        self.sessions = sessions
        self.site = site
        self.clock = clock
        self.team = team
        self.tasks = Tasks(sessions, [mark_links])
        self.kind = "github" if isinstance(site, GitHubSite) else "jira"
        self.hook = ""
        self._steps = 0
        self.linking = self._new()

    async def begin(self, **settings: Any) -> None:
        made = await self.linking.configure(self.team, "desk", self.kind, {**self.site.settings(), **settings})
        self.hook = made.hook
        await self.linking.__aenter__()

    async def restart(self) -> None:
        """Ends the process, as it were, and begins another under the same name."""
        await self.linking.__aexit__(None, None, None)
        self.linking = await self._new().__aenter__()

    async def end(self) -> None:
        await self.linking.__aexit__(None, None, None)

    async def task(self, title: str = "Ship the notes", **fields: Any) -> Task:
        values = {"asker": "U1", "place": Place("C1", "channel"), "zone": "Europe/Berlin", **fields}
        (task,) = await self.tasks.add(self.team, [NewTask(title, **values)], "U1", self.now(), self._batch())
        return task

    async def change(self, task: Task, **fields: Any) -> None:
        await self.tasks.change(self.team, [task.id], fields, "U1", self.now(), self._batch())

    async def shown(self, task: Task) -> Task:
        async with self.sessions.begin() as session:
            return (await tasks_of(session, await locked(session, self.team, [task.id])))[0]

    async def tick(self, seconds: float = 0.0) -> Ticked:
        self.clock.move(seconds)
        return await self.linking.tick()

    async def deliver(self) -> int:
        """Delivers all webhooks that are on their way, in order; returns how many links they made due."""
        sent, self.site.sent = self.site.sent, []
        return sum([await self.linking.receive(self.hook, one.headers, one.body) for one in sent])

    def now(self) -> float:
        return self.clock.now().timestamp()

    def _new(self) -> Linking:
        chance = random.Random(1)
        return Linking(self.sessions, self.tasks, self.clock, "one", limits=LIMITS, chance=chance)

    def _batch(self) -> str:
        self._steps += 1
        return f"step {self._steps}"


@asynccontextmanager
async def staged(
    sessions: async_sessionmaker[AsyncSession], kind: str, team: str = TEAM, **settings: Any
) -> AsyncIterator[Stage]:
    """A stage with a running tracker of a kind."""
    clock = MovedClock()
    site = GitHubSite(clock) if kind == "github" else JiraSite(clock)
    async with running(site):
        stage = Stage(sessions, site, clock, team)
        await stage.begin(**settings)
        yield stage
        await stage.end()


def edit_there(site: GitHubSite | JiraSite, id: Any, field: str, value: Any) -> None:
    """Changes a shared field of an issue as somebody there does."""
    if isinstance(site, JiraSite):
        account = {"U1": "5b10ana", "U2": "5b10ben", None: None}
        match field:
            case "title":
                site.edit(id, summary=value)
            case "description":
                site.edit(id, description=document(value) if value else None)
            case "state":
                site.edit(id, status=STATUS_OF[value])
            case "due":
                site.edit(id, duedate=value)
            case "labels":
                ours = [one for one in site.issues[id].labels if one.startswith("deskhand-")]
                site.edit(id, labels=[*value, *ours])
            case "assignee":
                site.edit(id, assignee=account[value])
        return
    number, login = int(id), {"U1": ["ana-gh"], "U2": ["ben-gh"], None: []}
    match field:
        case "title":
            site.edit(number, title=value)
        case "description":
            mark = re.findall(r"<!--.*?-->", site.issues[number].body or "")
            site.edit(number, body="\n\n".join([value, *mark]))
        case "state":
            state, reason = GITHUB_OF[value]
            site.edit(number, state=state, state_reason=reason)
        case "labels":
            site.edit(number, labels=value)
        case "assignee":
            site.edit(number, assignees=login[value])


def there(site: GitHubSite | JiraSite, id: Any) -> Mapping[str, Any]:
    """Returns an issue's shared fields, read off the tracker's own state."""
    if isinstance(site, JiraSite):
        issue = site.issues[id]
        return {
            "title": issue.summary,
            "description": plain(issue.description),
            "state": {status: state for state, status in STATUS_OF.items()}[issue.status],
            "due": issue.duedate,
            "labels": {label.casefold() for label in issue.labels if not label.startswith("deskhand-")},
            "assignee": {"5b10ana": "U1", "5b10ben": "U2"}.get(issue.assignee or ""),
        }
    found = site.issues[int(id)]
    return {
        "title": found.title,
        "description": re.sub(r"<!--.*?-->", "", found.body or "").strip(),
        "state": {pair: state for state, pair in GITHUB_OF.items()}.get((found.state, found.state_reason), "open"),
        "labels": {label.casefold() for label in found.labels},
        "assignee": next(({"ana-gh": "U1", "ben-gh": "U2"}[one.casefold()] for one in found.assignees), None),
    }


def here(task: Task, kind: str) -> Mapping[str, Any]:
    """Returns a task's shared fields as the tracker can show them."""
    plain_state = task.state if task.state in GITHUB_OF else "open"
    values = {
        "title": task.title,
        "description": task.notes,
        "state": task.state if kind == "jira" else plain_state,
        "labels": {label.casefold() for label in task.labels},
        "assignee": task.assignee,
    }
    return values | ({"due": task.due.day.isoformat() if task.due else None} if kind == "jira" else {})


def local_field(field: str, value: Any) -> dict[str, Any]:
    """Returns a shared field as `Tasks.change` takes it."""
    match field:
        case "description":
            return {"notes": value}
        case "due":
            return {"due": None if value is None else Due.read(value, True, "Europe/Berlin")}
    return {field: value}
