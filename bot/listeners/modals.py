"""Opening a skill's modal, which happens before the ack: a trigger lives three seconds.

https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

import asyncio
import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.requests import Arrival
from bot.outgoing import Incoming
from bot.rendering import Origin, render_form

log = logging.getLogger("deskhand.modals")

FORM_SECONDS = 2.2
"""What a skill has for making a form; the rest of the three seconds is for opening it."""


async def open_form(
    arrival: Arrival, incoming: Incoming, client: AsyncWebClient, trigger: str | None, stacked: bool = False
) -> bool:
    """Returns whether the modal that `incoming` asks for was opened; `stacked` puts it on top of an open one.

    A recovered delivery opens none: its trigger is long gone. Then, and when Slack refuses, the request goes on as
    one without a form.
    """
    if trigger is None or arrival.delivery.recovered:
        return False
    request = incoming.request
    try:
        form = await asyncio.wait_for(arrival.handling.form(request), FORM_SECONDS)
        if form is None:
            return False
        origin = Origin(
            channel=request.place.channel,
            kind=request.place.kind,
            thread=request.place.thread,
            message=request.place.message,
            answer=request.answer.id if request.answer else None,
            response_url=incoming.response_url,
            private=incoming.private,
            state=form.state,
        )
        view = render_form(form, origin, request.say, request.now)
        if stacked:
            await client.views_push(trigger_id=trigger, view=view)
        else:
            await client.views_open(trigger_id=trigger, view=view)
    except (SlackApiError, TimeoutError) as fault:
        log.warning("a form was not opened", extra={"form": request.name, "error": _reason(fault)})
        return False
    return True


def _reason(fault: SlackApiError | TimeoutError) -> str:
    return str(fault.response.get("error")) if isinstance(fault, SlackApiError) else "too slow"
