"""`deskhand models`: which versions there are, and which of them serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.cli.output import Options, Refused
from bot.cli.plain import as_text, iso, moment, table
from bot.cli.registry import OpenRegistry, open_registry
from bot.cli.training import report_facts
from skills.classifiers.registry.models import LedgerRow, VersionRow
from skills.classifiers.registry.shadows import Shadows
from skills.classifiers.registry.versions import STARTER, DecisionRefused
from skills.learning import must
from skills.learning.cards import act_text, state_of, who_text
from skills.learning.pressing import difference, shown
from skills.learning.settings import LearningSettings

Answer = tuple[dict[str, Any], str]
"""What is printed under `--json`, and what else."""

WHO = "deskhand models"
"""Under this name the ledger, and the list of what must never break, hold what the command changed."""

_WHY = "by command"
_LINES = 10


def list_versions(options: Options, team: str | None) -> None:
    """Prints the versions, the newest first, and the last decisions."""

    async def work(opened: OpenRegistry) -> Answer:
        registry = opened.registry
        versions, serving = await registry.all(opened.team), await registry.serving(opened.team)
        ledger = await registry.ledger(opened.team, _LINES)
        acts = await registry.acts(opened.team)
        states = {one.number: state_of(one, serving, acts) for one in versions}
        result = {
            "team": opened.team,
            "serving": serving,
            "versions": [_version_facts(one, states[one.number]) for one in versions],
            "ledger": [_line_facts(line) for line in ledger],
        }
        return result, _versions_text(opened, versions, serving, states, ledger)

    print_answer(options, team, work)


def show(options: Options, version: str, team: str | None) -> None:
    """Prints the report of a version."""

    async def work(opened: OpenRegistry) -> Answer:
        row = await _version(opened, version)
        serving = await opened.registry.serving(opened.team)
        state = state_of(row, serving, await opened.registry.acts(opened.team))
        shadow = await Shadows(opened.database.sessions).running(opened.team)
        result = {"team": opened.team, **_version_facts(row, state), **report_facts(row.report, opened.say)}
        named = opened.say.label(f"learning.state.{state}")
        report = as_text(shown(row, shadow, opened.say), opened.say)
        return result, f"v{row.number}, {moment(row.at)}: {named}\n\n{report}"

    print_answer(options, team, work)


def diff(options: Options, one: str, other: str, team: str | None) -> None:
    """Prints how the data and the verdicts of two versions differ."""

    async def work(opened: OpenRegistry) -> Answer:
        first, second = await _version(opened, one), await _version(opened, other)
        facts = [{"version": row.number, **report_facts(row.report, opened.say)} for row in (first, second)]
        return {"team": opened.team, "versions": facts}, as_text(difference(first, second, opened.say), opened.say)

    print_answer(options, team, work)


def promote(options: Options, version: str, team: str | None) -> None:
    """Lets a version serve. Raises `Refused` where that may not be."""

    async def work(opened: OpenRegistry) -> Answer:
        row = await _version(opened, version)
        before = await opened.registry.serving(opened.team)
        if await must.listed(opened.database.sessions, opened.team):
            shop = await opened.workshop(LearningSettings(**dict(opened.settings.learning)), WHO)
            if await must.broken_by(shop, row):
                raise Refused(opened.say.label("learning.refused.must", version=row.number))
        try:
            await opened.registry.promote(opened.team, row.number, WHO, _WHY, {})
        except DecisionRefused as refused:
            raise Refused(opened.say.label(f"learning.refused.{refused.why}", version=row.number)) from None
        result = {"team": opened.team, "serving": row.number, "before": before}
        return result, f"Version {row.number} serves from now on; {_named(before)} did before."

    print_answer(options, team, work)


def roll_back(options: Options, team: str | None) -> None:
    """Lets the version serve again that did before. Raises `Refused` where there is none."""

    async def work(opened: OpenRegistry) -> Answer:
        before = await opened.registry.serving(opened.team)
        try:
            serving = await opened.registry.roll_back(opened.team, WHO, _WHY, {})
        except DecisionRefused as refused:
            raise Refused(opened.say.label(f"learning.not_back.{refused.why}")) from None
        result = {"team": opened.team, "serving": serving, "before": before}
        return result, f"Rolled back from version {before}: {_named(serving)} serves again."

    print_answer(options, team, work)


def print_answer(options: Options, team: str | None, work: Callable[[OpenRegistry], Awaitable[Answer]]) -> None:
    """Prints what `work` makes of the opened versions."""

    async def main() -> Answer:
        async with open_registry(options, team) as opened:
            return await work(opened)

    options.show(*asyncio.run(main()))


async def _version(opened: OpenRegistry, given: str) -> VersionRow:
    digits = given.casefold().removeprefix("v")
    number = int(digits) if digits.isdecimal() and len(digits) < 9 else None
    row = await opened.registry.get(opened.team, number) if number is not None else None
    if row is None:
        raise Refused(f"there is no version {given}: deskhand models list names them")
    return row


def _versions_text(
    opened: OpenRegistry,
    versions: Sequence[VersionRow],
    serving: int,
    states: Mapping[int, str],
    ledger: Sequence[LedgerRow],
) -> str:
    say = opened.say
    now = say.label("learning.versions.serving", version=serving) if serving else say.label("learning.versions.starter")
    if not versions:
        return say.label("learning.versions.none")
    columns = [say.label(f"learning.versions.{name}") for name in ("version", "made", "learned", "tasks", "state")]
    cells = [
        (
            f"v{one.number}",
            moment(one.at),
            int(one.report["rows"].get("new", 0)),
            ", ".join(say.label(f"learning.task.{task}") for task in one.tasks),
            say.label(f"learning.state.{states[one.number]}"),
        )
        for one in versions
    ]
    decisions = [
        (
            moment(line.at),
            say.plain(who_text(line.who, say)),
            say.plain(act_text(line, say)),
        )
        for line in ledger
    ]
    title = say.label("learning.ledger")
    return "\n\n".join([now, table(columns, cells), f"{title}\n{table(('When', 'Who', 'What'), decisions)}"])


def _version_facts(row: VersionRow, state: str) -> dict[str, Any]:
    return {
        "version": row.number,
        "made": iso(row.at),
        "state": state,
        "tasks": row.tasks,
        "new": int(row.report["rows"].get("new", 0)),
        "before": row.before,
        "run": row.run,
        "dataset": row.dataset,
    }


def _line_facts(line: LedgerRow) -> dict[str, Any]:
    names = ("act", "version", "before", "after", "who", "why")
    return {"at": iso(line.at), **{name: getattr(line, name) for name in names}}


def _named(version: int) -> str:
    return "what shipped, with the answer book," if version == STARTER else f"version {version}"
