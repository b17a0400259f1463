"""What admins press under a report, and what they ask for by command."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from skills.base import Request, Services
from skills.catalogs import Say
from skills.classifiers.registry.models import VersionRow
from skills.classifiers.registry.versions import DecisionRefused
from skills.learning.cards import CHANGED, KEEP, PROMOTE, ROLL_BACK, changed_parts, reason_parts, versions_parts
from skills.learning.workshop import Workshop
from skills.reply import Paragraph, Part, Reply, to_asker
from skills.text import PersonRef, Text

_LINES = 10
_WORDS = ("list", "show", "diff", "promote", "rollback")


async def press(request: Request, services: Services) -> Sequence[Reply]:
    """Returns what a button under a report leads to; a decision stands in the report's thread, for all to see.

    All but the changed texts are for admins.
    """
    say, person, shop = request.say, request.person, Workshop.of(services)
    if not person.is_admin and (request.name != CHANGED or person.id not in services.learning.reviewers):
        return to_asker(say("learning.admins_only"))
    version = _number(request.value)
    row = await shop.registry.get(request.team, version) if version is not None else None
    if row is None:
        return to_asker(say("learning.no_version", version=request.value))
    match request.name:
        case "learning.changed":
            return [Reply(changed_parts(row.report, say), to="asker")]
        case "learning.keep":
            await shop.registry.keep(request.team, row.number, person.id)
            return await _under(
                request, services, say("learning.kept", person=PersonRef(person.id), version=row.number)
            )
        case "learning.promote":
            return await _under(request, services, await promote(request, shop, row))
        case "learning.roll_back":
            if await shop.registry.serving(request.team) != row.number:
                return to_asker(say("learning.not_serving", version=row.number))
            return await _under(request, services, await roll_back(request, shop))
    return to_asker(say("learning.no_version", version=request.value))


async def promote(request: Request, shop: Workshop, row: VersionRow) -> Text:
    """Lets a version serve at an admin's word, and returns what to say about it."""
    say, person = request.say, request.person
    try:
        await shop.registry.promote(request.team, row.number, person.id, "an admin's decision", {})
    except DecisionRefused as refused:
        return say(f"learning.refused.{refused.why}", version=row.number)
    await shop.champions.follow()
    return say("learning.promoted_by", person=PersonRef(person.id), version=row.number)


async def roll_back(request: Request, shop: Workshop) -> Text:
    """Lets the version serve again that did before, and returns what to say about it."""
    say, person = request.say, request.person
    try:
        version = await shop.registry.roll_back(request.team, person.id, "an admin's decision", {})
    except DecisionRefused as refused:
        return say(f"learning.not_back.{refused.why}")
    await shop.champions.follow()
    if not version:
        return say("learning.back_to_starter", person=PersonRef(person.id))
    return say("learning.back_to", person=PersonRef(person.id), version=version)


async def models(words: str, request: Request, shop: Workshop) -> tuple[Part, ...]:
    """Returns the answer to `/deskhand models [list | show N | diff A B | promote N | rollback]`."""
    say, team = request.say, request.team
    if not request.person.is_admin:
        return (Paragraph(say("learning.admins_only")),)
    word, *rest = words.casefold().split() or ["list"]
    numbers = [_number(one) for one in rest]
    if word == "list" and not rest:
        registry = shop.registry
        lines = await registry.ledger(team, _LINES)
        return versions_parts(await registry.all(team), await registry.serving(team), lines, say)
    if word == "rollback" and not rest:
        return (Paragraph(await roll_back(request, shop)),)
    wanted = {"show": 1, "promote": 1, "diff": 2}.get(word)
    if wanted is None or len(rest) != wanted:
        near = difflib.get_close_matches(word, _WORDS, n=1)
        hint = say("learning.did_you_mean", word=near[0]) if near and word not in _WORDS else ""
        return (Paragraph(say("learning.models_usage")), *((Paragraph(hint),) if hint else ()))
    found = [await shop.registry.get(team, one) if one is not None else None for one in numbers]
    for given, row in zip(rest, found, strict=True):
        if row is None:
            return (Paragraph(say("learning.no_version", version=given)),)
    rows = [row for row in found if row is not None]
    match word:
        case "show":
            return shown(rows[0], say)
        case "promote":
            return (Paragraph(await promote(request, shop, rows[0])),)
    return difference(rows[0], rows[1], say)


def shown(row: VersionRow, say: Say) -> tuple[Part, ...]:
    """Returns what there is to say of one version."""
    from skills.learning.cards import report_parts

    promoted = bool(row.report["verdict"]["promote"])
    return report_parts(row.number, row.report, (), say, promoted=promoted)


def difference(one: VersionRow, other: VersionRow, say: Say) -> tuple[Part, ...]:
    """Returns how two versions' data and verdicts differ."""
    parts: list[Part] = [Paragraph(say("learning.diff", one=one.number, other=other.number))]
    for row in (one, other):
        counts = ", ".join(
            f"{say.label(f'learning.role.{role}')} {say.number(count)}"
            for role, count in sorted(row.report["rows"].items())
        )
        parts.append(Paragraph(say("learning.diff_rows", version=row.number, counts=counts)))
        parts += reason_parts(row.report, say)
    return tuple(parts)


async def _under(request: Request, services: Services, text: Text) -> Sequence[Reply]:
    """Posts what was decided under the report, and returns nothing more to say."""
    under = request.answer.id if request.answer is not None else None
    key = f"learning pressed {request.id}"
    reply = Reply((Paragraph(text),))
    await services.post(reply, request.team, request.place, key, skill="learning", under=under, say=request.say)
    return ()


def _number(word: str) -> int | None:
    digits = word.removeprefix("v")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else None


ACTIONS = frozenset({CHANGED, KEEP, PROMOTE, ROLL_BACK})
