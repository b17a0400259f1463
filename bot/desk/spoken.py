"""The bot's own commands as people say them to it: `@deskhand status` for `/deskhand status`."""

from __future__ import annotations

_WORDS = {
    "help": "help",
    "?": "help",
    "帮助": "help",
    "幫助": "help",
    "status": "status",
    "状态": "status",
    "狀態": "status",
    "feedback": "feedback",
    "反馈": "feedback",
    "channel": "channel",
    "频道": "channel",
    "learning": "learning",
    "学习": "learning",
}
_ARGUMENTS = {"channel": {"on", "off", "everyone", "admins", "addressed", "overhear"}, "learning": {"on", "off"}}


def spoken(text: str) -> str | None:
    """Returns which of `/deskhand`'s subcommands `text` is, or None when it is none: it must say nothing else."""
    words = text.casefold().strip(" \t\n.!?。！？/").split()
    subcommand = _WORDS.get(words[0]) if words else None
    if subcommand is None or len(words) == 1:
        return subcommand
    return subcommand if len(words) == 2 and words[1] in _ARGUMENTS.get(subcommand, ()) else None
