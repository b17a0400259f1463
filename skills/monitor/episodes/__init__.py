"""Alerts from a surge to its closing summary. `Episodes` is their life, `Sender` renders and posts what they say."""

from skills.monitor.episodes.auditing import Missed
from skills.monitor.episodes.episodes import Episodes, Looked
from skills.monitor.episodes.observation import Observation, Severity
from skills.monitor.episodes.plan import Plan, QuietHours
from skills.monitor.episodes.presses import Pressed
from skills.monitor.episodes.sending import Sent
from skills.monitor.episodes.statistics import Stats, Usefulness
from skills.monitor.episodes.tuning import tuned
from skills.monitor.episodes.view import EpisodeView, Outcome, Reason, Sender, TopicView
from skills.monitor.watches.watch import WHOLE

__all__ = [
    "WHOLE",
    "EpisodeView",
    "Episodes",
    "Looked",
    "Missed",
    "Observation",
    "Outcome",
    "Plan",
    "Pressed",
    "QuietHours",
    "Reason",
    "Sender",
    "Sent",
    "Severity",
    "Stats",
    "TopicView",
    "Usefulness",
    "tuned",
]
