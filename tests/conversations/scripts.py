"""The scripted conversations of tests/data/conversations, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

FOLDER = Path(__file__).parent.parent / "data" / "conversations"

How = Literal["mention", "dm", "command", "follow_up", "edit", "click"]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who writes or clicks what, where and how, and what the replies must hold; english.yaml explains each field."""

    who: str
    where: str
    how: How
    text: str = ""
    action: str = ""
    says: tuple[str, ...] = ()
    says_any: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    public_never: tuple[str, ...] = ()
    source: str | None = None
    known: bool | None = None
    to: Literal["asker", "thread", "channel", None] = None
    replies: int = 1
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    """A document added beside the handbook; visible to the channels named, else to everybody."""

    title: str
    text: str
    visible_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    name: str
    turns: tuple[Turn, ...]
    plant: tuple[Planted, ...] = field(default=())


def conversations() -> list[Conversation]:
    """Returns all of them, in the order of the files."""
    return [
        Conversation(
            row["name"],
            tuple(Turn(**_frozen(turn)) for turn in row["turns"]),
            tuple(Planted(**_frozen(planted)) for planted in row.get("plant", ())),
        )
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
