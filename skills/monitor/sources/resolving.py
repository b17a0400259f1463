"""Names to addresses in threads of their own: a name server that does not answer holds up nothing else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

THREADS = 32
_threads: list[ThreadPoolExecutor] = []


async def resolve(host: str, port: int) -> Sequence[str]:
    """Returns the addresses of `host` as the system resolves them."""
    if not _threads:
        _threads.append(ThreadPoolExecutor(THREADS, thread_name_prefix="names"))
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads[0], _look_up, host, port)
    return list(dict.fromkeys(found))


def _look_up(host: str, port: int) -> list[str]:
    return [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
