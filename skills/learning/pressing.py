"""What admins press under a report, and what they ask for by command."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from skills.base import Request, Services
from skills.catalogs import Say
from skills.classifiers.feedback.reviewing import may_review
from skills.classifiers.registry.models import ShadowRow, VersionRow
from skills.classifiers.registry.versions import DecisionRefused
from skills.learning import must
from skills.learning.cards import (
    CHANGED,
    DIFFERED,
    KEEP,
    PROMOTE,
    ROLL_BACK,
    changed_parts,
    reason_parts,
    report_parts,
    versions_parts,
)
from skills.learning.must_words import must_parts
from skills.learning.shadowing.cards import differed_parts
from skills.learning.shadowing.differences import differing
from skills.learning.weekly.telling import lately
from skills.learning.workshop import Workshop
from skills.reply import Paragraph, Part, Reply, to_asker
from skills.text import PersonRef, Text

_LINES = 10
_TEXTS = 10
_WORDS = (CHANGED, DIFFERED)
"""The buttons that show people's own words."""
_NUMBERS = {"list": 0, "report": 0, "rollback": 0, "show": 1, "promote": 1, "diff": 2}
"""The words after `/deskhand models`, and how many versions each is about."""


async def press(request: Request, services: Services) -> Sequence[Reply]:
    """Returns what a button under a report leads to; a decision stands in the report's thread, for all to see.

    All but the texts that are read otherwise are for admins.
    """
    say, person, shop = request.say, request.person, Workshop.of(services)
    if not (may_review(person, services) if request.name in _WORDS else person.is_admin):
        return to_asker(say("learning.admins_only"))
    version = _number(request.value)
    row = await shop.registry.get(request.team, version) if version is not None else None
    if row is None:
        return to_asker(say("learning.no_version", version=request.value))
    match request.name:
        case "learning.changed":
            return [Reply(changed_parts(row.report, say), to="asker")]
        case "learning.differed":
            texts = await differing(shop.sessions, request.team, row.number, _TEXTS)
            return [Reply(differed_parts(texts, say), to="asker")]
        case "learning.keep":
            try:
                await shop.registry.keep(request.team, row.number, person.id)
            except DecisionRefused as refused:
                return to_asker(say(f"learning.refused.{refused.why}", version=row.number))
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
    if await must.broken_by(shop, row):
        return say("learning.refused.must", version=row.number)
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
    """Returns the answer to `/deskhand models [list | report | show N | diff N M | promote N | rollback | must …]`."""
    say, team = request.say, request.team
    if not request.person.is_admin:
        return (Paragraph(say("learning.admins_only")),)
    word, _, rest = words.strip().partition(" ")
    word, given = word.casefold() or "list", rest.split()
    if word == "must":
        return await must_parts(rest, request, shop)
    if _NUMBERS.get(word) != len(given):
        return _usage(word, say)
    rows: list[VersionRow] = []
    for one in given:
        number = _number(one.casefold())
        row = await shop.registry.get(team, number) if number is not None else None
        if row is None:
            return (Paragraph(say("learning.no_version", version=one)),)
        rows.append(row)
    match word:
        case "report":
            return await lately(team, shop, request.now, say)
        case "show":
            return shown(rows[0], await shop.shadows.running(team), say)
        case "diff":
            return difference(rows[0], rows[1], say)
        case "promote":
            return (Paragraph(await promote(request, shop, rows[0])),)
        case "rollback":
            return (Paragraph(await roll_back(request, shop)),)
    lines = await shop.registry.ledger(team, _LINES)
    versions, serving = await shop.registry.all(team), await shop.registry.serving(team)
    acts, shadow = await shop.registry.acts(team), await shop.shadows.running(team)
    return versions_parts(versions, serving, acts, lines, say, shadow)


def _usage(word: str, say: Say) -> tuple[Part, ...]:
    near = difflib.get_close_matches(word, (*_NUMBERS, "must"), n=1) if word not in _NUMBERS else []
    hint = [Paragraph(say("learning.did_you_mean", word=near[0]))] if near else []
    return (Paragraph(say("learning.models_usage")), *hint)


def shown(row: VersionRow, shadow: ShadowRow | None, say: Say) -> tuple[Part, ...]:
    """Returns what there is to say of one version; `shadow` is the shadow period that runs, of whichever version."""
    promoted = bool(row.report["verdict"]["promote"])
    own = shadow if shadow is not None and shadow.version == row.number else None
    return report_parts(row.number, row.report, (), say, promoted=promoted, shadow=own)


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


ACTIONS = frozenset({CHANGED, DIFFERED, KEEP, PROMOTE, ROLL_BACK})
