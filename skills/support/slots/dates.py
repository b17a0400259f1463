"""Days named in a message, in English and Chinese.

`dateparser` reads a stretch that is a date; which stretches are is decided here, since its own search takes "may",
"sat" and "second" for dates. The forms of Chinese it does not read are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)|sun(?:day)|sat|sun)"
)
_FULL_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"

_ENGLISH = re.compile(
    rf"""(?<![\w/.-])(?:
      \d{{4}}-\d{{1,2}}-\d{{1,2}}
    | \d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d{{2}})
    | (?:{_WEEKDAY},?\ )?(?:the\ )?\d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH}(?:,?\ \d{{4}})?
    | {_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ \d{{4}})?
    | (?:the\ day\ before\ )?yesterday | today | tomorrow
    | (?:last|next|this)\ (?:{_WEEKDAY}|week|month)
    | {_FULL_WEEKDAY}
    | {_COUNT}\ (?:days?|weeks?|months?)\ ago
    | in\ {_COUNT}\ (?:days?|weeks?)
    )(?![\w/]|[.-]\d)""",
    re.VERBOSE | re.IGNORECASE,
)

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_CHINESE = re.compile(
    rf"""(?<!\d)(?:
      (?:(?P<year>\d{{4}})年|(?P<relative_year>[去今明])年)?(?P<month>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月
      (?P<day>\d{{1,2}}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]
    | (?P<word>大前天|前天|昨[天日晚]|今[天日早晚]|明[天日早晚]|大后天|后天)
    | (?P<week>上上|上|这|本|下)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])
    | (?P<count>{_HAN_COUNT})个?(?P<unit>天|周|星期|礼拜|月)(?P<direction>之?前|以?前|之?后|以?后)
    )""",
    re.VERBOSE,
)
_DAYS_OFF = {"大前天": -3, "前天": -2, "昨": -1, "今": 0, "明": 1, "后天": 2, "大后天": 3}
_WEEKS_OFF = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}


def find_days(text: str, now: datetime) -> Iterator[tuple[int, int, date]]:
    """Yields (start, end, day) of each day that `text` names, as seen from `now` in the asker's zone."""
    for match in _CHINESE.finditer(text):
        if (day := _chinese_day(match, now.date())) is not None:
            yield match.start(), match.end(), day
    for match in _ENGLISH.finditer(text):
        if (day := _english_day(match.group(), now)) is not None:
            yield match.start(), match.end(), day


def _english_day(stretch: str, now: datetime) -> date | None:
    words = " ".join(stretch.lower().split())
    if words == "the day before yesterday":
        return now.date() - timedelta(days=2)
    import dateparser

    found: datetime | None = dateparser.parse(
        re.sub(r"^in an? ", "in 1 ", words),
        languages=["en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "current_period",
            # 3.4.2026 is the third of April wherever dots are written; with slashes the country decides.
            "DATE_ORDER": "DMY" if "." in words else "MDY",
        },
    )
    if found is None:
        return None
    if re.fullmatch(_FULL_WEEKDAY, words):
        # A bare weekday: the one before today, since customers tell what happened.
        return now.date() - timedelta(days=(now.date().weekday() - found.weekday()) % 7)
    return found.date()


def _chinese_day(match: re.Match[str], today: date) -> date | None:
    if word := match["word"]:
        return today + timedelta(days=_DAYS_OFF[word if word in _DAYS_OFF else word[0]])
    if match["weekday"]:
        weekday = "一二三四五六日".index(match["weekday"].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        if match["week"] is None:
            return today - timedelta(days=(today.weekday() - weekday) % 7)
        return monday + timedelta(days=weekday, weeks=_WEEKS_OFF[match["week"]])
    if match["count"]:
        count = _han_number(match["count"]) * {"天": 1, "月": 30}.get(match["unit"], 7)
        return today + timedelta(days=-count if "前" in match["direction"] else count)
    year = int(match["year"]) if match["year"] else today.year
    if match["relative_year"]:
        year = today.year + {"去": -1, "今": 0, "明": 1}[match["relative_year"]]
    try:
        return date(year, _han_number(match["month"]), _han_number(match["day"]))
    except ValueError:
        return None


def _han_number(written: str) -> int:
    """Returns a number below 100, or any in digits."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
