"""What can be wrong with the database; each message is one sentence: what it is, and what to do."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database can't be used."""


class DatabaseInUse(DatabaseError):
    """Another process holds it."""


class DatabaseTooNew(DatabaseError):
    """A later version of Deskhand has changed its tables."""


class DatabaseUnreachable(DatabaseError):
    """There is no server, file or right to open it."""
