"""Opens the knowledge index as the settings say: encoders, reranker, library, sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.config import Settings
from index.encoders.catalog import OpenEncoders, open_encoders
from index.loaders import FetchSettings, LoadSettings
from index.loaders.settings import MEGABYTE
from index.reranker import Reranker

EMBEDDED = ("english", "multilingual")


def encoders(settings: Settings, progress: Callable[[str], None] | None = None) -> OpenEncoders:
    """Returns the encoders of `[index]`, loaded. Blocking. Raises `EncoderUnavailableError` where none can be had."""
    names = EMBEDDED if settings.index.model is None else (settings.index.model,)
    return open_encoders(names, settings.index.device, progress)


def reranker(settings: Settings) -> Reranker | None:
    """Returns the cross-encoder of `[index]`, loaded; None without one. Raises OSError where it can't be had."""
    device = None if settings.index.device == "auto" else settings.index.device
    return Reranker(settings.index.reranker, device=device) if settings.index.reranker else None


def load_settings(settings: Settings) -> LoadSettings:
    """Returns the limits within which sources are read."""
    largest = int(settings.index.max_megabytes * MEGABYTE)
    return LoadSettings(
        max_bytes=largest, fetch=FetchSettings(allow_private=settings.index.allow_private, max_bytes=largest)
    )


def snapshots(settings: Settings) -> Path:
    """Returns the folder of the index's derived files."""
    return settings.data / "index"
