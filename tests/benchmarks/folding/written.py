"""The texts from which pairs are made: those of public sets, and notices of companies written from templates."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_LEAST = 12
_MOST = 3_000


@dataclass(frozen=True, slots=True)
class Written:
    """A post as a source would bring it; `language` is `en` or `zh`, an empty `title` or `link` is none."""

    title: str
    text: str
    author: str
    source: str
    link: str
    language: str

    def row(self) -> dict[str, str]:
        """Returns the fields for a row of JSON."""
        return asdict(self)


SETS = (
    ("finance_sentiment/sentfin.train.jsonl", "en", "headline"),
    ("topics/finance_tweets.train.jsonl", "en", "short"),
    ("tweet_sentiment/train.jsonl", "en", "short"),
    ("feedbackqa/corpus.jsonl", "en", "article"),
    ("tickets/issues.train.jsonl", "en", "article"),
    ("topics/thucnews.train.jsonl", "zh", "headline"),
    ("finance_zh/headlines.train.jsonl", "zh", "headline"),
    ("finance_zh/stockbar.train.jsonl", "zh", "short"),
    ("finance_zh/topics.train.jsonl", "zh", "short"),
    ("reviews_zh/train.jsonl", "zh", "short"),
    ("finance_zh/summaries.train.jsonl", "zh", "article"),
    ("retrieval_zh/finnews/corpus.jsonl", "zh", "article"),
)
"""File, language and form of each set: a headline alone, a short post without title, an article with one."""

HOSTS = {
    "en": ("news.example", "wire.example", "markets.example", "daily.example", "blog.example", "press.example"),
    "zh": ("caijing.example", "xinwen.example", "gupiao.example", "zixun.example", "guba.example", "bao.example"),
}
AUTHORS = {
    "en": ("Jane Doe", "market_watcher", "Staff Reporter", "newsdesk", "trader88", "A. Kumar", "PR Wire", "sam_w"),
    "zh": ("记者 李明", "股海老王", "编辑部", "财经快讯", "小散户", "王芳", "公告速递", "路过的人"),
}


def texts(data: Path, form: str, least: int = _LEAST) -> dict[str, list[tuple[str, str]]]:
    """Returns title and text of all that is in `form` under `data`, by language, each once and in the files' order."""
    found: dict[str, dict[tuple[str, str], None]] = {"en": {}, "zh": {}}
    for name, language, kind in SETS:
        if kind != form:
            continue
        for row in _rows(data / name):
            title, text = _split(row, form)
            if max(len(title), len(text)) >= least:
                found[language][title, text[:_MOST]] = None
    return {language: list(some) for language, some in found.items()}


def posted(chance: random.Random, language: str, title: str, text: str) -> Written:
    """Returns a post of these words by somebody, somewhere."""
    host = chance.choice(HOSTS[language])
    link = f"https://{host}/{chance.randrange(2020, 2027)}/{chance.randrange(10**8):08d}" if title else ""
    return Written(title, text, chance.choice(AUTHORS[language]), host, link, language)


def notices(chance: random.Random, language: str) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Yields without end what differs, and two notices of one template that differ in that alone."""
    templates, slots = (_ENGLISH, _SLOTS_EN) if language == "en" else (_CHINESE, _SLOTS_ZH)
    while True:
        title, text = chance.choice(templates)
        used = sorted(set(re.findall(r"{(\w+)}", title + text)))
        first = {slot: chance.choice(slots[slot]) for slot in used}
        changing = [slot for slot in used if "{" + slot + "}" in title or "{" + slot + "}" in text]
        changed = chance.sample(changing, min(len(changing), chance.choice((1, 2, 2, 3))))
        second = first | {slot: chance.choice([one for one in slots[slot] if one != first[slot]]) for slot in changed}
        yield (
            "+".join(sorted(changed)),
            (title.format(**first), text.format(**first)),
            (title.format(**second), text.format(**second)),
        )


def _split(row: dict[str, str], form: str) -> tuple[str, str]:
    text = row["text"].strip()
    if form == "headline":
        return text, ""
    if form == "short":
        return "", text
    title = row.get("title") or row.get("summary") or ""
    if not title:
        title, _, text = text.partition("\n")
    return title.strip(), text.strip()


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


_SLOTS_EN = {
    "company": ("Northwind Energy", "Acme Foods", "Harbor Bank", "Lumen Robotics", "Vesta Pharma", "Orion Airlines"),
    "quarter": ("Q1", "Q2", "Q3", "Q4"),
    "amount": ("12.4 million", "310 million", "1.2 billion", "87 million", "4.6 billion", "55.5 million"),
    "share": ("3%", "7.5%", "12%", "18%", "24%", "41%"),
    "way": ("up", "down"),
    "date": ("March 3", "March 10", "June 2", "August 19", "November 5", "December 1"),
    "place": ("Dublin", "Austin", "Singapore", "Leeds", "Toronto"),
    "person": ("Maria Lopez", "Peter Chan", "Ingrid Holm", "Tom Baker", "Aisha Khan"),
    "broker": ("Goldman Sachs", "Citi", "UBS", "Jefferies", "HSBC"),
    "price": ("$14", "$22", "$35.50", "$61", "$108"),
}
_ENGLISH = (
    (
        "{company} {quarter} profit {way} {share}",
        "{company} said on {date} that its {quarter} net profit was ${amount}, {way} {share} from a year ago. The "
        "company also said that it keeps its outlook for the year, and that the board will meet next month to decide "
        "on the dividend. Analysts had expected a steadier result for the period.",
    ),
    (
        "{company} names {person} chief financial officer",
        "{place}, {date}: {company} today named {person} its chief financial officer. {person} joins from a listed "
        "company of the sector and reports to the chief executive. The appointment takes effect at the start of the "
        "next quarter; until then the finance team is led by the deputy.",
    ),
    ("{broker} raises {company} price target to {price}", ""),
    ("{broker} cuts {company} to sell, target {price}", ""),
    ("{company} shares {way} {share} on {date}", ""),
    (
        "{company} to build a plant in {place}",
        "{company} will invest ${amount} in a new plant in {place}, creating jobs in the region, the company said on "
        "{date}. Building begins next spring and the first line should run within two years. Local authorities "
        "welcomed the decision and promised to widen the road to the site.",
    ),
    ("", "{company} {quarter} results: revenue ${amount}, {way} {share}. Read the whole release on our site."),
    ("", "${amount} buyback by {company} approved on {date}"),
    ("", "Service status: the {place} region is degraded since {date}. We are looking into it and will post updates."),
    ("", "We are hiring in {place}! Ask {person} about roles at {company}."),
    (
        "Notice of annual meeting of {company}",
        "The annual general meeting of {company} will be held on {date} in {place}. Shareholders who wish to vote must "
        "register two weeks ahead. The agenda has the accounts, the dividend of {price} a share, the election of "
        "{person} to the board, and the auditor's fee.",
    ),
    ("Is {company} a buy after falling {share}?", "Here is what {broker} says about {company} at {price}."),
)
_SLOTS_ZH = {
    "company": ("华清股份", "东方能源", "海通科技", "星河医药", "南山铝业", "长江电力", "金达银行"),
    "quarter": ("一季度", "二季度", "三季度", "四季度", "上半年"),
    "amount": ("1.24亿元", "3.1亿元", "8700万元", "46.5亿元", "5550万元", "12亿元"),
    "share": ("3%", "7.5%", "12%", "18%", "24%", "41%"),
    "way": ("增长", "下降"),
    "date": ("3月3日", "3月10日", "6月2日", "8月19日", "11月5日", "12月1日"),
    "code": ("600519", "000858", "300750", "601318", "002594"),
    "person": ("张伟", "李娜", "陈建国", "赵敏", "周文博"),
    "broker": ("中信证券", "海通证券", "国泰君安", "高盛", "瑞银"),
    "act": ("增持", "减持"),
}
_CHINESE = (
    (
        "{company}：{quarter}净利润同比{way}{share}",
        "{company}（{code}）{date}晚间公告，{quarter}实现归属于上市公司股东的净利润{amount}，同比{way}{share}。"
        "公司表示，报告期内主营业务保持平稳，下一步将继续加大研发投入，优化产品结构。公告不构成投资建议，请投资者注意风险。",
    ),
    ("{company}股东拟{act}不超{share}股份", ""),
    ("{broker}给予{company}买入评级", "{broker}{date}发布研报，给予{company}（{code}）买入评级。"),
    (
        "{company}：聘任{person}为总经理",
        "{company}{date}公告，董事会同意聘任{person}为公司总经理，任期自董事会审议通过之日起至本届董事会届满之日止。"
        "{person}未持有公司股份，与公司控股股东、实际控制人不存在关联关系。",
    ),
    (
        "{company}拟{amount}投建新项目",
        "{company}{date}公告，拟投资{amount}建设新项目，建设期两年，资金来源为自有资金。",
    ),
    ("", "{company}今天涨了{share}，明天能不能继续"),
    ("", "{date}龙虎榜：{company}净买入{amount}"),
    ("", "{company}（{code}）：{quarter}营收{amount}，同比{way}{share}"),
    (
        "{company}关于召开临时股东大会的通知",
        "{company}定于{date}召开临时股东大会，审议关于变更会计师事务所的议案及其他事项。",
    ),
    ("{company}：解除质押{amount}", "{company}股东{person}{date}办理了股份解除质押手续，占其所持股份的{share}。"),
)
