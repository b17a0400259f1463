"""Whether a message of a channel is a request of which its writer may be offered to make a task."""

from __future__ import annotations

import asyncio

from skills.tasks.noticing.requests import Requests
from skills.tasks.noticing.wording import may_ask, own_words


class Noticing:
    """Notices requests in messages of people. That a thread has one offer at most is kept elsewhere."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    async def notices(self, text: str) -> bool:
        """Returns whether `text`, as it came from Slack, asks that somebody do something.

        Most messages are told by their words, within a millisecond; for others a worker thread makes an encoder's pass.
        Raises OSError or DamagedVersionError when the classifier can't be loaded.
        """
        return may_ask(own_words(text)) and await asyncio.to_thread(self._requests.is_request, text)
