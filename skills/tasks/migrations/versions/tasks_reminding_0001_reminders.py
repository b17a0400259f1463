"""Reminders as they were claimed, and who could not be reached.

Revision ID: tasks_reminding_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tasks_reminding_0001"
down_revision = None
branch_labels = ("tasks_reminding",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSENT = sa.text("state = 'claimed'")


def upgrade() -> None:
    op.create_table(
        "tasks_reminder_turns",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team"),
    )
    op.create_table(
        "tasks_reminders",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(64), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("leased_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "key", name="tasks_reminders_once"),
    )
    op.create_index("tasks_reminders_at", "tasks_reminders", ["at"], unique=False)
    op.create_index(
        "tasks_reminders_unsent",
        "tasks_reminders",
        ["not_before"],
        unique=False,
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )
    op.create_table(
        "tasks_unreached",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "task", "person"),
    )


def downgrade() -> None:
    for table in ("tasks_unreached", "tasks_reminders", "tasks_reminder_turns"):
        op.drop_table(table)
