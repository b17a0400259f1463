"""For how long a replica has what it claimed to itself, by the machine's clock."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import ColumnElement, or_

LEASE_SECONDS = 60.0
"""How long who claimed something has for sending it, before others may."""

AHEAD_SECONDS = 60.0
"""A lease that ends so much later than it could was taken before the clock went back."""


def lease() -> float:
    """Returns until when a lease that begins now lasts (epoch seconds)."""
    return time.time() + LEASE_SECONDS


def is_over(until: ColumnElement[Any]) -> ColumnElement[bool]:
    """Returns the condition that a lease is over."""
    now = time.time()
    return or_(until < now, until > now + LEASE_SECONDS + AHEAD_SECONDS)
