"""The card of an alert, and the lines below it."""

from __future__ import annotations

from datetime import UTC, datetime

from skills.catalogs import Say
from skills.monitor.alerts.evidence import Evidence, Example
from skills.monitor.episodes import EpisodeView, Reason
from skills.monitor.speaking import spoken_span, spoken_topic
from skills.monitor.watches.watch import MUTE_HOURS, WHOLE, Watch
from skills.reply import Button, Buttons, Chart, Fields, Note, Paragraph, Part, Quote, Reply
from skills.text import Bold, ChannelRef, Link, PersonRef, Text, spans_of

ACKNOWLEDGE = "monitor.acknowledge"
CONFIRM = "monitor.confirm"
NOT_USEFUL = "monitor.not_useful"
SILENCE = "monitor.silence"
DETAILS = "monitor.details"
PLAYBOOK = "monitor.playbook"
CORRECT = "monitor.correct"
_SHOWN = 400
_MARKS = {"low": "🟡", "high": "🟠", "critical": "🔴"}


def card(watch: Watch, episode: EpisodeView, evidence: Evidence, chart: Chart | None, say: Say, now: datetime) -> Reply:
    """Returns the card of an episode as it stands."""
    parts: list[Part] = [Paragraph(_title(watch, episode, say)), Fields(_figures(episode, say, now))]
    if chart is not None:
        parts.append(chart)
    if evidence.cause is not None:
        parts.append(Paragraph(say("monitor.card.cause", share=say.percent(evidence.share))))
        parts += example_parts(evidence.cause, say, watch.id)
    if evidence.examples:
        parts.append(Paragraph(say("monitor.card.others" if evidence.cause else "monitor.card.examples")))
        for example in evidence.examples:
            parts += example_parts(example, say, watch.id)
    if evidence.terms:
        parts.append(Note(say("monitor.card.terms", terms=", ".join(evidence.terms))))
    parts += _standing(episode, say)
    parts.append(Buttons(_buttons(watch, episode, say)))
    memory = {"watch": watch.id, "episode": episode.id}
    return Reply(tuple(parts), to="channel", memory=memory)


def line(watch: Watch, episode: EpisodeView, reason: Reason, say: Say, now: datetime) -> Reply:
    """Returns the line under a card that tells why it has changed."""
    seen, usual = _seen(episode)
    parts: list[Part] = []
    match reason:
        case "escalated":
            called = episode.called or episode.plan.owner
            since = spoken_span(say, now.timestamp() - (episode.told_at or episode.opened_at))
            parts.append(Paragraph(say("monitor.line.escalated", person=PersonRef(called), span=since)))
        case "confirm":
            person = PersonRef(episode.acknowledged_by or episode.plan.owner)
            parts.append(Paragraph(say("monitor.line.confirm", person=person)))
            parts.append(Buttons((Button(say.label("monitor.button.confirm"), CONFIRM, episode.id, "primary"),)))
        case "over":
            span = spoken_span(say, (episode.closed_at or now.timestamp()) - episode.since)
            parts.append(Paragraph(say("monitor.line.over", span=span, number=seen, expected=usual)))
        case "repeat":
            parts.append(Paragraph(say("monitor.line.repeat", number=seen, expected=usual)))
        case _:
            severity = say.label(f"monitor.severity.{episode.severity}")
            parts.append(Paragraph(say("monitor.line.grown", number=seen, expected=usual, severity=severity)))
    return Reply(tuple(parts), memory={"watch": watch.id, "episode": episode.id})


def example_parts(example: Example, say: Say, watch: str, *, correct: bool = True) -> list[Part]:
    """Returns a text with where it was said, how often, and the button that corrects how it was read."""
    if example.elsewhere is not None:
        # Not everybody who reads this may read that channel; whoever may has the link.
        said = say("monitor.card.elsewhere", channel=ChannelRef(example.elsewhere))
        return [Note((Link(say.label("monitor.card.message"), example.link), " · ", *spans_of(said)))]
    named = " · ".join(part for part in (example.author, example.source) if part) or say.label("monitor.card.source")
    where: Text = (Link(named, example.link), " · ", *spans_of(say("monitor.card.at", at=example.at)))
    if example.copies > 1:
        where = (*where, " · ", say.label("monitor.card.copies", count=example.copies))
    parts: list[Part] = [Quote(_shortened(example.text)), Note(where)]
    if correct:
        button = Button(
            say.label("monitor.button.correct"),
            CORRECT,
            f"{watch} {example.post}",
            spoken=say.label("monitor.button.correct_spoken"),
        )
        parts.append(Buttons((button,)))
    return parts


def _title(watch: Watch, episode: EpisodeView, say: Say) -> Text:
    named = [one.topic for one in episode.topics if one.topic != WHOLE and not one.over]
    topics = ", ".join(spoken_topic(say, topic) for topic in named)
    if episode.merged_into is not None:
        return say("monitor.card.merged", name=Bold(watch.name), topic=spoken_topic(say, episode.topic))
    if episode.outcome == "not_useful":
        return say("monitor.card.not_useful", name=Bold(watch.name))
    if episode.outcome is not None:
        return say("monitor.card.over", name=Bold(watch.name))
    mark = _MARKS[episode.severity]
    if topics:
        return say("monitor.card.surge_of", mark=mark, name=Bold(watch.name), topics=topics)
    return say("monitor.card.surge", mark=mark, name=Bold(watch.name))


def _figures(episode: EpisodeView, say: Say, now: datetime) -> tuple[tuple[Text, Text], ...]:
    seen, usual = _seen(episode)
    own = episode.topics[0]
    details = own.details
    since = datetime.fromtimestamp(episode.since, UTC)
    end = episode.closed_at or now.timestamp()
    pairs: list[tuple[Text, Text]] = [
        (say("monitor.card.seen"), say("monitor.card.seen_value", number=seen, expected=usual)),
        (
            say("monitor.card.since"),
            say("monitor.card.since_value", at=since, span=spoken_span(say, end - episode.since)),
        ),
    ]
    share, usual_share = details.get("share"), details.get("usual_share")
    if isinstance(share, float) and isinstance(usual_share, float):
        value = say("monitor.card.share_value", share=say.percent(share), usual=say.percent(usual_share))
        pairs.append((say("monitor.card.share"), value))
    pairs.append((say("monitor.card.sure"), _sure(say, details.get("by_chance_every_days"))))
    days = details.get("days_of_data")
    if isinstance(days, float):
        based = (
            say("monitor.card.hours_of_data", count=max(1, round(days * 24)))
            if days < 1
            else say("monitor.card.days_of_data", count=round(days))
        )
        pairs.append((say("monitor.card.data"), based))
    if len(episode.topics) > 1:
        counted = [one for one in episode.topics if one.topic != WHOLE]
        named = ", ".join(f"{spoken_topic(say, one.topic)} {one.observed}" for one in counted)
        pairs.append((say("monitor.card.topics"), named))
    return tuple(pairs)


def _sure(say: Say, days: object) -> Text:
    if not isinstance(days, float):
        return "–"
    if days >= 3650:
        return say("monitor.card.sure_years")
    return say("monitor.card.sure_days", count=max(1, round(days)))


def _seen(episode: EpisodeView) -> tuple[int, float]:
    """Returns the negatives of the whole watch, else of the topic that has most, and how many were usual."""
    most = max(episode.topics, key=lambda one: (one.topic == WHOLE, one.observed))
    return most.observed, round(most.expected, 1) if most.expected < 10 else round(most.expected)


def _standing(episode: EpisodeView, say: Say) -> list[Part]:
    if episode.outcome == "over" or (episode.outcome is None and episode.acknowledged_by is None):
        return []
    if episode.outcome is not None:
        return [Note(say(f"monitor.card.{episode.outcome}_by", person=PersonRef(episode.closed_by or "")))]
    return [Note(say("monitor.card.acknowledged", person=PersonRef(episode.acknowledged_by or "")))]


def _buttons(watch: Watch, episode: EpisodeView, say: Say) -> tuple[Button, ...]:
    going_on = episode.outcome is None and episode.merged_into is None
    buttons: list[Button] = []
    if going_on and episode.acknowledged_by is None:
        buttons.append(Button(say.label("monitor.button.acknowledge"), ACKNOWLEDGE, episode.id, "primary"))
    buttons.append(Button(say.label("monitor.button.details"), DETAILS, episode.id))
    if watch.settings.playbook and going_on:
        buttons.append(Button(say.label("monitor.button.playbook"), PLAYBOOK, episode.id))
    if going_on:
        buttons.append(Button(say.label("monitor.button.mute", count=MUTE_HOURS), SILENCE, episode.id))
    if episode.useful is not False:
        buttons.append(Button(say.label("monitor.button.not_useful"), NOT_USEFUL, episode.id))
    return tuple(buttons)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1].rstrip()}…"
