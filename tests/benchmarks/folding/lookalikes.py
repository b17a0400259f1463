"""Pairs that look like copies and are none: other figures, other companies, other contents under one title."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from copies import LIGHT, elsewhere
from written import Written, notices, posted

Pair = tuple[str, Written, Written]
Texts = dict[str, list[tuple[str, str]]]

_SHORT = 300
"""In longer texts one other figure may be a correction of the same text."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_OPPOSITES = {
    "en": (
        ("up", "down"), ("rises", "falls"), ("rise", "fall"), ("gains", "losses"), ("gain", "lose"), ("profit", "loss"),
        ("higher", "lower"), ("buy", "sell"), ("beats", "misses"), ("surges", "plunges"), ("jumps", "slips"),
        ("raises", "cuts"), ("above", "below"), ("high", "low"), ("positive", "negative"),
    ),
    "zh": (
        ("涨", "跌"), ("增长", "下降"), ("增持", "减持"), ("买入", "卖出"), ("预增", "预减"), ("盈利", "亏损"),
        ("上调", "下调"), ("利好", "利空"), ("上升", "回落"), ("看多", "看空"),
    ),
}  # fmt: skip
_GENERIC = {
    "en": (
        "great app!", "Love it", "doesn't work", "Worst service ever", "Good product, fast delivery", "same here", "+1",
        "Thanks!", "Any update on this?", "Terrible. Do not buy.", "So true", "lol", "Happy Friday everyone",
        "please fix this bug", "5 stars", "Not worth the money", "Good morning", "this stock is going to the moon",
    ),
    "zh": (
        "好评", "还不错", "质量很好", "物流很快", "垃圾", "涨停", "明天见", "不推荐购买", "很满意，会回购", "顶",
        "加油", "割肉了", "太差了", "五星好评", "早上好", "又跌了", "什么时候修复", "转发微博",
    ),
}  # fmt: skip
_SAME_TITLES = {
    "en": ("Daily market wrap", "Morning brief", "Weekly digest", "Press release", "Stocks to watch today"),
    "zh": ("今日要闻", "早盘提示", "收盘点评", "公司公告", "每周回顾"),
}
_REPLIES = {
    "en": (
        "I don't agree at all, they said the same last year and nothing came of it. Wait for the real numbers.",
        "Did anybody here actually try that? For me support answered within an hour and all was fine afterwards.",
        "This is exactly why I sold everything in spring. Good luck to all who are still holding on to it.",
    ),
    "zh": (
        "完全不同意这个说法，去年也是这么讲的，结果什么都没有发生，大家还是等正式公告出来再看吧。",
        "有没有人真的用过？我这边客服一个小时就回复了，问题也解决了，感觉没有说的那么差。",
        "所以我春天就全部卖掉了，还拿着的朋友祝你们好运，我反正是不敢再碰这个票了。",
    ),
}
_BOILERPLATE = {
    "en": (
        "\nThis material is for information only and is no offer to buy or sell any security. Past performance is no "
        "guide to future results. The publisher and its staff may hold positions in the securities named. Readers "
        "should take independent advice before they act. All rights reserved, reprinting only with permission."
    ),
    "zh": (
        "\n风险提示：本文内容仅供参考，不构成任何投资建议，投资者据此操作，风险自担。本平台力求所载信息准确可靠，但对这些信息的准确性或"
        "完整性不作保证。市场有风险，投资需谨慎。未经授权，任何机构和个人不得以任何形式转载、复制或发布本文内容。"
    ),
}


def same_template(chance: random.Random) -> Iterator[Pair]:
    """Yields two notices that differ in company, figure, date or direction."""
    endless = {language: notices(chance, language) for language in ("en", "zh")}
    while True:
        language = chance.choice(("en", "zh"))
        changed, first, second = next(endless[language])
        yield f"template:{changed}", posted(chance, language, *first), posted(chance, language, *second)


def other_numbers(chance: random.Random, short: Texts) -> Iterator[Pair]:
    """Yields a short text and itself with another figure."""

    def another(match: re.Match[str]) -> str:
        figure = match.group()
        return figure[:-1] + str((int(figure[-1]) + chance.randrange(1, 10)) % 10)

    for language, title, text in _drawn(chance, short):
        body = title or text
        figures = [one for one in _NUMBER.finditer(body) if "http" not in body[max(0, one.start() - 25) : one.start()]]
        if figures and len(body) <= _SHORT:
            one = chance.choice(figures)
            changed = body[: one.start()] + another(one) + body[one.end() :]
            yield ("numbers", *_both(chance, language, title, text, changed))


def other_direction(chance: random.Random, short: Texts) -> Iterator[Pair]:
    """Yields a short text and what says the opposite in the same words."""
    for language, title, text in _drawn(chance, short):
        body = title or text
        for one, other in _OPPOSITES[language]:
            pattern = rf"\b{one}\b" if language == "en" else one
            if len(body) <= _SHORT and len(re.findall(pattern, body)) == 1 and not re.search(other, body):
                yield ("direction", *_both(chance, language, title, text, re.sub(pattern, other, body)))
                break


def other_company(chance: random.Random, named: Sequence[tuple[str, str, str]]) -> Iterator[Pair]:
    """Yields headlines that differ in their company alone; `named` are language, headline and company."""
    while True:
        language, title, name = chance.choice(named)
        other = chance.choice([one for one in chance.choices(named, k=80) if one[0] == language])[2]
        if other not in title and name not in other and name in title:
            changed = title.replace(name, other)
            yield "company", posted(chance, language, title, ""), posted(chance, language, changed, "")


def same_title(chance: random.Random, articles: Texts) -> Iterator[Pair]:
    """Yields articles of one title: chapters of a page, or columns that bear the same name every day."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for title, text in articles["en"]:
        if title:
            grouped[title].append(text)
    chapters = [(title, some) for title, some in sorted(grouped.items()) if len(some) > 1]
    while True:
        if chance.random() < 0.5:
            title, some = chance.choice(chapters)
            one, other = chance.sample(some, 2)
            language = "en"
        else:
            language = chance.choice(("en", "zh"))
            title = chance.choice(_SAME_TITLES[language])
            (_, one), (_, other) = chance.sample(articles[language], 2)
        yield "title", posted(chance, language, title, one), posted(chance, language, title, other)


def same_link(chance: random.Random, articles: Texts) -> Iterator[Pair]:
    """Yields what stood at one address at two times: a page of rolling news."""
    while True:
        language = chance.choice(("en", "zh"))
        (title, one), (other_title, other) = chance.sample(articles[language], 2)
        first = posted(chance, language, title, one)
        yield "link", first, replace(first, title=other_title, text=other)


def quoted(chance: random.Random, short: Texts) -> Iterator[Pair]:
    """Yields a post and a reply that quotes it."""
    for language, title, text in _drawn(chance, short):
        said = title or text
        if not 20 <= len(said) <= 160:
            continue
        answer = chance.choice(_REPLIES[language])
        form = chance.choice(("> {said}\n{answer}", "{answer} RT @somebody: {said}", "“{said}” {answer}"))
        reply = posted(chance, language, "", form.format(said=said, answer=answer))
        yield "quoted", posted(chance, language, title, text), reply


def generic(chance: random.Random) -> Iterator[Pair]:
    """Yields short texts that many write, by two authors."""
    while True:
        language = chance.choice(("en", "zh"))
        said = chance.choice(_GENERIC[language])
        again = said.rstrip("!。.") + chance.choice(("", "!", "!!", "。" if language == "zh" else "."))
        first, second = posted(chance, language, "", said), posted(chance, language, "", again)
        yield "generic", first, replace(second, author=f"{second.author} 2")


def same_boilerplate(chance: random.Random, short: Texts) -> Iterator[Pair]:
    """Yields two short texts under which the same long notice stands."""
    while True:
        language = chance.choice(("en", "zh"))
        (one, one_text), (other, other_text) = chance.sample(short[language], 2)
        tail = _BOILERPLATE[language]
        yield (
            "boilerplate",
            posted(chance, language, one, (one_text or one) + tail),
            posted(chance, language, other, (other_text or other) + tail),
        )


def neighbours(chance: random.Random, short: Texts) -> Iterator[Pair]:
    """Yields different texts of the sets that share many words: series of headlines, consecutive notices."""
    for language, some in short.items():
        known: dict[str, list[int]] = defaultdict(list)
        grams = [_trigrams(title or text) for title, text in some]
        for place, those in enumerate(grams):
            for gram in those:
                known[gram].append(place)
        order = list(range(len(some)))
        chance.shuffle(order)
        for place in order[:2000]:
            shared: dict[int, int] = defaultdict(int)
            for gram in grams[place]:
                if len(known[gram]) < 200:
                    for other in known[gram]:
                        shared[other] += 1
            shared.pop(place, None)
            if not shared:
                continue
            near = max(shared, key=lambda other: (shared[other], -other))
            alike = len(grams[place] & grams[near]) / len(grams[place] | grams[near])
            if 0.35 <= alike <= 0.6:
                yield "neighbours", posted(chance, language, *some[place]), posted(chance, language, *some[near])


def dressed(chance: random.Random, pair: Pair) -> Pair:
    """Returns the pair, its second post changed as copies are: that makes it no copy."""
    kind, first, second = pair
    if kind not in ("generic", "link"):
        second = elsewhere(chance, second)
        if chance.random() < 0.3:
            second = chance.choice(LIGHT)(chance, second)
    return kind, first, second


def _both(chance: random.Random, language: str, title: str, text: str, changed: str) -> tuple[Written, Written]:
    return (
        posted(chance, language, title, text),
        posted(chance, language, changed if title else "", "" if title else changed),
    )


def _drawn(chance: random.Random, short: Texts) -> Iterator[tuple[str, str, str]]:
    while True:
        language = chance.choice(("en", "zh"))
        yield (language, *chance.choice(short[language]))


def _trigrams(text: str) -> frozenset[str]:
    text = re.sub(r"https?://\S+", "", text).lower()
    return frozenset(text[place : place + 3] for place in range(len(text) - 2))
