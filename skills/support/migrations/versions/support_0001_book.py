"""The answer book, its changes, and what was proposed for it.

Revision ID: support_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "support_0001"
down_revision = None
branch_labels = ("support",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support_books",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("slots", sa.JSON, nullable=False),
        sa.Column("editors", sa.JSON, nullable=False),
    )
    op.create_table(
        "support_intents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("owner", sa.String(96)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("team", "name"),
    )
    for table, counts in (("examples", ()), ("answers", ("helpful", "not_helpful"))):
        op.create_table(
            f"support_{table}",
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
            sa.Column("team", sa.String(64), nullable=False),
            sa.Column(
                "intent_id",
                sa.Integer,
                sa.ForeignKey("support_intents.id", ondelete="CASCADE"),
                nullable=False,
            ),
            sa.Column("language", sa.String(8), nullable=False),
            sa.Column("position", sa.Integer, nullable=False),
            sa.Column("text", sa.Text, nullable=False),
            *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
        )
        op.create_index(f"ix_support_{table}_team", f"support_{table}", ["team"])
        op.create_index(f"ix_support_{table}_intent_id", f"support_{table}", ["intent_id"])
    op.create_table(
        "support_book_changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(96), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("intent", sa.String(64)),
    )
    op.create_index("support_book_changes_team", "support_book_changes", ["team", "version"])
    op.create_table(
        "support_proposals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("intent", sa.JSON, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_support_proposals_team", "support_proposals", ["team"])


def downgrade() -> None:
    for table in ("proposals", "book_changes", "answers", "examples", "intents", "books"):
        op.drop_table(f"support_{table}")
