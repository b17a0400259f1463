"""Versions, their files and data, runs, and the ledger, which the database itself keeps from being changed.

Revision ID: classifiers_0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "classifiers_0002"
down_revision = "classifiers_0001"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER classifier_ledger_{event} BEFORE {event} ON classifier_ledger
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END
"""
_POSTGRESQL = (
    """
CREATE FUNCTION classifier_ledger_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$
""",
    """
CREATE TRIGGER classifier_ledger_grows BEFORE UPDATE OR DELETE ON classifier_ledger
FOR EACH ROW EXECUTE FUNCTION classifier_ledger_grows()
""",
)


def upgrade() -> None:
    op.create_table(
        "classifier_datasets",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("reduced", sa.Boolean, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "classifier_versions",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("dataset", sa.String(32), nullable=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("tasks", sa.JSON, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
    )
    op.create_table(
        "classifier_files",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("path", sa.String(255), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "classifier_serving",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "classifier_ledger",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
    )
    op.create_index("classifier_ledger_team", "classifier_ledger", ["team", "id"])
    op.create_table(
        "classifier_runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("slot", sa.Integer, unique=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("cancelled_by", sa.String(64)),
        sa.Column("message", sa.String(64)),
        sa.Column("version", sa.Integer),
        sa.Column("error", sa.Text),
    )
    op.create_index("classifier_runs_team", "classifier_runs", ["team", "began"])
    op.create_table(
        "classifier_must",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("task", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "classifier_golden",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column(
            "example", sa.String(32), sa.ForeignKey("classifier_examples.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(event=event))
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    for table in ("golden", "must", "runs", "ledger", "serving", "files", "versions", "datasets"):
        op.drop_table(f"classifier_{table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION classifier_ledger_grows()")
