"""Trackers of issues, and the tasks that are linked to theirs.

Revision ID: tasks_linking_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tasks_linking_0001"
down_revision = None
branch_labels = ("tasks_linking",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tasks_trackers",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("hook", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("poll_at", sa.Float(), nullable=False),
        sa.Column("paused_until", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(40)),
        sa.Column("lease", sa.String(80)),
        sa.Column("leased_until", sa.Float(), nullable=False),
        sa.UniqueConstraint("hook", name="tasks_trackers_hook"),
    )
    op.create_index("tasks_trackers_due", "tasks_trackers", ["poll_at"])
    op.create_table(
        "tasks_links",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("tracker", sa.String(40), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("remote", sa.String(64)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("sending", sa.JSON()),
        sa.Column("remote_at", sa.Float(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.Float()),
        sa.Column("fault", sa.String(40)),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("lease", sa.String(80)),
        sa.Column("leased_until", sa.Float(), nullable=False),
        sa.UniqueConstraint("team", "task", "tracker", name="tasks_links_once_a_task"),
        sa.UniqueConstraint("team", "tracker", "remote", name="tasks_links_once_an_issue"),
    )
    op.create_index("tasks_links_due", "tasks_links", ["due_at"])
    op.create_index("tasks_links_untold", "tasks_links", ["told"])


def downgrade() -> None:
    op.drop_table("tasks_links")
    op.drop_table("tasks_trackers")
