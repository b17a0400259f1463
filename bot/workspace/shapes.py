"""A small language for the shape of JSON: each `check` lists what is wrong, in the words of Slack's answers."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Shape(Protocol):
    """Something that a JSON value can be checked against."""

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """Appends one line per fault to `wrong`; `pointer` is the JSON pointer of the value."""


def say(wrong: list[str], fault: str, pointer: str) -> None:
    """Appends a fault in Slack's form."""
    wrong.append(f"[ERROR] {fault} [json-pointer:{pointer}]")


@dataclass(frozen=True)
class Text:
    """A string of limited length; `choices` limits it to some words, `form` to what a regular expression matches."""

    most: int | None = None
    least: int = 1
    choices: Collection[str] = ()
    form: str = ""

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if not isinstance(value, str):
            say(wrong, "must be a string", pointer)
        elif len(value) < self.least:
            say(wrong, f"must be more than {self.least - 1} characters", pointer)
        elif self.most is not None and len(value) > self.most:
            say(wrong, f"must be less than {self.most + 1} characters", pointer)
        elif self.choices and value not in self.choices:
            say(wrong, f"must be one of: {', '.join(self.choices)}", pointer)
        elif self.form and not re.fullmatch(self.form, value):
            say(wrong, f"failed to match {self.form}", pointer)


@dataclass(frozen=True)
class Number:
    """A number, whole unless `real`."""

    least: float | None = None
    most: float | None = None
    real: bool = False

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if isinstance(value, bool) or not isinstance(value, int | float if self.real else int):
            say(wrong, "must be a number" if self.real else "must be an integer", pointer)
        elif (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            say(wrong, f"must be between {self.least} and {self.most}", pointer)


class Flag:
    """True or false."""

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if not isinstance(value, bool):
            say(wrong, "must be a boolean", pointer)


class Anything:
    """Any value."""

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""


@dataclass(frozen=True)
class Items:
    """A list of limited length."""

    item: Shape
    most: int | None = None
    least: int = 1

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if not isinstance(value, list):
            say(wrong, "must be an array", pointer)
            return
        if len(value) < self.least:
            say(wrong, f"must have at least {self.least} items", pointer)
        if self.most is not None and len(value) > self.most:
            say(wrong, f"no more than {self.most} items allowed", pointer)
        for position, one in enumerate(value):
            self.item.check(one, f"{pointer}/{position}", wrong)


Rule = Callable[[Json, str, list[str]], None]


@dataclass(frozen=True)
class Fields:
    """An object with required and optional fields and no others, and rules about several of them together."""

    required: dict[str, Shape] = field(default_factory=dict)
    optional: dict[str, Shape] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if not isinstance(value, dict):
            say(wrong, "must be an object", pointer)
            return
        before = len(wrong)
        for name in self.required:
            if value.get(name) is None:
                say(wrong, f"missing required field: {name}", pointer)
        for name, one in value.items():
            shape = self.required.get(name) or self.optional.get(name)
            if shape is None:
                say(wrong, f"invalid additional property: {name}", pointer)
            elif one is not None:
                shape.check(one, f"{pointer}/{name}", wrong)
        if len(wrong) == before:
            for rule in self.rules:
                rule(value, pointer, wrong)


class Kinds:
    """An object whose `type` names its shape; `shapes` may be filled in later, for shapes that contain themselves."""

    def __init__(self, shapes: dict[str, Fields] | None = None) -> None:
        self.shapes = shapes or {}

    def check(self, value: Any, pointer: str, wrong: list[str]) -> None:
        """See Shape."""
        if not isinstance(value, dict):
            say(wrong, "must be an object", pointer)
            return
        kind = value.get("type")
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            say(wrong, f"unsupported type: {kind}", f"{pointer}/type")
        else:
            shape.check({key: one for key, one in value.items() if key != "type"}, pointer, wrong)

    def only(self, *kinds: str) -> "Kinds":
        """The same, limited to some types."""
        return Kinds({kind: self.shapes[kind] for kind in kinds})


def one_of(*names: str) -> Rule:
    """Demands at least one of several fields."""

    def rule(value: Json, pointer: str, wrong: list[str]) -> None:
        if not any(value.get(name) for name in names):
            say(wrong, f"must define one of: {', '.join(names)}", pointer)

    return rule


def not_both(first: str, second: str) -> Rule:
    """Forbids two fields together."""

    def rule(value: Json, pointer: str, wrong: list[str]) -> None:
        if value.get(first) is not None and value.get(second) is not None:
            say(wrong, f"cannot have both {first} and {second}", pointer)

    return rule
