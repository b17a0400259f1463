"""Reads the arguments of a Web API call and checks them against the table of methods."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.workspace.accounts import CALLERS, Caller
from bot.workspace.errors import SlackError

Json = dict[str, Any]

METHODS = Path(__file__).with_name("methods.json")
MANIFEST = Path(__file__).parent.parent / "manifest.json"


# What Slack answers when one of these is no JSON of the right kind.
FORMAT_ERRORS = {
    "attachments": "invalid_attachments",
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
}


@cache
def methods() -> dict[str, Json]:
    """The table of methods: tokens, scopes, required arguments, and each argument's type and limits."""
    table: dict[str, Json] = json.loads(METHODS.read_text())
    return table


@cache
def manifest() -> Json:
    """The app's manifest: commands, shortcuts, scopes and subscribed events."""
    loaded: Json = json.loads(MANIFEST.read_text())
    return loaded


@cache
def bot_scopes() -> frozenset[str]:
    """The scopes that the manifest asks for."""
    return frozenset(manifest()["oauth_config"]["scopes"]["bot"])


async def read_arguments(request: web.Request) -> Json:
    """The call's arguments: query, then form fields or the JSON body. Raises SlackError for a broken body."""
    arguments: Json = dict(request.query)
    if not request.can_read_body:
        return arguments
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text.strip() else {}
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return arguments | body
    return arguments | {key: value for key, value in (await request.post()).items() if isinstance(value, str)}


def take_token(request: web.Request, arguments: Json) -> str | None:
    """The token of a call, from its header or taken out of its arguments."""
    argument = arguments.pop("token", None)
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else argument


def find_caller(token: str | None) -> Caller:
    """Whose token it is. Raises SlackError `not_authed` without one, `invalid_auth` for a wrong one."""
    if not token:
        raise SlackError("not_authed")
    caller = CALLERS.get(token)
    if caller is None:
        raise SlackError("invalid_auth")
    return caller


def check_call(method: str, arguments: Json, caller: Caller) -> Json:
    """The arguments that the method knows, converted to their types.

    Raises SlackError `not_allowed_token_type`, `missing_scope` or `invalid_arguments`.
    """
    row = methods()[method]
    if caller.kind not in row["tokens"]:
        raise SlackError("not_allowed_token_type")
    scopes = row.get("scopes")
    if caller.kind == "bot" and scopes and not bot_scopes().intersection(scopes):
        raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(bot_scopes())))
    wrong: list[str] = []
    known: Json = {}
    for name, rules in row["arguments"].items():
        value = arguments.get(name)
        if value is None:
            continue
        converted, fault = convert(value, rules)
        if fault and name in FORMAT_ERRORS:
            raise SlackError(FORMAT_ERRORS[name], f"[ERROR] {fault} [json-pointer:/{name}]")
        if fault:
            wrong.append(f"[ERROR] {fault} [json-pointer:/{name}]")
        elif converted is not None:
            known[name] = converted
    wrong += [f"[ERROR] missing required field: {name}" for name in row["required"] if arguments.get(name) is None]
    if wrong:
        raise SlackError("invalid_arguments", *wrong)
    return known


def convert(value: Any, rules: Json) -> tuple[Any, str | None]:
    """The value as the table's type, with None for "as if not given"; or what is wrong with it."""
    kind = rules["type"]
    if kind == "boolean":
        return _boolean(value)
    if kind in ("integer", "number"):
        return _number(value, rules)
    if kind in ("array", "object"):
        return _structure(value, kind, rules)
    if isinstance(value, bool | int | float):
        value = str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ",".join(value)  # slack_sdk joins most lists itself; Slack takes both
    if not isinstance(value, str):
        return None, "must be a string"
    if "enum" in rules and value not in rules["enum"]:
        return None, f"must be one of: {', '.join(rules['enum'])}"
    if len(value) > rules.get("max_length", len(value)):
        return None, f"must be less than {rules['max_length'] + 1} characters"
    return value, None


def _boolean(value: Any) -> tuple[bool | None, str | None]:
    text = str(value).lower()
    if text in ("true", "1"):
        return True, None
    if text in ("false", "0", ""):
        return False, None
    return None, "must be a boolean"


def _number(value: Any, rules: Json) -> tuple[int | None, str | None]:
    if value == "":
        return None, None
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None, "must be a whole number"
    if number < rules.get("minimum", number) or number > rules.get("maximum", number):
        return None, f"must be from {rules.get('minimum', 'any')} to {rules.get('maximum', 'any')}"
    return number, None


def _structure(value: Any, kind: str, rules: Json) -> tuple[Any, str | None]:
    if isinstance(value, str):
        if not value.strip():
            return None, None
        try:
            value = json.loads(value)
        except ValueError:
            return None, f"must be a JSON {kind}"
    if not isinstance(value, list if kind == "array" else dict):
        return None, f"must be a JSON {kind}"
    if kind == "array" and len(value) > rules.get("max_items", len(value)):
        return None, f"no more than {rules['max_items']} items allowed"
    return value, None
