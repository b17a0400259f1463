"""When each step of an episode is promised for, and what keeps it back."""

from __future__ import annotations

from skills.monitor.episodes.observation import Severity
from skills.monitor.episodes.plan import Plan
from skills.monitor.episodes.rows import plan_of
from skills.monitor.episodes.tables import EpisodeRow
from skills.monitor.episodes.view import Reason


def kept_back(plan: Plan, muted_until: float | None, severity: Severity, now: float) -> bool:
    """Returns whether nothing may make a sound now: muted, or quiet hours that the severity does not break."""
    if muted_until is not None and now < muted_until:
        return True
    if plan.quiet is None or (severity == "critical" and plan.quiet.critical_passes):
        return False
    return plan.quiet.until(now) is not None


def allowed_from(at: float, plan: Plan, muted_until: float | None) -> float:
    """Returns when what is due at a moment may be told at the latest: then, or once mute and quiet hours end."""
    at = max(at, muted_until or at)
    return (plan.quiet.until(at) if plan.quiet is not None else None) or at


def due_at(row: EpisodeRow, reason: Reason, muted_until: float | None, over_since: float | None) -> float | None:
    """Returns when a step is promised for; None where nothing is. `over_since` is when the last of its topics ended."""
    plan = plan_of(row)
    if reason == "over":
        # It is no news: nothing holds it back.
        if row.told is None or row.told["silent"]:
            return None
        if row.outcome in ("not_useful", "closed"):
            return row.closed_at
        return None if over_since is None else over_since + plan.hold_off
    at = {
        "first": row.opened_at if row.told is None else None,
        "escalated": row.escalate_at,
        "confirm": row.confirm_at,
        "repeat": row.repeat_at,
    }.get(reason)
    return None if at is None else allowed_from(at, plan, muted_until)
