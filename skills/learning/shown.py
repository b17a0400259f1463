"""The post that shows a training while it runs."""

from __future__ import annotations

import time

from skills.base import Place, Services
from skills.catalogs import Say
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import REPORTED, Runs
from skills.classifiers.retraining.job import Progress
from skills.learning.asking.posting import SKILL
from skills.learning.cards import ended_text, progress_parts
from skills.learning.running import Outcome
from skills.reply import Paragraph, Part, Reply

TOLD_SECONDS = 3.0
"""How often the post that shows a training is brought up to date."""


class Shown:
    """The post that shows a training, brought up to date in place."""

    def __init__(self, team: str, place: Place | None, say: Say, services: Services) -> None:
        self._team, self._place, self._say, self._services = team, place, say, services
        self._message: str | None = None
        self._told = 0.0
        self._last: tuple[str, int] = ("", -1)

    async def hear(self, row: RunRow, progress: Progress) -> None:
        """Shows how far a training is, now and then."""
        now = time.monotonic()
        seen = (progress.phase, round(100 * progress.share))
        if seen == self._last or now - self._told < TOLD_SECONDS:
            return
        self._told, self._last = now, seen
        await self._show(row.id, progress_parts(progress, row.id, self._say), " ".join(map(str, seen)), row.message)

    async def end(self, outcome: Outcome) -> None:
        """Shows how a training ended, where it was shown before or nothing else tells."""
        row = await Runs(self._services.sessions, self._services.replica).get(outcome.run)
        known = row.message if row is not None else None
        if known is None and outcome.state in REPORTED:
            # Too quick to be shown: the report says it all.
            return
        await self._show(outcome.run, (Paragraph(ended_text(outcome, self._say)),), "ended", known)

    async def _show(self, run: str, parts: tuple[Part, ...], what: str, known: str | None) -> None:
        """Posts first, and edits from then on; `known` is the post of a process that has died since, perhaps unsent."""
        if self._place is None:
            return
        if self._message is None:
            first = f"learning {run} shown"
            self._message = self._services.id_of_post(self._team, first)
            if known is None:
                # Before it is posted, so that whoever takes the training up finds it.
                await Runs(self._services.sessions, self._services.replica).shown_by(run, self._message)
            await self._post(parts, first)
            if known is None:
                return
        await self._post(parts, f"learning {run} {what}", self._message)

    async def _post(self, parts: tuple[Part, ...], key: str, edits: str | None = None) -> None:
        assert self._place is not None  # noqa: S101  (`_show` has looked)
        reply = Reply(parts, to="channel")
        await self._services.post(reply, self._team, self._place, key, skill=SKILL, edits=edits, say=self._say)
