"""The sources with their state: `/monitor sources`, and what App Home shows of the monitor."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request
from skills.monitor.editing.making import may_watch
from skills.monitor.listing import at_a_glance
from skills.monitor.monitoring import Monitoring
from skills.monitor.sources import Followed
from skills.monitor.speaking import spoken_fault
from skills.reply import Button, Buttons, Fields, Note, Paragraph, Part
from skills.text import Bold, spans_of

ADD = "monitor.source.add"
EDIT = "monitor.source.edit"
PAUSE = "monitor.source.pause"
NOW = "monitor.source.now"
REMOVE = "monitor.source.remove"
MOST = 20
_MARKS = {"well": "🟢", "new": "⚪", "unwell": "🟡", "silent": "🟡", "failing": "🔴", "paused": "⏸️"}
_ILL = ("failing", "silent", "unwell")


async def sources_page(request: Request, monitoring: Monitoring) -> tuple[Part, ...]:
    """Returns every source with how it is doing, those first that need somebody."""
    say = request.say
    sources = sorted(await monitoring.polling.rows.all(request.team), key=lambda one: (one.state not in _ILL, one.name))
    parts: list[Part] = [Paragraph(say("monitor.sources", count=len(sources)))]
    for source in sources[:MOST]:
        parts += _row(request, source)
    if len(sources) > MOST:
        parts.append(Note(say("monitor.sources_more", count=len(sources) - MOST)))
    if may_watch(request):
        parts.append(Buttons((Button(say.label("monitor.button.add_source"), ADD, style="primary"),)))
    return tuple(parts)


async def home_parts(request: Request, monitoring: Monitoring) -> Sequence[Part]:
    """Returns the watches at a glance, and the health of the sources."""
    say = request.say
    sources = await monitoring.polling.rows.all(request.team)
    parts: list[Part] = [Paragraph((Bold(say.label("monitor.home.title")),))]
    parts += await at_a_glance(request, monitoring)
    if sources:
        counts = {state: sum(one.state == state for one in sources) for state in _MARKS}
        pairs = tuple(
            ((f"{_MARKS[state]} {say.label(f'monitor.source_state.{state}')}"), say.number(count))
            for state, count in counts.items()
            if count
        )
        parts += [Fields(pairs)]
        for source in sources:
            if source.state in _ILL and source.fault is not None:
                parts.append(Note((Bold(source.name), ": ", *spans_of(spoken_fault(say, source.fault)))))
    buttons = [Button(say.label("monitor.button.list"), "monitor.list")]
    if may_watch(request):
        buttons = [
            Button(say.label("monitor.button.add"), "monitor.add"),
            *buttons,
            Button(say.label("monitor.button.sources"), "monitor.sources"),
        ]
    return (*parts, Buttons(tuple(buttons)))


def _row(request: Request, source: Followed) -> list[Part]:
    say = request.say
    state = say.label(f"monitor.source_state.{source.state}")
    parts: list[Part] = [Paragraph((Bold(source.name), f" · {_MARKS[source.state]} {state}"))]
    if source.fault is not None:
        parts.append(Note(spoken_fault(say, source.fault)))
    elif source.ok_at is not None:
        parts.append(Note(say("monitor.source_seen", at=source.ok_at, kind=source.kind)))
    if source.moved_to:
        parts.append(Note(say("monitor.source_moved", address=source.moved_to)))
    if may_watch(request) and (request.person.is_admin or source.owner == request.person.id):
        paused = say.label("monitor.button.resume" if source.paused else "monitor.button.pause")
        parts.append(
            Buttons(
                (
                    Button(say.label("monitor.button.edit"), EDIT, source.id),
                    Button(say.label("monitor.button.look_now"), NOW, source.id),
                    Button(paused, PAUSE, source.id),
                    Button(say.label("monitor.button.delete"), REMOVE, source.id, "danger"),
                )
            )
        )
    return parts
