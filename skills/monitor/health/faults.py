"""What is wrong with a source, in the reader's language."""

from __future__ import annotations

from skills.catalogs import Say
from skills.monitor.sources import Fault
from skills.text import Text


def fault_text(fault: Fault, say: Say) -> Text:
    """Returns one sentence, with what to do about it."""
    return say(f"monitor.fault.{fault.code}", **fault.values)
