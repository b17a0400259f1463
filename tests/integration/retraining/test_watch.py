"""A version under which people are evidently less well served goes by itself, and those in charge are told."""

from __future__ import annotations

from support_bot import Json, SupportBot, eventually, shown

from bot.workspace.accounts import TEAM_ID
from skills.classifiers.registry.versions import GATE, Registry, Trained
from skills.support.conversations.models import TurnRow

DAY = 86_400.0


def turn(number: int, at: float, path: str) -> TurnRow:
    return TurnRow(
        id=f"turn{number}",
        team=TEAM_ID,
        at=at,
        channel="C0GENERAL",
        thread=str(number),
        path=path,
        intent="order_status",
        drafted=False,
        probability=0.9,
        language="en",
        question="",
        verdict=None,
    )


async def test_a_version_that_people_fare_worse_with_is_rolled_back_and_told(bot: SupportBot) -> None:
    sessions = bot.runtime.database.sessions
    now = bot.runtime.clock.now().timestamp()
    registry = Registry(sessions, lambda: now - DAY)
    report = {
        "verdict": {"promote": True, "overridable": True, "reasons": []},
        "rows": {"new": 3},
        "serves": ["intent"],
    }
    number = await registry.put(TEAM_ID, Trained("run1", "data1", ["intent"], report, {"note.txt": b"x"}), 0)
    await registry.promote(TEAM_ID, number, GATE, "better", {})
    async with sessions.begin() as session:
        session.add_all(turn(one, now - 3 * DAY, "handover" if one % 10 == 0 else "template") for one in range(100))
        session.add_all(turn(one, now - 0.5 * DAY, "handover" if one % 2 else "slot") for one in range(100, 150))

    bot.runtime.ticks.soon("learning.watch")

    async def told() -> Json | None:
        return next((one for one in await bot.cards() if "rolled back" in shown(one)), None)

    assert "50% of 50 questions were not answered well, 10% before" in shown(await eventually(told, "the watch's word"))
    assert await registry.serving(TEAM_ID) == 0
    line = (await registry.ledger(TEAM_ID))[0]
    assert (line.act, line.who, line.version) == ("rolled_back", "watch", number)
    assert line.figures == {"before": [100, 10], "now": [50, 25]}
