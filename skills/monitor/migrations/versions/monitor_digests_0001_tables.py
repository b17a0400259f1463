"""Bundles, and the records that gather in them.

Revision ID: monitor_digests_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "monitor_digests_0001"
down_revision = None
branch_labels = ("monitor_digests",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "monitor_bundles",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("bundle", sa.String(128), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("batches", sa.Integer, nullable=False),
        sa.Column("pause", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float),
        sa.Column("building", sa.Integer),
        sa.Column("leased_until", sa.Float, nullable=False),
    )
    op.create_index("monitor_bundles_due", "monitor_bundles", ["due_at"])
    op.create_table(
        "monitor_bundle_records",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("bundle", sa.String(128), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("batch", sa.Integer),
        sa.UniqueConstraint("team", "bundle", "key", name="monitor_bundle_records_once"),
    )
    op.create_index("monitor_bundle_records_batch", "monitor_bundle_records", ["team", "bundle", "batch"])
    op.create_index("monitor_bundle_records_at", "monitor_bundle_records", ["at"])


def downgrade() -> None:
    op.drop_table("monitor_bundle_records")
    op.drop_table("monitor_bundles")
