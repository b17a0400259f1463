"""What of a message is the question."""

from __future__ import annotations

import re

LONGEST = 2_000
"""Characters of a question that are read; nobody asks more in one breath, and a paste of 40,000 is cut here."""

_EMOJI_NAME = re.compile(r"(?<!\w):[a-z0-9_+\-']+(?:::skin-tone-\d)?:(?!\w)")
_LEAD_IN = re.compile(
    r"^(?:(?:by the way|btw|before that|one more thing|another (?:question|thing))\b[\s,:.…-]*"
    r"|(?:对了|顺便(?:问一下)?|另外)[，,：:\s]+)(?=\S)",
    re.IGNORECASE,
)
"""What leads over to a question says nothing of it, and keeps it from its answer."""
_CHINESE_ASIDES = re.compile(
    r"请问|想问一?下?|我?想知道|麻烦|能不能|可不可以|可以|是不是|有没有|需要|应该|怎么样?|如何|什么时候|什么|为什么|多长时间|多久|多少|几[天个点号]"
    r"|一下|才[會会能]|[會会能要吗嗎呢啊吧呀的了是有]"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEAST_HAN = 3
_ANSWERABLE = re.compile(r"[^\W_]")


def question_of(text: str) -> str:
    """Returns the words of `text` that ask; empty when nothing is asked.

    Emoji names, doubled spaces and what leads over to the question ("by the way, …") are left out.
    """
    words = " ".join(_EMOJI_NAME.sub(" ", text[: LONGEST * 2]).split())[:LONGEST]
    words = _LEAD_IN.sub("", words)
    return words if _ANSWERABLE.search(words) else ""


def condensed(question: str) -> str | None:
    """Returns what a Chinese question is about, without the words that only ask; None where little would be left.

    Terms are pairs of characters: in "退款要多久才会到账" most belong to the asking and stand in no document.
    """
    if not _HAN.search(question):
        return None
    kept = " ".join(_CHINESE_ASIDES.sub(" ", question).split())
    return kept if kept != question and len(_HAN.findall(kept)) >= _LEAST_HAN else None
