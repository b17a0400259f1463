"""Slash commands, as a person types them (docs.slack.dev/interactivity/implementing-slash-commands)."""

import re
from typing import TYPE_CHECKING, Any

from bot.workspace.accounts import APP_ID, BY_ID, TEAM_DOMAIN, TEAM_ID
from bot.workspace.arguments import manifest
from bot.workspace.errors import SlackError
from bot.workspace.events import TOKEN
from bot.workspace.hooks import ResponseUrl
from bot.workspace.responses import respond

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

Json = dict[str, Any]

REFERENCE = re.compile(r"<([@#])([A-Z0-9]+)>")


def named(workspace: "Workspace", text: str) -> str:
    """The text with people and channels named inside their references, as `should_escape` sends them."""

    def name(match: re.Match[str]) -> str:
        sign, found = match.groups()
        channel = workspace.channels.by_id.get(found)
        name = BY_ID[found].handle if found in BY_ID else channel["name"] if channel else None
        return f"<{sign}{found}|{name}>" if name else match.group()

    return REFERENCE.sub(name, text)


async def run_command(workspace: "Workspace", user: str, channel: Json, command: str, text: str) -> None:
    """Sends a command to the app and shows what its ack answers.

    Raises SlackError `unknown_command`, or `no_ack` when the app is silent for three seconds.
    """
    if all(known["command"] != command for known in manifest()["features"]["slash_commands"]):
        raise SlackError("unknown_command")
    path = workspace.responses.new(user, channel["id"], None, None)
    payload = {
        "token": TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel["id"],
        "channel_name": channel["name"] or "directmessage",
        "user_id": user,
        "user_name": BY_ID[user].handle,
        "command": command,
        "text": named(workspace, text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": f"{workspace.url}{path}",
        "trigger_id": workspace.triggers.new(user),
    }
    answer = await workspace.sockets.ask("slash_commands", payload, takes_payload=True)
    if answer.get("text") or answer.get("blocks") or answer.get("attachments"):
        try:
            respond(workspace, ResponseUrl(user, channel["id"], None, None, 0.0), answer)
        except SlackError as error:
            workspace.journal.violation("ack", error.what())
