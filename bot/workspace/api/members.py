"""auth.*, apps.*, users.*, usergroups.*, team.* and bots.*: who is who (docs.slack.dev/reference/methods)."""

from bot.workspace.accounts import (
    APP_ID,
    BOT,
    BOT_ID,
    BOT_USER,
    BY_ID,
    MEMBERS,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    user_object,
)
from bot.workspace.api.calls import Call, Json, method, page_of
from bot.workspace.errors import SlackError


@method("auth.test")
async def auth_test(call: Call) -> Json:
    """Whose token it is."""
    if call.caller.kind == "app":
        return {"app_name": BOT.name, "app_id": APP_ID}
    answer: Json = {
        "url": f"{call.workspace.url}/",
        "team": TEAM_NAME,
        "user": BY_ID[call.caller.user].handle,
        "team_id": TEAM_ID,
        "user_id": call.caller.user,
        "is_enterprise_install": False,
    }
    return answer | {"bot_id": BOT_ID} if call.caller.kind == "bot" else answer


@method("apps.connections.open")
async def open_connection(call: Call) -> Json:
    """The one-use address of a socket."""
    ticket = call.workspace.sockets.new_ticket()
    address = call.workspace.url.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={ticket}&app_id={APP_ID}"}


@method("users.info")
async def user_info(call: Call) -> Json:
    """One member, with the locale whether asked for or not."""
    member = BY_ID.get(call.get("user"))
    if member is None:
        raise SlackError("user_not_found")
    return {"user": user_object(member)}


@method("users.list")
async def list_users(call: Call) -> Json:
    """All members, the bot too."""
    page, cursor = page_of(list(MEMBERS), call)
    return {"members": [user_object(member) for member in page], "cache_ts": 1750000000, **cursor}


@method("users.lookupByEmail")
async def look_up_by_email(call: Call) -> Json:
    """The person with a mail address."""
    for member in MEMBERS:
        shown = user_object(member)
        if shown["profile"].get("email", "").casefold() == call.get("email").casefold():
            return {"user": shown}
    raise SlackError("users_not_found")


@method("usergroups.list")
async def list_groups(call: Call) -> Json:
    """No groups: the local workspace has none."""
    return {"usergroups": []}


@method("usergroups.users.list")
async def list_group_members(call: Call) -> Json:
    """Always refused, since there are no groups."""
    raise SlackError("no_such_subteam")


@method("team.info")
async def team_info(call: Call) -> Json:
    """The workspace."""
    if call.get("team", TEAM_ID) != TEAM_ID:
        raise SlackError("team_not_found")
    team = {
        "id": TEAM_ID,
        "name": TEAM_NAME,
        "url": f"{call.workspace.url}/",
        "domain": TEAM_DOMAIN,
        "email_domain": "local.example",
        "icon": {"image_default": True},
    }
    return {"team": team}


@method("bots.info")
async def bot_info(call: Call) -> Json:
    """The app's bot."""
    if call.get("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {
        "id": BOT_ID,
        "deleted": False,
        "name": BOT.name,
        "updated": 1750000000,
        "app_id": APP_ID,
        "user_id": BOT_USER,
        "icons": {},
    }
    return {"bot": bot}
