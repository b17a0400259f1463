"""Classifiers kept in the user's cache folder, trained when their examples, encoder or code are new."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from index.encoders.cache import cache_folder, write_folder
from skills.classifiers.linear import Floats, LinearClassifier

CODE_VERSION = 2
"""Counted up when features, training or calibration change what the same examples give."""


def trained_or_stored(
    name: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    fingerprint: str,
    encode: Callable[[Sequence[str]], Floats] | None,
) -> LinearClassifier:
    """Returns the classifier of these examples: loaded in milliseconds, or trained (some seconds) and stored.

    `fingerprint` is the encoder's whose vectors `encode` returns; without `encode` characters alone are read.
    """
    folder = _folder(name, texts, labels, fingerprint)
    try:
        return LinearClassifier.load(folder)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError):
        shutil.rmtree(folder)
    from skills.classifiers.training import train

    classifier = train(texts, labels, encode(texts) if encode else None)
    facts = {"name": name, "examples": len(texts), "encoder": fingerprint, "code_version": CODE_VERSION}
    write_folder(folder, lambda partial: classifier.save(partial, facts))
    return LinearClassifier.load(folder)


def _folder(name: str, texts: Sequence[str], labels: Sequence[str | None], fingerprint: str) -> Path:
    identity = json.dumps([CODE_VERSION, fingerprint, list(zip(texts, labels, strict=True))], ensure_ascii=False)
    return cache_folder() / "classifiers" / f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
