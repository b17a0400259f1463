"""The real process against the real workspace: killed, it loses nothing that it acked and says nothing twice."""

from __future__ import annotations

from pathlib import Path

from killing import SMALL_BOT, WHOLE_BOT, WHOLE_QUESTIONS, BotProcess, child_data, index_handbook, kill_run

from bot.workspace.testing import RunningWorkspace


async def test_deskhand_killed_at_ten_moments_under_load_answers_every_question_once(
    workspace: RunningWorkspace, tmp_path: Path
) -> None:
    places = child_data(tmp_path)
    await index_handbook(places["data"])
    bot = BotProcess(workspace, WHOLE_BOT, **places)
    report = await kill_run(workspace, bot, moments=10, seed=10, questions=WHOLE_QUESTIONS, private=())
    print(report.figures())
    assert report.kills == 10
    assert report.unanswered == 0
    assert report.answered_twice == 0
    assert workspace.violations() == []


async def test_private_answers_in_flight_at_a_kill_may_be_missing_but_never_double(
    workspace: RunningWorkspace, tmp_path: Path
) -> None:
    bot = BotProcess(workspace, SMALL_BOT, **child_data(tmp_path))
    report = await kill_run(workspace, bot, moments=10, seed=20261123)
    print(report.figures())
    assert report.kills == 10
    assert report.unanswered == 0
    assert report.answered_twice == 0
    assert report.doubled_ephemerals == 0
    assert report.lost_ephemerals <= report.kills
    assert workspace.violations() == []
