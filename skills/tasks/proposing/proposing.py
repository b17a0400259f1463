"""Proposals for a task from what the team is and has done."""

from __future__ import annotations

from collections.abc import Sequence

from skills.reply import Json
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork


async def estimated(teamwork: Teamwork, team: str, title: str, assignee: str | None) -> tuple[int, int, int] | None:
    return None


async def proposal(teamwork: Teamwork, task: Task) -> Json:
    members = await teamwork.services.members(task.team, task.place) or ()
    return {"at": 0, "ranked": [{"id": one.id, "score": 0.0, "terms": []} for one in members]}


async def suggested(teamwork: Teamwork, task: Task) -> Sequence[str]:
    return ()


async def proposed_steps(teamwork: Teamwork, task: Task) -> Sequence[str]:
    return ()
