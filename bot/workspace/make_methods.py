"""Makes `methods.json`, the table of Web API methods that the local workspace checks calls against.

Run as `python -m bot.workspace.make_methods FOLDER`, where FOLDER holds one description per method as in
slack-ruby/slack-api-ref (arguments as JSON Schema). Names, types, limits, scopes and rate tiers are taken;
texts are not.
"""

import json
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("methods.json")

Json = dict[str, Any]

# Where the scrape is known to be wrong: these arguments are optional in Slack.
OPTIONAL = {
    ("chat.appendStream", "markdown_text"),
    ("assistant.threads.setSuggestedPrompts", "thread_ts"),
}

# What a text in the reference says but its schema does not (docs.slack.dev/reference/methods).
TYPES: dict[tuple[str, str], Json] = {
    ("chat.stopStream", "blocks"): {"type": "array"},
    ("assistant.threads.setSuggestedPrompts", "prompts"): {"type": "array"},
    ("agents.sessions.setStatus", "title"): {"type": "string", "max_length": 200},
    ("agents.sessions.rename", "title"): {"type": "string", "max_length": 200},
}
TYPES |= {
    (method, name): {"type": "array"}
    for method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage")
    for name in ("blocks", "attachments")
}
TYPES |= {
    (method, "metadata"): {"type": "object"}
    for method in (
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.update",
        "chat.scheduleMessage",
        "chat.stopStream",
    )
}
TYPES |= {
    (method, "view"): {"type": "object"} for method in ("views.open", "views.push", "views.update", "views.publish")
}
TYPES |= {("files.completeUploadExternal", "blocks"): {"type": "array"}}

# Arguments that slack_sdk 3.47 sends and the scrape does not know yet.
ADDED_ARGUMENTS: dict[str, dict[str, Json]] = {
    "chat.stopStream": {"session_status": {"type": "string", "enum": ["active", "processing", "suspended", "closed"]}},
    "files.completeUploadExternal": {"channels": {"type": "string"}},
}

# Methods of Slack that the scrape leaves out.
ADDED_METHODS: dict[str, Json] = {
    "chat.command": {
        "tokens": ["user"],
        "required": ["channel", "command"],
        "arguments": {
            "channel": {"type": "string"},
            "command": {"type": "string"},
            "text": {"type": "string"},
        },
    },
    "conversations.leave": {
        "tokens": ["bot", "user"],
        "tier": "t3",
        "required": ["channel"],
        "arguments": {"channel": {"type": "string"}},
    },
    "conversations.invite": {
        "tokens": ["bot", "user"],
        "tier": "t3",
        "scopes": ["channels:manage", "groups:write"],
        "required": ["channel", "users"],
        "arguments": {"channel": {"type": "string"}, "users": {"type": "string"}},
    },
    "conversations.kick": {
        "tokens": ["bot", "user"],
        "tier": "t3",
        "scopes": ["channels:manage", "groups:write"],
        "required": ["channel", "user"],
        "arguments": {"channel": {"type": "string"}, "user": {"type": "string"}},
    },
    "chat.scheduledMessages.list": {
        "tokens": ["bot", "user"],
        "tier": "t3",
        "required": [],
        "arguments": {
            "channel": {"type": "string"},
            "cursor": {"type": "string"},
            "limit": {"type": "integer"},
            "latest": {"type": "string"},
            "oldest": {"type": "string"},
        },
    },
    "dnd.teamInfo": {
        "tokens": ["bot", "user"],
        "tier": "t2",
        "scopes": ["dnd:read"],
        "required": ["users"],
        "arguments": {"users": {"type": "string"}},
    },
    "dnd.setSnooze": {
        "tokens": ["user"],
        "tier": "t2",
        "required": ["num_minutes"],
        "arguments": {"num_minutes": {"type": "integer", "minimum": 1}},
    },
    "dnd.endSnooze": {"tokens": ["user"], "tier": "t2", "required": [], "arguments": {}},
}

# Methods whose description names no scope: who may call them, from their pages.
TOKENS = {
    "apps.connections.open": ["app"],
    "auth.test": ["app", "bot", "user"],
    "chat.getPermalink": ["bot", "user"],
    "views.open": ["bot"],
    "views.push": ["bot"],
    "views.update": ["bot"],
    "views.publish": ["bot"],
}

# Not answered by the workspace: installing and revoking apps, and what the app has no scope for.
LEFT_OUT = {"oauth.v2.access", "auth.revoke", "chat.unfurl"}

LIMITS = {
    "enum": "enum",
    "maximum": "maximum",
    "minimum": "minimum",
    "maxLength": "max_length",
    "maxItems": "max_items",
}


def argument(schema: Json) -> Json:
    """The type and limits of one argument; an argument of several types gets the first that is not null."""
    choices = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]
    first = {**choices[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    kind = first.get("type", "string")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    entry: Json = {"type": kind}
    for source, target in LIMITS.items():
        # usergroups.list declares a maximum length of 0 for team_id: a slip of the scrape.
        if first.get(source):
            entry[target] = first[source]
    return entry


def method(name: str, description: Json) -> Json:
    """One row of the table from one description."""
    properties = {key: value for key, value in description["args"]["properties"].items() if key != "token"}
    arguments = {key: TYPES.get((name, key)) or argument(value) for key, value in properties.items()}
    arguments |= ADDED_ARGUMENTS.get(name, {})
    required = [
        key for key in description["args"].get("required") or [] if key != "token" and (name, key) not in OPTIONAL
    ]
    scopes = description.get("scope") or {}
    tokens = TOKENS.get(name) or [kind for kind in ("bot", "user") if scopes.get(kind)]
    row: Json = {"tokens": tokens, "required": required, "arguments": arguments}
    if scopes.get("bot"):
        row["scopes"] = sorted(scopes["bot"])
    if description.get("rate_limits"):
        row["tier"] = description["rate_limits"]
    return row


def table(folder: Path) -> dict[str, Json]:
    """The whole table, by method name."""
    paths = (path for path in folder.glob("*.json") if path.stem not in LEFT_OUT)
    rows = {path.stem: method(path.stem, json.loads(path.read_text())) for path in paths}
    return dict(sorted((rows | ADDED_METHODS).items()))


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(Path(sys.argv[1])), indent=1) + "\n")
