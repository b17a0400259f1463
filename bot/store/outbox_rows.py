"""What is done with outbox rows: plain functions of a connection, each part of one transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import Outgoing
from bot.store.models import UNSENT, WAITING, OutboxRow

_T = cast(Table, OutboxRow.__table__)
_C = _T.c
State = Literal["queued", "sending", "sent", "lost", "failed", "dropped"]
FINAL: frozenset[str] = frozenset({"sent", "lost", "failed", "dropped"})

_NAMES = (
    "id", "team", "kind", "channel", "thread", "person", "target", "payload", "state", "owner",
    "skill", "asker", "question", "question_ts", "memory", "created_at",
)  # fmt: skip
_VALUES: dict[str, Any] = {name: bindparam(name) for name in _NAMES}
_INSERT = {
    "sqlite": sqlite.insert(_T).values(**_VALUES, attempts=0).on_conflict_do_nothing().returning(_C.seq),
    "postgresql": postgresql.insert(_T).values(**_VALUES, attempts=0).on_conflict_do_nothing().returning(_C.seq),
}
_MARK_SENDING = (
    update(_T)
    .where(_C.seq == bindparam("number"), _C.owner == bindparam("owned_by"))
    .values(state="sending", attempts=_C.attempts + 1)
)
_REQUEUE = update(_T).where(_C.seq == bindparam("number"), _C.owner == bindparam("owned_by")).values(state="queued")
_FATE = select(_C.state, _C.ts).where(_C.id == bindparam("answer"))
_FINISH = (
    update(_T)
    .where(_C.seq == bindparam("number"))
    .values(
        state=bindparam("new_state"),
        ts=bindparam("new_ts"),
        error=bindparam("why"),
        payload=bindparam("rest"),
        owner=None,
    )
)
_LOAD = select(_T).where(_C.seq == bindparam("number"))


@dataclass(slots=True)
class Item:
    """A row on its way: what a sender needs of it."""

    seq: int
    id: str
    team: str
    kind: str
    channel: str
    state: str
    thread: str | None = None
    person: str | None = None
    target: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    asker: str = ""
    created_at: float = 0.0
    loaded: bool = True
    """False: a row of a long queue, of which only the fields without defaults are held in memory."""


def add(connection: Connection, outgoing: Outgoing, state: State, owner: str | None) -> Item | None:
    """Stores `outgoing`; returns None when its id is there already: the same effect happens once."""
    now = time.time()
    values = {
        "id": outgoing.id,
        "team": outgoing.team,
        "kind": outgoing.kind,
        "channel": outgoing.channel,
        "thread": outgoing.thread,
        "person": outgoing.person,
        "target": outgoing.target,
        "payload": dict(outgoing.payload),
        "state": state,
        "owner": owner,
        "skill": outgoing.skill,
        "asker": outgoing.asker,
        "question": _storable(outgoing.question),
        "question_ts": outgoing.question_ts,
        "memory": dict(outgoing.memory),
        "created_at": now,
    }
    seq: int | None = connection.execute(_INSERT[connection.dialect.name], values).scalar_one_or_none()
    if seq is None:
        return None
    return Item(
        seq=seq,
        id=outgoing.id,
        team=outgoing.team,
        kind=outgoing.kind,
        channel=outgoing.channel,
        state=state,
        thread=outgoing.thread,
        person=outgoing.person,
        target=outgoing.target,
        payload=dict(outgoing.payload),
        asker=outgoing.asker,
        created_at=now,
    )


def mark_sending(connection: Connection, seq: int, owner: str) -> bool:
    """Says that a call to Slack begins. False when the row is no longer `owner`'s: another replica took it over."""
    return connection.execute(_MARK_SENDING, {"number": seq, "owned_by": owner}).rowcount == 1


def requeue(connection: Connection, seq: int, owner: str) -> None:
    """Says that the call which was begun did nothing."""
    connection.execute(_REQUEUE, {"number": seq, "owned_by": owner})


def fate(connection: Connection, answer: str) -> tuple[str, str | None] | None:
    """Returns the state and ts of the answer, or None when there is no such row."""
    row = connection.execute(_FATE, {"answer": answer}).one_or_none()
    return (row.state, row.ts) if row is not None else None


def finish(connection: Connection, item: Item, state: State, ts: str | None, error: str | None) -> None:
    """Writes down what became of the row. Of its payload the text stays, for the history of its thread."""
    rest = {"text": item.payload["text"]} if item.payload.get("text") else {}
    connection.execute(_FINISH, {"number": item.seq, "new_state": state, "new_ts": ts, "why": error, "rest": rest})


def load(connection: Connection, seq: int) -> Item:
    """Returns the row with all that a sender needs."""
    return _item(connection.execute(_LOAD, {"number": seq}).one())


def take_over(connection: Connection, owner: str, alive: Sequence[str]) -> list[Item]:
    """Makes `owner` the owner of every row still to be sent whose owner is not `alive`; returns them in order.

    Their payloads are left where they are: there may be thousands.
    """
    found = connection.execute(
        update(_T)
        .where(WAITING, _C.owner.is_(None) | _C.owner.not_in(alive))
        .values(owner=owner)
        .returning(_C.seq, _C.id, _C.team, _C.kind, _C.channel, _C.state)
    )
    return sorted((_light_item(row) for row in found), key=lambda item: item.seq)


def give_back(connection: Connection, owner: str) -> None:
    """Frees the unsent rows of a replica that stops."""
    connection.execute(update(_T).where(WAITING, _C.owner == owner).values(owner=None))


def forget(connection: Connection, before: float, limit: int) -> int:
    """Deletes up to `limit` finished rows made before `before` (epoch seconds), oldest first; returns how many."""
    oldest = select(_C.seq).order_by(_C.seq).limit(limit)
    return connection.execute(
        delete(_T).where(_C.seq.in_(oldest.scalar_subquery()), _C.created_at < before, _C.state.in_(tuple(FINAL)))
    ).rowcount


def count_states(connection: Connection) -> dict[str, int]:
    """Returns how many rows are in each state but `sent`."""
    counts: dict[str, int] = {}
    for condition in (WAITING, UNSENT):
        rows = connection.execute(select(_C.state, func.count()).where(condition).group_by(_C.state))
        counts.update({row.state: row[1] for row in rows})
    return counts


def _light_item(row: Row[Any]) -> Item:
    return Item(row.seq, row.id, row.team, row.kind, row.channel, row.state, loaded=False)


def _item(row: Row[Any]) -> Item:
    return Item(
        seq=row.seq,
        id=row.id,
        team=row.team,
        kind=row.kind,
        channel=row.channel,
        state=row.state,
        thread=row.thread,
        person=row.person,
        target=row.target,
        payload=dict(row.payload),
        asker=row.asker,
        created_at=row.created_at,
    )


def _storable(words: str) -> str:
    """Half a surrogate pair and NUL are legal in JSON but in no database column."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
