"""What people press on an alert: that they look after it, that it was not useful, what was read wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from skills.base import Request
from skills.classifiers.feedback.collected import Written, collect
from skills.monitor.alerts.card import CORRECT, example_parts
from skills.monitor.alerts.evidence import examples_of
from skills.monitor.editing.making import may_watch
from skills.monitor.episodes import EpisodeView
from skills.monitor.following.aim import joined
from skills.monitor.following.labels import NEGATIVE, SENTIMENTS
from skills.monitor.monitoring import Monitoring
from skills.monitor.sources.tables import PostRow, SourceRow
from skills.monitor.speaking import spoken_topic
from skills.monitor.watches.tables import MatchRow, ReadingRow, SeriesRow
from skills.monitor.watches.watch import MUTE_HOURS, WHOLE, Watch
from skills.reply import Choice, Form, Note, Paragraph, Part, Quote, Reply, to_asker
from skills.text import Bold

UNRELATED = "unrelated"
_DETAILED = 12
_STATEMENT = "---"


async def acknowledge(request: Request, monitoring: Monitoring, *, confirm: bool = False) -> Sequence[Reply]:
    """Notes that the presser looks after an episode, or still does."""
    say = request.say
    if not may_watch(request):
        return to_asker(say("monitor.not_yours"))
    press = monitoring.episodes.confirm if confirm else monitoring.episodes.acknowledge
    pressed = await press(request.team, request.value, request.person.id)
    if pressed is None:
        return to_asker(say("monitor.gone"))
    if pressed.changed:
        await _judged(request, monitoring, pressed.episode)
        after = pressed.episode.plan.confirm_after
        return to_asker(say("monitor.acknowledged", count=round((after or 0) / 3600)))
    if pressed.episode.outcome is not None:
        return to_asker(say("monitor.is_over"))
    by = pressed.episode.acknowledged_by or request.person.id
    return to_asker(say("monitor.acknowledged_before", name=(await monitoring.services.person(request.team, by)).name))


async def not_useful(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Ends an episode as a false alarm; the watch is less ready to alert from then on."""
    say = request.say
    if not may_watch(request):
        return to_asker(say("monitor.not_yours"))
    pressed = await monitoring.episodes.not_useful(request.team, request.value, request.person.id)
    if pressed is None:
        return to_asker(say("monitor.gone"))
    if not pressed.changed:
        return to_asker(say("monitor.judged_before"))
    await _judged(request, monitoring, pressed.episode)
    return to_asker(say("monitor.judged"))


async def _judged(request: Request, monitoring: Monitoring, episode: EpisodeView) -> None:
    """Has the watch go by how its alerts were judged, and its card say what was pressed as soon as it may."""
    judged = await monitoring.episodes.usefulness(request.team, episode.watch)
    await monitoring.watches.set(request.team, episode.watch, useful=judged.useful, not_useful=judged.not_useful)
    await monitoring.tell(request.team, episode.watch)


async def silence(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Mutes the watch of an episode for some hours."""
    episode = await monitoring.episodes.get(request.team, request.value)
    if episode is None or not may_watch(request):
        return to_asker(request.say("monitor.gone"))
    until = request.now + timedelta(hours=MUTE_HOURS)
    await monitoring.watches.set(request.team, episode.watch, muted_until=until.timestamp())
    watch = await monitoring.watches.get(request.team, episode.watch)
    return to_asker(request.say("monitor.muted", name=Bold(watch.name if watch else ""), until=until))


async def details(request: Request, monitoring: Monitoring) -> Form | None:
    """Returns the modal with what an episode holds: its topics, and more of its texts."""
    episode, watch = await _found(request, monitoring)
    if episode is None or watch is None:
        return None
    say = request.say
    until = episode.closed_at or request.now.timestamp()
    parts: list[Part] = []
    for one in episode.topics:
        parts.append(
            Paragraph(
                say(
                    "monitor.details.topic",
                    topic=Bold(spoken_topic(say, one.topic)),
                    number=one.observed,
                    expected=round(one.expected, 1),
                    since=datetime.fromtimestamp(one.since, UTC),
                )
            )
        )
    here = request.place.channel
    found = await examples_of(monitoring.services, watch, episode.topic, here, episode.since, until, _DETAILED)
    parts.append(Paragraph(say("monitor.details.texts", count=len(found))))
    for example in found:
        parts += example_parts(example, say, watch.id)
    return Form("monitor.details", say.label("monitor.details.title"), tuple(parts))


async def playbook(request: Request, monitoring: Monitoring) -> Form | None:
    """Returns the modal with a watch's playbook: its steps, and the statement with the episode's numbers filled in."""
    episode, watch = await _found(request, monitoring)
    if episode is None or watch is None:
        return None
    say = request.say
    steps, _, statement = watch.settings.playbook.partition(f"\n{_STATEMENT}\n")
    lines = [line.strip() for line in steps.splitlines() if line.strip()]
    parts: list[Part] = [Paragraph(f"{number}. {line}") for number, line in enumerate(lines, 1)]
    if statement.strip():
        parts.append(Note(say("monitor.playbook.statement")))
        parts.append(Quote(filled(statement.strip(), watch, episode, say.moment(request.now))))
    return Form("monitor.playbook", say.label("monitor.playbook.title"), tuple(parts))


def filled(statement: str, watch: Watch, episode: EpisodeView, now: str) -> str:
    """Returns a statement with `{name}`, `{topics}`, `{number}` and `{now}` filled in; other braces stay."""
    topics = ", ".join(one.topic for one in episode.topics if one.topic != WHOLE)
    values = {
        "name": watch.name,
        "topics": topics or watch.name,
        "number": str(max(one.observed for one in episode.topics)),
        "now": now,
    }
    for name, value in values.items():
        statement = statement.replace(f"{{{name}}}", value)
    return statement


async def correct_form(request: Request, monitoring: Monitoring) -> Form | None:
    """Returns the modal in which a text is said to be read wrong."""
    if not may_watch(request):
        return None
    watch, _, number = request.value.partition(" ")
    async with monitoring.services.sessions() as session:
        post = await session.get(PostRow, int(number)) if number.isdecimal() else None
    if post is None or post.team != request.team:
        return None
    say = request.say
    options = (
        *((name, say.label(f"monitor.sentiment.{name}")) for name in SENTIMENTS),
        (UNRELATED, say.label("monitor.sentiment.unrelated")),
    )
    parts = (
        Quote(" ".join(joined(post.title, post.text).split())[:1000]),
        Choice("label", say.label("monitor.correct.label"), options, "neutral"),
        Note(say("monitor.correct.note")),
    )
    return Form(
        CORRECT, say.label("monitor.correct.title"), parts, say.label("monitor.correct.go"), f"{watch} {number}"
    )


async def correct(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Takes a correction: the text counts as what it is from now on, and is kept to learn from."""
    say, services = request.say, monitoring.services
    watch, _, number = request.value.partition(" ")
    label = str(request.values.get("label") or "")
    if not number.isdecimal() or not may_watch(request) or label not in (*SENTIMENTS, UNRELATED):
        return to_asker(say("monitor.gone"))
    post = int(number)
    async with services.sessions.begin() as session:
        mine = [MatchRow.team == request.team, MatchRow.post == post]
        if label == UNRELATED:
            await session.execute(update(MatchRow).where(*mine, MatchRow.watch == watch).values(weight=0))
        else:
            await session.execute(update(MatchRow).where(*mine).values(negative=label == NEGATIVE))
            here = update(ReadingRow).where(ReadingRow.post == post, ReadingRow.team == request.team)
            await session.execute(here.values(corrected=label))
        # What was counted otherwise is counted anew.
        watches = select(MatchRow.watch).where(*mine)
        await session.execute(delete(SeriesRow).where(SeriesRow.watch.in_(watches)))
        row = await session.get(PostRow, post)
        read = await session.get(ReadingRow, post)
        source = await session.get(SourceRow, row.source) if row is not None else None
    if label != UNRELATED and row is not None and read is not None:
        # Whoever wrote elsewhere than in Slack is nobody of ours: their name is not kept.
        author = row.author if source is not None and source.kind == "slack" else ""
        written = Written(
            joined(row.title, row.text), author, read.language, read.sentiment, read.probability, task="sentiment"
        )
        await collect(request, services, written, "correction", label)
    return to_asker(say("monitor.corrected"))


async def _found(request: Request, monitoring: Monitoring) -> tuple[EpisodeView | None, Watch | None]:
    episode = await monitoring.episodes.get(request.team, request.value)
    watch = await monitoring.watches.get(request.team, episode.watch) if episode is not None else None
    return episode, watch
