"""The registry: versions are put in whole, one of them serves, and every decision about that is a line of the ledger.

A version begins to serve by a decision only: of the gate, of an admin over it, or back to the one before. The pointer
and its line are one transaction. What the gate lets pass may begin by a shadow period: while it reads silently along it
serves nobody, and a decision about it, or about what serves, ends the period.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import (
    DatasetRow,
    FileRow,
    LedgerRow,
    ServingRow,
    ShadowReadRow,
    ShadowRow,
    VersionRow,
)
from skills.classifiers.registry.shadows import end, running

Sessions = async_sessionmaker[AsyncSession]
Act = Literal["promoted", "refused", "shadow", "kept", "overridden", "rolled_back"]

STARTER = 0
"""The version that ships, and the answer book as it stands."""

GATE = "gate"
WATCH = "watch"
"""Who decided, where it was nobody: the gate after a training, and the watch over what happens after a promotion."""

KEPT = 5
"""Versions whose files are kept, beside the one that serves and the one before it."""

_MOVES = ("promoted", "overridden", "rolled_back")
"""The decisions after which another version serves."""


class DecisionRefused(Exception):
    """A version can't be made to serve; `why` is `gone`, `changed`, `must` or `nothing`."""

    def __init__(self, why: Literal["gone", "changed", "must", "nothing"]) -> None:
        super().__init__(f"the version can't be made to serve: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Trained:
    """A version as a run brings it: its files by path, and the gate's verdict within `report`."""

    run: str
    dataset: str
    tasks: Sequence[str]
    report: Mapping[str, Any]
    files: Mapping[str, bytes]


class Registry:
    """The versions of all teams. `now` tells the time of decisions (epoch seconds)."""

    def __init__(self, sessions: Sessions, now: Callable[[], float] = time.time) -> None:
        self._sessions = sessions
        self._now = now

    async def serving(self, team: str) -> int:
        """Returns the number of the version that serves, `STARTER` where none was ever promoted."""
        async with self._sessions() as session:
            return await _serving(session, team)

    async def serving_since(self, team: str) -> float:
        """Returns since when the version that serves does (epoch seconds), 0 where none was ever promoted."""
        async with self._sessions() as session:
            row = await session.get(ServingRow, team)
            return 0.0 if row is None or row.version == STARTER else row.since

    async def all_serving(self) -> dict[str, int]:
        """Returns the serving version of every team about which anything was decided."""
        async with self._sessions() as session:
            rows = await session.execute(select(ServingRow.team, ServingRow.version))
            return {row.team: row.version for row in rows}

    async def put(self, team: str, trained: Trained, before: int) -> int:
        """Keeps a version, which serves nobody yet, and returns its number; that of the same run where it is known."""
        async with self._sessions.begin() as session:
            known = select(VersionRow.number).where(VersionRow.team == team, VersionRow.run == trained.run)
            if (number := await session.scalar(known)) is not None:
                return number
            last = select(func.max(VersionRow.number)).where(VersionRow.team == team)
            number = int(await session.scalar(last) or 0) + 1
            session.add(
                VersionRow(
                    team=team,
                    number=number,
                    at=self._now(),
                    run=trained.run,
                    dataset=trained.dataset,
                    before=before,
                    tasks=list(trained.tasks),
                    report=dict(trained.report),
                )
            )
            for path, content in trained.files.items():
                digest = hashlib.sha256(content).hexdigest()
                session.add(FileRow(team=team, version=number, path=path, digest=digest, content=content))
        return number

    async def get(self, team: str, version: int) -> VersionRow | None:
        """Returns a version's facts; None where there is none of that number."""
        async with self._sessions() as session:
            return await session.get(VersionRow, (team, version))

    async def all(self, team: str) -> Sequence[VersionRow]:
        """Returns the facts of a team's versions, the newest first."""
        newest = select(VersionRow).where(VersionRow.team == team).order_by(VersionRow.number.desc())
        async with self._sessions() as session:
            return (await session.scalars(newest)).all()

    async def files(self, team: str, version: int) -> dict[str, bytes]:
        """Returns a version's files by path. Raises DamagedVersionError when they are gone or not as they were."""
        async with self._sessions() as session:
            rows = await session.scalars(select(FileRow).where(FileRow.team == team, FileRow.version == version))
            found = {row.path: row for row in rows}
        if not found:
            raise DamagedVersionError(f"version {version} of {team}: its files are not kept any more; choose another")
        for path, row in found.items():
            if hashlib.sha256(row.content).hexdigest() != row.digest:
                raise DamagedVersionError(f"version {version} of {team}: its file {path} is damaged; choose another")
        return {path: row.content for path, row in found.items()}

    async def ledger(self, team: str, limit: int = 20) -> Sequence[LedgerRow]:
        """Returns the last decisions about a team's versions, the newest first."""
        newest = select(LedgerRow).where(LedgerRow.team == team).order_by(LedgerRow.id.desc()).limit(limit)
        async with self._sessions() as session:
            return (await session.scalars(newest)).all()

    async def acts(self, team: str) -> dict[int, Act]:
        """Returns what was decided last about each of a team's versions."""
        last = select(func.max(LedgerRow.id)).where(LedgerRow.team == team).group_by(LedgerRow.version)
        lines = select(LedgerRow.version, LedgerRow.act).where(LedgerRow.id.in_(last))
        async with self._sessions() as session:
            return {row.version: row.act for row in await session.execute(lines)}

    async def moved(self, team: str) -> LedgerRow | None:
        """Returns the decision by which serves what does; None for what shipped."""
        moves = select(LedgerRow).where(LedgerRow.team == team, LedgerRow.act.in_(_MOVES)).order_by(LedgerRow.id.desc())
        async with self._sessions() as session:
            line: LedgerRow | None = await session.scalar(moves.limit(1))
            return line

    async def decided(self, team: str, version: int) -> Act | None:
        """Returns whether the gate promoted or refused a version; None where it has not decided yet."""
        line = await self.by_gate(team, version)
        act: Act | None = None if line is None else line.act  # type: ignore[assignment]
        return act

    async def by_gate(self, team: str, version: int) -> LedgerRow | None:
        """Returns the line by which the gate promoted or refused a version; None where it has not decided yet."""
        async with self._sessions() as session:
            return await _by_gate(session, team, version)

    async def refuse(self, team: str, version: int, why: str, figures: Mapping[str, Any]) -> None:
        """Writes down that the gate did not let a version pass, once. What serves stays."""
        async with self._sessions.begin() as session:
            serving = await _locked(session, team)
            if await _by_gate(session, team, version) is not None:
                return
            session.add(_line(self._now(), team, "refused", version, serving, serving, GATE, why, figures))
            if (shadow := await running(session, team)) is not None and shadow.version == version:
                end(shadow, "refused", told=False)

    async def keep(self, team: str, version: int, who: str) -> None:
        """Writes down that an admin leaves it at what serves: what the gate refused, or its shadow period, ends there.

        Raises `DecisionRefused` (`nothing`) where the version serves.
        """
        async with self._sessions.begin() as session:
            serving = await _locked(session, team)
            if serving == version:
                raise DecisionRefused("nothing")
            session.add(_line(self._now(), team, "kept", version, serving, serving, who, "", {}))
            if (shadow := await running(session, team)) is not None and shadow.version == version:
                end(shadow, "kept", told=True)

    async def shadow(self, team: str, version: int, seconds: float, figures: Mapping[str, Any]) -> None:
        """Lets the gate begin the shadow period of a version that passed, once. What serves stays.

        A version that is in its own at this moment gives way. Raises `DecisionRefused`: `changed` where the gate
        compared it with another one than serves now, `nothing` where that was decided before.
        """
        async with self._sessions.begin() as session:
            serving = await _locked(session, team)
            row = await session.get(VersionRow, (team, version))
            known = await session.get(ShadowRow, (team, version))
            if known is not None or serving == version or await _by_gate(session, team, version) is not None:
                raise DecisionRefused("nothing")
            if row is None or serving != row.before:
                raise DecisionRefused("changed")
            now, older = self._now(), await running(session, team)
            if older is not None:
                end(older, "replaced", told=True)
                by = {"by": version}
                session.add(_line(now, team, "refused", older.version, serving, serving, GATE, "replaced", by))
            session.add(
                ShadowRow(
                    team=team,
                    version=version,
                    before=serving,
                    began=now,
                    until=now + seconds,
                    state="running",
                    replaces=None if older is None else older.version,
                    told=False,
                )
            )
            session.add(_line(now, team, "shadow", version, serving, serving, GATE, "better", figures))

    async def promote(self, team: str, version: int, who: str, why: str, figures: Mapping[str, Any]) -> None:
        """Lets a version serve: by the `GATE` the one that it let pass, by a person any but what must not be.

        Raises `DecisionRefused`: `gone` where its files are not kept, `changed` where the gate compared it with
        another one than serves now, `must` where it gets an example wrong that no version may, `nothing` where it
        serves already, or the gate has decided before, or its shadow period has ended otherwise: what people did since
        stands.
        """
        async with self._sessions.begin() as session:
            serving = await _locked(session, team)
            row = await session.get(VersionRow, (team, version))
            kept = select(FileRow.path).where(FileRow.team == team, FileRow.version == version).limit(1)
            if row is None or (await session.scalar(kept)) is None:
                raise DecisionRefused("gone")
            shadow = await session.get(ShadowRow, (team, version))
            over = shadow is not None and shadow.state != "running"
            if serving == version or (who == GATE and (over or await _by_gate(session, team, version) is not None)):
                raise DecisionRefused("nothing")
            verdict = row.report.get("verdict", {})
            passed = bool(verdict.get("promote"))
            if who == GATE and (not passed or serving != row.before):
                raise DecisionRefused("changed")
            if not passed and not verdict.get("overridable", False):
                raise DecisionRefused("must")
            act: Act = "promoted" if passed else "overridden"
            await _serve(session, team, version, self._now())
            session.add(_line(self._now(), team, act, version, serving, version, who, why, figures))
            if shadow is not None and not over:
                end(shadow, "promoted", told=who != GATE)
            else:
                await self._pass_over(session, team, version)

    async def roll_back(self, team: str, who: str, why: str, figures: Mapping[str, Any]) -> int:
        """Lets the version serve that did before the one that does, and returns its number.

        Versions whose files are not kept any more are passed over, down to the starter. Raises `DecisionRefused`:
        `nothing` where none served before.
        """
        async with self._sessions.begin() as session:
            serving = await _locked(session, team)
            before = await _before(session, team, serving)
            if before is None:
                raise DecisionRefused("nothing")
            await _serve(session, team, before, self._now())
            session.add(_line(self._now(), team, "rolled_back", serving, serving, before, who, why, figures))
            await self._pass_over(session, team, before)
        return before

    async def _pass_over(self, session: AsyncSession, team: str, serving: int) -> None:
        """Ends the shadow period that runs: what it was compared with serves no more."""
        shadow = await running(session, team)
        if shadow is not None:
            end(shadow, "changed", told=False)
            session.add(_line(self._now(), team, "refused", shadow.version, serving, serving, GATE, "changed", {}))

    async def prune(self, team: str, kept: int = KEPT) -> int:
        """Removes the files and data of all but the newest `kept` versions, and returns of how many.

        What serves, what a rollback would bring back and what is in its shadow period stays; the facts and the ledger
        stay for ever.
        """
        async with self._sessions.begin() as session:
            # Locked, so that nobody lets serve at this moment what goes.
            serving = await _locked(session, team)
            shadow = await running(session, team)
            stays = {serving, await _before(session, team, serving), shadow and shadow.version}
            newest = select(VersionRow).where(VersionRow.team == team).order_by(VersionRow.number.desc())
            rows = (await session.scalars(newest)).all()
            old = [row for place, row in enumerate(rows) if place >= kept and row.number not in stays]
            used = {row.dataset for row in rows if row not in old}
            numbers = [row.number for row in old]
            gone = delete(FileRow).where(FileRow.team == team, FileRow.version.in_(numbers)).returning(FileRow.version)
            removed = set((await session.scalars(gone)).all())
            reads = delete(ShadowReadRow).where(ShadowReadRow.team == team, ShadowReadRow.version.in_(numbers))
            await session.execute(reads)
            unused = [row.dataset for row in old if row.dataset not in used]
            await session.execute(delete(DatasetRow).where(DatasetRow.team == team, DatasetRow.id.in_(unused)))
        return len(removed)


class Datasets:
    """The frozen data of all teams."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def put(self, team: str, id: str, content: bytes, rows: int, at: float) -> None:
        """Keeps a dataset under the hash of its content; the same one is kept once.

        `at` is when it was gathered, by the clock that dates feedback (epoch seconds).
        """
        async with self._sessions.begin() as session:
            if await session.get(DatasetRow, (team, id)) is None:
                packed = zlib.compress(content)
                session.add(DatasetRow(team=team, id=id, at=at, rows=rows, reduced=False, content=packed))

    async def get(self, team: str, id: str) -> bytes | None:
        """Returns a dataset's content; None where it is not kept."""
        async with self._sessions() as session:
            row = await session.get(DatasetRow, (team, id))
            return None if row is None else zlib.decompress(row.content)

    async def forget(self, team: str, without: Callable[[bytes], bytes | None]) -> int:
        """Puts what `without` makes of each dataset of a team in its place (None: as it is); returns of how many."""
        changed = 0
        async with self._sessions.begin() as session:
            for row in await session.scalars(select(DatasetRow).where(DatasetRow.team == team)):
                left = without(zlib.decompress(row.content))
                if left is not None:
                    row.content, row.reduced = zlib.compress(left), True
                    changed += 1
        return changed

    async def latest(self, team: str) -> float:
        """Returns when data was gathered last, 0 where it never was."""
        async with self._sessions() as session:
            return float(await session.scalar(select(func.max(DatasetRow.at)).where(DatasetRow.team == team)) or 0.0)

    async def newest(self, team: str) -> bytes | None:
        """Returns the content of what was gathered last; None where nothing ever was."""
        last = select(DatasetRow.content).where(DatasetRow.team == team).order_by(DatasetRow.at.desc()).limit(1)
        async with self._sessions() as session:
            packed = await session.scalar(last)
            return None if packed is None else zlib.decompress(packed)

    async def at(self, team: str, version: int) -> float:
        """Returns when the data of a version was gathered, 0 for the starter."""
        frozen = (
            select(DatasetRow.at)
            .join(VersionRow, (VersionRow.dataset == DatasetRow.id) & (VersionRow.team == DatasetRow.team))
            .where(VersionRow.team == team, VersionRow.number == version)
        )
        async with self._sessions() as session:
            return float(await session.scalar(frozen) or 0.0)


async def _before(session: AsyncSession, team: str, serving: int) -> int | None:
    """Returns the version that a rollback brings back: the next on the pile of promotions whose files are kept."""
    moves = select(LedgerRow.act, LedgerRow.after).where(LedgerRow.team == team).order_by(LedgerRow.id)
    pile = [STARTER]
    for act, after in (await session.execute(moves)).all():
        if act in ("promoted", "overridden"):
            pile.append(after)
        elif act == "rolled_back":
            pile.pop()
            while pile[-1] != after:
                pile.pop()
    files = select(FileRow.version).where(FileRow.team == team, FileRow.version.in_(pile)).distinct()
    kept = {STARTER, *(await session.scalars(files))}
    return next((one for one in reversed(pile[:-1]) if one in kept and one != serving), None)


async def _serving(session: AsyncSession, team: str) -> int:
    row = await session.get(ServingRow, team)
    return STARTER if row is None else row.version


async def _locked(session: AsyncSession, team: str) -> int:
    """Returns what serves, and lets nobody else decide about the team until the transaction ends.

    A write, since SQLite knows no other lock, and a first one has no row that could be locked.
    """
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(ServingRow)
    first = insert.values(team=team, version=STARTER, since=time.time())
    same = first.on_conflict_do_update(index_elements=["team"], set_={"team": team})
    return int((await session.execute(same.returning(ServingRow.version))).scalar_one())


async def _by_gate(session: AsyncSession, team: str, version: int) -> LedgerRow | None:
    lines = select(LedgerRow).where(LedgerRow.team == team, LedgerRow.version == version, LedgerRow.who == GATE)
    line: LedgerRow | None = await session.scalar(lines.where(LedgerRow.act.in_(("promoted", "refused"))).limit(1))
    return line


async def _serve(session: AsyncSession, team: str, version: int, at: float) -> None:
    await session.merge(ServingRow(team=team, version=version, since=at))


def _line(
    at: float,
    team: str,
    act: Act,
    version: int,
    before: int,
    after: int,
    who: str,
    why: str,
    figures: Mapping[str, Any],
) -> LedgerRow:
    return LedgerRow(
        team=team,
        at=at,
        act=act,
        version=version,
        before=before,
        after=after,
        who=who,
        why=why,
        figures=dict(figures),
    )
