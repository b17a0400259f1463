"""The answer to keep of many that were given to the same question, with slots where they differ by a value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.encoders.base import Vectors
from skills.masking import mask
from skills.support.book.templates import literal
from skills.support.book.validation import MAX_ANSWER, fold
from skills.support.learning.grouping import centrality
from skills.support.slots import values as slot_values

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))(?: there)?,? (?:(?:mr|mrs|ms|dr)\.? )?)"
    r"(?P<name>[A-Z\u00c0-\u00de][\w'’-]+(?: [A-Z\u00c0-\u00de][\w'’-]+)?)(?=[,!.:])",
    re.IGNORECASE,
)
_CHINESE_GREETING = re.compile(
    r"^(?:尊敬的|亲爱的|您好[，,]?|你好[，,]?)?(?P<name>[\u4e00-\u9fff]{1,3})(?=(?:先生|女士|小姐)[，,：:！!您])"
)
_NO_NAMES = frozenset(["there", "all", "everyone", "customer", "sir", "madam", "team", "您", "你"])


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    slot: str
    text: str


def best_answer(answers: Sequence[str], vectors: Vectors) -> str | None:
    """Returns a template: the answer given most often, or of answers all unlike the one nearest to the middle.

    `vectors` are the answers', shape (answers, dimensions). Two answers count as one where they differ in order
    numbers, names, mails and phones only; such a value becomes a slot, unless it is always the same one (the shop's own
    phone). Other personal data is masked. None where every answer is too long for a template.
    """
    skeletons: dict[str, list[int]] = defaultdict(list)
    read = [_values(answer) for answer in answers]
    for number, (answer, values) in enumerate(zip(answers, read, strict=True)):
        if len(answer) <= MAX_ANSWER:
            skeletons[fold(_with_slots(answer, values, frozenset()))].append(number)
    if not skeletons:
        return None
    near = centrality(vectors)
    most = max(len(numbers) for numbers in skeletons.values())
    often = [numbers for numbers in skeletons.values() if len(numbers) == most]
    same = max(often, key=lambda numbers: max(near[number] for number in numbers))
    kept = max(same, key=lambda number: near[number])
    constant = _constant([read[number] for number in same])
    return _with_slots(answers[kept], read[kept], constant)


def _constant(found: Sequence[Sequence[_Value]]) -> frozenset[int]:
    """Returns the places (first value, second…) at which several answers all have the same value."""
    if len(found) < 2:
        return frozenset()
    places = min(len(values) for values in found)
    return frozenset(
        place
        for place in range(places)
        if len(Counter(values[place].text for values in found)) == 1 and found[0][place].slot != "name"
    )


def _values(answer: str) -> list[_Value]:
    """Returns the values in an answer that may be another customer's, in their order."""
    found: list[_Value] = []
    for slot, values in (
        ("email", slot_values.mails(answer)),
        ("order_number", slot_values.numbered(answer)),
        ("phone", slot_values.phones(answer, bare=True)),
        ("order_number", slot_values.order_numbers(answer, asked=False)),
        ("name", _names(answer)),
    ):
        for start, end, text in values:
            if all(end <= other.start or other.end <= start for other in found):
                found.append(_Value(start, end, slot, text))
    return sorted(found, key=lambda value: value.start)


def _names(answer: str) -> Iterator[tuple[int, int, str]]:
    for greeting in (_GREETING, _CHINESE_GREETING):
        match = greeting.match(answer)
        if match is not None and match["name"].casefold() not in _NO_NAMES:
            yield match.start("name"), match.end("name"), match["name"]


def _with_slots(answer: str, values: Sequence[_Value], constant: frozenset[int]) -> str:
    parts: list[str] = []
    end = 0
    for place, value in enumerate(values):
        parts.append(literal(mask(answer[end : value.start]).text))
        parts.append(literal(value.text) if place in constant else f"{{{value.slot}}}")
        end = value.end
    parts.append(literal(mask(answer[end:]).text))
    return "".join(parts)
