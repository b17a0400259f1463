"""How the tests start Chromium, what they say when it is missing, and the type of the fixture that opens the page."""

import os
from collections.abc import Awaitable, Callable
from typing import NoReturn

import pytest
from playwright.async_api import Page

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = (1440, 900)

OpenPage = Callable[..., Awaitable[Page]]


def missing(what: str) -> NoReturn:
    """Skips the test and names what it misses; in CI, where nothing may be missing, fails it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
