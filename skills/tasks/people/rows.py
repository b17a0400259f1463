"""Profiles and absences in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.tasks.hours.working import Absence
from skills.tasks.people.profile import Profile
from skills.tasks.store.tables import AbsenceRow, PersonRow


class Profiles:
    """What people have said about their work."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def get(self, team: str, person: str) -> Profile:
        """Returns somebody's profile, the default one where they have said nothing."""
        return (await self.all(team, [person]))[person]

    async def all(self, team: str, people: Iterable[str]) -> dict[str, Profile]:
        """Returns the profiles of some people, by id."""
        async with self._sessions() as session:
            return await profiles_of(session, team, people)

    async def keep(self, team: str, person: str, profile: Profile) -> None:
        """Keeps somebody's profile."""
        values = {"team": team, "person": person, "settings": profile.model_dump(mode="json")}
        async with self._sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](PersonRow).values(values)
            await session.execute(
                insert.on_conflict_do_update(
                    index_elements=["team", "person"], set_={"settings": insert.excluded.settings}
                )
            )

    async def absences(self, team: str, people: Iterable[str], since: date) -> dict[str, tuple[Absence, ...]]:
        """Returns when some people are away, from a day on, in order; by id."""
        async with self._sessions() as session:
            return await absences_of(session, team, people, since)

    async def add_absence(self, team: str, person: str, absence: Absence) -> None:
        """Keeps that somebody is away; what overlaps it before becomes part of it."""
        here = AbsenceRow.team == team, AbsenceRow.person == person
        first, last = absence.first.isoformat(), absence.last.isoformat()
        async with self._sessions.begin() as session:
            touching = AbsenceRow.first <= last, AbsenceRow.last >= first
            gone = await session.execute(
                delete(AbsenceRow).where(*here, *touching).returning(AbsenceRow.first, AbsenceRow.last)
            )
            for old_first, old_last in gone.all():
                first, last = min(first, old_first), max(last, old_last)
            session.add(AbsenceRow(team=team, person=person, first=first, last=last))

    async def drop_absences(self, team: str, person: str, since: date) -> int:
        """Forgets that somebody is away from a day on; returns how many absences that were."""
        mine = AbsenceRow.team == team, AbsenceRow.person == person, AbsenceRow.last >= since.isoformat()
        async with self._sessions.begin() as session:
            gone = await session.execute(delete(AbsenceRow).where(*mine).returning(AbsenceRow.id))
            return len(gone.all())


async def profiles_of(session: AsyncSession, team: str, people: Iterable[str]) -> dict[str, Profile]:
    """Returns the profiles of some people, by id; the default one of those who have said nothing."""
    wanted = list(dict.fromkeys(people))
    query = select(PersonRow).where(PersonRow.team == team, PersonRow.person.in_(wanted))
    said: Mapping[str, Profile] = {
        row.person: Profile.model_validate(row.settings) for row in await session.scalars(query)
    }
    return {person: said.get(person, Profile()) for person in wanted}


async def absences_of(
    session: AsyncSession, team: str, people: Iterable[str], since: date
) -> dict[str, tuple[Absence, ...]]:
    """Returns when some people are away, from a day on, in order; by id."""
    wanted = list(dict.fromkeys(people))
    query = select(AbsenceRow).where(
        AbsenceRow.team == team, AbsenceRow.person.in_(wanted), AbsenceRow.last >= since.isoformat()
    )
    found: dict[str, tuple[Absence, ...]] = dict.fromkeys(wanted, ())
    for row in await session.scalars(query.order_by(AbsenceRow.first)):
        absence = Absence(date.fromisoformat(row.first), date.fromisoformat(row.last))
        found[row.person] = (*found[row.person], absence)
    return found
