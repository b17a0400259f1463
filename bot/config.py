"""The settings: a TOML file and environment variables; secrets come from the environment alone."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SECRETS = {
    "bot_token": "SLACK_BOT_TOKEN",
    "app_token": "SLACK_APP_TOKEN",
    "signing_secret": "SLACK_SIGNING_SECRET",
    "llm_key": "DESKHAND_LLM_KEY",
}
"""Settings that a file may not hold, and the environment variable that holds each."""


_CLUSTER = re.compile(r"auto|(ray://)?[^\s/:]+:\d{1,5}")


class ConfigError(Exception):
    """A setting that can't be used; the message is one sentence for people, naming file and key."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Admins(_Section):
    people: tuple[str, ...] = ()
    """Ids of people who are Deskhand's admins beside Slack's own."""


class Reviewers(_Section):
    people: tuple[str, ...] = ()
    """Ids of people who may review what was learned from feedback, beside the admins."""


class Slack(_Section):
    api_url: str = "https://slack.com/api/"
    bots: tuple[str, ...] = ()
    """Names of bots that are answered when they address Deskhand."""
    requests_per_minute: int = Field(120, ge=1)
    """What one person may ask a minute before being told to wait."""


class Database(_Section):
    url: str | None = None
    """PostgreSQL by URL; SQLite under the data folder without one."""
    durable: bool = False
    """True: a commit survives power loss too (SQLite `synchronous=FULL`), at several milliseconds a message."""


class IndexSettings(_Section):
    model: str | None = None
    """Any sentence-transformers model, by name or folder, in place of the embedded encoders."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    reranker: str | None = None
    """A sentence-transformers cross-encoder, by name or folder, that reorders the best passages."""
    allow_private: bool = False
    """True: web pages may be fetched from private and loopback addresses."""
    max_megabytes: float = Field(50.0, gt=0)
    """Files and pages larger than this are left out."""


class Monitor(_Section):
    allow_private: bool = False
    """True: feeds and other sources may lie at private and loopback addresses."""


class Learning(_Section):
    at: time | None = time(2)
    """Time of day of the nightly training, in the first admin's zone; "" for never."""
    enough: int = Field(50, ge=0)
    """So many new examples start one by themselves; 0 for never."""
    weekly: bool = True
    """Every Monday at nine a report of the last week is posted."""
    channel: str | None = None
    """Id of the channel that is told; else the one in which people take over, or the first admin."""
    method: Literal["auto", "heads", "lora", "full"] = "auto"
    """Heads on the untouched encoder, a tuned encoder (by LoRA, or all weights), or whichever is better."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    minutes: float = Field(60.0, gt=0)
    """How long a training may take."""
    threads: int = Field(1, ge=1)
    """Threads of the processor that a training may use."""
    kept: int = Field(5, ge=1)
    """Versions whose files are kept, beside the one that serves and the one before it."""
    shadow_hours: float = Field(0.0, ge=0, le=720)
    """How long a version that passed reads silently along before it serves; 0 for not at all."""
    ray: str | None = None
    """Ray cluster on which trainings are tried first: `ray://HOST:10001`, or, on one of its machines, `auto` or its
    HOST:PORT. Whoever is in the cluster is trusted with what people wrote."""

    review_at: time | None = time(10)
    """Time of day of the cards that ask about uncertain texts, on working days, in that zone; "" for never."""
    review_cards: int = Field(5, ge=0, le=10)
    """How many a day at most; 0 for none."""
    review_channel: str | None = None
    """Id of the channel that gets them, in which all see them; else the first reviewer, or the first admin."""

    @field_validator("at", "review_at", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("ray")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _CLUSTER.fullmatch(value):
            raise ValueError("a cluster is ray://HOST:PORT, or HOST:PORT or auto on one of its machines")
        return value


class Hooks(_Section):
    port: int | None = Field(None, ge=1, le=65535)
    """Where other programs send posts with Socket Mode; signed HTTP takes them on its own port."""


class Llm(_Section):
    url: str
    """Base URL of an OpenAI-compatible endpoint, such as `http://127.0.0.1:8080/v1`."""
    model: str
    timeout_seconds: float = Field(30.0, gt=0)


class Settings(BaseSettings):
    """Everything that can be set. Environment variables win over the file."""

    model_config = SettingsConfigDict(env_prefix="DESKHAND_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path = Path("data")
    admins: Admins = Admins()
    reviewers: Reviewers = Reviewers()
    slack: Slack = Slack()
    database: Database = Database()
    index: IndexSettings = IndexSettings()
    monitor: Monitor = Monitor()
    hooks: Hooks = Hooks()
    learning: Learning = Learning()
    llm: Llm | None = None
    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    llm_key: SecretStr | None = None
    clock_url: str | None = None
    """Where the local workspace tells its clock; set by `deskhand local`."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load(file: Path | None = None, data: Path | None = None) -> Settings:
    """Returns the settings of `file` (default `deskhand.toml` where it exists) under the environment's.

    `data`, the command line's, wins over `DESKHAND_DATA` and the file. Raises `ConfigError` for a file that can't be
    read, an unknown key, a value of the wrong kind and a secret in the file.
    """
    path = file or Path("deskhand.toml")
    values: dict[str, Any] = {}
    if file is not None or path.is_file():
        values = _read(path)
    try:
        settings = Settings(**{**values, **_fixed_environment(values)})
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(error, path, values))) from None
    return settings.model_copy(update={"data": data}) if data is not None else settings


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name another file with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    for key, variable in SECRETS.items():
        if key in values:
            raise ConfigError(f"{path}: {key} is a secret: take it out of the file and set {variable} instead")
    return values


def _fixed_environment(values: Mapping[str, Any]) -> dict[str, Any]:
    """The variables whose names are fixed (`SLACK_BOT_TOKEN`), in the shape of the settings."""
    found: dict[str, Any] = {key: os.environ[name] for key, name in SECRETS.items() if os.environ.get(name)}
    for section, key, name in (("slack", "api_url", "SLACK_API_URL"), ("database", "url", "DATABASE_URL")):
        if os.environ.get(name):
            inner = values.get(section, {})
            found[section] = {**(inner if isinstance(inner, dict) else {}), key: os.environ[name]}
    return found


def _explain(error: ValidationError, path: Path, values: Mapping[str, Any]) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        where = [str(part) for part in problem["loc"]]
        name = ".".join(where)
        place = f"{path}: {name}" if _holds(values, where) else f"environment: DESKHAND_{'__'.join(where).upper()}"
        if problem["type"] == "extra_forbidden":
            close = difflib.get_close_matches(where[-1], _known(where[:-1]), n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(_known(where[:-1]))}"
            yield f"{place}: unknown key{hint}"
        elif problem["type"] == "missing":
            yield f"{path}: {name}: is missing and has no default"
        else:
            yield f"{place}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _holds(values: Mapping[str, Any], where: list[str]) -> bool:
    inner: Any = values
    for part in where:
        if not isinstance(inner, dict) or part not in inner:
            return False
        inner = inner[part]
    return True


def _known(section: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in section:
        annotation = model.model_fields[part].annotation
        choices = (annotation, *get_args(annotation))
        inner = next((kind for kind in choices if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if inner is None:
            return []
        model = inner
    return [key for key in model.model_fields if key not in SECRETS]
