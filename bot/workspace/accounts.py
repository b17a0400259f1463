"""Who and what a new local workspace holds: its team, people, bot, channels and their tokens."""

from dataclasses import dataclass
from typing import Any, Literal

TEAM_ID = "T0LOCAL"
TEAM_NAME = "Local workspace"
TEAM_DOMAIN = "local"
APP_ID = "A0DESKHAND"
BOT_ID = "B0DESKHAND"
BOT_USER = "U0DESKHAND"
BOT_HANDLE = "deskhand"
BOT_TOKEN = "xoxb-deskhand"  # noqa: S105 - an emulator's fixed name, no secret
APP_TOKEN = "xapp-deskhand"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """A member of the workspace."""

    id: str
    handle: str
    name: str
    locale: str
    zone: str
    zone_label: str
    zone_offset: int  # seconds east of UTC in winter, as `tz_offset` of a person who has not moved
    admin: bool = False
    bot: bool = False

    @property
    def token(self) -> str:
        """The token with which this person's client, or a script, acts."""
        return BOT_TOKEN if self.bot else f"xoxp-{self.handle}"


BERLIN = ("Europe/Berlin", "Central European Time", 3600)
SHANGHAI = ("Asia/Shanghai", "China Standard Time", 28800)
NEW_YORK = ("America/New_York", "Eastern Standard Time", -18000)

PEOPLE = (
    Person("U0LOCALANA", "ana", "Ana Keller", "en-US", *BERLIN, admin=True),
    Person("U0LOCALBEN", "ben", "Ben Okafor", "en-US", *BERLIN),
    Person("U0LOCALCHEN", "chen", "Chen Wei", "zh-CN", *SHANGHAI),
    Person("U0LOCALDANA", "dana", "Dana Brooks", "en-US", *NEW_YORK),
)
BOT = Person(
    BOT_USER, BOT_HANDLE, "Deskhand", "en-US", "America/Los_Angeles", "Pacific Standard Time", -28800, bot=True
)
MEMBERS = (*PEOPLE, BOT)
BY_ID = {member.id: member for member in MEMBERS}
BY_HANDLE = {member.handle: member for member in MEMBERS}

EVERYBODY = [member.id for member in MEMBERS]

# id, name, private, members
CHANNELS: tuple[tuple[str, str, bool, list[str]], ...] = (
    ("C0GENERAL", "general", False, EVERYBODY),
    ("C0ALERTS", "alerts", False, EVERYBODY),
    ("C0RANDOM", "random", False, EVERYBODY),
    ("C0SUPPORT", "support", True, [BY_HANDLE["ana"].id, BY_HANDLE["ben"].id, BOT_USER]),
)


@dataclass(frozen=True)
class Caller:
    """Whose token a call carries. `user` is empty for the app token."""

    kind: Literal["app", "bot", "user"]
    user: str
    label: str

    @property
    def is_app(self) -> bool:
        """Whether the call comes from the app (its bot or app token) and not from a person."""
        return self.kind != "user"


CALLERS = {person.token: Caller("user", person.id, person.handle) for person in PEOPLE} | {
    BOT_TOKEN: Caller("bot", BOT_USER, "bot"),
    APP_TOKEN: Caller("app", "", "app"),
}


def find_person(handle_or_id: object) -> Person | None:
    """The person with this handle or id; None when there is none, or when it is the bot."""
    member = BY_HANDLE.get(str(handle_or_id)) or BY_ID.get(str(handle_or_id))
    return None if member is None or member.bot else member


def user_object(member: Person) -> dict[str, Any]:
    """A member as `users.info` shows one (docs.slack.dev/reference/objects/user-object)."""
    profile: dict[str, Any] = {
        "real_name": member.name,
        "real_name_normalized": member.name,
        "display_name": member.handle,
        "display_name_normalized": member.handle,
        "first_name": member.name.split()[0],
        "last_name": member.name.split()[-1] if " " in member.name else "",
        "title": "",
        "status_text": "",
        "status_emoji": "",
        "team": TEAM_ID,
    }
    if member.bot:
        profile |= {"bot_id": BOT_ID, "api_app_id": APP_ID, "always_active": True}
    else:
        profile["email"] = f"{member.handle}@local.example"
    return {
        "id": member.id,
        "team_id": TEAM_ID,
        "name": member.handle,
        "real_name": member.name,
        "deleted": False,
        "tz": member.zone,
        "tz_label": member.zone_label,
        "tz_offset": member.zone_offset,
        "locale": member.locale,
        "profile": profile,
        "is_admin": member.admin,
        "is_owner": member.admin,
        "is_primary_owner": member.admin,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": member.bot,
        "is_app_user": False,
        "is_email_confirmed": not member.bot,
        "updated": 1750000000,
    }
