"""Numbers of the monitor as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from skills.catalogs import Say
from skills.monitor.sources import Fault
from skills.monitor.watches.watch import WHOLE
from skills.text import Text

_BARS = "▁▂▃▄▅▆▇█"


def spoken_span(say: Say, seconds: float) -> str:
    """Returns how long something lasted: `25 min`, `3.5 h`, `2 days`."""
    minutes = seconds / 60
    if minutes < 90:
        return say.label("monitor.minutes", number=max(1, round(minutes)))
    if minutes < 36 * 60:
        return say.label("monitor.hours", number=round(minutes / 60, 1))
    return say.label("monitor.days", count=round(minutes / 1440))


def spoken_topic(say: Say, topic: str) -> str:
    """Returns a topic's name; that of one which the classifiers tell in the reader's language."""
    if topic == WHOLE:
        return say.label("monitor.whole")
    return say.label(f"monitor.topic.{topic}") if topic in READ_TOPICS else topic


READ_TOPICS = frozenset(
    {
        "account_access",
        "billing_payment",
        "complaint",
        "feedback_suggestion",
        "order_delivery",
        "product_question",
        "returns_refunds",
        "technical_problem",
    }
)
"""Topics that the classifiers tell, for watches that name none of their own."""


def spoken_fault(say: Say, fault: Fault) -> Text:
    """Returns what is wrong with a source in one sentence, with what to do about it."""
    return say(f"monitor.fault.{fault.code}", **fault.values)


def sparkline(values: Sequence[float]) -> str:
    """Returns values from 0 to the greatest as a row of bars."""
    most = max(values, default=0)
    if most <= 0:
        return _BARS[0] * len(values)
    return "".join(_BARS[min(len(_BARS) - 1, round(value / most * (len(_BARS) - 1)))] for value in values)
