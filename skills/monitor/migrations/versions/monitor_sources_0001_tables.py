"""Sources, their lanes, what was seen, posts, and what owners are told.

Revision ID: monitor_sources_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "monitor_sources_0001"
down_revision = None
branch_labels = ("monitor_sources",)
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "monitor_sources",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("lane", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("looked_at", sa.Float),
        sa.Column("primed", sa.Boolean, nullable=False),
        sa.Column("cursor", sa.JSON, nullable=False),
        sa.Column("validated_url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.Column("interval", sa.Float, nullable=False),
        sa.Column("ok_at", sa.Float),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("fault", sa.JSON),
        sa.Column("moved_to", sa.Text),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.Column("gap", sa.Float),
        sa.Column("longest_gap", sa.Float, nullable=False),
        sa.Column("quiet", sa.Float, nullable=False),
        sa.Column("reported", sa.String(16)),
    )
    op.create_index("monitor_sources_due", "monitor_sources", ["team", "lane", "due_at"])
    op.create_index("monitor_sources_team", "monitor_sources", ["team", "name"])
    op.create_table(
        "monitor_lanes",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("lane", sa.String(255), primary_key=True),
        sa.Column("holder", sa.String(64)),
        sa.Column("leased_until", sa.Float, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("noted_at", sa.Float, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("ok_at", sa.Float, nullable=False),
    )
    op.create_table(
        "monitor_seen",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "monitor_posts",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("published_as_given", sa.String(128), nullable=False),
        sa.Column("published_at", sa.Float, nullable=False),
        sa.Column("dating", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("numbers", sa.JSON, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("reader", sa.String(64)),
        sa.Column("leased_until", sa.Float, nullable=False),
        sa.Column("read_at", sa.Float),
        sa.UniqueConstraint("source", "key", name="monitor_posts_once"),
    )
    op.create_index("monitor_posts_unread", "monitor_posts", ["read_at", "id"])
    op.create_index("monitor_posts_published", "monitor_posts", ["team", "published_at"])
    op.create_index("monitor_posts_seen_at", "monitor_posts", ["seen_at"])
    op.create_table(
        "monitor_source_events",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("fault", sa.JSON),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("told_at", sa.Float),
    )
    op.create_index("monitor_source_events_untold", "monitor_source_events", ["told_at", "id"])


def downgrade() -> None:
    for table in ("source_events", "posts", "seen", "lanes", "sources"):
        op.drop_table(f"monitor_{table}")
