"""YAML read as plain texts, lists and mappings, with the line of everything."""

from __future__ import annotations

import yaml

from skills.support.book.validation import FieldPath, Problem, shown

_MOST_NODES = 500_000
"""Aliases of aliases make a short file endless: so much is read and no more."""


class YamlError(ValueError):
    """Raised for a file that is no YAML; the message is one sentence without the place."""

    def __init__(self, says: str, line: int) -> None:
        super().__init__(says)
        self.line = line


class _Reading:
    def __init__(self) -> None:
        self.lines: dict[FieldPath, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def plain(self, node: yaml.Node, path: FieldPath) -> object:
        self.nodes += 1
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if self.nodes > _MOST_NODES or len(path) > 20:
            raise YamlError("the file holds too much: write texts out instead of using aliases (*name)", line)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.plain(entry, (*path, number)) for number, entry in enumerate(node.value)]
            case _:
                # Every scalar is what was written: `no` and `88231` are examples like any other.
                return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, object]:
        read: dict[str, object] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError("a field's name must be a word", line)
            name = str(key.value)
            if name in read:
                self.problems.append(Problem((*path, name), f"{shown(name)} stands here twice: leave it in once"))
            self.lines[*path, name] = line
            read[name] = self.plain(value, (*path, name))
        return read


def read_yaml(text: str) -> tuple[object, dict[FieldPath, int], list[Problem]]:
    """Returns what `text` holds, the line of each part, and fields that stand twice. Raises `YamlError`."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        says = f"is no YAML here ({error.problem or error.context}); check indentation, dashes and quotes"
        raise YamlError(says, mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(f"is no YAML ({shown(str(error))})", 1) from None
    if node is None:
        return "", {}, []
    reading = _Reading()
    plain = reading.plain(node, ())
    return plain, reading.lines, reading.problems
