"""What a kind of source is: settings and a cursor in, posts and a new cursor out.

A kind is a class derived from `Source`, found through the entry-point group `deskhand.sources`, in this distribution
or in a team's own:

    [project.entry-points."deskhand.sources"]
    feed = "skills.monitor.sources.feeds:FeedSource"
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.post import Post, make_post

if TYPE_CHECKING:
    from skills.monitor.sources.web import Web

Cursor = Mapping[str, Any]
"""Where a source was read to: JSON, of the kind's own making."""

SECRETS_BEGIN_WITH = "DESKHAND_SOURCE_"
"""Only such environment variables can be named in settings, or anybody who may add a source could have a token sent."""

FILES_FOLDER = "sources"
"""Folder under the data folder in which files to follow lie."""


class SourceSettings(BaseModel):
    """What every source may be told: how often it is looked at, and how much a post of it weighs."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    weight: float = Field(1.0, gt=0, le=100)
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$")
    min_minutes: float = Field(5.0, ge=0.01, le=1440)
    max_minutes: float = Field(60.0, ge=0.01, le=10080)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave for conditional requests, and the address that it gave it for."""

    url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """Hash of the body, for servers that give neither."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a source is given when it is looked at. `first` until it was read once."""

    source: str
    now: datetime
    web: Web
    folder: Path
    cursor: Cursor = field(default_factory=dict)
    validators: Validators = field(default_factory=Validators)
    first: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a look brought, in the source's own order.

    `unchanged`: nothing new by the server's word. `fresh_for` seconds it asked not to come again. `more`: there is more
    to be read at once. `complete` is false where posts may have been missed, so that one should come sooner.
    """

    posts: Sequence[Post] = ()
    cursor: Cursor = field(default_factory=dict)
    validators: Validators = field(default_factory=Validators)
    unchanged: bool = False
    fresh_for: float | None = None
    more: bool = False
    moved_to: str | None = None


class Source(ABC):
    """One source, with its settings.

    `kind` is its name in the entry-point group and in the database. The posts of a `pushed` kind are handed over as
    they come: a look at it finds nothing, and only keeps count of how long it has been quiet.
    """

    kind: ClassVar[str]
    settings_type: ClassVar[type[SourceSettings]] = SourceSettings
    pushed: ClassVar[bool] = False

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings

    @property
    @abstractmethod
    def lane(self) -> str:
        """What is asked one request at a time, and spared as a whole when it asks for it: a host, mostly."""

    async def look(self, look: Look) -> Found:
        """Returns what is new since `look.cursor`. Raises `SourceError` when it can't be read."""
        return Found(cursor=look.cursor, unchanged=True)

    def post(self, look: Look, **values: Any) -> Post:
        """Returns a post of this source, with what its settings say of all of them."""
        language = values.pop("language", None) or self.settings.language
        return make_post(look.source, look.now, weight=self.settings.weight, language=language, **values)


def read_settings(kind: type[Source], given: Mapping[str, Any]) -> SourceSettings:
    """Returns checked settings. Raises `SourceError` with one sentence that names the first fault."""
    try:
        settings = kind.settings_type.model_validate(dict(given))
    except ValidationError as error:
        raise SourceError("settings", what=_first_fault(error)) from None
    if settings.max_minutes < settings.min_minutes:
        raise SourceError("settings", what="max_minutes is less than min_minutes")
    return settings


def secret(variable: str) -> str:
    """Returns the value of an environment variable that settings name."""
    value = os.environ.get(variable) if variable.startswith(SECRETS_BEGIN_WITH) else None
    if not value:
        raise SourceError("secret", variable=variable)
    return value


def _first_fault(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    # Of a value that may be a text or an object, the object's fault says more than "should be a text".
    first = next((one for one in found if one["type"] != "string_type"), found[0])
    place = ".".join(str(part) for part in first["loc"] if str(part).islower() and "-" not in str(part)) or "the whole"
    match first["type"]:
        case "missing":
            return f"{place} is missing"
        case "extra_forbidden":
            return f"{place} is not known"
        case _:
            words = str(first["msg"]).removeprefix("Value error, ")
            return f"{place}: {words[:1].lower()}{words[1:]}"
