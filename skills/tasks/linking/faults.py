"""What can go wrong with a tracker: a code, whether it heals by itself, and whether a write may have happened."""

from __future__ import annotations

from collections.abc import Sequence


class TrackerError(Exception):
    """A tracker could not be read or written.

    `code` is one of secret (the environment variable is empty), address (private, and that is not allowed),
    unknown_host, unreachable, timeout, broken (no HTTP or no JSON), too_large, moved (it redirects), login (401),
    forbidden (403), gone (404, 410), refused (400, 422: `detail` names the fields), transition (no way into the state
    `detail`), rate (429, or 403 with a limit), server (5xx, 408, 409), stale (an answer older than one before), unsure
    (whether an issue was made can't be known yet, or not at all), raced (somebody moved the issue at the same time),
    signature, body, settings. `heals` tells that trying again may help, `after` the seconds that the tracker asks for,
    `unknown` that what was to be written may have been.
    """

    def __init__(
        self,
        code: str,
        *,
        detail: str = "",
        heals: bool = False,
        after: float | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail[:300]
        self.heals = heals
        self.after = after
        self.unknown = unknown


class Stuck(TrackerError):
    """An issue's workflow has no way into the state `detail`; it stays in `showing`."""

    def __init__(self, wanted: str, showing: str) -> None:
        super().__init__("transition", detail=wanted)
        self.showing = showing


class SettingsFault(Exception):
    """Settings are wrong; `faults` are (field, key), the key one of missing, unknown, form, url, https, secret_name,
    twice, state, kind, wrong.
    """

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{field}: {key}" for field, key in faults))
        self.faults = tuple(faults)
