"""What the bot says: message catalogs in gettext's `.po` form, filled with arguments that are never parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from skills.text import Bold, ChannelRef, Code, Link, PersonRef, Span, Text, When

if TYPE_CHECKING:
    from babel import Locale

Argument = str | int | float | date | datetime | Span | tuple[Span, ...]
"""What fills a placeholder. Numbers and dates are written as in the person's locale, a datetime as a `When`."""

LANGUAGES: Mapping[str, str] = {"en": "en", "zh": "zh_CN"}
"""Each language that is spoken (ISO 639-1) and its catalog file's name."""

_MARKS = re.compile(r"\*(?P<bold>[^*\n]+)\*|`(?P<code>[^`\n]+)`")


class MissingText(LookupError):
    """Raised when no catalog has a key, or a placeholder gets no argument."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A piece of a message in one style: literals and placeholder names, in turn."""

    style: type[Bold] | type[Code] | None
    parts: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Messages:
    """One language's texts: by key the plural forms (a single one where the key has none), and the rule for them."""

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


def read_messages(paths: Iterable[Path]) -> Messages:
    """Returns the texts of `.po` files of one language; a later file's text wins over an earlier one's."""
    from babel.messages.pofile import read_po

    forms: dict[str, tuple[str, ...]] = {}
    rule = "(n != 1)"
    for path in paths:
        with path.open("rb") as file:
            catalog = read_po(file, ignore_obsolete=True, abort_invalid=True)
        rule = catalog.plural_expr
        for message in catalog:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key and message.string:
                forms[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return Messages(forms, c2py(rule))


def placeholders(template: str) -> frozenset[str]:
    """Returns the names that `template` wants arguments for."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


class Catalogs:
    """The texts of all skills. A language is read when it is first spoken, which takes some milliseconds."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """`folders` hold `en.po` and, where there are translations, `zh_CN.po`."""
        self._folders = tuple(folders)
        self._messages: dict[str, Messages] = {}
        self._says: dict[tuple[str, str, str], Say] = {}

    def messages(self, language: str) -> Messages:
        """Returns the texts in `language`, a key of `LANGUAGES`."""
        if language not in self._messages:
            names = (folder / f"{LANGUAGES[language]}.po" for folder in self._folders)
            self._messages[language] = read_messages(path for path in names if path.exists())
        return self._messages[language]

    def say(self, locale: str, zone: ZoneInfo, language: str | None = None) -> Say:
        """Returns what speaks to a person of Slack's `locale` (`zh-CN`): in Chinese to zh-*, else in English.

        `language` (a key of `LANGUAGES`) overrules that choice.
        """
        spoken = language or ("zh" if locale.lower().startswith("zh") else "en")
        key = (locale, zone.key, spoken)
        if key not in self._says:
            self._says[key] = Say(self, locale, zone, spoken)
        return self._says[key]


class Say:
    """Speaks one person's language: `say("key", name=argument)` is a `Text`, `say.label(…)` the same as a string.

    `*bold*` and `` `code` `` in a catalog become spans; arguments are inserted as they are and never parsed. A key
    with plural forms picks one by its argument `count`. A text that was not translated is said in English.
    """

    def __init__(self, catalogs: Catalogs, locale: str, zone: ZoneInfo, language: str) -> None:
        self._catalogs = catalogs
        self._locale = locale
        self.zone = zone
        self.language = language

    def speaking(self, language: str) -> Say:
        """Returns the same in another language (ISO 639-1); one that is not spoken changes nothing."""
        if language == self.language or language not in LANGUAGES:
            return self
        return self._catalogs.say(self._locale, self.zone, language)

    def __call__(self, key: str, /, **arguments: Argument) -> Text:
        """Returns the text of `key`. Raises `MissingText` when there is none or an argument is missing."""
        spans: list[Span] = []
        for stretch in _stretches(self._template(key, arguments)):
            for span in self._fill(key, stretch, arguments):
                if not span:
                    continue
                match (spans[-1] if spans else None), span:
                    case str(before), str(after):
                        spans[-1] = before + after
                    case Bold(before), Bold(after):
                        spans[-1] = Bold(before + after)
                    case Code(before), Code(after):
                        spans[-1] = Code(before + after)
                    case _:
                        spans.append(span)
        if not spans:
            return ""
        return spans[0] if len(spans) == 1 and isinstance(spans[0], str) else tuple(spans)

    def label(self, key: str, /, **arguments: Argument) -> str:
        """Returns the text of `key` without its marks, for buttons, titles and the like."""
        return self.plain(self(key, **arguments))

    def plain(self, text: Text) -> str:
        """Returns what `text` reads like without marks and links; moments are written out in zone and locale."""
        if isinstance(text, str):
            return text
        return "".join(self._plain_span(span) for span in text)

    def number(self, value: float) -> str:
        """Returns `value` as the locale writes it, with at most three decimals."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._babel())

    def percent(self, share: float) -> str:
        """Returns a share (0 to 1) as a whole percentage."""
        from babel.numbers import format_percent

        return format_percent(share, locale=self._babel())

    def day(self, day: date) -> str:
        """Returns a day (a datetime's in the person's zone), such as `Nov 23, 2026`."""
        from babel.dates import format_date

        return format_date(day.astimezone(self.zone) if isinstance(day, datetime) else day, "medium", self._babel())

    def weekday(self, day: date, today: date) -> str:
        """Returns a day with its weekday, such as `Fri, Dec 4`, and with its year where that isn't `today`'s."""
        from babel.dates import format_skeleton

        skeleton = "MMMEd" if day.year == today.year else "yMMMEd"
        return str(format_skeleton(skeleton, day, locale=self._babel()))

    def day_name(self, weekday: int) -> str:
        """Returns the name of a day of the week; 0 is Monday."""
        from babel.dates import get_day_names

        # 每周五 is what people say, not 每星期五.
        zh = self.language == "zh"
        names = get_day_names("abbreviated" if zh else "wide", locale=self._babel())
        return str(names[weekday])

    def month_name(self, month: int) -> str:
        """Returns the name of a month; 1 is January."""
        from babel.dates import get_month_names

        return str(get_month_names("wide", locale=self._babel())[month])

    def time(self, moment: datetime) -> str:
        """Returns the time of day in the person's zone, such as `5:04 PM`."""
        from babel.dates import format_time

        return format_time(moment, "short", tzinfo=self.zone, locale=self._babel())

    def moment(self, moment: datetime) -> str:
        """Returns day and time in the person's zone."""
        from babel.dates import get_datetime_format

        pattern = str(get_datetime_format("medium", self._babel()))
        return pattern.replace("{1}", self.day(moment)).replace("{0}", self.time(moment)).replace("'", "")

    def age(self, since: datetime, now: datetime | None = None) -> str:
        """Returns how long ago `since` was, such as `3 months ago`."""
        from babel.dates import format_timedelta

        passed = max((now or datetime.now(UTC)) - since, timedelta())
        return format_timedelta(-passed, add_direction=True, locale=self._babel())

    def _babel(self) -> Locale:
        """Returns the person's locale where its language is the one that is spoken, else that language's own."""
        return _locale(self._locale, self.language)

    def _template(self, key: str, arguments: Mapping[str, Argument]) -> str:
        for language in (self.language, "en"):
            messages = self._catalogs.messages(language)
            forms = messages.forms.get(key)
            if forms is None:
                continue
            count = arguments.get("count")
            if len(forms) == 1 or not isinstance(count, int):
                return forms[0]
            return forms[min(messages.plural(count), len(forms) - 1)]
        raise MissingText(f"no catalog has the text {key!r}")

    def _fill(self, key: str, stretch: _Stretch, arguments: Mapping[str, Argument]) -> Iterator[Span]:
        for literal, name in stretch.parts:
            if literal:
                yield stretch.style(literal) if stretch.style else literal
            if name is None:
                continue
            if name not in arguments:
                raise MissingText(f"the text {key!r} wants an argument {name!r}")
            for span in self._spans(arguments[name]):
                yield stretch.style(span) if stretch.style and isinstance(span, str) else span

    def _spans(self, argument: Argument) -> tuple[Span, ...]:
        match argument:
            case tuple():
                return argument
            case int() | float():
                return (self.number(argument),)
            case datetime():
                return (When(argument),)
            case date():
                return (self.day(argument),)
            case _:
                return (argument,)

    def _plain_span(self, span: Span) -> str:
        match span:
            case str():
                return span
            case Bold(text) | Code(text) | Link(text, _):
                return text
            case PersonRef(id):
                return f"@{id}"
            case ChannelRef(id):
                return f"#{id}"
            case When(at):
                return self.moment(at)


@cache
def _stretches(template: str) -> tuple[_Stretch, ...]:
    stretches: list[_Stretch] = []
    end = 0
    for mark in _MARKS.finditer(template):
        stretches.append(_stretch(template[end : mark.start()], None))
        bold = mark["bold"]
        stretches.append(_stretch(bold, Bold) if bold else _stretch(mark["code"], Code))
        end = mark.end()
    stretches.append(_stretch(template[end:], None))
    return tuple(stretch for stretch in stretches if stretch.parts)


def _stretch(template: str, style: type[Bold] | type[Code] | None) -> _Stretch:
    return _Stretch(style, tuple((literal, name) for literal, name, _, _ in Formatter().parse(template)))


@cache
def _locale(slack: str, language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(slack, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en", "US")
    if language == "zh" and locale.language != "zh":
        return Locale.parse("zh_CN")
    return locale
