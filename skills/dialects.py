"""What SQLite and PostgreSQL each say in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the dialect's name: an insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
