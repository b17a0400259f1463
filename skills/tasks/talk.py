"""What a message to the tasks skill wants, in English and Chinese: to see tasks, to know something, or to make one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from skills.tasks.capture.draft import Names
from skills.tasks.capture.people import is_plain_request, named_in

Wanted = Literal["mine", "person", "overdue", "asked", "unassigned", "all", "plan", "board", "help", "about", "make"]
Span = Literal["all", "today", "week"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What is wanted. `person` is whose tasks are; `span` until when they are due; `about` what a question is about."""

    wanted: Wanted
    person: str | None = None
    span: Span = "all"
    about: str = ""


_TASKS = r"(?:tasks?|to-?dos?|work(?:load)?|assignments?|items?|任务|待办|工作|活儿?|事情?)"
_OVERDUE = re.compile(
    r"\b(?:what(?:'s|\s+is|\s+are)?|which|anything|something|show|list|any|is)\b.*\b(?:overdue|late|past\s+due|behind\s+schedule)\b"
    r"|^\W*(?:overdue|late)\s*(?:tasks?|ones?)?\W*$|(?:哪些|什么|有没有|还有|列出|看看|显示)?.{0,6}(?:逾期|过期|超期|拖期|延误|晚了)(?:的|了)?(?:任务|待办|事)?.{0,4}$",
    re.IGNORECASE,
)
_MINE = re.compile(
    rf"""\b(?:
        (?:what(?:'s|\s+is|s)?|show(?:\s+me)?|list|see|anything|how\s+much\s+is)\s+
        (?:all\s+|else\s+)?(?:is\s+)?(?:still\s+|left\s+)?(?:on\s+)?my\s+(?:plate|list|desk|{_TASKS}|queue|agenda)
      | what\s+(?:else\s+)?do\s+i\s+(?:still\s+)?(?:need|have)\s+to\s+(?:do|work\s+on|finish)\b
      | what\s+(?:else\s+)?(?:do|should|must|can)\s+i\s+(?:still\s+)?(?:work\s+on|do\s+next|finish\s+(?:first|next))\b
      | what\s+(?:am\s+i|'?m\s+i)\s+(?:working\s+on|supposed\s+to\s+do|responsible\s+for)
      | what(?:'s|\s+is)\s+(?:next|due|left)(?:\s+for\s+me)?\b
      | (?:do\s+i\s+have|have\s+i\s+got|is\s+there)\s+any(?:thing|\s+{_TASKS})
        (?:\s+(?:else|left|to\s+do|for\s+me|due|open))*
      | my\s+(?:open\s+|own\s+)?{_TASKS}\s*(?:list|today|this\s+week)?\s*[?.!]*$
    )
    |(?:我(?:今天|明天|这周|本周|现在)?(?:手上|手头|这边)?(?:还)?(?:有|剩)(?:哪些|什么|多少|几个).{{0,8}}
      |我的(?:任务|待办|工作|清单|事)|我(?:今天|明天|这周|本周)?(?:还)?(?:要|该|需要)(?:做|干|完成)(?:什么|哪些|啥)
      |(?:列出|看看|显示|查看).{{0,3}}我的.{{0,4}}(?:任务|待办)|有什么(?:要|需要)我)""",
    re.VERBOSE | re.IGNORECASE,
)
_PERSON = re.compile(
    rf"""\b(?:what(?:'s|\s+is|\s+does|\s+do|\s+has|\s+are)?|show(?:\s+me)?|list|how\s+(?:busy|loaded)\s+is|which)\b.*\b(?:have\s+to\s+do|has\s+to\s+do|need\s+to\s+do|working\s+on|plate|supposed\s+to|responsible\s+for|doing|{_TASKS}|busy|do\s+(?:today|this\s+week|next))\b
    |(?:要|该|在|需要|还要)(?:做|干|忙)(?:什么|哪些|啥)|(?:手上|手头)?(?:有|还有)(?:哪些|什么|多少)|的(?:任务|待办|工作)(?:有哪些|是什么|列表)?|忙(?:什么|不忙|吗)""",
    re.VERBOSE | re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:what|which)\b.*\b(?:did\s+i\s+ask|have\s+i\s+asked|am\s+i\s+waiting\s+for|i\s+asked\s+(?:for|others))\b|我(?:交代|安排|分配|让别人做)(?:了|的|过).{0,6}(?:任务|什么|哪些|事)|我在等",
    re.IGNORECASE,
)
_UNASSIGNED = re.compile(
    r"\b(?:unassigned|nobody\s+has|without\s+(?:an?\s+)?(?:owner|assignee))\b|(?:没人|无人|未分配|没有人)(?:负责|认领|做)?的?(?:任务|待办)",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\b(?:what(?:'s|\s+is)\s+(?:everybody|everyone|the\s+team)\s+(?:doing|working\s+on)|(?:show|list)\s+(?:me\s+)?(?:all|every|open|the)\s+(?:the\s+)?(?:open\s+)?{_TASKS}|what\s+{_TASKS}\s+are\s+(?:there|open)|(?:all|open)\s+{_TASKS}\s*[?.!]*$|where\s+do(?:es)?\s+(?:everything|we|things)\s+stand)|(?:所有|全部|大家|团队)(?:的)?(?:未完成的?)?(?:任务|待办)|任务列表|列出任务",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"^\W*(?:please\s+|can\s+you\s+)?(?:(?:re-?)?plan|schedule|distribute|assign)\s+(?:the\s+|our\s+|all\s+|my\s+)*(?:backlog|week|open\s+tasks|tasks|everything|work)\W*$|^\W*(?:帮我|请)?(?:安排|规划|排|重新安排)(?:一下)?(?:所有|全部|大家的?|这周的?)?(?:任务|工作|排期|待办)\W*$",
    re.IGNORECASE,
)
_BOARD = re.compile(
    r"^\W*(?:show\s+(?:me\s+)?)?(?:the\s+)?(?:task\s+)?(?:board|kanban|workload(?:\s+chart)?|who(?:'s|\s+is)\s+(?:busy|free|overloaded))\W*$|^\W*(?:看板|任务看板|工作量(?:图)?|谁有空|谁(?:最)?忙)\W*$",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"^\W*(?:task\s+help|help\s+(?:me\s+)?with\s+tasks|how\s+do\s+(?:i|tasks)\b.*\btasks?|任务(?:帮助|怎么用)|怎么(?:建|创建|用)任务)\W*$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^\W*(?:(?:hi|hey|hello|ok|so|and|please|pls)[\s,!]+)*(?:(?:can|could|would|will)\s+(?:you|u|we|someone|somebody|anyone|anybody|@)|@\S+\s*,?\s*(?:can|could|would|will|please|pls)\b|(?:who|which\s+of\s+you)\s+(?:can|could|wants\s+to|would)\b|(?:能不能|能否|可以|可否|麻烦|请|让|帮|谁(?:能|可以|来|有空)))",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"""^\W*(?:(?:hi|hey|hello|ok|so|and|btw|by\s+the\s+way|sorry|quick\s+question|question)[\s,:!]+)*
    (?:when(?:'s)?|who(?:'s)?|whose|whom|what(?:'s)?|which|where(?:'s)?|why|how|is|are|was|were|do|does|did|has|have|had|am|should|isn'?t|aren'?t|didn'?t|doesn'?t|haven'?t|hasn'?t|any\s+(?:news|update))\b""",
    re.VERBOSE | re.IGNORECASE,
)
_QUESTION_IN_CHINESE = re.compile(
    r"(?:什么时候|何时|几点|几号|谁负责|谁在|谁做|是谁|哪个|哪些|哪位|为什么|怎么样了?|多久|多少|有没有|是否|是不是|完成了吗|做完了吗|好了吗|到哪了)"
)
_CALLED = re.compile(
    r"^(?:\s*@\S+[,:，：]?\s+)+(?=(?:when|who|whose|what|which|where|why|how|is|are|was|do|does|did|has|have)\b)",
    re.IGNORECASE,
)
"""“@ana how long …?” asks to know something, whoever is called."""
_STOP = frozenset(
    [
        "when",
        "who",
        "whose",
        "what",
        "which",
        "where",
        "why",
        "how",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "am",
        "should",
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "at",
        "by",
        "with",
        "and",
        "or",
        "it",
        "this",
        "that",
        "there",
        "any",
        "anybody",
        "anyone",
        "somebody",
        "someone",
        "due",
        "done",
        "finish",
        "finished",
        "finishing",
        "complete",
        "completed",
        "task",
        "tasks",
        "responsible",
        "about",
        "our",
        "my",
        "your",
        "their",
        "we",
        "i",
        "you",
        "he",
        "she",
        "they",
        "be",
        "been",
        "last",
        "next",
        "news",
        "update",
        "status",
    ]
)


def talk(text: str, names: Names) -> Talk:
    """Returns what a message that is for this skill wants."""
    one = " ".join(text.split())
    span: Span = "all"
    if re.search(r"\btoday\b|今天|今日", one, re.IGNORECASE):
        span = "today"
    elif re.search(r"\bthis\s+week\b|这周|本周|这个?星期", one, re.IGNORECASE):
        span = "week"
    if len(one) > 200 or "\n" in text.strip():
        return Talk("make")
    for wanted, pattern in (("help", _HELP), ("plan", _PLAN), ("board", _BOARD)):
        if pattern.search(one):
            return Talk(wanted)  # type: ignore[arg-type]
    one = _CALLED.sub("", one)
    if _REQUEST.search(one) or is_plain_request(one):
        return Talk("make")
    if _OVERDUE.search(one):
        return Talk("overdue")
    if _ASKED.search(one):
        return Talk("asked")
    if _MINE.search(one):
        return Talk("mine", names.asker, span)
    people = named_in(one, names)
    if len(people) == 1 and _PERSON.search(one):
        return Talk("person", people[0], span)
    if _UNASSIGNED.search(one):
        return Talk("unassigned")
    if _ALL.search(one):
        return Talk("all", None, span)
    if is_question(one) or one.rstrip().endswith(("?", "？")):
        return Talk("about", about=" ".join(words_about(one)))
    return Talk("make")


def is_question(text: str) -> bool:
    """Returns whether a text asks to know something, and not for something to be done."""
    if _REQUEST.search(text):
        return False
    if _QUESTION.search(text):
        return "?" in text or "？" in text or not re.match(r"\W*(?:do|have|is|am|should)\b", text, re.IGNORECASE)
    return bool(_QUESTION_IN_CHINESE.search(text) and re.search(r"[?？吗呢]\W*$|什么时候|谁负责|何时", text))


def words_about(text: str) -> list[str]:
    """Returns the words of a question that say what it is about."""
    words = re.findall(r"[A-Za-z][\w'-]*|\d+|[㐀-鿿]+", text)
    found: list[str] = []
    for word in words:
        if word[0] >= "㐀":
            rest = _QUESTION_IN_CHINESE.sub(" ", word)
            found += [part for part in re.split(r"[的了吗呢是在我你他她它们有没截止完成]|\s", rest) if len(part) >= 2]
        elif word.casefold() not in _STOP:
            found.append(word)
    return found[:4]
