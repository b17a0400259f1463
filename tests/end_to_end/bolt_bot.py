"""A small Bolt bot that answers with every kind of thing the page must show, for the browser tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]

ANSWER = "Refunds take 5 working days."


def text(words: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": words}


def answer_blocks() -> list[Json]:
    """An answer as Deskhand gives it: quote, source, buttons, feedback."""
    link = {"type": "link", "url": "https://handbook.example/refunds", "text": "Refunds › How long"}
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": text("Helpful"), "value": "helpful"},
        "negative_button": {"text": text("Not helpful"), "value": "not_helpful"},
    }
    return [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": ANSWER, "style": {"bold": True}}]},
                {"type": "rich_text_section", "elements": [link, {"type": "text", "text": " <b>literally</b> :tada:"}]},
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "From the *handbook*, updated in June"}]},
        {
            "type": "actions",
            "block_id": "answer_actions",
            "elements": [
                {"type": "button", "action_id": "open_form", "text": text("Tell us more")},
                {
                    "type": "static_select",
                    "action_id": "pick",
                    "placeholder": text("Pick a colour"),
                    "options": [{"text": text(name), "value": name.lower()} for name in ("Red", "Green")],
                },
            ],
        },
        {"type": "context_actions", "elements": [thumbs]},
    ]


def form_view() -> Json:
    """A modal with a required text, a menu and a date."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text("What was wrong?"),
        "submit": text("Send"),
        "close": text("Never mind"),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": text("Reason"),
                "hint": text("One sentence is enough."),
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 200},
            },
            {
                "type": "input",
                "block_id": "kind",
                "optional": True,
                "label": text("Kind"),
                "element": {
                    "type": "static_select",
                    "action_id": "menu",
                    "options": [{"text": text(name), "value": name.lower()} for name in ("Outdated", "Unclear")],
                },
            },
        ],
    }


def table_blocks() -> list[Json]:
    """Numbers as a table with pages, as a plain one, and as a chart."""
    cells = [[{"type": "raw_text", "text": name} for name in ("Topic", "Asked")]]
    for number in range(7):
        cells.append([{"type": "raw_text", "text": f"Topic {number}"}, {"type": "raw_text", "text": str(number)}])
    points = [{"label": day, "value": number} for number, day in enumerate(("Mon", "Tue", "Wed"), 2)]
    chart = {
        "type": "bar",
        "series": [{"name": "Asked", "data": points}],
        "axis_config": {"categories": [point["label"] for point in points]},
    }
    return [
        {"type": "data_table", "caption": "Asked this week", "page_size": 5, "rows": cells},
        {"type": "table", "rows": cells[:3]},
        {"type": "data_visualization", "title": "Asked a day", "chart": chart},
    ]


async def on_mention(event: Json, client: AsyncWebClient) -> None:
    """Answers in the thread: plainly, with tables, or as a stream."""
    channel, ts = event["channel"], event.get("thread_ts") or event["ts"]
    if "table" in event["text"]:
        await client.chat_postMessage(channel=channel, thread_ts=ts, text="Asked this week", blocks=table_blocks())
    elif "stream" in event["text"]:
        stream = await client.chat_startStream(
            channel=channel, thread_ts=ts, recipient_team_id=event["team"], recipient_user_id=event["user"]
        )
        await client.chat_appendStream(channel=channel, ts=stream["ts"], markdown_text="One, **two**,")
        await client.chat_appendStream(channel=channel, ts=stream["ts"], markdown_text=" three.")
        await client.chat_stopStream(channel=channel, ts=stream["ts"])
    elif "wait" in event["text"]:
        await client.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="is looking things up…")
        await client.api_call(
            "agents.sessions.setStatus", json={"channel_id": channel, "thread_ts": ts, "status": "processing"}
        )
    else:
        await client.chat_postMessage(channel=channel, thread_ts=ts, text=ANSWER, blocks=answer_blocks())


async def on_message(event: Json, client: AsyncWebClient) -> None:
    """Answers direct messages in their thread; lets everything else pass."""
    if event.get("channel_type") == "im" and event.get("user") and not event.get("bot_id"):
        ts = event.get("thread_ts") or event["ts"]
        await client.chat_postMessage(channel=event["channel"], thread_ts=ts, text=f"You said: {event['text']}")


async def on_stopped(event: Json, client: AsyncWebClient) -> None:
    """The stop button: ends the session and says so."""
    channel, ts = event["channel"], event["thread_ts"]
    await client.api_call(
        "agents.sessions.setStatus", json={"channel_id": channel, "thread_ts": ts, "status": "active"}
    )
    await client.chat_postMessage(channel=channel, thread_ts=ts, text="Stopped.")


async def on_home(event: Json, client: AsyncWebClient) -> None:
    """Publishes App Home, or suggests what to ask."""
    if event["tab"] == "home":
        button = {"type": "button", "action_id": "refresh", "text": text("Refresh")}
        blocks = [{"type": "header", "text": text("My tasks")}, {"type": "actions", "elements": [button]}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
    else:
        prompts = [{"title": "Refunds", "message": "How long do refunds take?"}]
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=event["channel"], title="Try one of these", prompts=prompts
        )


async def on_ask(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
    """Answers the asker alone, with a button that shares."""
    await ack()
    button = {"type": "button", "action_id": "share", "text": text("Share in channel"), "style": "primary"}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"*{command['text']}* {ANSWER}"}}
    await respond(text=ANSWER, blocks=[section, {"type": "actions", "elements": [button]}])


async def on_share(ack: AsyncAck, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
    """Posts the answer for everybody and takes the private one away."""
    await ack()
    await respond(delete_original=True)
    await client.chat_postMessage(channel=body["channel"]["id"], text=f"Shared: {ANSWER}")


async def on_click(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    """Opens the form."""
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=form_view())


async def on_choice(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    """Says what was chosen or pressed, to the one who did."""
    await ack()
    action = body["actions"][0]
    chosen = action.get("selected_option", action).get("value")
    await client.chat_postEphemeral(
        channel=body["channel"]["id"],
        user=body["user"]["id"],
        thread_ts=body["message"].get("thread_ts"),
        text=f"Thanks for {chosen}",
    )


async def on_refresh(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    """Publishes App Home anew."""
    await ack()
    home = {"type": "home", "blocks": [{"type": "header", "text": text("Refreshed")}]}
    await client.views_publish(user_id=body["user"]["id"], view=home)


async def on_submit(ack: AsyncAck, view: Json) -> None:
    """Refuses one word under its field, takes everything else."""
    reason = view["state"]["values"]["reason"]["text"]["value"]
    if reason == "nothing":
        await ack(response_action="errors", errors={"reason": "Please say a little more."})
    else:
        await ack()


async def on_anything_else() -> None:
    """Events without a handler would never be acked."""


@asynccontextmanager
async def running_bot(workspace: RunningWorkspace) -> AsyncIterator[AsyncApp]:
    """Connects the bot to the workspace by Socket Mode and yields it when its socket is open."""
    app = AsyncApp(client=AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url))
    app.event("app_mention")(on_mention)
    app.event("message")(on_message)
    app.event("app_home_opened")(on_home)
    app.event("agent_session_stopped")(on_stopped)
    for event in ("reaction_added", "reaction_removed", "member_joined_channel", "app_context_changed"):
        app.event(event)(on_anything_else)
    app.command("/ask")(on_ask)
    app.action("share")(on_share)
    app.action("open_form")(on_click)
    app.action("pick")(on_choice)
    app.action("feedback")(on_choice)
    app.action("refresh")(on_refresh)
    app.shortcut("save_to_knowledge")(on_click)
    app.view("form")(on_submit)
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    await handler.connect_async()
    try:
        await workspace.wait_for_sockets(1)
        yield app
    finally:
        await handler.close_async()
