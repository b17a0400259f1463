"""Which files of a folder are to be read: none that is hidden, leads out of the folder, or is ignored by git."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from index.types import LeftOut


def walk(folder: Path) -> Iterator[Path | LeftOut]:
    """The files below `folder`, in the order of their names, and each folder that may not be read.

    In a git checkout, what its `.gitignore` files and `.git/info/exclude` exclude is passed over; git itself is
    not asked, since a repository's own settings can make it run programs. Links to folders are not followed.
    """
    checkout = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)
    rules: tuple[Rules, ...] = ()
    if checkout is not None:
        rules = rules_of(checkout / ".git" / "info" / "exclude", checkout)
        for above in reversed([p for p in folder.parents if p.is_relative_to(checkout)]):
            rules += rules_of(above / ".gitignore", above)
    if is_ignored(folder, rules, is_folder=True):
        # Whoever names an ignored folder means it; only what it says itself counts then.
        rules = ()
    yield from visit(folder, folder, rules, checkout is not None)


def visit(folder: Path, root: Path, rules: tuple[Rules, ...], in_checkout: bool) -> Iterator[Path | LeftOut]:
    if in_checkout:
        rules += rules_of(folder / ".gitignore", folder)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield LeftOut(str(folder), f"can't be read ({error.strerror})")
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not is_ignored(path, rules, is_folder=True):
                yield from visit(path, root, rules, in_checkout)
        elif not is_ignored(path, rules, is_folder=False) and leads_to_file_within(path, root):
            yield path


def leads_to_file_within(path: Path, root: Path) -> bool:
    """Whether a path is a file of the folder, not a pipe, nor a link to something outside."""
    return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(root))


class Rules:
    """The patterns of one `.gitignore`, which count from the folder that it lies in."""

    def __init__(self, lines: list[str], base: Path) -> None:
        from pathspec import GitIgnoreSpec

        self._spec = GitIgnoreSpec.from_lines(lines)
        self._base = base

    def verdict(self, path: Path, is_folder: bool) -> bool | None:
        """Whether the path is ignored; `None` when no pattern here says so or the contrary."""
        relative = path.relative_to(self._base).as_posix() + "/" * is_folder
        return self._spec.check_file(relative).include


def rules_of(file: Path, base: Path) -> tuple[Rules, ...]:
    try:
        return (Rules(file.read_text("utf-8", "replace").splitlines(), base),)
    except OSError:
        return ()


def is_ignored(path: Path, rules: tuple[Rules, ...], is_folder: bool) -> bool:
    """Whether git ignores the path: the deepest `.gitignore` with a pattern for it decides (gitignore(5))."""
    verdicts = (rule.verdict(path, is_folder) for rule in reversed(rules))
    return next((verdict for verdict in verdicts if verdict is not None), False)
