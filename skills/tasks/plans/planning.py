"""`/task plan`."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request
from skills.reply import Reply, to_asker
from skills.tasks.teamwork import Teamwork


async def plan(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    return to_asker(request.say("tasks.again"))
