"""The bot's tables: replicas, inbox, outbox, due rows, people, channels, feedback.

Revision ID: bot_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bot_0001"
down_revision = None
branch_labels = ("bot",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNDONE = sa.text("done_at IS NULL")
_UNSENT = sa.text("state IN ('lost', 'failed', 'dropped')")
_WAITING = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team", "id"),
    )
    op.create_table(
        "due",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(255), nullable=True),
        sa.Column("done_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "skill", "key", name="due_key"),
    )
    op.create_index("due_open", "due", ["due_at"], unique=False, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.create_table(
        "feedback",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "answer", "person"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("delivery", sa.String(255), nullable=False),
        sa.Column("message", sa.String(255), nullable=True),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "delivery", name="inbox_delivery"),
        sa.UniqueConstraint("team", "message", name="inbox_message"),
    )
    op.create_index("inbox_open", "inbox", ["id"], unique=False, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.create_table(
        "outbox",
        sa.Column("seq", _BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=True),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("target", sa.String(64), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(255), nullable=True),
        sa.Column("ts", sa.String(32), nullable=True),
        sa.Column("skill", sa.String(64), nullable=False),
        sa.Column("asker", sa.String(32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_ts", sa.String(32), nullable=True),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("outbox_message", "outbox", ["team", "channel", "ts"], unique=False)
    op.create_index("outbox_open", "outbox", ["seq"], unique=False, sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index("outbox_unsent", "outbox", ["state"], unique=False, sqlite_where=_UNSENT, postgresql_where=_UNSENT)
    op.create_index("outbox_question", "outbox", ["team", "channel", "question_ts"], unique=False)
    op.create_index("outbox_thread", "outbox", ["team", "channel", "thread"], unique=False)
    op.create_table(
        "people",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "id"),
    )
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    for table in ("replicas", "people", "outbox", "inbox", "feedback", "due", "channels"):
        op.drop_table(table)
