"""What the bots of several packages' tests share: encoders and a router, opened once."""

from __future__ import annotations

import pytest

from bot.discovery import installed_skills
from bot.router import Router, open_router
from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder


@pytest.fixture(scope="session")
def encoders() -> list[Encoder]:
    return [open_encoder(name) for name in ("english", "multilingual")]


@pytest.fixture(scope="session")
def router(encoders: list[Encoder]) -> Router:
    return open_router(installed_skills(), encoders)
