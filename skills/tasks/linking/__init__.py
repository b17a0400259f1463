"""Links to GitHub Issues and Jira: an issue made of a task, or attached to it, and both kept in step."""

from skills.tasks.linking.faults import SettingsFault, TrackerError
from skills.tasks.linking.linking import Linking, Outcome, Ticked
from skills.tasks.linking.rows import Link, mark_links
from skills.tasks.linking.syncing import Synced
from skills.tasks.linking.trackers import Configured
from skills.tasks.linking.web import Limits

__all__ = [
    "Configured",
    "Limits",
    "Link",
    "Linking",
    "Outcome",
    "SettingsFault",
    "Synced",
    "Ticked",
    "TrackerError",
    "mark_links",
]
