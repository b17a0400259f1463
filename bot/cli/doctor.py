"""`deskhand doctor`: looks at everything the bot needs, and says what to do about each fault."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from bot.cli.output import Options
from bot.cli.plain import moment
from bot.config import Settings
from bot.discovery import SkillError, installed_skills, migration_branches
from bot.slack import MEND_SCOPES, SlackError, check_app_token, identify, open_session, web_client
from bot.store.engine import Database
from bot.store.errors import DatabaseError, DatabaseInUse
from bot.store.lock import DataLock
from bot.store.upgrade import open_database
from bot.workspace.pages import BUNDLE
from index.encoders.catalog import embedded_statuses
from index.store import Store
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import SILENT_SECONDS, Runs
from skills.classifiers.registry.versions import STARTER, Registry
from skills.classifiers.retraining.cluster.asking import look
from skills.learning.teams import teams_that_learn
from skills.learning.waiting import waiting

_LOW_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `fault` keeps the bot from working as it should; `note` is good to know."""

    what: str
    state: Literal["ok", "note", "fault"]
    says: str


def examine(options: Options) -> None:
    """Prints what was found; exits 1 when there is a fault. Raises `Refused` for settings that can't be read."""
    settings = options.settings()
    findings = asyncio.run(_all(settings))
    faults = sum(finding.state == "fault" for finding in findings)
    marks = {"ok": "ok   ", "note": "note ", "fault": "FAULT"}
    lines = [f"{marks[finding.state]}  {finding.what}: {finding.says}" for finding in findings]
    lines.append("Everything is as it should be." if not faults else f"{faults} to be mended.")
    options.show({"faults": faults, "findings": [asdict(finding) for finding in findings]}, "\n".join(lines))
    if faults:
        raise SystemExit(1)


async def _all(settings: Settings) -> list[Finding]:
    findings = [*_data(settings), *_models(settings), *_page(), *_skills(), _gpu()]
    findings += [finding async for finding in _database(settings)]
    findings += [finding async for finding in _slack(settings)]
    if settings.learning.ray is not None:
        findings.append(await asyncio.to_thread(_cluster, settings.learning.ray))
    return findings


def _data(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding(
            "data folder", "fault", f"{folder} cannot be written ({error.strerror}); choose another with --data"
        )
        return
    free = shutil.disk_usage(folder).free
    says = f"{folder}, {free / 1e9:.1f} GB free"
    yield Finding("data folder", "ok" if free > _LOW_DISK_BYTES else "fault", says)


def _models(settings: Settings) -> Iterator[Finding]:
    if settings.index.model is not None:
        yield Finding("encoder", "note", f"{settings.index.model}, loaded by sentence-transformers at the start")
        return
    statuses = embedded_statuses()
    for status in statuses:
        if not status.available:
            served = next((other.name for other in statuses if other.available), None)
            instead = f"; {served} serves in its place" if served else ""
            yield Finding(f"encoder {status.name}", "note" if served else "fault", f"{status.reason}{instead}")
        elif not status.prepared:
            yield Finding(
                f"encoder {status.name}", "note", "not converted yet: the first start does it, or deskhand prepare"
            )
        else:
            yield Finding(f"encoder {status.name}", "ok", "ready")


def _page() -> Iterator[Finding]:
    built = (BUNDLE / "index.html").is_file()
    says = "built" if built else "not built; make install builds it. Only deskhand local needs it"
    yield Finding("workspace page", "ok" if built else "note", says)


def _skills() -> Iterator[Finding]:
    try:
        names = ", ".join(skill.name for skill in installed_skills())
    except SkillError as error:
        yield Finding("skills", "fault", str(error))
    else:
        yield Finding("skills", "ok", names)


def _gpu() -> Finding:
    from index.encoders.torch_transformer import cuda_available

    found = cuda_available()
    return Finding("GPU", "ok" if found else "note", "CUDA is available" if found else "none: encoders run on the CPU")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    where = "PostgreSQL" if settings.database.url else str(settings.data / "deskhand.db")
    if settings.database.url is None:
        try:
            DataLock(settings.data).release()
        except DatabaseInUse:
            yield Finding("bot", "note", "one is running on this data folder")
        except OSError:
            return
    try:
        database = await open_database(
            settings.data,
            settings.database.url,
            durable=settings.database.durable,
            branches=migration_branches(installed_skills()),
        )
    except (DatabaseError, SkillError) as error:
        yield Finding("database", "fault", str(error))
        return
    try:
        yield Finding("database", "ok", where)
        versions = await Store(database.sessions).versions()
        for team in versions:
            counts = await Store(database.sessions).counts(team)
            yield Finding(f"index of {team}", "ok", f"{counts.documents} documents, {counts.passages} passages")
        if not versions:
            yield Finding("index", "note", "empty: add documents with deskhand index add PATH-or-URL")
        async for finding in _learning(database):
            yield finding
    finally:
        await database.close()


async def _learning(database: Database) -> AsyncIterator[Finding]:
    """Yields what serves each team, and how its last training ended."""
    for team in await teams_that_learn(database.sessions):
        version = await Registry(database.sessions).serving(team)
        serves = "what shipped, with the answer book, serves" if version == STARTER else f"version {version} serves"
        yield Finding(f"classifiers of {team}", "ok", serves)
        last = next(iter(await Runs(database.sessions, "deskhand doctor").latest(team, 1)), None)
        count = await waiting(database.sessions, team)
        waits = f"{count} new example{'' if count == 1 else 's'} to learn from"
        if last is None:
            yield Finding(f"learning of {team}", "ok", f"{waits}; never trained yet")
        else:
            bad, how = _ended(last)
            yield Finding(f"learning of {team}", "note" if bad else "ok", f"{waits}; {how}")


def _ended(run: RunRow) -> tuple[bool, str]:
    """Returns whether a training has failed, and in words how it ended."""
    began = f"the last training, {moment(run.began)},"
    match run.state:
        case "promoted":
            return False, f"{began} brought version {run.version}, which passed"
        case "refused":
            return False, f"{began} brought version {run.version}, which did not pass"
        case "empty":
            return False, f"{began} found nothing new"
        case "cancelled":
            return False, f"{began} was stopped"
        case "running" if run.seen_at >= time.time() - SILENT_SECONDS:
            return False, f"one runs, {run.share:.0%} done"
    fault = f" ({run.error.partition(':')[0]})" if run.error else ""
    return True, f"{began} broke off{fault}: deskhand train tries again"


def _cluster(address: str) -> Finding:
    """Returns whether trainings can run on the Ray cluster that is set."""
    seen = look(address)
    here = "trainings run on this machine until then"
    if seen.why == "missing":
        says = f"the setting [learning] ray names {address}, and Ray is not installed here; pip install 'deskhand[ray]'"
        return Finding("Ray cluster", "fault", f"{says}: {here}")
    if seen.why is not None:
        said = f" ({seen.said})" if seen.said else ""
        return Finding(
            "Ray cluster", "fault", f"{address} can't be reached{said}; start it, or mend [learning] ray: {here}"
        )
    if seen.unlike:
        names = ", ".join(seen.unlike)
        says = f"{address} has other versions than this machine of {names}, or none; install the same there: {here}"
        return Finding("Ray cluster", "fault", says)
    nodes = f"{seen.nodes} node{'' if seen.nodes == 1 else 's'}"
    gpus = f"{seen.gpus:g} GPU{'' if seen.gpus == 1 else 's'}" if seen.gpus else "no GPU"
    return Finding("Ray cluster", "ok", f"{address}, {nodes}, {seen.cpus:g} CPUs, {gpus}, Ray {seen.version}")


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    if settings.bot_token is None:
        yield Finding("Slack", "note", "SLACK_BOT_TOKEN is not set: deskhand local needs none, deskhand run does")
        return
    async with open_session() as session:
        client = web_client(settings.bot_token.get_secret_value(), settings.slack.api_url, session)
        try:
            identity = await identify(client)
        except SlackError as error:
            yield Finding("bot token", "fault", str(error))
            return
        yield Finding("bot token", "ok", f"{identity.user} in {identity.team} ({identity.team_id})")
        missing = identity.missing_scopes()
        if not identity.scopes:
            yield Finding("scopes", "note", "the server names none")
        elif missing:
            yield Finding("scopes", "fault", f"{', '.join(missing)} missing; {MEND_SCOPES}")
        else:
            yield Finding("scopes", "ok", "all that the manifest names")
        if settings.app_token is not None:
            try:
                await check_app_token(client, settings.app_token.get_secret_value())
            except SlackError as error:
                yield Finding("app token", "fault", str(error))
            else:
                yield Finding("app token", "ok", "Socket Mode can be opened")
        elif settings.signing_secret is not None:
            yield Finding("signing secret", "ok", "set: deskhand run serves signed HTTP on /slack/events")
        else:
            yield Finding(
                "connection", "fault", "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
            )
