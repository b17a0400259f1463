"""Heads kept in the user's cache folder, trained when their examples, encoder or code are new."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from index.encoders.cache import cache_folder, write_folder
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.versions import CODE_VERSION, DamagedVersionError


def trained_or_stored(
    task: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    fingerprint: str,
    encoders: Mapping[str, Callable[[Sequence[str]], Floats]],
) -> Head:
    """Returns the head of these examples: loaded in milliseconds, or trained (some seconds) and stored.

    `encoders` are functions from texts to vectors by encoder name, `fingerprint` names their weights; without any
    the head reads characters alone.
    """
    folder = _folder(task, texts, labels, fingerprint)
    try:
        return Head.load(folder)
    except FileNotFoundError:
        pass
    except (OSError, DamagedVersionError):
        shutil.rmtree(folder)
    from skills.classifiers.heads.training import train_head

    head = train_head(task, texts, labels, {name: encode(texts) for name, encode in encoders.items()})
    write_folder(folder, lambda partial: head.save(partial, {"encoder_fingerprint": fingerprint}))
    return Head.load(folder)


def _folder(task: str, texts: Sequence[str], labels: Sequence[str | None], fingerprint: str) -> Path:
    identity = json.dumps([CODE_VERSION, fingerprint, list(zip(texts, labels, strict=True))], ensure_ascii=False)
    return cache_folder() / "classifiers" / f"{task}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
