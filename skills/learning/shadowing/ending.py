"""The end of a shadow period: the version serves, unless what was read, or what must never break, speaks against it."""

from __future__ import annotations

import asyncio
import contextlib

from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import ShadowRow
from skills.classifiers.registry.versions import GATE, DecisionRefused
from skills.learning import must
from skills.learning.shadowing.differences import differences, seen_in
from skills.learning.workshop import Workshop


async def settle(shop: Workshop, shadow: ShadowRow) -> None:
    """Lets the gate decide about a version whose shadow period is over, once, whoever else does."""
    team, version = shadow.team, shadow.version
    seen = differences(await seen_in(shop.sessions, team, version))
    figures = {"shadow": await asyncio.to_thread(seen.figures)}
    row = await shop.registry.get(team, version)
    try:
        await shop.registry.files(team, version)
    except DamagedVersionError:
        row = None
    if row is None:
        await shop.registry.refuse(team, version, "gone", figures)
    elif await must.broken_by(shop, row):
        # By an example that was added since, or an answer book that has changed.
        await shop.registry.refuse(team, version, "must", figures)
    elif await asyncio.to_thread(lambda: seen.speaks_against):
        await shop.registry.refuse(team, version, "shadow", figures)
    else:
        # Somebody was faster, and what they decided ended the period: it stands.
        with contextlib.suppress(DecisionRefused):
            await shop.registry.promote(team, version, GATE, "better, also in its shadow period", figures)
        await shop.champions.follow()
