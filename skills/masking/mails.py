"""Mail addresses, also as people write them for each other: "ana at example dot com", "ana＃qq点com"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skills.masking.cues import cue
from skills.masking.spans import Span

_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W_{_HAN}]"
"""A letter or digit of a script whose words stand apart."""
_NOT_INSIDE = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][._+-])"
_LOCAL = rf"(?:{_LETTER}|[!#$%&'*+/=?^_`{{|}}~-])(?:{_LETTER}|[.!#$%&'*+/=?^_`{{|}}~-])*"
_LABEL = rf"(?:{_LETTER}|[{_HAN}-])+"
_ENDING = (
    rf"(?:[A-Za-z]{{2,24}}(?![A-Za-z0-9])|xn--[A-Za-z0-9-]+|[^\W\d_A-Za-z{_HAN}]{{2,}}|"
    r"中国|中國|公司|网络|網絡|香港|台湾|台灣|在线)"
)

_PLAIN = re.compile(rf"(?<![A-Za-z0-9._+-]){_LOCAL}@(?:{_LABEL}\.)+{_ENDING}")
_HAN_LOCAL = re.compile(rf"(?<![A-Za-z0-9._+-])[\w.+-]{{1,30}}@(?:{_LABEL}\.)+{_ENDING}")

_OPEN, _CLOSE = r"[(\[{<（【] ?", r" ?[)\]}>）】]"
_AT_SIGN = rf"(?: ?@ ?| ?{_OPEN}(?:at|@|AT|At|艾特|arroba){_CLOSE} ?| ?(?:艾特|小老鼠) ?| ?# ?| ?\* ?|_at_)"
_AT = rf"(?:{_AT_SIGN}| +(?:at|AT|At|arroba) +)"
_DOT_WORD = rf"(?: ?{_OPEN}(?:dot|DOT|\.|点|點|punto){_CLOSE} ?| ?[点點] ?| +(?:dot|DOT|Dot|punto|point) +|_dot_)"
_DOT = rf"(?: ?\. ?|{_DOT_WORD})"
_TOP = (
    r"(?:com|net|org|edu|gov|info|biz|io|dev|app|ai|co|me|"
    r"cn|uk|de|fr|es|it|nl|eu|in|jp|kr|br|ru|us|ca|au|ch|at|be|se|no|dk|fi|pl|pt|mx|tw|hk|sg)"
)
_WORD = r"[A-Za-z0-9]++"
_LABELS = r"[A-Za-z0-9][A-Za-z0-9-]*+"
_SPELLED = re.compile(
    rf"{_NOT_INSIDE}(?P<local>{_WORD}(?:(?:{_DOT_WORD}|[.+_-]++| underscore | dash | minus ){_WORD})*+)"
    rf"(?P<at>{_AT})(?P<domain>{_LABELS}(?:{_DOT}{_LABELS}){{0,4}}?{_DOT}{_TOP}(?:{_DOT}[a-z]{{2}})?)(?![A-Za-z0-9])"
)
_AT_WORD = re.compile(r"[@#*]|\b(?i:at)\b|_at_|艾特|小老鼠|arroba")
_DOTTED_BY_WORD = re.compile(_DOT_WORD)

_NO_ENDINGS = ("png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "css", "py")
_NO_LOCALS = frozenset(
    re.findall(
        r"\w+",
        "me it us them you him her found look looked looking bought order ordered orders purchased am is was "
        "are were be here there account shop shopped store this that sale sold available live work works "
        "working stay staying visit page site website listed shown price priced meet see buy get got check ",
    )
)
_MAIL_HOST = re.compile(r"(?:qq|163|126|sina|foxmail|gmail|outlook|hotmail|yahoo|icloud|proton)\b", re.IGNORECASE)
_MARKED = re.compile(r"[\d._+]")


def find_mails(text: str) -> Iterator[Span]:
    """Yields the mail addresses in folded `text`."""
    if "@" in text:
        ends: set[int] = set()
        for pattern in (_PLAIN, _HAN_LOCAL):
            for found in pattern.finditer(text):
                ending = found.group().rpartition(".")[2].lower()
                is_none = found.end() in ends or ending in _NO_ENDINGS or found.group().startswith("git@")
                if not is_none:
                    ends.add(found.end())
                    yield Span(found.start(), found.end(), "email")
    for found in _SPELLED.finditer(text) if _AT_WORD.search(text) else ():
        if _is_mail(found, text):
            yield Span(found.start("local"), found.end(), "email")


def _is_mail(found: re.Match[str], text: str) -> bool:
    """Whether "x at y.com" is an address and no place: "I ordered it at example.com"."""
    local, at, domain = found["local"], found["at"], found["domain"]
    if local.casefold() in _NO_LOCALS or (local.casefold() == "git" and "@" in at):
        return False
    if at.strip().casefold() not in ("at", "#", "*"):
        return True
    if _DOTTED_BY_WORD.search(domain) or _MAIL_HOST.match(domain):
        return True
    return bool(_MARKED.search(local)) or cue(text, found.start(), found.end()) == "mail"
