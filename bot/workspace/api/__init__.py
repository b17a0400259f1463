"""The Web API methods, one module per family."""

from bot.workspace.api import agents, chat, conversations, disturbing, files, members, reactions, streams, views
from bot.workspace.api.calls import METHODS, Call

__all__ = [
    "METHODS",
    "Call",
    "agents",
    "chat",
    "conversations",
    "disturbing",
    "files",
    "members",
    "reactions",
    "streams",
    "views",
]
