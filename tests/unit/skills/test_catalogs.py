"""Message catalogs: what is said, in which language, and that both languages say the same."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery import installed_skills
from skills.base import Skill
from skills.catalogs import Catalogs, MissingText, placeholders, read_messages
from skills.text import Bold, Code, Link, PersonRef, When

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
PACKAGES = (Path(__file__).parents[3] / "bot", Path(__file__).parents[3] / "skills")
KEY = re.compile(r"""(?:say|label|speaking\([^)]*\))\(\s*["']([a-z][\w]*\.[\w.]+)["']""")


@pytest.fixture
def catalogs(tmp_path: Path) -> Catalogs:
    (tmp_path / "en.po").write_text(
        HEADER
        + 'msgid "hello"\nmsgstr "Hello *{name}*, run `ls {folder}` before {at}."\n\n'
        + 'msgid "pages"\nmsgid_plural "pages"\nmsgstr[0] "{count} page"\nmsgstr[1] "{count} pages"\n\n'
        + 'msgid "only_english"\nmsgstr "Still here"\n'
    )
    (tmp_path / "zh_CN.po").write_text(
        HEADER.replace("nplurals=2; plural=(n != 1)", "nplurals=1; plural=0")
        + 'msgid "hello"\nmsgstr "你好 *{name}*，{at} 前运行 `ls {folder}`。"\n\n'
        + 'msgid "pages"\nmsgid_plural "pages"\nmsgstr[0] "{count} 页"\n'
    )
    return Catalogs([tmp_path])


def test_marks_become_spans_and_arguments_stay_as_they_are(catalogs: Catalogs) -> None:
    say = catalogs.say("en-US", BERLIN)
    assert say("hello", name="*x* {at} <!channel>", folder="`", at=AT) == (
        "Hello ",
        Bold("*x* {at} <!channel>"),
        ", run ",
        Code("ls `"),
        " before ",
        When(AT),
        ".",
    )


def test_a_chinese_locale_speaks_chinese_and_every_other_english(catalogs: Catalogs) -> None:
    for locale, expected in (("zh-CN", "3 页"), ("zh-TW", "3 页"), ("de-DE", "3 pages"), ("", "3 pages")):
        assert catalogs.say(locale, BERLIN)("pages", count=3) == expected


def test_a_plural_follows_the_count(catalogs: Catalogs) -> None:
    say = catalogs.say("en-GB", BERLIN)
    assert [say("pages", count=count) for count in (0, 1, 2, 1234)] == ["0 pages", "1 page", "2 pages", "1,234 pages"]


def test_what_is_not_translated_is_said_in_english_and_what_nobody_has_raises(catalogs: Catalogs) -> None:
    say = catalogs.say("zh-CN", SHANGHAI)
    assert say("only_english") == "Still here"
    with pytest.raises(MissingText, match="nowhere"):
        say("nowhere")
    with pytest.raises(MissingText, match="name"):
        say("hello", folder="x", at=AT)


def test_another_language_can_be_spoken_to_the_same_person(catalogs: Catalogs) -> None:
    say = catalogs.say("en-US", BERLIN)
    assert say.speaking("zh")("pages", count=2) == "2 页"
    assert say.speaking("fr") is say
    assert say.speaking("en") is say


def test_numbers_dates_and_times_are_written_as_in_locale_and_zone(catalogs: Catalogs) -> None:
    ana, chen, karl = (
        catalogs.say(locale, zone) for locale, zone in (("en-US", BERLIN), ("zh-CN", SHANGHAI), ("de-DE", BERLIN))
    )
    assert (ana.number(1234.5), karl.number(1234.5)) == ("1,234.5", "1.234,5")
    assert ana.time(AT).replace("\u202f", " ") == "5:30 PM"
    assert karl.time(AT) == "17:30"
    assert chen.day(AT) == "2026年11月24日"
    assert chen.day(date(2026, 11, 23)) == "2026年11月23日"
    assert ana.moment(AT).replace("\u202f", " ") == "Nov 23, 2026, 5:30 PM"
    assert ana.age(datetime(2026, 8, 20, tzinfo=UTC), AT) == "3 months ago"
    assert chen.age(datetime(2026, 8, 20, tzinfo=UTC), AT) == "3个月前"
    assert ana.percent(0.5) == "50%"


@given(st.text())
def test_an_argument_is_never_parsed(words: str) -> None:
    say = SHIPPED.say("en-US", BERLIN)
    assert words in say.label("bot.greeting.hello", name=words)


def test_links_and_people_read_as_their_words(catalogs: Catalogs) -> None:
    say = catalogs.say("en-US", BERLIN)
    assert say.plain((Link("docs", "https://x.example"), " by ", PersonRef("U1"))) == "docs by @U1"


SHIPPED = Catalogs(skill.catalogs for skill in installed_skills())


@pytest.mark.parametrize("skill", installed_skills(), ids=lambda skill: skill.name)
def test_both_languages_have_the_same_texts_with_the_same_placeholders(skill: Skill) -> None:
    english, chinese = (read_messages([skill.catalogs / f"{name}.po"]).forms for name in ("en", "zh_CN"))
    assert english.keys() == chinese.keys()
    for key, forms in english.items():
        assert {placeholders(form) for form in forms} == {placeholders(form) for form in chinese[key]}, key


def test_every_key_that_code_names_has_a_text() -> None:
    known = SHIPPED.messages("en").forms.keys()
    sources = [path for package in PACKAGES for path in package.rglob("*.py") if "node_modules" not in path.parts]
    named = {(path.name, key) for path in sources for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 30
    assert not {(name, key) for name, key in named if key not in known}
    usages = {key for skill in installed_skills() for key in skill.commands.values()}
    assert usages <= known
