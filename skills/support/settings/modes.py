"""Support channels, where people take over and how soon: what admins settled, kept in memory for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.settings.models import ChannelRow, DeskRow
from skills.support.settings.times import Times

Mode = Literal["draft", "auto", "off"]
MODES: tuple[Mode, ...] = get_args(Mode)

KNOWN_SECONDS = 10.0
"""How long another replica may go on with what an admin has changed here."""

URGENT = Times(15)
ORDINARY = Times(60)
"""Within how many minutes a person should claim a case: an urgent one, any other."""

THRESHOLD = 0.9
"""Probability from which `auto` sends by itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A team's settings; `escalation` is the channel in which people take over, None until one is set."""

    escalation: str | None = None
    urgent: Times = URGENT
    ordinary: Times = ORDINARY
    threshold: float = THRESHOLD

    def times(self, urgent: bool) -> Times:
        """Returns the times of an urgent case, or of any other."""
        return self.urgent if urgent else self.ordinary

    def first_response(self, urgent: bool) -> float:
        """Returns the seconds within which a case should be claimed."""
        return 60.0 * self.times(urgent).claim

    def call_after(self, urgent: bool) -> float:
        """Returns the seconds after which somebody in charge is called for a case that nobody has claimed."""
        return 60.0 * self.times(urgent).called_after


@dataclass(frozen=True, slots=True)
class Marked:
    """A support channel: its mode, and the admin who set it."""

    mode: Mode
    set_by: str


@dataclass(slots=True)
class Modes:
    """What is settled in all teams."""

    _channels: dict[tuple[str, str], Marked] = field(default_factory=dict)
    _settings: dict[str, Settings] = field(default_factory=dict)
    _read_at: float | None = None

    async def of(self, sessions: async_sessionmaker[AsyncSession], team: str, channel: str) -> Mode | None:
        """Returns a channel's mode, None for one that is no support channel."""
        await self._refresh(sessions)
        marked = self._channels.get((team, channel))
        return marked.mode if marked else None

    async def channels(self, sessions: async_sessionmaker[AsyncSession], team: str) -> Mapping[str, Marked]:
        """Returns the support channels of a team."""
        await self._refresh(sessions)
        return {channel: marked for (of, channel), marked in self._channels.items() if of == team}

    async def settings(self, sessions: async_sessionmaker[AsyncSession], team: str) -> Settings:
        """Returns a team's settings."""
        await self._refresh(sessions)
        return self._settings.get(team, Settings())

    async def mark(
        self, sessions: async_sessionmaker[AsyncSession], team: str, channel: str, mode: Mode, by: str
    ) -> None:
        """Makes a channel a support channel of that mode."""
        async with sessions.begin() as session:
            await session.merge(ChannelRow(team=team, channel=channel, mode=mode, set_by=by))
        self._channels[team, channel] = Marked(mode, by)

    async def escalate_to(self, sessions: async_sessionmaker[AsyncSession], team: str, channel: str) -> None:
        """Makes a channel the one in which people take over."""
        await self._settle(sessions, team, replace(await self.settings(sessions, team), escalation=channel))

    async def time(
        self, sessions: async_sessionmaker[AsyncSession], team: str, *, urgent: Times, ordinary: Times
    ) -> Settings:
        """Settles how soon cases are to be claimed from now on, and returns the settings."""
        settings = replace(await self.settings(sessions, team), urgent=urgent, ordinary=ordinary)
        await self._settle(sessions, team, settings)
        return settings

    async def _settle(self, sessions: async_sessionmaker[AsyncSession], team: str, settings: Settings) -> None:
        await store_settings(sessions, team, settings)
        self._settings[team] = settings

    async def _refresh(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        if self._read_at is not None and time.monotonic() - self._read_at < KNOWN_SECONDS:
            return
        begun = time.monotonic()
        async with sessions() as session:
            channels = (await session.scalars(select(ChannelRow))).all()
            desks = (await session.scalars(select(DeskRow))).all()
        self._channels = {(row.team, row.channel): Marked(_mode(row.mode), row.set_by) for row in channels}
        self._settings = {
            row.team: Settings(
                row.escalation,
                Times(row.urgent_minutes, row.urgent_call_minutes),
                Times(row.minutes, row.call_minutes),
                row.threshold,
            )
            for row in desks
        }
        # Only now: who asks meanwhile would take what is not read yet for not settled.
        self._read_at = begun


async def store_settings(sessions: async_sessionmaker[AsyncSession], team: str, settings: Settings) -> None:
    """Keeps a team's settings."""
    async with sessions.begin() as session:
        await session.merge(
            DeskRow(
                team=team,
                escalation=settings.escalation,
                urgent_minutes=settings.urgent.claim,
                minutes=settings.ordinary.claim,
                threshold=settings.threshold,
                urgent_call_minutes=settings.urgent.call,
                call_minutes=settings.ordinary.call,
            )
        )


async def settle_escalation(sessions: async_sessionmaker[AsyncSession], team: str, channel: str) -> None:
    """Makes `channel` the one in which people take over, where none was settled yet."""
    async with sessions() as session:
        known = await session.get(DeskRow, team)
    if known is None:
        await store_settings(sessions, team, Settings(channel))


def _mode(stored: str) -> Mode:
    return next((mode for mode in MODES if mode == stored), "off")
