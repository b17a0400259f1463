"""Writes 1,000 titles that hold numbers, months and names and no due date: `python …/duedates/titles.py FILE`."""

from __future__ import annotations

import json
import random
import sys
from itertools import cycle
from pathlib import Path

COUNT = 1000

WORDS = {
    "n": "2|3|4|5|6|7|8|9|11|12|15|18|20|24|25|30|31|40|50|100|120|250",
    "big": "404|500|1024|1999|2019|2024|2025|2026|2027|2030|3000|4711|8080|10000",
    "v": "1.2|2.0|1.2.3|v1.2.3|v2.6|3.11|v10.1|0.9.4|v4.12|2026.1",
    "month": "January|February|March|April|May|June|July|August|September|October|November|December",
    "mon": "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Oct|Nov|Dec",
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "q": "Q1|Q2|Q3|Q4|H1|H2",
    "ord": "1st|2nd|3rd|4th|5th|6th|10th|12th|21st",
    "who": "April|May|June|August|Summer|Autumn|Sun|Mark|Noel|Dawn",
    "team": "sales|legal|the design team|support|finance|platform",
    "noun": "report|dashboard|invoice template|landing page|contract|budget|release notes|parser|wiki",
    "nouns": "chairs|apples|bugs|slides|laptops|screenshots|tickets|tests|photos|licences|vendors",
    "verb": "Fix|Review|Write|Update|Check|Prepare|Translate|Archive|Rename|Document",
    "汉数": "一|二|三|四|五|六|七|八|九|十",
    "件": "合同|报表|设计稿|接口|文档|海报|预算|方案|页面|脚本",
    "做": "修复|更新|整理|评审|翻译|准备|检查|归档|重写|设计",
    "人": "小王|张三|李四|王五|小六|周一鸣|五月|小七|老八|九儿",
}

SHAPES = """
{verb} issue {big}
{verb} issue #{n} in the {noun}
{verb} the {ord} draft of the {noun}
{verb} {n} {nouns}
{verb} chapter {n} of the {noun}
{verb} section {n}.{n} of the {noun}
{verb} page {n} of the {noun}
{verb} the {month} {noun}
{verb} the {month} {big} {noun}
{verb} {q} figures
{verb} the {q} {noun} for {team}
{verb} {noun} {v}
{verb} {noun} for version {v}
{verb} error {big} on the {noun}
{verb} the top {n} {nouns}
{verb} the first {n} {nouns}
{verb} the last {n} {nouns} of the {noun}
{verb} {n} of {n} {nouns}
{verb} half of the {nouns}
{verb} {n}% of the {nouns}
{verb} {n} million rows in the {noun}
{verb} the {n}-page {noun}
{verb} the {n} day plan
{verb} the {n} week onboarding
{verb} a {n} minute video about the {noun}
{verb} a {n} hour workshop with {team}
{verb} {noun} ({n}h)
{verb} {noun}, takes {n} hours
{verb} {noun}, effort {n}d
{verb} {noun} ~{n} min
{verb} the {noun} that {who} wrote
{verb} the {noun} with {who} from {team}
{verb} the {day} {noun}
{verb} the {noun} called {day} Morning
{verb} {who}'s {noun}
{verb} {who}'s {n} {nouns}
{verb} port {big} in the {noun}
{verb} room {n} {noun}
{verb} {n}x{n} {nouns}
{verb} ticket ABC-{big}
{verb} PR {big} and PR {n}
{verb} RFC {big}
{verb} ISO {big} {noun}
{verb} the {big} {noun}
{verb} the {big} {noun} template
{verb} {nouns} {n}-{n} in the {noun}
{verb} the {noun} in step {n}
{verb} {n} new {nouns} for {team}
{verb} floor {n} {nouns}
{verb} grade {n} {nouns}
{verb} the {noun} from {big}
{verb} the {noun} since version {v}
{verb} {noun} for iPhone {n}
{verb} {noun} for Python {v}
{verb} {noun} for Windows {n}
{verb} the {n}:{n} aspect ratio of the {noun}
{verb} ratio {n}/{n} in the {noun}
{verb} the {noun} from last week
{verb} the {noun} from yesterday
{verb} the {noun} from {n} days ago
{verb} the {noun} that broke last {day}
{verb} the {noun} of last month
{verb} the {noun} after #{n}
{verb} the {noun} after ticket {n}
{verb} daily {noun}
{verb} the weekly {noun} for {team}
{verb} every {ord} {noun}
{verb} the {noun} every {day}
{verb} each of the {n} {nouns}
{verb} a second {noun}
{verb} the second {noun} for {team}
{verb} the minute taker's {noun}
{verb} the {noun} to save {n} hours
{verb} the {noun} within {n} pages
{verb} the {noun} for {n} people
{verb} the {noun} by {who}
{verb} the {noun} at scale {n}
{verb} the {noun} on level {n}
{verb} the {noun} in {n} steps
{verb} the {noun} in {n} languages
{verb} the {noun} by {n} points
{verb} the {noun} to {n} pages
{verb} the {noun} until it has {n} {nouns}
{verb} the {noun} before launch
{verb} the {noun} before standup
{verb} the {noun} as soon as possible
{verb} the {noun} for model T{n}
{verb} the {noun} under {n} MB
{verb} the {noun} for ${big}
{verb} the {noun} for {n} euros
The {ord} Wave {noun}
The {ord} {noun} of {team}
The {ord} floor {noun}
May we {noun} it
May {team} use the {noun}?
May I have {n} {nouns}
March through the {noun} with {team}
Order {n} {nouns}
Order {n} {nouns} for {team}
Buy {n} {nouns} and {n} {nouns}
{n} {nouns}
{n} {nouns} for {team}
{n} ways to improve the {noun}
{n} reasons why {team} needs a {noun}
Meet {who} from {team}
Meet {who} about the {noun}
Ask {who} for the {noun}
Ask {who} and {who} for {n} {nouns}
Tell {who} that the {noun} has {n} {nouns}
Thank {who} for the {noun}
{who} needs a new {noun}
{day} Times ad
{day} Night Football {noun}
Black {day} Studios logo
Sunday roast recipe {n}
24/7 support
24/7 hotline for {team}
9/11 memorial page
50/50 split of the {nouns}
1/2 of the {nouns}
{n}/{n} of the {nouns}
Sat down with {team} about the {noun}
Sat nav for car {n}
Sun protection for the {n} {nouns}
Wed the {noun} to the {noun}
Mar the old {noun} with a stamp
Dec alpha emulator {v}
Second opinion on the {noun}
Fall campaign {noun}
Spring Boot {v} upgrade
Summer party {noun}
Catch-{n} in the {noun}
Area {n} {noun}
Studio {n} {noun}
Route {n} {noun}
Channel {n} {noun}
Formula {n} {noun}
Apollo {n} {noun}
Boeing 7{n} {noun}
Windows {n} upgrade for {team}
iPhone {n} {nouns}
Python {v} migration
Version {v} of the {noun}
v{v} checklist
Release {v}
Sprint {n} {noun}
Sprint {n} retro notes
Phase {n} {noun}
Step {n}: {verb} the {noun}
Level {n} {nouns}
Batch {n} of {n}
Task {n}
Test {n} of {n}
Room {n} {nouns}
Top {n} {nouns}
Top {n} of {big}
Vision {big}
Agenda {big}
Class of {big}
World Cup {big} {noun}
{big} roadmap
{big} {noun}
{big} vs {big} {noun}
{q} goals
{q} OKRs for {team}
{q} vs {q} {noun}
{month} figures
{month} {noun}
{month} newsletter for {team}
{month} vs {month} {noun}
{mon} {noun}
{n} day plan for {team}
{n} day money-back page
{n} week onboarding
{n} hour challenge
{n} minute read about {team}
{n}h outage postmortem
{n}d printing {noun}
Daily {noun}
Weekly {noun} for {team}
Monthly {noun} template
Yearly {noun}
Every {ord} customer gets a {noun}
Once in a {noun}
Price of {n}.99 for the {noun}
Discount of {n} percent
Budget of {big} for {team}
Call +1 555 0{n}{n}
Call extension {n}
Postcode {big} {noun}
IP 10.0.{n}.{n} is down
Merge branch release-{v}
Upgrade node {n} to {n}
Half marathon {noun}
Half-day workshop {noun}
Quarter pounder ad
Midnight Blue theme for the {noun}
Noon Café logo
Morning Star {noun}
Tonight Show {noun}
Tomorrow Land tickets
Friday's child poem
The Day After Tomorrow poster
Christmas Carol audiobook
Easter egg in the {noun}
New Year's resolution {noun}
Thanksgiving menu idea {n}
End of Life policy
End of chapter {n} quiz
End user manual {v}
Deadline tracker for {team}
Due diligence {noun}
Due process for {n} {nouns}
Calendar week view in the {noun}
Time zone bug in the {noun}
Now hiring page
Later stage investors {noun}
Next.js {n} upgrade
Next generation {noun}
Next steps for {team}
Last mile delivery {noun}
This and that for {team}
{做}第{n}版{件}
{做}第{汉数}版{件}
{做}{件}第{汉数}章
{做}{n}份{件}
{做}{汉数}份{件}
{做}{件}的{n}个问题
{做}{件}里的{汉数}个问题
{做}{month}{件}
{做}{件}v{v}
{做}{件} {v}
{做}问题{big}
{做}#{n}号{件}
{做}{n}号楼{件}
{做}{n}号会议室
{做}{汉数}号线{件}
{做}{n}楼{件}
{做}{big}年{件}
{做}{big}年度{件}
{做}{n}月份{件}
{做}{汉数}月份{件}
{做}{汉数}季度{件}
{做}上周的{件}
{做}昨天的{件}
{做}去年的{件}
{做}上个月{件}
{做}{n}天前的{件}
{做}{n}天计划
{做}{n}小时培训
{做}{件}（{n}小时）
{做}{件}，预计{n}小时
{做}{件}，大概{n}天
{做}前{n}名{件}
{做}最后{n}个{件}
{做}{n}%的{件}
{做}{件}，预算{n}万元
{做}{件}，共{n}页
{做}每周{件}
{做}每日{件}
{做}每月{n}号的{件}
{做}日常{件}
{做}周报{件}
{做}月报{件}
{做}年终奖{件}
{做}年度{件}
{做}季度{件}
{做}{人}的{件}
问{人}要{件}
找{人}要{n}份{件}
让{人}{做}{件}
{人}的{件}第{汉数}版
{人}负责的{件}
五一劳动节{件}
国庆{件}设计
中秋{件}文案
双十一{件}
春节{件}
元旦{件}文案
圣诞{件}
{汉数}大{件}
{汉数}个{件}
{n}个{件}
{n}件{件}
第{汉数}次{件}评审
第{n}次{件}评审
第{汉数}季度{件}
前{汉数}名{件}
三月份{件}
{汉数}月{件}
{n}月{件}
{n}.0版{件}
{big}年{件}
{big}年规划
周末版{件}
周日晚报{件}
周杰伦演唱会{件}
星期五餐厅{件}
一周年{件}
十周年{件}
半价{件}
半成品{件}
午夜蓝主题
早安{件}
明天系列{件}
今日头条{件}
日期控件{件}
月饼{件}
日志{件}{n}
时间线{件}
分数{n}的{件}
点赞功能{件}
{n}点建议
{汉数}点建议
号码{n}的{件}
天天向上{件}
尽快{做}{件}
马上{做}{件}
有空{做}{件}
上线前{做}{件}
发布之前{做}{件}
iPhone {n} {件}
Python {v} {件}
{做}A{n}{件}
{做}{n}寸{件}
{做}{n}人{件}
{做}{n}元{件}
{做}{n}次{件}
""".strip().splitlines()


def titles() -> list[str]:
    """Returns the titles: every shape in turn, its fillers drawn by a fixed seed, none twice."""
    random_ = random.Random(20261201)
    found: dict[str, None] = {}
    for shape in cycle(SHAPES):
        title = shape
        while "{" in title:
            before, rest = title.split("{", 1)
            name, after = rest.split("}", 1)
            title = f"{before}{random_.choice(WORDS[name].split('|'))}{after}"
        found.setdefault(title)
        if len(found) == COUNT:
            return list(found)
    return list(found)


if __name__ == "__main__":
    rows = [json.dumps({"text": title}, ensure_ascii=False) for title in titles()]
    Path(sys.argv[1]).write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(rows)} titles of {len(SHAPES)} shapes")
