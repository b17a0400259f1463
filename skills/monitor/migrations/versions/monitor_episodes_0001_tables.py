"""Episodes, what was sent of them, what people pressed, and steps that ran late.

Revision ID: monitor_episodes_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "monitor_episodes_0001"
down_revision = None
branch_labels = ("monitor_episodes",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "monitor_episode_watches",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("watch", sa.String(32), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("looked_at", sa.Float),
        sa.Column("muted_until", sa.Float),
    )
    op.create_table(
        "monitor_episodes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("watch", sa.String(32), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("open", sa.Integer),
        sa.Column("head", sa.String(32)),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("over_since", sa.Float),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("alarm_since", sa.Float, nullable=False),
        sa.Column("observed", sa.Integer, nullable=False),
        sa.Column("expected", sa.Float, nullable=False),
        sa.Column("observed_before", sa.Integer, nullable=False),
        sa.Column("expected_before", sa.Float, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("told", sa.JSON),
        sa.Column("told_at", sa.Float),
        sa.Column("card", sa.String(64)),
        sa.Column("card_at", sa.Float),
        sa.Column("acknowledged_by", sa.String(64)),
        sa.Column("acknowledged_at", sa.Float),
        sa.Column("escalations", sa.Integer, nullable=False),
        sa.Column("escalate_at", sa.Float),
        sa.Column("confirm_at", sa.Float),
        sa.Column("lapse_at", sa.Float),
        sa.Column("repeat_at", sa.Float),
        sa.Column("useful", sa.Boolean),
        sa.Column("outcome", sa.String(16)),
        sa.Column("closed_by", sa.String(64)),
        sa.Column("closed_at", sa.Float),
        sa.UniqueConstraint("team", "watch", "topic", "open", name="monitor_episodes_open_once"),
    )
    op.create_index("monitor_episodes_open", "monitor_episodes", ["open", "team", "watch"])
    op.create_index("monitor_episodes_opened", "monitor_episodes", ["team", "watch", "opened_at"])
    op.create_table(
        "monitor_episode_sends",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("watch", sa.String(32), nullable=False),
        sa.Column("episode", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("with_line", sa.Boolean, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("decided_at", sa.Float, nullable=False),
        sa.Column("view", sa.JSON, nullable=False),
        sa.Column("sent_at", sa.Float),
        sa.Column("card", sa.String(64)),
        sa.Column("line", sa.String(64)),
        sa.UniqueConstraint("episode", "number", name="monitor_episode_sends_once"),
    )
    op.create_index("monitor_episode_sends_unsent", "monitor_episode_sends", ["team", "watch", "sent_at"])
    op.create_table(
        "monitor_episode_presses",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("episode", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_monitor_episode_presses_episode", "monitor_episode_presses", ["episode"])
    op.create_table(
        "monitor_episode_missed",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("watch", sa.String(32), nullable=False),
        sa.Column("episode", sa.String(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("found_at", sa.Float, nullable=False),
        sa.UniqueConstraint("team", "watch", "episode", "step", "due_at", name="monitor_episode_missed_once"),
    )
    op.create_index("monitor_episode_missed_found", "monitor_episode_missed", ["team", "watch", "found_at"])


def downgrade() -> None:
    for table in ("missed", "presses", "sends", "watches"):
        op.drop_table(f"monitor_episode_{table}")
    op.drop_table("monitor_episodes")
