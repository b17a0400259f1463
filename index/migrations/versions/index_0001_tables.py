"""The index's tables.

Revision ID: index_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "index_0001"
down_revision = None
branch_labels = ("index",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_versions",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("lineage", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "index_languages",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
    )
    op.create_table(
        "index_documents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("date", sa.DateTime(timezone=True)),
        sa.Column("visible_to", sa.JSON, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.UniqueConstraint("team", "key_hash"),
    )
    op.create_index("index_documents_source", "index_documents", ["source"], postgresql_using="hash")
    op.create_table(
        "index_passages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column(
            "document_id",
            sa.Integer,
            sa.ForeignKey("index_documents.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("link", sa.Text),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text_hash", sa.String(32), nullable=False),
    )
    op.create_index("ix_index_passages_document_id", "index_passages", ["document_id"])
    op.create_index("index_passages_team", "index_passages", ["team"])
    op.create_table(
        "index_vectors",
        sa.Column(
            "passage_id",
            sa.Integer,
            sa.ForeignKey("index_passages.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "index_changes",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("document_id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("index_changes_version", "index_changes", ["team", "version"])


def downgrade() -> None:
    for table in ("changes", "vectors", "passages", "documents", "languages", "versions"):
        op.drop_table(f"index_{table}")
