"""What a newcomer does: `deskhand local`, then a conversation with the real bot in the page."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from browsing import WIDE
from playwright.async_api import Browser, Locator, Page, expect
from talk_site import talking

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

READY_SECONDS = 120


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """`deskhand local` with the demo handbook, from ready to SIGTERM; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    data: Path = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "bot", "--data", str(data), "local", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    # The feeds of the tests are served on this machine.
    environment["DESKHAND_MONITOR__ALLOW_PRIVATE"] = "true"
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_SECONDS):
            while not await is_ready(session, address):
                assert process.returncode is None, "deskhand local ended before it was ready"
                await asyncio.sleep(0.2)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await process.wait() == 0


async def is_ready(session: aiohttp.ClientSession, address: str) -> bool:
    """Whether the bot's socket is open."""
    try:
        async with session.get(f"{address}/workspace/log") as response:
            return bool((await response.json())["sockets"])
    except aiohttp.ClientConnectionError:
        return False


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page."""
    page = await browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    yield page
    await page.close()


async def say(page: Page, words: str) -> Locator:
    """Posts to the channel on the screen; returns its newest message."""
    field = page.get_by_role("main").get_by_role("textbox")
    await field.fill(words)
    await field.press("Enter")
    message = page.get_by_role("main").get_by_role("article").last
    await expect(message).to_contain_text(words.split()[-1])
    return message


async def test_a_mention_is_answered_from_the_handbook_with_its_source(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=ana")
    message = await say(page, "@deskhand how long do refunds take?")
    await message.get_by_role("button", name="1 reply").click()
    answer = page.get_by_role("complementary", name="Thread").get_by_role("article").nth(1)
    await expect(answer.locator("blockquote").first).to_contain_text("5 working days")
    await expect(answer).to_contain_text("refunds.md")


async def test_a_chinese_question_is_answered_from_the_chinese_page(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=chen")
    message = await say(page, "@deskhand 退款需要多久？")
    await message.get_by_role("button", name="1 条回复").click()
    answer = page.get_by_role("complementary", name="消息列").get_by_role("article").nth(1)
    await expect(answer.locator("blockquote").first).to_contain_text("5 个工作日")


async def test_a_command_answers_the_asker_alone(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=ben")
    field = page.get_by_role("main").get_by_role("textbox")
    await field.fill("/ask what does express shipping cost?")
    await field.press("Enter")
    answer = page.get_by_role("article").filter(has_text="Only visible to you").last
    await expect(answer.locator("blockquote").first).to_contain_text("12 euro")
    await expect(answer.get_by_role("button", name="Share in channel")).to_be_visible()


async def test_a_direct_message_is_answered_in_its_thread(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=dana")
    await page.get_by_role("navigation").get_by_role("button", name="deskhand").click()
    await expect(page.get_by_role("tab", name="Messages")).to_be_visible()
    await say(page, "Within how many days can goods be returned?")
    answer = page.get_by_role("complementary", name="Thread").get_by_role("article").nth(1)
    await expect(answer.locator("blockquote").first).to_contain_text("30 days")


async def test_opinion_that_turns_is_told_with_its_chart_and_a_person_looks_after_it(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=ana")
    main = page.get_by_role("main")
    async with talking() as site, aiohttp.ClientSession() as session:
        site.usual_hours(datetime.now(UTC), 24)
        field = main.get_by_role("textbox")
        await field.fill("/monitor add Acme")
        await field.press("Enter")
        form = page.get_by_role("dialog")
        await form.get_by_label("Words").fill("acme")
        await form.get_by_label("New feeds").fill(site.url)
        await form.get_by_role("button", name="Go").click()
        await expect(main.get_by_role("article").last).to_contain_text("I'm watching Acme now")
        async with asyncio.timeout(30):
            while "168 texts" not in await main.get_by_role("article").last.inner_text():
                await field.fill("/monitor")
                await field.press("Enter")
                await asyncio.sleep(1)
        site.burst(datetime.now(UTC), 30)
        async with session.post(f"{address}/workspace/clock", json={"advance_seconds": 3600}) as response:
            assert response.ok
        alert = main.get_by_role("article").filter(has_text="negative opinion surges").last
        await expect(alert.get_by_role("img", name="Negative texts by the hour")).to_be_visible(timeout=30_000)
        await expect(alert).to_contain_text("crash")
        await alert.get_by_role("button", name="Details").click()
        await expect(page.get_by_role("dialog")).to_contain_text("negative texts:")
        await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        await alert.get_by_role("button", name="I look after it").click()
        await expect(main.get_by_role("article").last).to_contain_text("you look after it")


async def test_a_task_is_asked_for_its_date_chosen_and_done_by_a_colleague(page: Page, address: str) -> None:
    await page.goto(f"{address}/?user=ana")
    message = await say(page, "@deskhand ask @ben to ship the release notes by next Friday 5pm, high priority")
    await message.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    card = thread.get_by_role("article").nth(1)
    await expect(card).to_contain_text("ship the release notes")
    await expect(card).to_contain_text("can mean more than one day")
    await card.get_by_role("button", name="5:00").first.click()
    await expect(card).not_to_contain_text("can mean more than one day")
    await page.goto(f"{address}/?user=ben")
    await page.get_by_role("navigation").get_by_role("button", name="deskhand").click()
    told = page.get_by_role("main").get_by_role("article").filter(has_text="ship the release notes").last
    await expect(told).to_contain_text("ship the release notes")
    await told.get_by_role("button", name="Done").click()
    await expect(told).to_contain_text("Done: #1")
    await page.goto(f"{address}/?user=ana")
    await page.get_by_role("navigation").get_by_role("button", name="deskhand").click()
    await expect(page.get_by_role("main").get_by_role("article").last).to_contain_text("has done what you asked for")
