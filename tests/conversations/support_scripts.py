"""The scripted support conversations of tests/data/support_conversations, as data; english.yaml explains each field."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from scripts import Planted

FOLDER = Path(__file__).parent.parent / "data" / "support_conversations"


@dataclass(frozen=True, slots=True)
class SupportTurn:
    who: str
    where: str
    how: str
    text: str = ""
    seconds: float = 0
    action: str = ""
    value: str = ""
    of: str = "reply"
    shortcut: str = ""
    form: dict[str, str] = field(default_factory=dict)
    seen_by: str = ""
    path: tuple[str, ...] = ()
    intent: str = ""
    offered: tuple[str, ...] = ()
    slot: str = ""
    says: tuple[str, ...] = ()
    says_any: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()
    to: str = ""
    language: str = ""
    replies: int | None = None
    card: dict[str, Any] | str | None = None
    draft: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SupportConversation:
    name: str
    turns: tuple[SupportTurn, ...]
    modes: dict[str, str]
    plant: tuple[Planted, ...]


def support_conversations() -> list[SupportConversation]:
    """Returns all of them, in the order of the files."""
    return [
        SupportConversation(
            row["name"],
            tuple(SupportTurn(**_turn(turn)) for turn in row["turns"]),
            row.get("modes", {}),
            tuple(Planted(one["title"], one["text"], tuple(one.get("visible_to", ()))) for one in row.get("plant", ())),
        )
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _turn(row: dict[str, Any]) -> dict[str, Any]:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    if isinstance(fields.get("path"), str):
        fields["path"] = (fields["path"],)
    return fields
