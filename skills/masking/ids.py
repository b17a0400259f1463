"""National ids, passports and driving licences: the form, the check digits, and a word beside what has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skills.masking import id_checks as check
from skills.masking.cues import cue
from skills.masking.spans import Span


@dataclass(frozen=True, slots=True)
class _Form:
    """How an id is written, and whether it is one. `cued`: only beside a word such as "passport" or "身份证"."""

    pattern: re.Pattern[str]
    valid: Callable[[str], bool] | None = None
    cued: frozenset[str] | None = None
    told_by_cue: bool = False
    """Whether a word beside it is enough where the check digits are wrong: people mistype."""


_BESIDE_ID = frozenset({"id"})


def _form(
    pattern: str,
    valid: Callable[[str], bool] | None = None,
    *cued: str,
    told_by_cue: bool = False,
    case: bool = False,
) -> _Form:
    whole = rf"(?<![A-Za-z0-9])(?<!\d[.,/-])(?:{pattern})(?![A-Za-z0-9])(?![.,/-]\d)"
    compiled = re.compile(whole, 0 if case else re.IGNORECASE)
    return _Form(compiled, valid, frozenset(cued) or None, told_by_cue)


_FORMS = (
    _form(r"\d{6} ?(?:19|20)\d{6} ?\d{3}[\dX]", check.chinese, told_by_cue=True),
    _form(r"\d{6} ?(?:19|20)\d{2} ?\d{4} ?\d{3}[\dX]", check.chinese, told_by_cue=True),
    _form(r"[1-9]\d{14}", check.old_chinese, "id"),
    _form(r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}", check.us_ssn),
    _form(r"\d{9}|\d{3}[.]\d{2}[.]\d{4}", check.us_ssn, "id"),
    _form(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]", check.uk_nino),
    _form(r"[A-Z]{1,2}\d{6} ?\([0-9A]\)", check.hong_kong),
    _form(r"[A-Z][12]\d{8}", check.taiwanese, case=True),
    _form(r"\d{8}[ -]?[A-HJ-NP-TV-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-HJ-NP-TV-Z]", check.spanish, told_by_cue=True),
    _form(r"[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]", check.spanish, told_by_cue=True),
    _form(r"[A-Z]{3} ?[A-Z]{3} ?\d{2}[A-EHLMPRST]\d{2} ?[A-Z]\d{3}[A-Z]", check.italian, told_by_cue=True),
    _form(r"\d{2} ?\d{3} ?\d{3} ?\d{3}", check.german_tax, "id"),
    _form(r"[CFGHJK-NPRTV-Z][0-9CFGHJK-NPRTV-Z]{8}\d?", check.german_card, "id"),
    _form(
        r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", check.french, told_by_cue=True
    ),
    _form(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", check.aadhaar, told_by_cue=True),
    _form(r"[2-9]\d{11}", check.aadhaar, "id"),
    _form(r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]", None, case=True),
    _form(r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]", None, "id", "card"),
    _form(r"\d{3}\.\d{3}\.\d{3}-\d{2}", check.brazilian, told_by_cue=True),
    _form(r"\d{11}", check.brazilian, "id"),
    _form(r"\d{9}", check.dutch, "id"),
    _form(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", check.belgian, told_by_cue=True),
    _form(r"\d{11}", check.polish, "id"),
    _form(r"(?:19|20)?\d{6}[-+]\d{4}", check.swedish, told_by_cue=True),
    _form(r"\d{6}-?\d{4}", check.danish, "id"),
    _form(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJK-NPR-Y]", check.finnish),
    _form(r"\d{6} ?\d{5}", check.norwegian, told_by_cue=True),
    _form(r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", check.swiss, told_by_cue=True),
    _form(r"\d{6}-[1-4]\d{6}", check.korean),
    _form(r"\d{4}[ -]?\d{4}[ -]?\d{4}", check.japanese, "id"),
    _form(r"[1-9]\d{10}", check.turkish, "id"),
    _form(r"[STFGM]\d{7}[A-Z]", check.singaporean, told_by_cue=True),
    _form(r"\d{3}[ -]?\d{3}[ -]?\d{3}", check.canadian, "id"),
    _form(r"\d{3} ?\d{3} ?\d{3}", check.australian_tax, "id"),
    _form(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HM][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\d", check.mexican),
    _form(r"(?=(?:[A-Z]*\d){5})[A-Z0-9]{6,9}", None, "passport"),
    _form(r"(?=[A-Z0-9-]*\d{4})[A-Z]{0,5}-?\d[A-Z0-9]{4,15}", None, "license"),
)
_SEPARATORS = str.maketrans("", "", " .()")
_DASHED = re.compile(r"(?<=\d)[-+](?=\d)|-")


def find_ids(text: str) -> Iterator[Span]:
    """Yields the ids in folded `text`."""
    for form in _FORMS:
        for found in form.pattern.finditer(text):
            if _is_id(form, found, text):
                yield Span(found.start(), found.end(), "id")


def _is_id(form: _Form, found: re.Match[str], text: str) -> bool:
    beside = cue(text, found.start(), found.end()) if form.cued or form.told_by_cue else None
    if form.cued is not None and beside not in form.cued:
        return False
    if form.valid is None:
        return True
    if form.told_by_cue and beside in _BESIDE_ID:
        return True
    value = found.group().translate(_SEPARATORS)
    return form.valid(value if form.valid is check.finnish else _DASHED.sub("", value))
