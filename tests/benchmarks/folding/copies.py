"""Copies as the world makes them: each change takes a post and returns it as it might be seen elsewhere."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import replace

from opencc import OpenCC
from written import AUTHORS, HOSTS, Written

Change = Callable[[random.Random, Written], Written]
_TRADITIONAL = OpenCC("s2t")

_DATELINES = {
    "en": (
        "NEW YORK, Nov 12 (Wire) - ", "LONDON (AP) — ", "By Staff Reporter | ", "Updated 10:42 GMT. ", "[UPDATE] ",
        "MUMBAI: ",
    ),
    "zh": (
        "新华社北京11月3日电 ", "财联社11月5日电，", "【快讯】", "来源：某某财经\n", "每经AI快讯，", "36氪获悉，",
        "原标题：",
    ),
}  # fmt: skip
_TAILS = {
    "en": (
        "\nRead more: https://daily.example/story", "\n(Reporting by Jane Doe; editing by A. Kumar)",
        "\nSubscribe to our newsletter for more.", " https://t.co/Ab3dE9xYz1", "\n© 2026 Daily Example",
    ),
    "zh": (
        "（责任编辑：王芳）", "\n点击查看全文", "（本文来自某某网，转载请注明出处）", " http://t.cn/A6xYz12",
        "\n声明：本文不构成投资建议。",
    ),
}  # fmt: skip
_TITLES = {
    "en": (" - Daily Example", " | Markets", " (updated)", " - Yahoo Finance", " :: Wire"),
    "zh": ("_财经频道", "-新浪财经", "（转载）", "|公告", " - 某某网"),
}
_OTHER_TITLES = {
    "en": ("What we know today", "Company news in brief", "From the wires", "Here is the full statement"),
    "zh": ("今日要闻", "公司公告全文", "刚刚发布", "快讯汇总"),
}
_EMOJI = (" 🚀🚀", " 😂", " 🔥", " 👍👍👍", "📉 ", " 🤔")
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in [*range(0x30, 0x3A), *range(0x41, 0x5B), 0x25]})
_QUOTES = str.maketrans({'"': "”", "'": "’", "“": '"', "”": '"', "‘": "'", "’": "'", "-": "–"})
_LONG = 200
"""From so many characters a text loses a part or gains a paragraph; a shorter one would become another."""


def elsewhere(chance: random.Random, post: Written) -> Written:
    """Returns the post under another name, host and address."""
    host = chance.choice([one for one in HOSTS[post.language] if one != post.source])
    link = f"https://{host}/a/{chance.randrange(10**9)}.html" if post.link else ""
    author = chance.choice([one for one in AUTHORS[post.language] if one != post.author])
    return replace(post, source=host, link=link, author=author)


def tracked(chance: random.Random, post: Written) -> Written:
    """Returns the post with its own address, reached by another way."""
    way = chance.choice(("utm_source=feed&utm_medium=rss", "fbclid=IwAR0x1", "from=timeline", "ref=home"))
    return replace(post, link=f"{post.link}?{way}", source="aggregator.example") if post.link else post


def dateline(chance: random.Random, post: Written) -> Written:
    return _in_body(post, lambda body: chance.choice(_DATELINES[post.language]) + body)


def tail(chance: random.Random, post: Written) -> Written:
    return _in_body(post, lambda body: body + chance.choice(_TAILS[post.language]))


def title_suffix(chance: random.Random, post: Written) -> Written:
    return replace(post, title=post.title + chance.choice(_TITLES[post.language])) if post.title else post


def other_title(chance: random.Random, post: Written) -> Written:
    return replace(post, title=chance.choice(_OTHER_TITLES[post.language])) if len(post.text) >= _LONG else post


def title_in_front(chance: random.Random, post: Written) -> Written:
    """Returns the post as those show it who have no titles: the title is the first line."""
    return replace(post, title="", text=f"{post.title}\n{post.text}") if post.title and post.text else post


def cut(chance: random.Random, post: Written) -> Written:
    kept = int(len(post.text) * chance.uniform(0.55, 0.95))
    return replace(post, text=post.text[:kept].rstrip() + chance.choice(("…", "...", " [...]")))


def entities(chance: random.Random, post: Written) -> Written:
    def escaped(text: str) -> str:
        return html.escape(text).replace("—", "&mdash;").replace("’", "&rsquo;")

    return replace(post, title=escaped(post.title), text=escaped(post.text))


def traditional(chance: random.Random, post: Written) -> Written:
    if post.language != "zh":
        return quotes(chance, post)
    return replace(post, title=_TRADITIONAL.convert(post.title), text=_TRADITIONAL.convert(post.text))


def full_width(chance: random.Random, post: Written) -> Written:
    return replace(post, title=post.title.translate(_WIDE), text=post.text.translate(_WIDE))


def retweeted(chance: random.Random, post: Written) -> Written:
    return _in_body(post, lambda body: f"RT @{chance.choice(('newsdesk', 'trader88', 'caijing_k', 'sam_w'))}: {body}")


def emoji(chance: random.Random, post: Written) -> Written:
    return _in_body(post, lambda body: body + chance.choice(_EMOJI))


def quotes(chance: random.Random, post: Written) -> Written:
    return replace(post, title=post.title.translate(_QUOTES), text=post.text.translate(_QUOTES))


def capitals(chance: random.Random, post: Written) -> Written:
    if chance.random() < 0.5 and post.title:
        return replace(post, title=post.title.upper())
    return _in_body(post, str.lower)


def typing(chance: random.Random, post: Written) -> Written:
    """Returns the post with one letter in a hundred lost or doubled, one at least; figures stay."""

    def edited(body: str) -> str:
        letters = [place for place, sign in enumerate(body) if sign.isalpha()]
        for place in sorted(chance.sample(letters, min(len(letters), 1 + len(letters) // 100)), reverse=True):
            again = body[place] * chance.choice((0, 2))
            body = body[:place] + again + body[place + 1 :]
        return body

    return _in_body(post, edited)


def added(chance: random.Random, post: Written) -> Written:
    """Returns the post with a paragraph of the house that copies it, at most a third of what was there."""
    paragraphs = {
        "en": "\nAbout us: we publish company news for investors every working day, free of charge, since 1998.",
        "zh": "\n关于我们：本平台每个交易日为投资者整理上市公司公告与行业动态，内容仅供参考。",
    }
    return replace(post, text=post.text + paragraphs[post.language]) if len(post.text) >= _LONG else post


WHERE: tuple[Change, ...] = (elsewhere, elsewhere, elsewhere, tracked)
LIGHT: tuple[Change, ...] = (
    dateline, tail, title_suffix, entities, traditional, full_width, retweeted, emoji, quotes, capitals, typing,
)  # fmt: skip
HEAVY: tuple[Change, ...] = (cut, added, other_title, title_in_front)


def copied(chance: random.Random, post: Written) -> tuple[str, Written]:
    """Returns the names of the changes made, and the copy."""
    changes = [chance.choice(WHERE)]
    if len(post.text) >= _LONG and chance.random() < 0.6:
        changes.append(chance.choice(HEAVY))
    changes += chance.sample(LIGHT, chance.choice((0, 1, 1, 2, 2, 3)))
    made = post
    for change in changes:
        made = change(chance, made)
    return "+".join(change.__name__ for change in changes), made


def _in_body(post: Written, change: Callable[[str], str]) -> Written:
    """A headline alone has nothing else to change."""
    return replace(post, text=change(post.text)) if post.text else replace(post, title=change(post.title))
