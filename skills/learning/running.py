"""One training from beginning to end: gathered, trained in a process of its own, judged, kept, and let serve or not.

Whatever happens on the way, the champion goes on serving. Each step is done once however often the training is taken up
again: the run is known by its key, what it works from lies frozen in its folder, its version by the run, and the
decision by the version.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.feedback.opting_out import opted_out
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import State
from skills.classifiers.registry.versions import GATE, STARTER, DecisionRefused, Trained
from skills.classifiers.retraining.job import DATASET, RESULT, Job, read_report, version_files
from skills.classifiers.retraining.process import DISK, MEMORY, USELESS
from skills.learning import child
from skills.learning.child import Cancelled, Fault, Hear, Stopped
from skills.learning.gathering import NoEncoder, Words, gather, is_laid_out, keep_golden, lay_out
from skills.learning.workshop import Workshop

log = logging.getLogger("deskhand.learning")

BEAT_SECONDS = 5.0
"""How often one that is being prepared says that it lives."""
LEAST_BATCH = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended. `version` and `report` are there where something was trained, `fault` where nothing was.

    `detail` of the fault `left_out` is JSON: how many examples each rule left out.
    """

    run: str
    state: State
    version: int | None = None
    report: Mapping[str, Any] | None = None
    fault: Fault | None = None
    detail: str = ""


async def run(
    shop: Workshop,
    team: str,
    key: str,
    asked_by: str,
    hear: Hear,
    tasks: tuple[str, ...] = (),
    words: Words = MappingProxyType({}),
) -> Outcome:
    """Returns how the training ended that `key` asked for, taken up where it stood if it had been begun before.

    `tasks` are those to train, all without any; `words` are what is written into the report's pictures. Raises `Busy`
    while another training runs. When it is cancelled as an asyncio task, or the database fails, the training is left as
    it stands, for whoever takes it up.
    """
    row = await shop.runs.begin(team, key, asked_by, shop.now().timestamp())
    if row.state != "running":
        outcome = await _ended(shop, row)
    else:
        try:
            outcome = await _to_its_end(shop, row, hear, tasks, words)
        except BaseException:
            await asyncio.shield(shop.runs.release(row.id))
            raise
    await _sweep(shop)
    return outcome


async def _to_its_end(shop: Workshop, row: RunRow, hear: Hear, tasks: tuple[str, ...], words: Words) -> Outcome:
    folder = shop.folder(row.id)
    try:
        async with _beating(shop, row):
            await _prepared(shop, row, folder, tasks, dict(words))
        await _trained(shop, row, folder, hear)
        return await _settled(shop, row, folder)
    except Cancelled:
        await shop.runs.end(row.id, "cancelled")
        return Outcome(row.id, "cancelled")
    except Stopped as caught:
        stopped = caught
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        stopped = Stopped("disk", str(error.strerror))
    except (ValueError, LookupError, TypeError) as error:
        # What lies in the folder, or what was learned, is not as it should be: it won't be the next time either.
        log.exception("a training could not be brought to its end", extra={"run": row.id})
        stopped = Stopped("crashed", type(error).__name__)
    state: State = "empty" if stopped.fault in ("nothing", "left_out") else "failed"
    await shop.runs.end(row.id, state, error=f"{stopped.fault}:{stopped.detail}")
    return Outcome(row.id, state, fault=stopped.fault, detail=stopped.detail)


@contextlib.asynccontextmanager
async def _beating(shop: Workshop, row: RunRow) -> AsyncIterator[None]:
    """Says now and then that the run lives, while nothing else does: much feedback takes long to gather."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await shop.runs.tell(row.id, "waiting", 0.0)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        # Whoever has taken the run over is met at the next step.
        await asyncio.gather(beating, return_exceptions=True)


async def _sweep(shop: Workshop) -> None:
    """Removes the folders of all runs that have ended, of those too whose process died before it could.

    What people wrote lies in the database, where it is forgotten on request, and nowhere else.
    """
    root = shop.folder("")
    for folder in await asyncio.to_thread(lambda: list(root.iterdir()) if root.is_dir() else []):
        row = await shop.runs.get(folder.name)
        if row is not None and row.state != "running":
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _ended(shop: Workshop, row: RunRow) -> Outcome:
    """Returns how a run ended that was not told of before its process died."""
    state: State = row.state  # type: ignore[assignment]
    version = await shop.registry.get(row.team, row.version) if row.version is not None else None
    fault, _, detail = (row.error or "").partition(":")
    return Outcome(
        row.id,
        state,
        row.version,
        version.report if version is not None else None,
        fault or None,  # type: ignore[arg-type]
        detail,
    )


async def _prepared(shop: Workshop, row: RunRow, folder: Path, tasks: tuple[str, ...], words: Words) -> None:
    if is_laid_out(folder):
        return
    try:
        material = await gather(row.team, shop, tasks)
    except NoEncoder:
        raise Stopped("no_encoder") from None
    if not row.asked_by and not material.fresh:
        # What was refused, or rolled back by a person, comes again with something new only.
        raise Stopped("nothing")
    if not material.new:
        left_out = material.dataset.left_out()
        raise Stopped("left_out", json.dumps(left_out)) if left_out else Stopped("nothing")
    # What an interrupted laying out has left may be of another champion.
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    try:
        await asyncio.to_thread(lay_out, material, row.id, row.team, shop, folder, words)
    except OSError as error:
        raise Stopped("disk", _said_by_disk(error)) from None


def _said_by_disk(error: OSError) -> str:
    """Returns what the system says; where folders were copied it stands in the text only."""
    number = re.search(r"\[Errno (\d+)\]", str(error))
    return error.strerror or (os.strerror(int(number[1])) if number else type(error).__name__)


async def _trained(shop: Workshop, row: RunRow, folder: Path, hear: Hear) -> None:
    """Returns when the result lies in the folder. A process that runs out of memory is tried again with less."""
    while read_report(folder) is None:
        job = Job.read(folder)
        status, said = await child.train(shop, row, folder, job, hear)
        if status == 0:
            continue
        if status in (MEMORY, -9):
            batch = (job.batch or 32) // 2
            if batch < LEAST_BATCH and job.method == "heads":
                raise Stopped("memory")
            # Heads alone need a tenth of what tuning does.
            lighter = replace(job, batch=batch) if batch >= LEAST_BATCH else replace(job, method="heads")
            await asyncio.to_thread(lighter.write, folder)
            log.warning("a training ran out of memory; it is tried with less", extra={"run": row.id})
            continue
        if status == USELESS:
            raise Stopped("nothing", said)
        raise Stopped("disk" if status == DISK else "crashed", said)


async def _settled(shop: Workshop, row: RunRow, folder: Path) -> Outcome:
    """Keeps what was trained, lets the gate's verdict take effect, and writes both down.

    Raises `Busy` where another process has taken the run over, `Cancelled` where somebody asked it to stop.
    """
    if await shop.runs.tell(row.id, "writing", 1.0) is not None:
        raise Cancelled
    report = await asyncio.to_thread(read_report, folder)
    job = await asyncio.to_thread(Job.read, folder)
    if report is None:
        raise Stopped("crashed")
    # Since the data was gathered, perhaps.
    gone = await opted_out(shop.sessions, row.team)
    dataset, content = await asyncio.to_thread(_read_without, folder / RESULT / DATASET, gone)
    await shop.datasets.put(row.team, job.dataset, content, len(dataset.rows), job.at)
    await keep_golden(shop.sessions, row.team, dataset)
    files = {**await _carried(shop, row.team, job, report), **await asyncio.to_thread(version_files, folder)}
    trained = Trained(row.id, job.dataset, report["serves"], report, files)
    version = await shop.registry.put(row.team, trained, job.champion)
    hours = shop.settings.shadow_hours
    if report["verdict"]["promote"]:
        try:
            if hours:
                await shop.registry.shadow(row.team, version, 3600.0 * hours, _figures(report))
            else:
                await shop.registry.promote(row.team, version, GATE, "better", _figures(report))
        except DecisionRefused as refused:
            if refused.why != "nothing":
                # Somebody has rolled back or promoted another one meanwhile: it was compared with what serves no more.
                await shop.registry.refuse(row.team, version, refused.why, _figures(report))
        await shop.champions.follow()
    else:
        reasons = [reason["key"] for reason in report["verdict"]["reasons"] if not reason["good"]]
        await shop.registry.refuse(row.team, version, ", ".join(dict.fromkeys(reasons)), _figures(report))
    state = await _decided(shop, row.team, version)
    await shop.runs.end(row.id, state, version=version)
    await shop.registry.prune(row.team, shop.settings.kept)
    return Outcome(row.id, state, version, report)


async def _decided(shop: Workshop, team: str, version: int) -> State:
    """Returns how it was decided about a version, by a process that died meanwhile or by a person, perhaps."""
    shadow = await shop.shadows.get(team, version)
    if shadow is not None and shadow.state != "promoted":
        return "shadow" if shadow.state == "running" else "refused"
    return "refused" if await shop.registry.decided(team, version) == "refused" else "promoted"


def _read_without(path: Path, people: Sequence[str]) -> tuple[Dataset, bytes]:
    """Returns the dataset at `path` without some people's rows, and its content then."""
    dataset = Dataset.load(path.read_bytes())
    for person in people:
        dataset = dataset.without(person)
    return dataset, dataset.dump()


async def _carried(shop: Workshop, team: str, job: Job, report: Mapping[str, Any]) -> dict[str, bytes]:
    """Returns the champion's files for the tasks that this version leaves as they are."""
    # A version that is damaged does not serve: what does is the last good one.
    for version in dict.fromkeys((job.champion, shop.champions.of(team).version)):
        if version == STARTER:
            return {}
        try:
            before = await shop.registry.files(team, version)
        except DamagedVersionError:
            log.warning("a version's files are gone or damaged", extra={"team": team, "version": version})
            continue
        return {path: content for path, content in before.items() if path.partition("/")[0] not in report["serves"]}
    return {}


def _figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a decision rested on: the numbers, and no text of anybody's."""
    return {
        "rows": report["rows"],
        "reasons": [
            {**reason, "values": {key: value for key, value in reason["values"].items() if key != "text"}}
            for reason in report["verdict"]["reasons"]
        ],
    }
