"""The cards that people were shown.

Revision ID: learning_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "learning_0001"
down_revision = None
branch_labels = ("learning",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learning_cards",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("example", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("answer", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("by", sa.String(64)),
        sa.Column("label", sa.String(64)),
        sa.Column("bare", sa.Boolean, nullable=False),
        sa.UniqueConstraint("team", "day", "number", name="learning_cards_once"),
        sa.UniqueConstraint("team", "example", name="learning_cards_example"),
    )
    op.create_index("learning_cards_state", "learning_cards", ["team", "state"])


def downgrade() -> None:
    op.drop_table("learning_cards")
