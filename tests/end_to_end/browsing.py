"""How the tests start Chromium, and the type of the fixture that opens the page."""

from collections.abc import Awaitable, Callable

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
