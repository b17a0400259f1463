"""`/deskhand channel`: a channel's policy, by words or by a form."""

from __future__ import annotations

from dataclasses import replace

from bot.policy import Policy
from skills.base import Request
from skills.catalogs import Say
from skills.reply import Choice, Fields, Form, PeopleInput
from skills.text import PersonRef, Span, Text

FORM = "deskhand.channel"

_WORDS = {
    "on": {"on": True},
    "off": {"on": False},
    "everyone": {"askers": "everyone"},
    "admins": {"askers": "admins"},
    "addressed": {"overhears": False},
    "overhear": {"overhears": True},
}


def by_words(policy: Policy, words: str) -> Policy | None:
    """Returns the policy that `words` (`off`, `on admins`) make of this one, or None when one says nothing."""
    for word in words.casefold().split():
        if word not in _WORDS:
            return None
        policy = replace(policy, **_WORDS[word])  # type: ignore[arg-type]
    return policy


def by_form(request: Request) -> Policy:
    """Returns the policy that was chosen in the form."""
    people = request.values.get("people") or ()
    return Policy(
        on=request.values.get("on") != "off",
        askers=request.values.get("askers") or "everyone",  # type: ignore[arg-type]
        people=people if isinstance(people, tuple) else (people,),
        overhears=request.values.get("overhears") == "yes",
    )


def policy_form(policy: Policy, say: Say) -> Form:
    """Returns the form with the policy as it stands."""

    def options(key: str, *values: str) -> tuple[tuple[str, str], ...]:
        return tuple((value, say.label(f"desk.channel.{key}_{value}")) for value in values)

    return Form(
        name=FORM,
        title=say.label("desk.channel.form_title"),
        submit=say.label("desk.channel.form_submit"),
        parts=(
            Choice("on", say.label("desk.channel.on"), options("on", "on", "off"), "on" if policy.on else "off"),
            Choice(
                "askers",
                say.label("desk.channel.askers"),
                options("askers", "everyone", "listed", "admins"),
                policy.askers,
            ),
            PeopleInput("people", say.label("desk.channel.people"), policy.people),
            Choice(
                "overhears",
                say.label("desk.channel.overhears"),
                options("overhears", "no", "yes"),
                "yes" if policy.overhears else "no",
            ),
        ),
    )


def policy_fields(policy: Policy, say: Say) -> Fields:
    """Returns the policy in words."""
    askers: Text = say(f"desk.channel.askers_{policy.askers}")
    if policy.askers == "listed":
        named: list[Span] = []
        for id in policy.people:
            named += [", ", PersonRef(id)] if named else [PersonRef(id)]
        askers = tuple(named) or say("desk.channel.nobody")
    return Fields(
        (
            (say("desk.channel.on"), say(f"desk.channel.on_{'on' if policy.on else 'off'}")),
            (say("desk.channel.askers"), askers),
            (say("desk.channel.overhears"), say(f"desk.channel.overhears_{'yes' if policy.overhears else 'no'}")),
        )
    )
