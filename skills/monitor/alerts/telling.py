"""Tells people of a watch's episodes: renders what `episodes` decides, and posts it."""

from __future__ import annotations

from collections.abc import Mapping

from skills.base import Place, Services
from skills.monitor.alerts.card import card, line
from skills.monitor.alerts.chart import HOURS_BACK, surge_chart
from skills.monitor.alerts.evidence import gather
from skills.monitor.episodes import EpisodeView, Observation, Plan, QuietHours, Reason
from skills.monitor.following.aims import Aims
from skills.monitor.following.following import Level
from skills.monitor.following.matches import entries_since
from skills.monitor.surges import Finding, Series
from skills.monitor.watches.watch import WHOLE, Watch, WatchSettings, read_quiet

SKILL = "monitor"


class Teller:
    """Posts the cards of one watch. `series` are its topics'; a topic without one gets no chart."""

    def __init__(self, services: Services, aims: Aims, watch: Watch, series: Mapping[str, Series]) -> None:
        self._services = services
        self._aims = aims
        self._watch = watch
        self._series = series

    async def send(self, episode: EpisodeView, reason: Reason, key: str, edits: str | None, under: str | None) -> str:
        """Posts the card, an edit of it, or with `under` the line below it. Returns the answer id."""
        services, watch = self._services, self._watch
        say = services.speaking_to(await services.person(episode.team, episode.plan.owner))
        now = services.clock.now()
        place = Place(episode.channel, "channel")
        if under is not None:
            reply = line(watch, episode, reason, say, now)
            return await services.post(reply, episode.team, place, key, skill=SKILL, under=under, say=say)
        topic = episode.topic
        until = episode.closed_at or now.timestamp()
        evidence = await gather(services, self._aims, watch, topic, episode.channel, episode.since, until)
        chart = None
        if topic in self._series:
            async with services.sessions() as session:
                entries = await entries_since(session, watch.id, now.timestamp() - (HOURS_BACK + 1) * 3600)
            chart = surge_chart(watch, topic, self._series[topic], entries, say, now.timestamp())
        reply = card(watch, episode, evidence, chart, say, now)
        return await services.post(reply, episode.team, place, key, skill=SKILL, edits=edits, say=say)


def observations_of(level: Level) -> list[Observation]:
    """Returns the surges that are on.

    A topic's own counts are small, so that it takes long until they look usual again. Once all of the watch does, a
    topic that surged with it is over too.
    """
    found = {topic: series.finding() for topic, series in level.series.items()}
    on = {topic: finding for topic, finding in found.items() if finding is not None}
    if WHOLE not in on and WHOLE in level.series:
        over = level.series[WHOLE].past_surges
        on = {
            topic: finding
            for topic, finding in on.items()
            if not any(begin <= finding.raised and finding.since <= end for begin, end in over)
        }
    return [_observation(topic, finding) for topic, finding in ({**level.brief, **on}).items()]


def plan_of(settings: WatchSettings, admin: str | None) -> Plan:
    """Returns how a watch's episodes are told; `admin` is called after its owner."""
    quiet = read_quiet(settings.quiet)
    called = tuple(dict.fromkeys(id for id in (settings.owner, admin) if id))
    return Plan(
        channel=settings.channel,
        channels={topic.name: topic.channel for topic in settings.topics if topic.channel},
        owner=settings.owner,
        escalate_to=called,
        repeat_every=settings.repeat_hours * 3600 or None,
        quiet=QuietHours(*quiet, settings.zone) if quiet is not None else None,
    )


def _observation(topic: str, finding: Finding) -> Observation:
    return Observation(
        topic,
        finding.since,
        finding.observed,
        finding.expected,
        finding.by_chance_every_days,
        {
            "kind": finding.kind,
            "share": finding.share,
            "usual_share": finding.usual_share,
            "days_of_data": finding.days_of_data,
            "by_chance_every_days": finding.by_chance_every_days,
        },
    )
