"""The settings of trackers, checked; what is wrong is said in keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from skills.tasks.linking.faults import SettingsFault, TrackerError
from skills.tasks.store.task import State

SECRETS_BEGIN_WITH = "DESKHAND_TRACKER_"
MAX_ACCOUNTS = 2_000

_KEYS = {"missing": "missing", "extra_forbidden": "unknown", "string_pattern_mismatch": "form"}
_OURS = frozenset({"url", "https", "secret_name", "twice", "state"})


def _address(url: str, info: ValidationInfo) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _fault("url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise _fault("url")
    # A token goes over the wire in clear only where the network is the operator's own.
    if parts.scheme == "http" and not (info.context or {}).get("allow_private"):
        raise _fault("https")
    return url.rstrip("/")


def _secret_name(name: str) -> str:
    rest = name.removeprefix(SECRETS_BEGIN_WITH)
    if rest == name or not rest or not rest.replace("_", "A").isalnum() or not rest.isascii() or rest != rest.upper():
        raise _fault("secret_name")
    return name


def _one_to_one(accounts: dict[str, str]) -> dict[str, str]:
    if len({account.casefold() for account in accounts.values()}) != len(accounts):
        raise _fault("twice")
    return accounts


def _states(statuses: dict[str, str]) -> dict[str, str]:
    if statuses.keys() - set(get_args(State)):
        raise _fault("state")
    if len({name.casefold() for name in statuses.values()}) != len(statuses):
        raise _fault("twice")
    return statuses


def _fault(key: str) -> PydanticCustomError:
    return PydanticCustomError(key, key)


_Url = Annotated[str, Field(max_length=500), AfterValidator(_address)]
_SecretName = Annotated[str, Field(max_length=100), AfterValidator(_secret_name)]


class TrackerSettings(BaseModel):
    """`token_env` and `webhook_secret_env` name environment variables; `accounts` maps people's ids to accounts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: _Url
    token_env: _SecretName
    webhook_secret_env: _SecretName | None = None
    accounts: Annotated[dict[str, str], Field(max_length=MAX_ACCOUNTS), AfterValidator(_one_to_one)] = {}


class GitHubSettings(TrackerSettings):
    """`base_url` of an Enterprise Server ends with `/api/v3`; `accounts` are logins."""

    base_url: _Url = "https://api.github.com"
    repository: str = Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}$")


class JiraSettings(TrackerSettings):
    """`email` is that of the account whose API token it is, `accounts` are account ids.

    `statuses` names the status for states that the status categories don't tell apart: blocked, dropped.
    """

    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,79}$")
    email: str = Field(pattern=r"^[^\s:@]{1,100}@[^\s:@]{1,150}$")
    issue_type: str = Field("Task", min_length=1, max_length=60)
    statuses: Annotated[dict[str, str], AfterValidator(_states)] = {}


KINDS: Mapping[str, type[TrackerSettings]] = {"github": GitHubSettings, "jira": JiraSettings}


def read_settings(kind: str, given: Mapping[str, Any], *, allow_private: bool = False) -> TrackerSettings:
    """Returns checked settings. Raises `SettingsFault` with every fault; plain http is for `allow_private` alone."""
    if kind not in KINDS:
        raise SettingsFault([("kind", "kind")])
    try:
        return KINDS[kind].model_validate(dict(given), context={"allow_private": allow_private})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise SettingsFault([(str(one["loc"][0]), _key(one["type"])) for one in found]) from None


def secret(variable: str) -> str:
    """Returns the value of an environment variable that settings name. Raises `TrackerError`: secret."""
    value = os.environ.get(variable) if variable.startswith(SECRETS_BEGIN_WITH) else None
    if not value:
        raise TrackerError("secret", detail=variable)
    return value


def _key(type_: str) -> str:
    return type_ if type_ in _OURS else _KEYS.get(type_, "wrong")
