"""A task and its issue, linked over real HTTP: made, attached, kept in step, parted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from linked_stage import TEAM, Stage, edit_there, here, staged, there
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.tasks.linking.tables import Base
from skills.tasks.store.task import Due

BOTH_KINDS = pytest.mark.parametrize("kind", ["github", "jira"])
BOTH_DATABASES = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def stage(kind: str, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[Stage]:
    async with staged(sessions, kind) as made:
        yield made


async def only_issue(stage: Stage) -> str:
    """Returns the id of the one issue that there is."""
    (id,) = stage.site.issues
    return str(id)


@BOTH_DATABASES
async def test_the_tables_are_those_of_the_models(sessions: async_sessionmaker[AsyncSession]) -> None:
    def columns(connection: Any) -> dict[str, set[str]]:
        names = Base.metadata.tables
        return {name: {column["name"] for column in inspect(connection).get_columns(name)} for name in names}

    async with sessions() as session:
        kept = await (await session.connection()).run_sync(columns)
    assert kept == {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}


@BOTH_DATABASES
@BOTH_KINDS
async def test_an_issue_is_made_of_a_task_and_each_edit_reaches_the_other_side(stage: Stage) -> None:
    due = Due.read("2026-12-04T17:00:00", False, "Europe/Berlin")
    task = await stage.task(notes="Two\n\nparagraphs", labels=("Launch",), assignee="U2", due=due, priority=2)
    outcome = await stage.linking.link(TEAM, task.id, "desk", "U1")
    assert outcome.kind == "linked"
    assert outcome.link is not None
    assert outcome.link.fault is None
    assert outcome.link.url
    id = await only_issue(stage)
    assert there(stage.site, id) == here(task, stage.kind)
    assert there(stage.site, id)["assignee"] == "U2"

    await stage.change(task, title="Ship all notes", state="done")
    await stage.tick(1)
    assert there(stage.site, id)["title"] == "Ship all notes"
    assert there(stage.site, id)["state"] == "done"

    stage.clock.move(5)
    edit_there(stage.site, id, "title", "Ship some notes")
    edit_there(stage.site, id, "state", "open")
    edit_there(stage.site, id, "labels", ["launch", "late"])
    assert await stage.deliver() > 0
    ticked = await stage.tick()
    assert ticked.synced[0].pulled == {"title", "state", "labels"}
    now = await stage.shown(task)
    assert (now.title, now.state, now.labels) == ("Ship some notes", "open", ("Launch", "late"))
    assert now.due == due
    changes = await stage.tasks.history(TEAM, task.id)
    assert changes[0].by == "tracker:desk"


@BOTH_KINDS
async def test_what_is_settled_is_left_alone_but_for_polls(stage: Stage) -> None:
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.change(task, title="Another")
    for _ in range(6):
        await stage.tick(61)
        await stage.deliver()
    stage.site.asked.clear()
    stage.site.polls.clear()
    for _ in range(3):
        await stage.tick(61)
        assert await stage.deliver() == 0
    assert len(stage.site.asked) == len(stage.site.polls) == 3
    assert all(conditional for _, conditional in stage.site.polls)


@BOTH_KINDS
async def test_a_lost_webhook_is_healed_by_polling(stage: Stage) -> None:
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.tick(61)
    edit_there(stage.site, await only_issue(stage), "title", "Changed there")
    stage.site.sent.clear()
    await stage.tick(61)
    assert (await stage.shown(task)).title == "Changed there"


@BOTH_KINDS
async def test_a_stale_webhook_changes_nothing(stage: Stage) -> None:
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    id = await only_issue(stage)
    edit_there(stage.site, id, "title", "First")
    late = list(stage.site.sent)
    stage.clock.move(5)
    edit_there(stage.site, id, "title", "Second")
    await stage.deliver()
    await stage.tick()
    stage.site.sent = late
    await stage.deliver()
    await stage.tick()
    assert (await stage.shown(task)).title == "Second"


@BOTH_KINDS
@pytest.mark.parametrize("fault", ["500 after", "cut after"])
async def test_an_issue_whose_making_got_no_answer_is_found_and_not_made_again(stage: Stage, fault: str) -> None:
    stage.site.faults.append(fault)
    task = await stage.task()
    outcome = await stage.linking.link(TEAM, task.id, "desk", "U1")
    assert outcome.link is not None
    assert outcome.link.state == "waiting"
    for _ in range(8):
        await stage.tick(30)
    assert len(stage.site.issues) == 1
    (link,) = await stage.linking.links(TEAM, task.id)
    assert link.state == "linked"


@BOTH_KINDS
async def test_an_issue_that_was_not_made_is_made_once_it_can_be_known(stage: Stage) -> None:
    stage.site.faults.append("cut before")
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.tick(10)
    assert not stage.site.issues
    for _ in range(8):
        await stage.tick(30)
    assert len(stage.site.issues) == 1


@BOTH_KINDS
async def test_a_write_whose_answer_was_lost_is_not_taken_for_an_edit_there(stage: Stage) -> None:
    task = await stage.task("A")
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.tick()
    await stage.change(task, title="B")
    # The first request reads, the second writes.
    stage.site.faults.extend(["", "cut after"])
    await stage.tick()
    assert there(stage.site, await only_issue(stage))["title"] == "B"
    await stage.change(task, title="A")
    await stage.tick(60)
    assert there(stage.site, await only_issue(stage))["title"] == "A"
    assert (await stage.shown(task)).title == "A"


@BOTH_KINDS
async def test_both_sides_changed_the_later_wins_and_of_states_the_one_nearer_to_done(stage: Stage) -> None:
    task = await stage.task("A")
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    id = await only_issue(stage)
    stage.clock.move(10)
    edit_there(stage.site, id, "title", "There")
    edit_there(stage.site, id, "state", "done")
    stage.clock.move(10)
    await stage.change(task, title="Here", state="doing")
    await stage.tick()
    assert there(stage.site, id)["title"] == "Here"
    assert there(stage.site, id)["state"] == "done"
    assert here(await stage.shown(task), stage.kind) == there(stage.site, id)

    stage.clock.move(10)
    await stage.change(task, title="Here again")
    edit_there(stage.site, id, "title", "There in the same second")
    await stage.tick()
    assert (await stage.shown(task)).title == "There in the same second"


@BOTH_KINDS
async def test_an_edit_here_while_the_issue_is_read_is_not_overwritten_by_an_older_one_there(stage: Stage) -> None:
    task = await stage.task("A")
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    id = await only_issue(stage)
    stage.clock.move(10)
    edit_there(stage.site, id, "title", "There")
    await stage.deliver()
    stage.clock.move(10)

    async def meanwhile() -> None:
        await stage.change(task, title="Here")

    stage.site.before["read"] = meanwhile
    await stage.tick()
    await stage.tick()
    assert (await stage.shown(task)).title == there(stage.site, id)["title"] == "Here"


@BOTH_KINDS
async def test_a_deleted_issue_ends_its_link_and_is_asked_for_no_more(stage: Stage) -> None:
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.tick()
    (id,) = stage.site.issues
    stage.site.gone.add(id)  # type: ignore[arg-type]
    await stage.change(task, title="B")
    await stage.tick()
    assert [link.fault for link in await stage.linking.untold()] == ["gone"]
    stage.site.asked.clear()
    await stage.change(task, title="C")
    await stage.tick()
    assert stage.site.asked == []


async def test_two_trackers_of_one_task_are_kept_in_step_with_each_other(
    github: Stage, sessions: async_sessionmaker[AsyncSession]
) -> None:
    async with staged(sessions, "jira", "T2") as other:
        await github.linking.configure(TEAM, "ops", "jira", other.site.settings())
        task = await github.task()
        for name in ("desk", "ops"):
            await github.linking.link(TEAM, task.id, name, "U1")
        github.clock.move(5)
        edit_there(github.site, 1, "title", "Changed at GitHub")
        await github.deliver()
        await github.tick()
        await github.tick()
        assert there(other.site, "10001")["title"] == "Changed at GitHub"


async def test_a_link_made_while_the_tracker_wants_to_be_spared_is_made_later(github: Stage) -> None:
    first, second = await github.task("First"), await github.task("Second")
    github.site.faults.append("429")
    await github.linking.link(TEAM, first.id, "desk", "U1")
    github.site.asked.clear()
    outcome = await github.linking.link(TEAM, second.id, "desk", "U1")
    assert outcome.link is not None
    assert outcome.link.state == "making"
    assert github.site.asked == []
    await github.tick(20)
    assert len(github.site.issues) == 2


@BOTH_KINDS
async def test_an_attached_issue_fills_the_task_and_is_filled_by_it(stage: Stage) -> None:
    task = await stage.task("Ours", notes="Notes of ours", labels=("ours",))
    made = stage.site.add("Theirs")
    name = "OPS-1" if stage.kind == "jira" else "octo/desk#1"
    outcome = await stage.linking.attach(TEAM, task.id, name, "U1")
    assert outcome.kind == "linked"
    id = made.id if stage.kind == "jira" else made.number  # type: ignore[union-attr]
    assert there(stage.site, id) == here(await stage.shown(task), stage.kind)
    assert there(stage.site, id)["title"] == "Theirs"
    assert there(stage.site, id)["description"] == "Notes of ours"
    other = await stage.task("Another")
    assert (await stage.linking.attach(TEAM, other.id, name, "U1")).kind == "taken"
    assert (await stage.linking.link(TEAM, task.id, "desk", "U1")).kind == "already"
    assert (await stage.linking.attach(TEAM, other.id, "someone/else#1", "U1")).kind == "no_tracker"
    assert (await stage.linking.unlink(TEAM, task.id, "desk")).kind == "unlinked"
    assert await stage.linking.links(TEAM, task.id) == []


async def test_co_assignees_long_labels_and_the_mark_stay_at_a_write(github: Stage) -> None:
    task = await github.task(assignee="U1", labels=("a",))
    await github.linking.link(TEAM, task.id, "desk", "U1")
    github.site.edit(1, assignees=["ana-gh", "stranger"], labels=["a", "x" * 70])  # type: ignore[call-arg]
    await github.change(task, assignee="U2", labels=["b"], notes="New")
    await github.tick(1)
    issue = github.site.issues[1]  # type: ignore[index]
    assert [login.casefold() for login in issue.assignees] == ["ben-gh", "stranger"]  # type: ignore[union-attr]
    assert issue.labels == ["b", "x" * 70]
    assert "<!-- deskhand:" in str(issue.body)  # type: ignore[union-attr]


async def test_an_assignee_that_github_drops_stays_the_tasks(github: Stage) -> None:
    github.site.assignable.clear()  # type: ignore[union-attr]
    task = await github.task(assignee="U1")
    await github.linking.link(TEAM, task.id, "desk", "U1")
    for _ in range(4):
        await github.tick(61)
        await github.deliver()
    assert (await github.shown(task)).assignee == "U1"
    github.site.asked.clear()
    await github.tick(61)
    assert len(github.site.asked) == 1


async def test_a_state_that_the_workflow_does_not_reach_is_told_and_the_rest_goes_on(jira: Stage) -> None:
    task = await jira.task()
    await jira.linking.link(TEAM, task.id, "desk", "U1")
    jira.site.workflow["2"] = "1"  # type: ignore[union-attr]
    jira.site.workflow["5"] = ""  # type: ignore[union-attr]
    await jira.change(task, state="done", title="Nearly there")
    await jira.tick(1)
    (link,) = await jira.linking.untold()
    assert (link.fault, link.detail, link.state) == ("transition", "done", "broken")
    assert there(jira.site, "10001")["title"] == "Nearly there"
    await jira.linking.tell(link)
    jira.site.asked.clear()
    for _ in range(3):
        await jira.deliver()
        await jira.tick(61)
    assert [path for _, path in jira.site.asked if "transitions" in path] == []
    assert await jira.linking.untold() == []
    await jira.change(task, state="open")
    await jira.tick(1)
    assert there(jira.site, "10001")["state"] == "open"


@pytest.mark.parametrize("before", ["open", "doing", "blocked", "done", "dropped"])
async def test_every_state_is_reached_from_every_other_and_through_none_that_is_done(jira: Stage, before: str) -> None:
    task = await jira.task()
    await jira.linking.link(TEAM, task.id, "desk", "U1")
    for after in ("open", "doing", "blocked", "done", "dropped"):
        jira.clock.move(5)
        edit_there(jira.site, "10001", "state", before)
        await jira.deliver()
        await jira.tick()
        assert (await jira.shown(task)).state == before
        jira.site.sent.clear()
        await jira.change(task, state=after)
        await jira.tick(1)
        assert there(jira.site, "10001")["state"] == after
        passed = [json.loads(one.body)["issue"]["fields"]["status"]["statusCategory"]["key"] for one in jira.site.sent]
        assert "done" not in passed[:-1]


@pytest.mark.parametrize("when", ["read", "write"])
@pytest.mark.parametrize("wanted", ["done", "blocked"])
async def test_an_issue_that_somebody_moves_at_the_same_time_is_merged_by_the_rule(
    jira: Stage, when: str, wanted: str
) -> None:
    task = await jira.task()
    await jira.linking.link(TEAM, task.id, "desk", "U1")
    await jira.tick()

    async def dropped_there() -> None:
        edit_there(jira.site, "10001", "state", "dropped")

    jira.site.before[when] = dropped_there
    await jira.change(task, state=wanted)
    for _ in range(3):
        await jira.tick(61)
    expected = "done" if wanted == "done" else "dropped"
    assert there(jira.site, "10001")["state"] == (await jira.shown(task)).state == expected
    assert await jira.linking.untold() == []


async def test_a_crash_on_the_way_through_a_workflow_is_gone_on_from(jira: Stage) -> None:
    task = await jira.task()
    await jira.linking.link(TEAM, task.id, "desk", "U1")
    await jira.change(task, state="done")
    await jira.tick(1)
    await jira.change(task, state="open")
    # Reading, listing the transitions, and the first of two of them.
    jira.site.faults.extend(["", "", "cut after"])
    await jira.tick(1)
    assert there(jira.site, "10001")["state"] == "doing"
    await jira.tick(30)
    assert there(jira.site, "10001")["state"] == "open"
    assert (await jira.shown(task)).state == "open"


@pytest.mark.parametrize(("status", "code"), [("401", "login"), ("403", "forbidden"), ("404", "gone"), ("410", "gone")])
@BOTH_KINDS
async def test_an_error_that_does_not_heal_is_kept_and_told_once(stage: Stage, status: str, code: str) -> None:
    task = await stage.task()
    await stage.linking.link(TEAM, task.id, "desk", "U1")
    await stage.tick()
    await stage.change(task, title="B")
    stage.site.faults.append(f"status {status}")
    await stage.tick()
    (link,) = await stage.linking.untold()
    assert (link.fault, link.state) == (code, "broken")
    stage.site.asked.clear()
    await stage.tick(30)
    assert stage.site.asked == []


async def test_a_title_that_is_refused_names_its_field(github: Stage) -> None:
    task = await github.task()
    github.site.faults.append("status 422")
    outcome = await github.linking.link(TEAM, task.id, "desk", "U1")
    assert outcome.link is not None
    assert (outcome.link.fault, outcome.link.state) == ("refused", "broken")
    await github.change(task, title="Better")
    await github.tick(1)
    assert len(github.site.issues) == 1


@pytest.mark.parametrize(("fault", "seconds"), [("429", 7), ("403", 50)])
async def test_a_limit_pauses_the_whole_tracker_for_as_long_as_it_says(
    github: Stage, fault: str, seconds: float
) -> None:
    tasks = [await github.task(f"Task {number}") for number in range(3)]
    for task in tasks:
        await github.linking.link(TEAM, task.id, "desk", "U1")
    await github.tick(61)
    github.site.asked.clear()
    github.site.faults.append(fault)
    await github.change(tasks[0], title="B")
    await github.tick()
    await github.change(tasks[1], title="B")
    await github.tick(seconds - 2)
    assert len(github.site.asked) == 1
    await github.tick(20)
    assert {github.site.issues[1].title, github.site.issues[2].title} == {"B"}  # type: ignore[index, union-attr]


async def test_a_slow_tracker_is_given_up_and_asked_again(github: Stage) -> None:
    task = await github.task()
    github.linking._web.limits = type(github.linking._web.limits)(allow_private=True, seconds=0.2)
    github.site.faults.append("late after")
    outcome = await github.linking.link(TEAM, task.id, "desk", "U1")
    assert outcome.link is not None
    assert outcome.link.fault == "timeout"
    await github.tick(10)
    assert len(github.site.issues) == 1
    assert (await github.linking.links(TEAM, task.id))[0].name == "octo/desk#1"


@BOTH_DATABASES
async def test_replicas_share_the_work_and_make_one_issue(
    sessions: async_sessionmaker[AsyncSession], github: Stage
) -> None:
    tasks = [await github.task(f"Task {number}") for number in range(8)]
    github.site.faults.append("429")
    for task in tasks:
        await github.linking.link(TEAM, task.id, "desk", "U1")
    other = Stage(sessions, github.site, github.clock)
    github.clock.move(300)
    await asyncio.gather(github.linking.tick(), other.linking.tick())
    await other.end()
    assert sorted(issue.title for issue in github.site.issues.values()) == [task.title for task in tasks]  # type: ignore[union-attr]
