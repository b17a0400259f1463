"""When somebody in charge is called for a case that nobody claims.

Revision ID: support_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "support_0003"
down_revision = "support_0002"
branch_labels = None
depends_on = None

COLUMNS = ("urgent_call_minutes", "call_minutes")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("support_desks", sa.Column(column, sa.Integer))


def downgrade() -> None:
    with op.batch_alter_table("support_desks") as table:
        for column in COLUMNS:
            table.drop_column(column)
