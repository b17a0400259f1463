"""How much feedback waits to be learned from."""

from __future__ import annotations

from sqlalchemy import func, select

from skills.classifiers.curating.examples import Policy
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.versions import Sessions
from skills.learning.gathering import REVIEWED


async def waiting(sessions: Sessions, team: str) -> int:
    """Returns how many examples with a label that counts have come since the last training began."""
    began = select(func.coalesce(func.max(RunRow.began), 0.0)).where(RunRow.team == team)
    counted = select(func.count()).where(
        ExampleRow.team == team,
        ExampleRow.at > began.scalar_subquery(),
        ExampleRow.state != "dropped",
        ExampleRow.label.is_not(None),
        ExampleRow.state.in_(REVIEWED) | (ExampleRow.weight >= Policy().least_weight),
    )
    async with sessions() as session:
        return int(await session.scalar(counted) or 0)
