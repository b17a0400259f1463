"""Which posts are copies of which.

Revision ID: monitor_reading_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "monitor_reading_0001"
down_revision = None
branch_labels = ("monitor_reading",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitor_folds",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("post", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leader", sa.BigInteger, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("distance", sa.Float, nullable=False),
        sa.Column("agreements", sa.JSON, nullable=False),
        sa.Column("signature", sa.JSON),
        sa.Column("sketch", sa.LargeBinary),
    )
    op.create_index("monitor_folds_leader", "monitor_folds", ["team", "leader"])
    op.create_index("monitor_folds_at", "monitor_folds", ["at"])
    op.create_table(
        "monitor_fold_keys",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("post", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("monitor_fold_keys_at", "monitor_fold_keys", ["at"])
    op.create_table(
        "monitor_fold_turns",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("turns", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("fold_turns", "fold_keys", "folds"):
        op.drop_table(f"monitor_{table}")
