"""What was added, and what it held when it was last looked at.

Revision ID: index_0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "index_0002"
down_revision = "index_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_sources",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("visible_to", sa.JSON, nullable=False),
        sa.Column("looked_at", sa.Float, nullable=False),
    )
    op.create_table(
        "index_items",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("keys", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("index_items")
    op.drop_table("index_sources")
