"""Labelled examples, their corrections, and who takes no part in learning.

Revision ID: classifiers_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "classifiers_0001"
down_revision = None
branch_labels = ("classifiers",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "classifier_examples",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("task", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("given", sa.String(64)),
        sa.Column("label", sa.String(64)),
        sa.Column("predicted", sa.String(64)),
        sa.Column("probability", sa.Float),
        sa.Column("margin", sa.Float),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("judge", sa.String(64), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("channel", sa.String(64)),
        sa.Column("message", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("held_by", sa.String(64)),
        sa.Column("held_until", sa.Float, nullable=False),
    )
    op.create_index("classifier_examples_author", "classifier_examples", ["team", "author", "task"])
    op.create_index("classifier_examples_judge", "classifier_examples", ["team", "judge"])
    op.create_index("classifier_examples_state", "classifier_examples", ["team", "state", "margin"])
    op.create_table(
        "classifier_corrections",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column(
            "example", sa.String(32), sa.ForeignKey("classifier_examples.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("state_before", sa.String(16), nullable=False),
        sa.Column("label_before", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("label", sa.String(64)),
    )
    op.create_index("ix_classifier_corrections_example", "classifier_corrections", ["example"])
    op.create_index("classifier_corrections_at", "classifier_corrections", ["team", "at"])
    op.create_table(
        "classifier_opt_outs",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for table in ("corrections", "examples", "opt_outs"):
        op.drop_table(f"classifier_{table}")
