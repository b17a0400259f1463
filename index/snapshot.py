"""Files from which a process starts at once: a team's passages and vectors as they are searched.

Derived from the database and never the truth: one that is missing, broken, older than the format or made by other
encoders is simply not used. Written aside, read back to check, then renamed over the last good one, so that a crash
at any moment leaves a whole file.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np

from index.encoders.base import Vectors
from index.stored import Version
from index.team_index import DocumentState, IndexedDocument, IndexedPassage

_FORMAT = 1
_SUFFIX = ".npz"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A team's documents as of `version`. `fingerprints` are those of the encoders, by name."""

    version: Version
    fingerprints: Mapping[str, str]
    states: Sequence[DocumentState]


def path_of(folder: Path, team: str) -> Path:
    """Returns the file of a team: team ids are opaque, so whatever a file name can't hold is quoted."""
    return folder / f"{quote(team, safe='')}{_SUFFIX}"


def teams(folder: Path) -> list[str]:
    """Returns the teams that have a file."""
    return [unquote(path.name.removesuffix(_SUFFIX)) for path in folder.glob(f"*{_SUFFIX}")]


def write(folder: Path, team: str, snapshot: Snapshot) -> None:
    """Replaces the team's file. Raises OSError when the disk refuses, which leaves the old one."""
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    final = path_of(folder, team)
    part = final.with_name(f"{final.name}.{os.getpid()}{_PART}")
    try:
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **_arrays(snapshot))
            file.flush()
            os.fsync(file.fileno())
        with zipfile.ZipFile(part) as written:
            broken = written.testzip()
        if broken is not None:
            raise OSError(f"{part}: {broken} was not written as it should be")
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)


def read(folder: Path, team: str, fingerprints: Mapping[str, str]) -> Snapshot | None:
    """Returns the team's snapshot, None where there is none that these encoders made."""
    try:
        with path_of(folder, team).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            rows: dict[str, Any] = json.loads(file["rows"].tobytes())
            if rows["format"] != _FORMAT or rows["fingerprints"] != dict(fingerprints):
                return None
            vectors = {name: file[f"vectors_{name}"] for name in fingerprints}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Snapshot(Version(rows["lineage"], rows["version"]), fingerprints, _states(rows["documents"], vectors))


def _arrays(snapshot: Snapshot) -> dict[str, Any]:
    rows = {
        "format": _FORMAT,
        "lineage": snapshot.version.lineage,
        "version": snapshot.version.number,
        "fingerprints": dict(snapshot.fingerprints),
        "documents": [_document_rows(state) for state in snapshot.states],
    }
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    arrays: dict[str, Any] = {"rows": np.frombuffer(text, np.uint8)}
    for name in snapshot.fingerprints:
        vectors = [state.vectors[name] for state in snapshot.states if name in state.vectors]
        arrays[f"vectors_{name}"] = (
            np.concatenate(vectors).astype(np.float16, copy=False) if vectors else np.empty((0, 0), np.float16)
        )
    return arrays


def _document_rows(state: DocumentState) -> list[Any]:
    if not state.passages:
        return [state.document_id, None, []]
    document = state.passages[0].document
    return [
        state.document_id,
        [
            document.key,
            document.title,
            document.place,
            document.link,
            document.author,
            None if document.date is None else document.date.isoformat(),
            sorted(document.visible_to),
        ],
        [
            [
                passage.id,
                passage.headings,
                passage.text,
                passage.start,
                passage.end,
                passage.line,
                passage.link,
                passage.language,
                passage.terms,
            ]
            for passage in state.passages
        ],
    ]


def _states(documents: Sequence[Any], vectors: Mapping[str, Vectors]) -> list[DocumentState]:
    states = []
    begin = 0
    for document_id, about, passages in documents:
        if about is None:
            states.append(DocumentState(document_id))
            continue
        key, title, place, link, author, date, visible_to = about
        document = IndexedDocument(
            document_id,
            key,
            title,
            place,
            link,
            author,
            None if date is None else datetime.fromisoformat(date),
            frozenset(visible_to),
        )
        end = begin + len(passages)
        states.append(
            DocumentState(
                document_id,
                [IndexedPassage(one[0], document, tuple(one[1]), *one[2:]) for one in passages],
                {name: rows[begin:end] for name, rows in vectors.items()},
            )
        )
        begin = end
    return states


def _remove_abandoned(folder: Path) -> None:
    """Removes what writers left that were killed while they wrote."""
    for path in folder.glob(f"*{_PART}"):
        writer = path.name.removesuffix(_PART).rpartition(".")[2]
        with suppress(PermissionError):  # it lives, as another user's process
            try:
                os.kill(int(writer), 0)
            except (ProcessLookupError, ValueError):
                path.unlink(missing_ok=True)
