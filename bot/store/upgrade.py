"""Brings the tables up to date at every start: the bot's own branch of migrations, the index's and each skill's.

Alembic takes 0.2 s to import, so what the migrations' files say is first compared with the database by two short
queries; it is imported only when there is something to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.engine import BUSY_SECONDS, Database, database_url
from bot.store.errors import DatabaseError, DatabaseInUse, DatabaseTooNew, DatabaseUnreachable

BRANCH = Path(__file__).parent / "migrations" / "versions"
"""Folder of the Alembic branch `bot`."""

_REVISION = re.compile(r"^(revision|down_revision)\b[^=]*=\s*(.+)$", re.MULTILINE)
_NAME = re.compile(r"[\"']([^\"']+)[\"']")
_ADVISORY_LOCK = 0x6465736B
"""Key of the PostgreSQL lock under which one replica migrates while the others wait."""


async def open_database(
    data: Path, url: str | None = None, *, durable: bool = False, branches: Sequence[Path] = ()
) -> Database:
    """Returns the database, its tables up to date.

    `branches` are folders of Alembic migrations beside the bot's own. Raises `DatabaseError` with one sentence for a
    database that is locked, newer than this code, damaged, unreachable, or refuses the password.
    """
    parsed = database_url(url, data)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable(
                f"{data}: cannot be made ({error.strerror}); choose another with --data"
            ) from None
    database = Database(parsed, durable=durable)
    folders = [BRANCH, *branches]
    try:
        if database.is_sqlite:
            await database.run(_check_is_ours)
            if await database.run(lambda connection: _is_behind(connection, folders)):
                await database.run(lambda _: _upgrade_sqlite(str(parsed.database), folders))
        else:
            await _upgrade_postgres(database.engine, folders)
    except DatabaseError:
        await database.close()
        raise
    except Exception as error:
        await database.close()
        if isinstance(error, DBAPIError | OSError) or _is_postgres_fault(error):
            raise explain(error, database) from error
        raise
    return database


def known_heads(folders: Sequence[Path]) -> tuple[frozenset[str], frozenset[str]]:
    """Returns the newest revisions of every branch and all revisions, as the files' first lines name them."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for folder in folders:
        for file in folder.glob("*.py"):
            for name, value in _REVISION.findall(file.read_text(encoding="utf-8")):
                (revisions if name == "revision" else followed).update(_NAME.findall(value))
    return frozenset(revisions - followed), frozenset(revisions)


def _is_postgres_fault(error: Exception) -> bool:
    """Whether the server refused a connection: SQLAlchemy passes asyncpg's own exceptions on then."""
    return type(error).__module__.startswith("asyncpg.")


def explain(error: Exception, database: Database) -> DatabaseError:
    """Returns what `error` means for a person who starts the bot, and what to do about it."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = str(cause)
    place = database.url.render_as_string(hide_password=True)
    if database.is_sqlite:
        place = str(database.url.database)
        if "locked" in words:
            return DatabaseInUse(
                f"{place}: is locked by another process; wait for it (deskhand index add, say) or stop it"
            )
        if "not a database" in words or "malformed" in words:
            return DatabaseUnreachable(f"{place}: is damaged or no SQLite database; move it away or restore a copy")
        return DatabaseUnreachable(f"{place}: cannot be opened ({words}); check the folder's rights and free space")
    kind = type(cause.__cause__ or cause).__name__
    if kind in ("InvalidPasswordError", "InvalidAuthorizationSpecificationError"):
        return DatabaseUnreachable(f"{place}: refuses user or password; check them in DATABASE_URL")
    if kind == "InvalidCatalogNameError":
        return DatabaseUnreachable(f"{place}: has no such database; create it (createdb) or mend DATABASE_URL")
    return DatabaseUnreachable(f"{place}: cannot be reached ({kind}); check that the server runs and DATABASE_URL")


def _check_is_ours(connection: Connection) -> None:
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    tables = inspect(connection).get_table_names() if version else []
    if tables and "alembic_version" not in tables:
        raise DatabaseUnreachable(
            f"{connection.engine.url.database}: holds tables that are not Deskhand's; choose another folder with --data"
        )


def _is_behind(connection: Connection, folders: Sequence[Path]) -> bool:
    """Returns whether a migration waits. Raises `DatabaseTooNew` when the database knows more than the files."""
    heads, revisions = known_heads(folders)
    current: set[str] = set()
    if inspect(connection).has_table("alembic_version"):
        current = set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if unknown := sorted(current - revisions):
        raise DatabaseTooNew(
            f"the database was changed by a newer Deskhand, or by a skill that is not installed (revision "
            f"{', '.join(unknown)}); install that version or skill again, or use another database"
        )
    return current != heads


def _upgrade_sqlite(path: str, folders: Sequence[Path]) -> None:
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "isolation_level": None}, hide_parameters=True
    )
    # The driver would run each CREATE TABLE outside the transaction: a crash would leave half a migration.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            if _is_behind(connection, folders):
                _migrate(connection, folders)
    finally:
        engine.dispose()


async def _upgrade_postgres(engine: AsyncEngine, folders: Sequence[Path]) -> None:
    async with engine.begin() as connection:
        if not await connection.run_sync(_is_behind, folders):
            return
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if await connection.run_sync(_is_behind, folders):
            await connection.run_sync(_migrate, folders)


def _migrate(connection: Connection, folders: Sequence[Path]) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(BRANCH.parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
