"""What is done with inbox rows: plain functions of a connection, each part of one transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.models import InboxRow

_T = cast(Table, InboxRow.__table__)
_C = _T.c
_NEW = ("team", "delivery", "message", "body", "received_at", "owner")
_VALUES: dict[str, Any] = {name: bindparam(name) for name in _NEW}
_INSERT = {
    "sqlite": sqlite.insert(_T).values(**_VALUES, attempts=0).on_conflict_do_nothing().returning(_C.id),
    "postgresql": postgresql.insert(_T).values(**_VALUES, attempts=0).on_conflict_do_nothing().returning(_C.id),
}
_CLOSE = (
    update(_T)
    .where(_C.id == bindparam("row"), _C.owner == bindparam("owned_by"), _C.done_at.is_(None))
    .values(done_at=bindparam("at"), body=None, owner=None)
)
_BEGIN = (
    update(_T)
    .where(_C.id == bindparam("row"), _C.owner == bindparam("owned_by"), _C.done_at.is_(None))
    .values(attempts=_C.attempts + 1)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An open row: its number, its two keys' first, the payload and how many processes have died over it."""

    row: int
    team: str
    delivery: str
    body: dict[str, Any]
    attempts: int


def keep(
    connection: Connection, team: str, delivery: str, message: str | None, body: dict[str, Any], owner: str
) -> int | None:
    """Returns the new row's number, or None when the delivery, or the message's other event, is here already."""
    values = {
        "team": team,
        "delivery": delivery,
        "message": message,
        "body": body,
        "received_at": time.time(),
        "owner": owner,
    }
    row: int | None = connection.execute(_INSERT[connection.dialect.name], values).scalar_one_or_none()
    return row


def close(connection: Connection, row: int, owner: str) -> bool:
    """Marks the row done and empties it. False when it is no longer `owner`'s: another replica took it over."""
    return connection.execute(_CLOSE, {"row": row, "owned_by": owner, "at": time.time()}).rowcount == 1


def begin(connection: Connection, row: int, owner: str) -> bool:
    """Counts another attempt at the row. False when it is no longer `owner`'s."""
    return connection.execute(_BEGIN, {"row": row, "owned_by": owner}).rowcount == 1


def take_over(connection: Connection, owner: str, alive: Sequence[str]) -> list[Kept]:
    """Makes `owner` the owner of every open row whose owner is not `alive`; returns them in the order they came."""
    found = connection.execute(
        update(_T)
        .where(_C.done_at.is_(None), _C.owner.is_(None) | _C.owner.not_in(alive))
        .values(owner=owner)
        .returning(_C.id, _C.team, _C.delivery, _C.body, _C.attempts)
    )
    return sorted((Kept(*values) for values in found), key=lambda kept: kept.row)


def give_back(connection: Connection, owner: str) -> None:
    """Frees the open rows of a replica that stops, so that another needs not wait for its lease to end."""
    connection.execute(update(_T).where(_C.done_at.is_(None), _C.owner == owner).values(owner=None))


def forget(connection: Connection, before: float, limit: int) -> int:
    """Deletes up to `limit` of the rows received before `before` (epoch seconds) and done; returns how many."""
    oldest = select(_C.id).order_by(_C.id).limit(limit)
    done = delete(_T).where(_C.id.in_(oldest.scalar_subquery()), _C.received_at < before, _C.done_at.is_not(None))
    return connection.execute(done).rowcount
