"""What serves each team in this process: the starter, or the version that was promoted, its files checked and at hand.

The database says which; each process looks there every few seconds, makes ready aside what is new, and takes it in one
assignment, so that no message waits or is lost over it. Ready is what has been loaded once: a version that can't be is
logged, and the last good one goes on serving.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.encoders.cache import write_folder
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.examples import Row
from skills.classifiers.heads.versions import read_card
from skills.classifiers.registry.versions import STARTER, Datasets, Registry, Sessions
from skills.classifiers.retraining.job import PICTURES, write_files
from skills.classifiers.retraining.learners import INTENT, load_head
from skills.classifiers.served import Classifiers
from skills.classifiers.summed.summed_head import SummedHead

if TYPE_CHECKING:
    from index.encoders.base import Encoder

log = logging.getLogger("deskhand.learning")

Feelings = Literal["sentiment", "opinion"]

_TAUGHT = ("sentiment", "topic", "priority")
_LEARNED = frozenset({"earlier", "new"})

AGAIN_SECONDS = 60.0
"""After which a version is tried again that the disk, or whatever else may mend, kept from serving."""

LISTENING_SECONDS = 10.0
"""How long a change waits for those who make something ready for it, which takes them a moment but for a training."""

Listener = Callable[[str], Awaitable[None]]
"""Hears which team is served by another version from now on."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves a team. `folder` holds its files by task, None for the starter.

    `feedback` are the rows beside the answer book that its intents were learned from, `heads` what it taught the
    starter, by task.
    """

    version: int = STARTER
    folder: Path | None = None
    feedback: tuple[Row, ...] = field(default=(), repr=False)
    heads: Mapping[str, SummedHead] = field(default_factory=dict, repr=False, compare=False)

    def of(self, task: str) -> Path | None:
        """Returns the folder of a task's classifier; None where the starter's serves."""
        home = self.folder / task if self.folder is not None else None
        return home if home is not None and home.is_dir() else None

    def book(self) -> str:
        """Returns the name of the answer book's examples that its intents were learned from, if any were."""
        home = self.of("intent")
        return "" if home is None else str(read_card(home).get("book", ""))


_STARTER = Champion()


class Champions:
    """The champions of all teams."""

    def __init__(self, sessions: Sessions, folder: Path, encoders: Sequence[Encoder]) -> None:
        """`folder` is where versions' files are laid out; they may be deleted at any time, the database has them.

        Raises OSError or DamagedVersionError when the starter can't be loaded.
        """
        self._sessions = sessions
        self._folder = folder
        self._shipped: dict[Feelings, Classifiers] = {"sentiment": Classifiers(encoders)}
        self._encoders = tuple(encoders)
        self._serving: dict[str, Champion] = {}
        self._taught: dict[tuple[str, Feelings], tuple[int, Classifiers]] = {}
        self._failed: dict[str, tuple[int, float]] = {}
        self._listeners: list[Listener] = []
        self._listening: set[asyncio.Future[None]] = set()
        self._turn = asyncio.Lock()

    def listen(self, listener: Listener) -> None:
        """Has `listener` called after each change, which is told to nobody before it returns (or takes too long)."""
        self._listeners.append(listener)

    def of(self, team: str) -> Champion:
        """Returns what serves a team."""
        return self._serving.get(team, _STARTER)

    def classifiers(self, team: str, feelings: Feelings = "sentiment") -> Classifiers:
        """Returns what reads a team's messages, or with `opinion` the posts that it follows."""
        shipped = self._shipped.get(feelings)
        if shipped is None:
            shipped = self._shipped[feelings] = Classifiers(self._encoders, feelings=feelings)
        champion = self.of(team)
        known = self._taught.get((team, feelings))
        if known is None or known[0] != champion.version:
            known = (champion.version, shipped.taught(_heads(champion, feelings)))
            self._taught[team, feelings] = known
        return known[1]

    def wanted(self, team: str) -> int:
        """Returns the version that is to serve a team: the one that does, or one that could not be made ready."""
        failed = self._failed.get(team)
        return failed[0] if failed is not None else self.of(team).version

    async def follow(self) -> None:
        """Takes over what was promoted or rolled back since, wherever that was decided."""
        async with self._turn:
            for team, version in (await Registry(self._sessions).all_serving()).items():
                failed, again = self._failed.get(team, (None, 0.0))
                if version == self.of(team).version:
                    self._failed.pop(team, None)
                elif version != failed or time.monotonic() >= again:
                    await self._take(team, version)

    async def _take(self, team: str, version: int) -> None:
        try:
            champion = _STARTER if version == STARTER else await self.ready(team, version)
        except (OSError, ValueError, LookupError, TypeError) as error:
            # A full disk is emptied; what is damaged stays so.
            again = time.monotonic() + AGAIN_SECONDS if isinstance(error, OSError) else math.inf
            self._failed[team] = (version, again)
            log.exception("a version can't serve; the last good one goes on", extra={"team": team, "version": version})
            return
        self._failed.pop(team, None)
        self._serving[team] = champion
        await self._told(team)
        log.info("a version serves from now on", extra={"team": team, "version": version})

    async def _told(self, team: str) -> None:
        listening = {asyncio.ensure_future(listener(team)) for listener in self._listeners}
        if not listening:
            return
        self._listening |= listening
        done, _ = await asyncio.wait(listening, timeout=LISTENING_SECONDS)
        self._listening = {one for one in self._listening if not one.done()}
        for one in done:
            if (error := one.exception()) is not None:
                log.error("what goes with a version could not be made ready", extra={"team": team}, exc_info=error)

    async def ready(self, team: str, version: int) -> Champion:
        """Returns a version as it would serve, its files checked and laid out, and changes nothing about what does.

        Raises OSError or DamagedVersionError when it can't be loaded.
        """
        files = await Registry(self._sessions).files(team, version)
        row = await Registry(self._sessions).get(team, version)
        packed = await Datasets(self._sessions).get(team, row.dataset) if row is not None else None
        home = self._folder / re.sub(r"\W", "_", team) / f"v{version}"
        await asyncio.to_thread(_lay_out, files, home)
        heads = await asyncio.to_thread(_loaded, home)
        rows = Dataset.load(packed).of("intent") if packed is not None else ()
        return Champion(version, home, tuple(row for row in rows if row.role in _LEARNED), heads)


def _lay_out(files: Mapping[str, bytes], home: Path) -> None:
    """Puts a version's files into `home`, which then holds just these, without the report's pictures."""
    files = {path: content for path, content in files.items() if path.partition("/")[0] != PICTURES}
    if home.is_dir():
        there = {str(path.relative_to(home)): path for path in home.rglob("*") if path.is_file()}
        if there.keys() == files.keys() and all(path.read_bytes() == files[name] for name, path in there.items()):
            return
        shutil.rmtree(home)
    write_folder(home, lambda partial: write_files(files, partial))


def _loaded(home: Path) -> dict[str, SummedHead]:
    """Returns what a version taught the starter, by task. Raises OSError or DamagedVersionError, for intents too."""
    if (home / INTENT).is_dir():
        load_head(home / INTENT)
    return {task: SummedHead.load(home / task) for task in _TAUGHT if (home / task).is_dir()}


def _heads(champion: Champion, feelings: Feelings) -> dict[str, SummedHead]:
    """Returns the taught heads by task as `Classifiers` names them. What is taught as sentiment is that of posts."""
    return {task: head for task, head in champion.heads.items() if feelings == "opinion" or task != "sentiment"}
