"""`deskhand train`: brings examples in, trains now, and tells what the gate decided."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.output import Options, Progress, Refused, progress_bar
from bot.cli.plain import as_text, iso
from bot.cli.registry import OpenRegistry, open_registry
from index.json_rows import BadRowError
from skills.catalogs import Say
from skills.classifiers.labelled import Labelled, read_labelled
from skills.classifiers.registry.models import RunRow, ShadowRow
from skills.classifiers.registry.runs import Busy
from skills.classifiers.retraining import job
from skills.learning.bringing import Brought, bring, check_labels, prepare
from skills.learning.cards import ended_text, is_told, reason_text, report_parts
from skills.learning.labels import labels_of
from skills.learning.pictures import picture_words
from skills.learning.running import Outcome, run
from skills.learning.settings import LearningSettings
from skills.learning.workshop import Workshop

WHO = "deskhand train"
"""Under this name a training that the command began is kept."""

_BUSY = "another training runs: wait until it has ended, or stop it in Slack"


def train(
    options: Options,
    task: str | None,
    examples: Sequence[Path],
    device: str | None,
    minutes: float | None,
    team: str | None,
) -> None:
    """Trains `task`, without one all that have new feedback, and prints how it ended.

    Exits 1 where it could not be brought to its end. Raises `Refused` for bad input and while another training runs.
    """
    if examples and task is None:
        raise Refused("--examples needs a TASK before it: the one that the files' labels belong to")

    async def main() -> int:
        async with open_registry(options, team) as opened:
            given = {"device": device, "minutes": minutes}
            settings = LearningSettings(
                **dict(opened.settings.learning) | {name: value for name, value in given.items() if value is not None}
            )
            shop = await opened.workshop(settings, f"{WHO} {secrets.token_hex(4)}")
            brought = await _bring(examples, task or "", opened, shop) if examples else None
            outcome = await _train(shop, opened, () if task is None else (task,), brought)
            shadow = await _shadow(outcome, shop, opened.team)
            options.show(_result(outcome, brought, opened, shadow), _told(outcome, brought, opened.say, shadow))
            return 1 if outcome.state in ("failed", "cancelled") else 0

    try:
        status = asyncio.run(main())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None
    if status:
        raise SystemExit(status)


async def _bring(files: Sequence[Path], task: str, opened: OpenRegistry, shop: Workshop) -> Brought:
    """Takes in what stands in the files, whole or not at all. Raises `Refused`."""
    known = await labels_of(shop.sessions, opened.team, task)
    if not known:
        raise Refused(
            f"the answer book of {opened.team} has too few intents or examples to learn from; "
            "bring one in with deskhand support import FILE"
        )
    rows: list[Labelled] = []
    try:
        for file in files:
            some = await asyncio.to_thread(read_labelled, file)
            check_labels(some, task, known)
            rows += some
    except BadRowError as error:
        raise Refused(str(error)) from None
    with progress_bar("Reading") as bar:
        prepared = await asyncio.to_thread(
            prepare, rows, opened.team, task, lambda done, total: bar(done, total, "Reading the examples")
        )
    for where in prepared.left_out:
        print(f"left out: {where}", file=sys.stderr)
    return await bring(shop.sessions, opened.team, task, prepared.rows, shop.now().timestamp())


async def _train(shop: Workshop, opened: OpenRegistry, tasks: tuple[str, ...], brought: Brought | None) -> Outcome:
    """Returns how the training ended. Raises `Refused` while another runs."""
    key = f"{WHO} {secrets.token_hex(8)}"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _task().cancel)
    try:
        with progress_bar("Training") as bar:
            hear = _Hearing(bar, opened.say)
            words = picture_words(opened.say)
            return await run(shop, opened.team, key, WHO, hear, tasks, words)
    except Busy:
        kept = brought is not None and (brought.added or brought.changed)
        raise Refused(f"{_BUSY}; the examples are kept, and learned from next time" if kept else _BUSY) from None
    except asyncio.CancelledError:
        # Nobody takes up what a command began, so it is not left for that.
        await asyncio.shield(_abandon(shop, opened.team, key))
        raise


async def _abandon(shop: Workshop, team: str, key: str) -> None:
    for row in await shop.runs.latest(team, 1):
        if row.key == key:
            await shop.runs.end(row.id, "cancelled")
            await asyncio.to_thread(shutil.rmtree, shop.folder(row.id), ignore_errors=True)


def _task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a training belongs to a task")
    return task


class _Hearing:
    """Shows how far a training is."""

    def __init__(self, bar: Progress, say: Say) -> None:
        self._bar, self._say = bar, say

    async def __call__(self, row: RunRow, progress: job.Progress) -> None:
        what = self._say.label(f"learning.phase.{progress.phase}")
        self._bar(round(100 * progress.share), 100, what[:1].upper() + what[1:])


async def _shadow(outcome: Outcome, shop: Workshop, team: str) -> ShadowRow | None:
    """Returns the shadow period that the training's version has begun, if it has."""
    if outcome.state != "shadow" or outcome.version is None:
        return None
    return await shop.shadows.get(team, outcome.version)


def _told(outcome: Outcome, brought: Brought | None, say: Say, shadow: ShadowRow | None) -> str:
    lines = []
    if brought is not None:
        lines.append(f"Examples: {brought.added} new, {brought.changed} with another label, {brought.known} known.")
    if outcome.version is None or outcome.report is None:
        lines.append(say.plain(ended_text(outcome, say)))
        return "\n".join(lines)
    if outcome.state == "refused" and outcome.report["verdict"]["promote"]:
        lines.append(say.label("learning.refused.changed", version=outcome.version))
    promoted = outcome.state == "promoted"
    parts = report_parts(outcome.version, outcome.report, (), say, promoted=promoted, shadow=shadow)
    return "\n\n".join([*lines, as_text(parts, say)])


def _result(
    outcome: Outcome, brought: Brought | None, opened: OpenRegistry, shadow: ShadowRow | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "team": opened.team,
        "run": outcome.run,
        "state": outcome.state,
        "version": outcome.version,
    }
    if shadow is not None:
        result["shadow_until"] = iso(shadow.until)
    if brought is not None:
        result["examples"] = asdict(brought)
    if outcome.report is None:
        return result | {
            "verdict": None,
            "reasons": [],
            "figures": {},
            "why": opened.say.plain(ended_text(outcome, opened.say)),
        }
    return result | report_facts(outcome.report, opened.say)


def report_facts(report: Any, say: Say) -> dict[str, Any]:
    """Returns a version's report as a command prints it under `--json`: verdict, reasons, figures by task and set."""
    verdict = report["verdict"]
    return {
        "verdict": {name: verdict[name] for name in ("promote", "overridable")},
        "reasons": [
            {
                "task": reason["task"] or None,
                "key": reason["key"],
                "good": reason["good"],
                "text": say.plain(reason_text(reason, say)),
            }
            for reason in verdict["reasons"]
            if is_told(reason)
        ],
        "figures": {
            task: {one["name"]: _figures(one) for one in (of["new"], *of["golden"]) if one["n"]}
            for task, of in report["tasks"].items()
        },
        "rows": report["rows"],
        "left_out": report["left_out"],
        "notes": report["notes"],
    }


def _figures(comparison: Any) -> dict[str, Any]:
    before, after = (comparison[model]["accuracy"] for model in ("champion", "challenger"))
    return {
        "n": comparison["n"],
        "before": before and before["value"],
        "after": after and after["value"],
        "change": comparison["differences"]["accuracy"],
        "won": comparison["won"],
        "lost": comparison["lost"],
    }
