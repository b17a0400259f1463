"""Internet addresses, which tell whose connection it was."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from skills.masking.cues import cue
from skills.masking.spans import Span

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_FOUR = re.compile(rf"(?<![A-Za-z0-9_.-])(?:{_OCTET}\.){{3}}{_OCTET}(?![A-Za-z0-9_-])(?!\.\d)")
_SIX = re.compile(r"(?<![A-Za-z0-9:.])(?=[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:)[0-9a-fA-F:]{3,39}(?![A-Za-z0-9:])")


def find_addresses(text: str) -> Iterator[Span]:
    """Yields the IPv4 and IPv6 addresses in folded `text`; a version's four numbers and loopback are none."""
    for found in _FOUR.finditer(text):
        if cue(text, found.start(), found.end()) != "version" and not found.group().startswith(("0.", "127.")):
            yield Span(found.start(), found.end(), "ip")
    for found in _SIX.finditer(text):
        try:
            ipaddress.IPv6Address(found.group())
        except ValueError:
            continue
        if sum(character != ":" for character in found.group()) > 1:
            yield Span(found.start(), found.end(), "ip")
