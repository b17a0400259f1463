"""Time zones as people name them beside a clock time."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

ABBREVIATIONS = {
    "UTC": "UTC",
    "GMT": "UTC",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "BST": "Europe/London",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "MSK": "Europe/Moscow",
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CT": "America/Chicago",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "IST": "Asia/Kolkata",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
"""By what is written in capitals. People say EST in summer too: the place's own time is meant."""

PLACES = {
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "东京": "Asia/Tokyo",
    "伦敦": "Europe/London",
    "柏林": "Europe/Berlin",
    "巴黎": "Europe/Paris",
    "纽约": "America/New_York",
    "美东": "America/New_York",
    "美西": "America/Los_Angeles",
    "太平洋": "America/Los_Angeles",
}
"""By the place in "北京时间"."""


@lru_cache(maxsize=64)
def named_zone(name: str, own: ZoneInfo) -> ZoneInfo:
    """Returns the zone of an abbreviation or a Chinese place; "CST" is China's for those who live by its clock.

    An abbreviation may have an offset ("UTC+2"); what is neither is UTC ("17:00Z").
    """
    if name == "CST" and own.key in ("Asia/Shanghai", "Asia/Chongqing", "PRC"):
        return own
    if hours := re.search(r"[+-]\d+$", name):
        # The zones of this family count westward.
        return ZoneInfo(f"Etc/GMT{-int(hours[0]):+d}") if abs(int(hours[0])) <= 12 else own
    return ZoneInfo(ABBREVIATIONS.get(name) or PLACES.get(name) or "UTC")
