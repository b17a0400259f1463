"""Shadow periods and what was read in them, and whether people have read how a training ended.

Revision ID: classifiers_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "classifiers_0003"
down_revision = "classifiers_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "classifier_shadows",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("replaces", sa.Integer),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_table(
        "classifier_shadow_reads",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("turn", sa.String(64), primary_key=True),
        sa.Column("label_before", sa.String(64)),
        sa.Column("probability_before", sa.Float, nullable=False),
        sa.Column("answers_before", sa.Boolean, nullable=False),
        sa.Column("label", sa.String(64)),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("answers", sa.Boolean, nullable=False),
    )
    # Those that ended before this were told by whoever ran them.
    op.add_column("classifier_runs", sa.Column("told", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("classifier_runs", "told")
    for table in ("shadow_reads", "shadows"):
        op.drop_table(f"classifier_{table}")
