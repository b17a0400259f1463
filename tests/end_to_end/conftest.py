"""A real Chromium, a real workspace server and a real Bolt bot, for the tests of the page."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from bolt_bot import running_bot
from browsing import CHROMIUM_FLAGS, CHROMIUM_NAMES, WIDE, OpenPage, missing
from playwright.async_api import Browser, Page, async_playwright, expect

import bot.workspace
from bot.workspace.testing import RunningWorkspace, running_workspace

BUILT_PAGE = Path(bot.workspace.__file__).parent / "page" / "dist" / "index.html"
TIMEOUT_MS = 10_000
expect.set_options(timeout=TIMEOUT_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; each page lives in a context of its own."""
    chromium = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        missing("needs Chromium: install the Debian package chromium")
    if not BUILT_PAGE.exists():
        missing("needs the built page: run make install, or npm ci && npm run build in bot/workspace/page")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(tmp_path: Path) -> AsyncIterator[RunningWorkspace]:
    """A fresh workspace with the small bot connected."""
    async with running_workspace(tmp_path) as running, running_bot(running):
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, workspace: RunningWorkspace) -> AsyncIterator[OpenPage]:
    """Opens the workspace's page as a person, or another path of the server; errors in the page fail the test."""
    faults: list[str] = []
    contexts = []

    async def opened(person: str = "ana", path: str = "/", size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(f"{workspace.url}{path}{'&' if '?' in path else '?'}user={person}")
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert faults == []
