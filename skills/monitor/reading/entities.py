"""Who and what a text names: companies, products, people and places, and what is marked as such.

By rules, in a few microseconds: forms of names ("… Ltd", …股份), words beside them ("Mr", "shares of"), and the places
that the Unicode CLDR names in both languages. A name without any such mark is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["company", "product", "person", "place", "ticker", "handle", "tag"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a text, from `start` to before `end`, in characters."""

    kind: Kind
    name: str
    start: int
    end: int


_MARKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("ticker", re.compile(r"(?<![\w$])\$[A-Z]{1,6}(?:[.-][A-Z]{1,2})?\b")),
    ("ticker", re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|LSE|BSE|NSE|HKEX)\s*:\s*([A-Z0-9.]{1,10})\b")),
    ("ticker", re.compile(r"(?<!\d)(?:[036]\d{5}(?:\.S[HZ])|0\d{4}\.HK)(?!\d)", re.IGNORECASE)),
    ("ticker", re.compile(r"(?<=[(（])(?:S[HZ])?([0368]\d{5})(?=[)）])", re.IGNORECASE)),
    ("handle", re.compile(r"(?<![\w@/.])@\w{2,30}")),
    ("tag", re.compile(r"#([^#\s]{2,30})#|(?<![\w&/])#(\w{2,50})")),
)

_CAPITAL = r"(?:[A-Z][\w’'.-]*[\w]|[A-Z])"
_NAME = rf"(?:{_CAPITAL})(?:\s+(?:(?:&|and|of|de|the)\s+)?(?:{_CAPITAL}))*"
_FORMS = (
    "Inc|Corp|Corporation|Co|Company|Ltd|Limited|LLC|PLC|Plc|AG|SA|SE|NV|AB|GmbH|Group|Holdings|Industries|Bank|"
    "Airlines|Airways|Motors|Pharma|Pharmaceuticals|Technologies|Technology|Energy|Steel|Cement|Finance|Financial|"
    "Capital|Securities|Insurance|Telecom|Communications|Foods|Power|Oil|Infra|Infrastructure|Labs|Partners|Systems|"
    "Software|Brands|Therapeutics|Biotech|Chemicals|Enterprises|Exchange"
)
_COMPANY = re.compile(rf"\b({_NAME}\s+(?:{_FORMS}))\b\.?|\b((?:{_CAPITAL})\s?&\s?(?:{_CAPITAL}))")
_BESIDE = re.compile(
    rf"\b({_NAME})(?=(?:[’']s)?\s+(?:shares?|stock|Q[1-4]|net profit|profit|revenue|earnings|CEO|IPO|reports|posts)\b)"
)
_PERSON = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Dr|Sir|CEO|CFO|Chairman|President|Governor|Minister|Senator|analyst)\.?\s+({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_PRODUCT = re.compile(r"\b((?:i[A-Z]\w+|[A-Z][A-Za-z]+)\s(?:[A-Z]{0,2}\d{1,4}[A-Za-z]{0,3}|Pro|Max|Plus|Ultra))\b")

_HAN = r"[\u4e00-\u9fff]"
_FORMS_ZH = (
    "股份有限公司|有限公司|集团公司|集团|股份|银行|证券|保险|信托|基金|科技|电子|医药|药业|生物|能源|电力|汽车|航空|地产|"
    "置业|钢铁|水泥|铝业|矿业|传媒|影视|软件|通信|控股|实业|投资|资本|建设|环保|重工|机械|食品|乳业|酒业"
)
_COMPANY_ZH = re.compile(rf"(?:(?<=^)|(?<=[^\u4e00-\u9fff])|(?<=[和与向对由被为的]))({_HAN}{{2,8}}?(?:{_FORMS_ZH}))")
_BESIDE_ZH = re.compile(rf"({_HAN}{{3,6}})(?=\s*[(（](?:S[HZ])?\d{{6}})|^({_HAN}{{3,5}})(?=[:：])")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余杜叶程苏魏吕丁任沈姚卢"
_PERSON_ZH = re.compile(
    rf"(?:董事长|总经理|总裁|主席|总理|部长|行长|记者|分析师|首席执行官|CEO|实控人|股东)\s*([{_SURNAMES}]{_HAN}{{1,2}})(?=[，。、：:\s]|{_HAN})"
)
_WORK_ZH = re.compile(r"《([^《》]{1,30})》")


def entities_of(text: str, language: str) -> list[Entity]:
    """Returns what `text` in `language` (ISO 639-1) names, by place; of what overlaps, the first rule's."""
    taken = bytearray(len(text))
    found = []
    for kind, start, end in _candidates(text, language):
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Entity(kind, text[start:end], start, end))
    return sorted(found, key=lambda entity: entity.start)


def _candidates(text: str, language: str) -> Iterator[tuple[Kind, int, int]]:
    for kind, pattern in _MARKED:
        for match in pattern.finditer(text):
            yield kind, *match.span(match.lastindex or 0)
    rules: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("company", _COMPANY), ("person", _PERSON), ("company", _BESIDE), ("place", _places("en")),
        ("product", _PRODUCT),
    )  # fmt: skip
    if language in ("zh", "ja"):
        rules = (
            ("product", _WORK_ZH), ("company", _BESIDE_ZH), ("person", _PERSON_ZH), ("company", _COMPANY_ZH),
            ("place", _places("zh")), *rules,
        )  # fmt: skip
    for kind, pattern in rules:
        for match in pattern.finditer(text):
            yield kind, *match.span(match.lastindex or 0)


@cache
def _places(language: str) -> re.Pattern[str]:
    from babel import Locale

    names = {name for code, name in Locale(language).territories.items() if len(code) == 2 and len(name) > 1}
    names |= set(_MORE_PLACES[language].split())
    bound = r"\b" if language == "en" else ""
    listed = "|".join(re.escape(name.replace("_", " ")) for name in sorted(names, key=len, reverse=True))
    return re.compile(f"{bound}({listed}){bound}")


_MORE_PLACES = {
    "en": "US U.S. USA UK U.K. EU Europe Asia Africa America London Paris Berlin Tokyo Beijing Shanghai New_York "
    "Washington Mumbai Delhi Singapore Sydney Toronto Chicago Boston Texas California Florida Moscow Dubai Seoul",
    "zh": "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 "
    "广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 深圳 广州 杭州 南京 武汉 成都 "
    "西安 苏州 青岛 大连 厦门 纽约 伦敦 东京 巴黎 柏林 莫斯科 欧洲 亚洲 非洲 美洲 欧盟",
}
