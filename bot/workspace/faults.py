"""The lever that makes the next calls of a method fail."""

from dataclasses import dataclass
from typing import Any

from bot.workspace.errors import SlackError

ERRORS = {429: "ratelimited", 500: "internal_error", 503: "service_unavailable"}


@dataclass
class Fault:
    """How calls fail, and how many more do."""

    status: int
    error: str
    retry_after: int | None
    times: int


class Faults:
    """Faults by method, each used up by the calls it fails."""

    def __init__(self) -> None:
        self.by_method: dict[str, Fault] = {}

    def set(self, body: dict[str, Any]) -> None:
        """Takes the lever's body. Raises SlackError `invalid_arguments` when it makes no sense."""
        if body.get("clear"):
            self.by_method.clear()
            return
        method, status, error = body.get("method"), body.get("status"), body.get("error")
        times, retry_after = body.get("times", 1), body.get("retry_after", 1)
        numbers = (value for value in (times, retry_after, 200 if status is None else status))
        if not isinstance(method, str) or not all(type(value) is int and value >= 0 for value in numbers):
            raise SlackError("invalid_arguments", "give method, status or error, and whole numbers")
        if (status is None) == (error is None) or (status is not None and not 400 <= status <= 599):
            raise SlackError("invalid_arguments", "give either status (400 to 599) or error")
        if status is None:
            fault = Fault(200, str(error), None, times)
        else:
            told = "retry_after" in body or status == 429
            fault = Fault(status, ERRORS.get(status, f"http_{status}"), retry_after if told else None, times)
        self.by_method[method] = fault

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any; one of its times is used up."""
        fault = self.by_method.get(method)
        if fault is None or fault.times < 1:
            return None
        fault.times -= 1
        return fault
