"""The server as a process of its own: killed, started again, and quick to listen."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

SERVER = """
import asyncio, pathlib, socket, sys
from bot.workspace.server import serving

async def main():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with serving(pathlib.Path(sys.argv[1]), listening) as workspace:
            print(workspace.url, flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def server(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(data), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_what_was_answered_survives_a_killed_server(tmp_path: Path) -> None:
    async with server(tmp_path) as (process, url):
        ana = AsyncWebClient(token="xoxp-ana", base_url=f"{url}/api/")
        times = [(await ana.chat_postMessage(channel="C0GENERAL", text=str(n)))["ts"] for n in range(20)]
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with server(tmp_path) as (_, url), aiohttp.ClientSession() as session:
        ana = AsyncWebClient(token="xoxp-ana", base_url=f"{url}/api/")
        history = (await ana.conversations_history(channel="C0GENERAL"))["messages"]
        assert [message["ts"] for message in history] == times[::-1]
        bot = AsyncWebClient(token="xoxb-deskhand", base_url=f"{url}/api/")
        address = (await bot.apps_connections_open(app_token="xapp-deskhand"))["url"]
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            events = [(await socket.receive_json())["payload"]["event"]["ts"] for _ in times]
            assert events == times


async def test_a_server_told_to_stop_closes_its_sockets_and_goes_at_once(tmp_path: Path) -> None:
    async with server(tmp_path) as (process, url), aiohttp.ClientSession() as session:
        bot = AsyncWebClient(token="xoxb-deskhand", base_url=f"{url}/api/")
        address = (await bot.apps_connections_open(app_token="xapp-deskhand"))["url"]
        async with session.get(f"{url}/page/feed?user=ana"), session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            process.send_signal(signal.SIGINT)
            assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
            async with asyncio.timeout(5):
                await process.wait()
