"""Tasks kept: their rows, every change with who made it, and what looks them up."""

from pathlib import Path

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "versions"
"""Folder of the Alembic branches of this skill."""
