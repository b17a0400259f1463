"""A language model behind an OpenAI-compatible endpoint, read as it streams.

https://platform.openai.com/docs/api-reference/chat/create describes the request and the `data:` lines of the answer,
which llama.cpp, vLLM, Ollama and most hosted services speak too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Literal, TypedDict

import httpx

_LONGEST_ANSWER = 20_000
"""Characters after which a stream is cut: no answer in a chat is longer, a model in a loop is."""


class ChatMessage(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


class ChatModelError(Exception):
    """The endpoint could not be reached, refused, took too long or sent what is no answer."""


class ChatModel:
    """One model at one endpoint. `timeout_seconds` is for the whole answer, not for each read."""

    def __init__(self, url: str, model: str, key: str | None = None, timeout_seconds: float = 30.0) -> None:
        self._model = model
        self.timeout_seconds = timeout_seconds
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=timeout_seconds)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncIterator[str]:
        """Yields the answer's text piece by piece. Raises `ChatModelError`, also midway."""
        body = {"model": self._model, "messages": list(messages), "stream": True, "temperature": 0}
        length = 0
        try:
            async with self._client.stream("POST", "/chat/completions", json=body) as response:
                if response.status_code != httpx.codes.OK:
                    raise ChatModelError(f"the language model answered with status {response.status_code}")
                async for line in response.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    data = line.removeprefix("data:").strip()
                    if data == "[DONE]":
                        return
                    piece = _text_of(data)
                    length += len(piece)
                    if length > _LONGEST_ANSWER:
                        return
                    if piece:
                        yield piece
        except httpx.HTTPError as error:
            raise ChatModelError(f"the language model could not be read: {type(error).__name__}") from error

    async def close(self) -> None:
        await self._client.aclose()


def _text_of(data: str) -> str:
    """Returns the text in one event's JSON; empty for events that carry none (roles, usage)."""
    try:
        choices = json.loads(data)["choices"]
        return (choices[0]["delta"].get("content") or "") if choices else ""
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ChatModelError("the language model sent something that is no chat completion") from error
