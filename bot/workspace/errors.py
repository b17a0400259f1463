"""The ways in which the local workspace says no."""

from typing import Any


class SlackError(Exception):
    """A refusal, answered as Slack does: HTTP 200 with `ok` false and this error code."""

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        """Keeps the code, what exactly is wrong (for `response_metadata.messages`) and further fields of the answer."""
        super().__init__(error, *messages)
        self.error = error
        self.messages = list(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body

    def what(self) -> str:
        """One line for the log of violations."""
        return ": ".join([self.error, "; ".join(self.messages)]) if self.messages else self.error


# Refusals that say how things stand, not that the caller broke a rule: any correct bot meets them.
STATE_ERRORS = frozenset(
    {
        "already_in_channel",
        "already_reacted",
        "bot_not_found",
        "cant_delete_message",
        "cant_update_message",
        "channel_not_found",
        "file_not_found",
        "hash_conflict",
        "message_not_found",
        "message_not_in_streaming_state",
        "no_reaction",
        "no_such_subteam",
        "not_found",
        "not_in_channel",
        "session_not_found",
        "snooze_not_active",
        "streaming_state_conflict",
        "team_not_found",
        "thread_not_found",
        "user_not_found",
        "user_not_in_channel",
        "users_not_found",
    }
)
