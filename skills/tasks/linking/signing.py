"""Webhooks' signatures: `sha256=` and the hex HMAC-SHA256 of the body.

GitHub sends it as `X-Hub-Signature-256`
(https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries), Jira as `X-Hub-Signature`
(https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from skills.tasks.linking.faults import TrackerError

MAX_BYTES = 5_000_000


def sign(secret: str, body: bytes) -> str:
    """Returns the signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed_object(given: str, secret: str, body: bytes) -> Mapping[str, Any]:
    """Returns the JSON object that a signed body is. Raises `TrackerError`: signature, body."""
    if len(body) > MAX_BYTES:
        raise TrackerError("body")
    if not hmac.compare_digest(sign(secret, body).encode(), given.strip().encode()):
        raise TrackerError("signature")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise TrackerError("body") from None
    if not isinstance(value, Mapping):
        raise TrackerError("body")
    return value
