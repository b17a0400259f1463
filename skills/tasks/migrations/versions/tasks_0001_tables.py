"""Tasks with their labels, dependencies and history; people, absences, templates, and where requests are noticed.

Revision ID: tasks_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tasks_0001"
down_revision = None
branch_labels = ("tasks",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEPS = sa.text("parent IS NOT NULL")
REMINDED = sa.text("remind_at IS NOT NULL")
ADVANCING = sa.text("advances_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "tasks_absences",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tasks_absences_of", "tasks_absences", ["team", "person", "last"], unique=False)
    op.create_table(
        "tasks_counters",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team"),
    )
    op.create_table(
        "tasks_channels",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("notices", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel"),
    )
    op.create_table(
        "tasks_offers",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", "thread"),
    )
    op.create_table(
        "tasks_people",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team", "person"),
    )
    op.create_table(
        "tasks_tasks",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("open", sa.Integer(), nullable=True),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("assignee", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("place_kind", sa.String(16), nullable=False),
        sa.Column("thread", sa.String(64), nullable=True),
        sa.Column("message", sa.String(64), nullable=True),
        sa.Column("link", sa.String(1000), nullable=True),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("due_wall", sa.String(19), nullable=True),
        sa.Column("due_whole_day", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("estimate", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("parent", ROW_NUMBER, nullable=True),
        sa.Column("series", sa.String(32), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=True),
        sa.Column("rule", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("advances_at", sa.Float(), nullable=True),
        sa.Column("planned_start", sa.Float(), nullable=True),
        sa.Column("planned_finish", sa.Float(), nullable=True),
        sa.Column("blocked", sa.String(500), nullable=False),
        sa.Column("snoozed_until", sa.Float(), nullable=True),
        sa.Column("remind_at", sa.Float(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("begun_at", sa.Float(), nullable=True),
        sa.Column("done_at", sa.Float(), nullable=True),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pending", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("series", "occurrence", name="tasks_once_an_occurrence"),
        sa.UniqueConstraint("team", "number", name="tasks_numbered"),
    )
    op.create_index("tasks_by_asker", "tasks_tasks", ["team", "asker", "open", "due_at"], unique=False)
    op.create_index("tasks_by_assignee", "tasks_tasks", ["team", "assignee", "open", "due_at"], unique=False)
    op.create_index("tasks_by_channel", "tasks_tasks", ["team", "channel", "open", "due_at"], unique=False)
    op.create_index("tasks_by_due", "tasks_tasks", ["team", "open", "due_at"], unique=False)
    op.create_index(
        "tasks_by_parent", "tasks_tasks", ["parent"], unique=False, sqlite_where=STEPS, postgresql_where=STEPS
    )
    op.create_index(
        "tasks_to_advance",
        "tasks_tasks",
        ["advances_at"],
        unique=False,
        sqlite_where=ADVANCING,
        postgresql_where=ADVANCING,
    )
    op.create_index("tasks_of_message", "tasks_tasks", ["team", "channel", "message"], unique=False)
    op.create_index(
        "tasks_to_remind", "tasks_tasks", ["remind_at"], unique=False, sqlite_where=REMINDED, postgresql_where=REMINDED
    )
    op.create_table(
        "tasks_templates",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team", "name"),
    )
    op.create_table(
        "tasks_changes",
        sa.Column("id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks_tasks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tasks_changes_by", "tasks_changes", ["team", "by", "id"], unique=False)
    op.create_index("tasks_changes_of", "tasks_changes", ["task", "id"], unique=False)
    op.create_table(
        "tasks_cards",
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("place_kind", sa.String(16), nullable=False),
        sa.Column("thread", sa.String(64), nullable=True),
        sa.Column("person", sa.String(64), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks_tasks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer"),
    )
    op.create_index("tasks_cards_of", "tasks_cards", ["task"], unique=False)
    op.create_table(
        "tasks_dependencies",
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("after", ROW_NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["after"], ["tasks_tasks.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task"], ["tasks_tasks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task", "after"),
    )
    op.create_index("tasks_waiting_for", "tasks_dependencies", ["after"], unique=False)
    op.create_table(
        "tasks_labels",
        sa.Column("task", ROW_NUMBER, nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks_tasks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task", "label"),
    )
    op.create_index("tasks_by_label", "tasks_labels", ["team", "label", "task"], unique=False)


def downgrade() -> None:
    for table in (
        "tasks_labels",
        "tasks_dependencies",
        "tasks_cards",
        "tasks_changes",
        "tasks_templates",
        "tasks_tasks",
        "tasks_people",
        "tasks_offers",
        "tasks_channels",
        "tasks_counters",
        "tasks_absences",
    ):
        op.drop_table(table)
