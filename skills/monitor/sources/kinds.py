"""The kinds of sources that are installed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.source import Source, read_settings

GROUP = "deskhand.sources"

log = logging.getLogger("deskhand.sources")


def installed_kinds() -> dict[str, type[Source]]:
    """Returns every kind by its name. A package that fails to load costs its own kind only."""
    kinds: dict[str, type[Source]] = {}
    for point in entry_points(group=GROUP):
        try:
            kind = point.load()
            if not (isinstance(kind, type) and issubclass(kind, Source)):
                raise TypeError(f"{point.value} is no Source")
            kinds[point.name] = kind
        except Exception:
            log.exception("a kind of source can't be loaded", extra={"kind": point.name})
    return kinds


def make_source(kinds: Mapping[str, type[Source]], kind: str, settings: Mapping[str, Any]) -> Source:
    """Returns a source of its kind. Raises `SourceError` for an unknown kind or wrong settings."""
    found = kinds.get(kind)
    if found is None:
        raise SourceError("kind", kind=kind)
    return found(read_settings(found, settings))
