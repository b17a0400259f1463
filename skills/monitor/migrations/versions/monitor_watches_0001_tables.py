"""Watches, what was read in posts, which post each watch is about, and what is usual for its topics.

Revision ID: monitor_watches_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "monitor_watches_0001"
down_revision = None
branch_labels = ("monitor_watches",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "monitor_watches",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("muted_until", sa.Float),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
        sa.Column("begun", sa.Float, nullable=False),
        sa.Column("cursor", ROW_NUMBER, nullable=False),
        sa.Column("useful", sa.Integer, nullable=False),
        sa.Column("not_useful", sa.Integer, nullable=False),
        sa.UniqueConstraint("team", "name", name="monitor_watches_named"),
    )
    op.create_table(
        "monitor_readings",
        sa.Column("post", ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("sentiment", sa.String(8), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("companies", sa.JSON, nullable=False),
        sa.Column("leader", ROW_NUMBER, nullable=False),
        sa.Column("corrected", sa.String(8)),
    )
    op.create_index("monitor_readings_time", "monitor_readings", ["team", "at"])
    op.create_index("monitor_readings_leader", "monitor_readings", ["leader"])
    op.create_table(
        "monitor_matches",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("watch", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("post", ROW_NUMBER, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("negative", sa.Boolean, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.UniqueConstraint("watch", "post", name="monitor_matches_once"),
    )
    op.create_index("monitor_matches_new", "monitor_matches", ["watch", "id"])
    op.create_index("monitor_matches_time", "monitor_matches", ["watch", "at"])
    op.create_index("monitor_matches_source", "monitor_matches", ["source", "at"])
    op.create_table(
        "monitor_series",
        sa.Column("watch", sa.String(32), primary_key=True),
        sa.Column("topic", sa.String(60), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
    )
