"""Charts that Slack has no block for, and files, drawn and uploaded just before their message is sent.

A message waits in the outbox with what is to be drawn or attached; the file's id or link takes its place. Uploads
take three steps: https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

import asyncio
import io
import logging
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from skills.fonts import CHINESE

log = logging.getLogger("deskhand.pictures")

Json = dict[str, Any]

_SIZE = (8.0, 4.5)
_DOTS_PER_INCH = 150
_LABELS = 26
"""So many labels stand legibly below a chart; of more only every second or third is written."""
_MARKED = 60
"""Points of a line with a dot each."""


def draw(picture: Mapping[str, Any]) -> bytes:
    """Returns a chart, as `bot.rendering.figures.as_picture` describes it, as a PNG. Takes a second; blocking.

    One that a skill has drawn itself is returned as it is.
    """
    if "png" in picture:
        return b64decode(picture["png"])
    from matplotlib import font_manager, rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    installed = set(font_manager.get_font_names())
    with rc_context({"font.family": ["DejaVu Sans", *(font for font in CHINESE if font in installed)]}):
        figure = Figure(figsize=_SIZE, dpi=_DOTS_PER_INCH, layout="constrained")
        axes = figure.subplots()
        labels, series, band = picture["labels"], picture["series"], picture.get("band")
        if band is not None:
            _draw_band(axes, band)
        width = 0.8 / max(len(series), 1)
        for number, one in enumerate(series):
            values = one["values"]
            if picture["kind"] == "bar":
                places = [at - 0.4 + width * (number + 0.5) for at in range(len(values))]
                axes.bar(places, values, width, label=_literal(one["name"]))
            else:
                axes.plot(
                    range(len(values)),
                    values,
                    marker="o" if len(values) <= _MARKED else "",
                    label=_literal(one["name"]),
                )
        named = range(0, len(labels), -(-len(labels) // _LABELS))
        axes.set_xticks(named, [_literal(labels[at]) for at in named], rotation=45, ha="right")
        axes.set_title(_literal(picture["title"]))
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", alpha=0.3)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(loc="outside lower center", ncols=4, frameon=False)
        written = io.BytesIO()
        figure.savefig(written, format="png")
    return written.getvalue()


def _draw_band(axes: Any, band: Mapping[str, Any]) -> None:
    """Shades what is expected, and what is yet to come in a lighter tone."""
    lows, highs, begins = band["lows"], band["highs"], band["forecast"]
    places = list(range(len(lows)))
    known = len(lows) if begins is None else begins
    axes.fill_between(
        places[: known + 1], lows[: known + 1], highs[: known + 1], alpha=0.25, color="tab:gray", lw=0,
        label=_literal(band["name"]),
    )  # fmt: skip
    if known < len(lows):
        axes.fill_between(places[known:], lows[known:], highs[known:], alpha=0.12, color="tab:gray", lw=0)
        axes.axvline(known, color="tab:gray", linestyle=":", linewidth=1)


async def with_pictures(payload: Json, client: AsyncWebClient) -> Json:
    """Returns the arguments of a message with its pictures uploaded; one that can't be becomes its words."""
    blocks = payload.get("blocks") or ()
    if not any("picture" in block or "file" in block for block in blocks):
        return payload
    return {**payload, "blocks": [await _settled(block, client) for block in blocks]}


async def _settled(block: Mapping[str, Any], client: AsyncWebClient) -> Json:
    try:
        if "picture" in block:
            content = await asyncio.to_thread(draw, block["picture"])
            file = await _upload("chart.png", content, block["alt_text"], client)
            url = file.get("url_private")
            named = {"url": str(url)} if url else {"id": str(file["id"])}
            return {"type": "image", "alt_text": block["alt_text"], "slack_file": named}
        if "file" in block:
            name = str(block["file"]["name"])
            file = await _upload(name, block["file"]["content"].encode(), name, client)
            # The link shares the file with whoever reads it:
            # https://docs.slack.dev/messaging/working-with-files#sharing
            return _words(f"<{file['permalink']}|{name.replace('|', '-').replace('>', '-')}>", "mrkdwn")
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, KeyError) as error:
        log.warning("a file could not be uploaded", extra={"error": type(error).__name__})
        return _words(block["alt_text"] if "picture" in block else str(block["file"]["name"]), "plain_text")
    return dict(block)


def _words(text: str, kind: str) -> Json:
    body: Json = {"type": kind, "text": text}
    return {"type": "section", "text": body | ({"emoji": False} if kind == "plain_text" else {})}


async def _upload(name: str, content: bytes, alt: str, client: AsyncWebClient) -> Json:
    """Returns the uploaded file, shared nowhere but by the block."""
    asked = await client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=alt[:1000])
    session = client.session
    if session is None:
        raise OSError("the client has no session")
    async with session.post(str(asked["upload_url"]), data=content, proxy=client.proxy) as response:
        response.raise_for_status()
    done = await client.files_completeUploadExternal(files=[{"id": str(asked["file_id"]), "title": alt[:100]}])
    found: Json = done["files"][0]
    return found


def _literal(text: str) -> str:
    """Returns `text` such that matplotlib reads no formula in it."""
    return text.replace("$", r"\$")
