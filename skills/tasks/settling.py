"""What people say about themselves (when they are away, how they work, what reaches them), and the team's templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from pydantic import ValidationError
from sqlalchemy import delete, select

from skills.base import Request
from skills.dialects import INSERT
from skills.reply import Fields, Paragraph, Reply, to_asker
from skills.tasks.amending.changing import changed
from skills.tasks.capture.people import named_in
from skills.tasks.cards.wording import span_words, today_of
from skills.tasks.dates.finding import find_dates
from skills.tasks.dates.reading import Phrase
from skills.tasks.editing.task_form import minutes_of
from skills.tasks.hours.said import read_week
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence
from skills.tasks.people.profile import ALL, Profile, Reached
from skills.tasks.store.tables import ChannelRow, TemplateRow
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork, is_day_first, wall_clock
from skills.tasks.telling import week
from skills.text import Text

LONGEST_ABSENCE = timedelta(days=400)
MOST_SKILLS = 30
MOST_TEMPLATES = 200

_WEEK = re.compile(r"\bweeks?$|(?:周|星期|礼拜)$")
_MONTH = re.compile(r"\bmonth$|个?月$")
_ON = frozenset({"on", "开"})
_REACHED: dict[str, Reached] = {"before": "before", "due": "due", "overdue": "overdue", "day": "day"}


async def away(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps when somebody is away: `/task away 2026-12-07 to 2026-12-11`, by admins for others too (`@ben …`)."""
    say, team = request.say, request.team
    person = request.person
    others = [id for id in named_in(rest, await teamwork.names(request)) if rest.lstrip().startswith("@")]
    if others and others[0] != person.id:
        if not person.is_admin:
            return to_asker(say("tasks.away.not_yours"))
        person = await teamwork.services.person(team, others[0])
    zone = await teamwork.zone_of(team, person)
    today = today_of(teamwork.now, zone)
    if not rest:
        known = (await teamwork.profiles.absences(team, [person.id], today))[person.id]
        if not known:
            return to_asker(say("tasks.away.how"))
        return to_asker(say("tasks.away.known", days="; ".join(_days(say, one, today) for one in known)))
    phrases = find_dates(_spread(rest), wall_clock(request, zone), zone, day_first=is_day_first(request.person))
    days = sorted({day for one in phrases for day in _days_meant(one)})
    if not days or len(phrases) > 2:
        return to_asker(say("tasks.away.how"))
    first, last = max(days[0], today) if len(phrases) == 1 and len(days) > 1 else days[0], days[-1]
    if len(days) == 1 and re.search(r"\b(?:until|till|through)\b|到|至", rest, re.IGNORECASE):
        first = today
    if last < today:
        return to_asker(say("tasks.away.past", day=say.weekday(last, today)))
    if last - first > LONGEST_ABSENCE:
        return to_asker(say("tasks.away.long", count=LONGEST_ABSENCE.days))
    absence = Absence(first, last)
    await teamwork.profiles.add_absence(team, person.id, absence)
    await teamwork.people_changed(team, person.id)
    key = "tasks.away.kept" if person.id == request.person.id else "tasks.away.kept_other"
    return to_asker(say(key, days=_days(say, absence, today), name=person.name))


async def back(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Forgets when the asker is away from today on."""
    zone = await teamwork.zone_of(request.team, request.person)
    count = await teamwork.profiles.drop_absences(request.team, request.person.id, today_of(teamwork.now, zone))
    await teamwork.people_changed(request.team, request.person.id)
    return to_asker(request.say("tasks.back" if count else "tasks.back.never"))


async def hours(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps somebody's working hours: `/task hours Mon-Thu 9-17:30, Fri 9-13`."""
    say = request.say
    profile = await teamwork.profiles.get(request.team, request.person.id)
    if not rest:
        return to_asker(say("tasks.hours.are", hours=week_words(request, profile.week)))
    try:
        week = read_week(rest)
    except ValueError as error:
        return to_asker(say(f"tasks.wrong.{error}", words=rest[:80]))
    await _keep(request, teamwork, profile.model_copy(update={"week": week}))
    return to_asker(say("tasks.hours.kept", hours=week_words(request, week)))


async def skills(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps what somebody is good at: `/task skills design, python`."""
    say = request.say
    profile = await teamwork.profiles.get(request.team, request.person.id)
    if not rest:
        return to_asker(say("tasks.skills.are", skills=", ".join(profile.skills) or "–"))
    said = [one.strip() for one in re.split(r"[,，、;；\n]", rest) if one.strip()]
    named = tuple(dict.fromkeys(one[:60] for one in said))[:MOST_SKILLS]
    await _keep(request, teamwork, profile.model_copy(update={"skills": named}))
    return to_asker(say("tasks.skills.kept", skills=", ".join(named)))


async def capacity(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps how much of somebody's week can be planned: `/task capacity 20h`."""
    say = request.say
    profile = await teamwork.profiles.get(request.team, request.person.id)
    if not rest:
        return to_asker(say("tasks.capacity.is", span=span_words(say, profile.weekly)))
    minutes = minutes_of(re.sub(r"(?:a|per|/)\s*week|每周|一周", "", rest))
    if minutes is None:
        return to_asker(say("tasks.capacity.how"))
    await _keep(request, teamwork, profile.model_copy(update={"capacity": min(minutes, 7 * 24 * 60)}))
    return to_asker(say("tasks.capacity.kept", span=span_words(say, minutes)))


async def zone(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps a time zone that Slack doesn't tell, or tells wrong: `/task zone Europe/Berlin`."""
    say = request.say
    profile = await teamwork.profiles.get(request.team, request.person.id)
    if not rest:
        current = await teamwork.zone_of(request.team, request.person)
        return to_asker(say("tasks.zone.is", zone=current.key))
    try:
        kept = Profile.model_validate({**profile.model_dump(), "zone": rest})
    except ValidationError:
        return to_asker(say("tasks.zone.unknown", zone=rest[:60]))
    await _keep(request, teamwork, kept)
    return to_asker(say("tasks.zone.kept", zone=rest))


async def reminders(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Keeps what reaches somebody: `/task reminders due, overdue`, `off`, `on`."""
    say = request.say
    profile = await teamwork.profiles.get(request.team, request.person.id)
    said = [word for word in re.split(r"[\s,，、]+", rest.casefold()) if word]
    if said:
        wanted: tuple[Reached, ...]
        if {"off", "none", "关闭"} & set(said):
            wanted = ()
        elif {"on", "all", "开启", "全部"} & set(said):
            wanted = ALL
        else:
            wanted = tuple(dict.fromkeys(_REACHED[word] for word in said if word in _REACHED))
        profile = profile.model_copy(update={"reached": wanted})
        await _keep(request, teamwork, profile)
    names = ", ".join(say.label(f"tasks.reached.{one}") for one in profile.reached)
    return to_asker(say("tasks.reminders.are" if names else "tasks.reminders.none", names=names))


async def me(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Returns what is known of how somebody works."""
    say, team = request.say, request.team
    profile = await teamwork.profiles.get(team, request.person.id)
    zone = await teamwork.zone_of(team, request.person)
    today = today_of(teamwork.now, zone)
    absences = (await teamwork.profiles.absences(team, [request.person.id], today))[request.person.id]
    reached = ", ".join(say.label(f"tasks.reached.{one}") for one in profile.reached)
    pairs: tuple[tuple[Text, Text], ...] = (
        (say("tasks.me.hours"), week_words(request, profile.week)),
        (say("tasks.me.zone"), zone.key),
        (say("tasks.me.capacity"), span_words(say, profile.weekly)),
        (say("tasks.me.skills"), ", ".join(profile.skills) or "–"),
        (say("tasks.me.away"), "; ".join(_days(say, one, today) for one in absences) or "–"),
        (say("tasks.me.reached"), reached or "–"),
    )
    return (Reply((Paragraph(say("tasks.me")), Fields(pairs)), to="asker"),)


async def template(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Lists the team's checklists, keeps one (`launch: book venue; print flyers`), or drops one (`delete launch`)."""
    say, team = request.say, request.team
    if not rest:
        async with teamwork.services.sessions() as session:
            rows = list(await session.scalars(select(TemplateRow).where(TemplateRow.team == team)))
        lines = "\n".join(f"• {row.name}: {'; '.join(row.items)}" for row in sorted(rows, key=lambda row: row.name))
        return to_asker(lines if lines else say("tasks.template.how"))
    dropping = re.match(r"(?:delete|remove|drop|删除)\s+(?P<name>.+)", rest, re.IGNORECASE)
    if dropping is not None:
        gone = delete(TemplateRow).where(TemplateRow.team == team, TemplateRow.name == dropping["name"].strip()[:80])
        async with teamwork.services.sessions.begin() as session:
            found = (await session.execute(gone.returning(TemplateRow.name))).first()
        return to_asker(say("tasks.template.gone" if found else "tasks.template.unknown", name=dropping["name"]))
    name, _, steps = re.sub("：", ":", rest, count=1).partition(":")
    items = [one.strip()[:300] for one in re.split(r"[;；\n]", steps) if one.strip()]
    if not name.strip() or len(items) < 2:
        return to_asker(say("tasks.template.how"))
    values = {"team": team, "name": name.strip()[:80], "items": items[:30], "made_by": request.person.id}
    async with teamwork.services.sessions.begin() as session:
        insert = INSERT[session.get_bind().dialect.name](TemplateRow).values(values)
        await session.execute(
            insert.on_conflict_do_update(index_elements=["team", "name"], set_={"items": insert.excluded["items"]})
        )
    return to_asker(say("tasks.template.kept", name=name.strip(), count=len(items[:30])))


async def notice(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Has requests noticed in a channel, or no longer."""
    return await _agreed(request, teamwork, "notice", rest, notices=rest.casefold() in _ON)


async def summary(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Has a channel told of its week every Friday, or no longer."""
    return await _agreed(request, teamwork, "summary", rest, summary=not rest or rest.casefold() in _ON)


async def _agreed(request: Request, teamwork: Teamwork, what: str, rest: str, **values: bool) -> Sequence[Reply]:
    say, team, place = request.say, request.team, request.place
    if place.kind == "dm":
        return to_asker(say("tasks.channel.where"))
    zone = await teamwork.zone_of(team, request.person)
    fresh = {"team": team, "channel": place.channel, "notices": False, "summary": False} | values
    fresh |= {"zone": zone.key, "by": request.person.id}
    async with teamwork.services.sessions.begin() as session:
        insert = INSERT[session.get_bind().dialect.name](ChannelRow).values(fresh)
        await session.execute(insert.on_conflict_do_update(index_elements=["team", "channel"], set_=values))
    teamwork.offers.forget(team)
    await week.begin(teamwork, team)
    on = any(values.values())
    return to_asker(say(f"tasks.{what}.on" if on else f"tasks.{what}.off"))


async def several_done(request: Request, teamwork: Teamwork, tasks: Sequence[Task]) -> Sequence[Reply]:
    """Marks several tasks as done at once."""
    for task in tasks:
        if not teamwork.may_change(request, task):
            await changed(request, teamwork, task, {"state": "done"})
    after = [await changed(request, teamwork, task, {"state": "done"}, step="") for task in dict.fromkeys(tasks)]
    await teamwork.refresh(after)
    numbers = ", ".join(f"#{task.number}" for task in after)
    return to_asker(request.say("tasks.done.several", numbers=numbers))


def week_words(request: Request, week: WorkingWeek) -> str:
    """Returns a working week in words, days of the same hours together: `Mon–Fri 09:00–17:00`."""
    say = request.say
    groups: list[tuple[int, int]] = []
    for day in range(7):
        if groups and week.days[groups[-1][1]] == week.days[day] and groups[-1][1] == day - 1:
            groups[-1] = groups[-1][0], day
        else:
            groups.append((day, day))
    texts = []
    for first, last in groups:
        spans = week.days[first]
        if spans:
            days = say.day_name(first) if first == last else f"{say.day_name(first)} – {say.day_name(last)}"
            times = ", ".join(f"{begin // 60}:{begin % 60:02}–{end // 60}:{end % 60:02}" for begin, end in spans)
            texts.append(f"{days} {times}")
    return "; ".join(texts) or "–"


async def _keep(request: Request, teamwork: Teamwork, profile: Profile) -> None:
    await teamwork.profiles.keep(request.team, request.person.id, profile)
    await teamwork.people_changed(request.team, request.person.id)


def _days_meant(phrase: Phrase) -> tuple[date, ...]:
    """Returns the first and the last day that a phrase names: two for "next week", else one."""
    day, words = phrase.readings[0].at.date(), phrase.text.casefold()
    if _WEEK.search(words):
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if _MONTH.search(words):
        return day.replace(day=1), day + relativedelta(day=31)
    return (day,)


def _days(say: object, absence: Absence, today: date) -> str:
    weekday = say.weekday  # type: ignore[attr-defined]
    first = str(weekday(absence.first, today))
    return first if absence.first == absence.last else f"{first} – {weekday(absence.last, today)}"


def _spread(text: str) -> str:
    """Returns a range of days as two that stand apart."""
    return re.sub(r"\s+(?:to|until|till|through|thru|–|-)\s+|\s*(?:到|至|~)\s*", " ; ", f" {text} ").strip()
