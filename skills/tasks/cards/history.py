"""A task's history in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from skills.catalogs import Say
from skills.reply import Json
from skills.tasks.cards.wording import priority_words, span_words
from skills.tasks.store.fields import due_read
from skills.tasks.store.rows import COMMENT, MADE
from skills.tasks.store.task import Change
from skills.text import Text

_QUIET = frozenset({"pending", "estimate", "parent", "link"})
"""Fields whose changes are nobody's doing, or stand beside one that is told."""


def history_lines(changes: Sequence[Change], names: Mapping[str, str], say: Say) -> list[Text]:
    """Returns a line for each change that people care about, the newest first."""
    return [_line(change, names, say) for change in changes if change.field not in _QUIET]


def _line(change: Change, names: Mapping[str, str], say: Say) -> Text:
    at = datetime.fromtimestamp(change.at, UTC)
    name = names.get(change.by) or say.label("tasks.history.itself")
    if change.field == MADE:
        return say("tasks.history.made", at=at, name=name)
    if change.field == COMMENT:
        return say("tasks.history.comment", at=at, name=name, text=str(change.after))
    field = say.label(f"tasks.history.{change.field}")
    before, after = (_value(change.field, value, names, say) for value in (change.before, change.after))
    return say("tasks.history.changed", at=at, name=name, field=field, before=before, after=after)


def _value(field: str, value: Json, names: Mapping[str, str], say: Say) -> str:
    if value is None or value == "" or value == []:
        return "–"
    match field:
        case "assignee":
            return names.get(str(value), str(value))
        case "due":
            due = due_read(value)
            if due is None:
                return "–"
            day = say.day(due.day)
            return day if due.whole_day else f"{day} {due.wall:%H:%M}"
        case "priority":
            return priority_words(say, int(str(value)))
        case "effort":
            return span_words(say, float(str(value)))
        case "state":
            return say.label(f"tasks.state_name.{value}")
        case "snoozed_until":
            return say.moment(datetime.fromtimestamp(float(str(value)), UTC))
        case "planned" if isinstance(value, list):
            return " – ".join(say.moment(datetime.fromtimestamp(float(str(one)), UTC)) for one in value)
        case "labels" | "after" if isinstance(value, list):
            return " ".join(f"#{one}" for one in value)
        case "rule":
            return "✓"
    return str(value)[:200]
