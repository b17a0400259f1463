"""A run's folder: what the process that trains is given, how far it is, and what it brings.

job.json        what to do                    (the bot writes it, and the two below)
dataset.jsonl   what to learn from and to be judged by
must.jsonl      the examples that may not break
champion/TASK/  what serves now, for tasks where that is not the starter's
progress.json   how far it is                 (the process writes it and what follows)
checkpoint/     from where tuning goes on
result/         the version's files and the report: there whole, or not at all
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

JOB, DATASET, MUST, CHAMPION = "job.json", "dataset.jsonl", "must.jsonl", "champion"
PROGRESS, CHECKPOINT, RESULT = "progress.json", "checkpoint", "result"
REPORT, VERSION = "report.json", "version"
"""Within the result: what the gate found, and the folder of the version's files: by task, and `PICTURES`."""
PICTURES = "report"
"""Within a version: the report's pictures, `TASK.KIND.png`."""

Method = Literal["auto", "heads", "lora", "full"]
Phase = Literal["waiting", "encoding", "learning", "tuning", "comparing", "writing"]


class NothingToLearn(Exception):
    """There is nothing to learn from; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is to do.

    `champion` is the version that serves now. `encoders` are names as `open_encoder` takes them, `stands_on` the one
    that intents stand on. `book` names the answer book's examples as they were. `at` is when feedback was gathered
    (epoch seconds, by the clock that dates it), `seconds` how long it may take, `threads` how many of the processor's
    it may use. `words` are what is written into pictures (`skills.classifiers.gate.pictures`), by picture. `ray` is the
    address of the Ray cluster on which it is tried first.
    """

    run: str
    team: str
    dataset: str
    champion: int
    encoders: tuple[str, ...]
    stands_on: str
    book: str
    at: float
    method: Method = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    seconds: float = 3600.0
    threads: int = 1
    batch: int | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ray: str | None = None

    def write(self, folder: Path) -> None:
        """Writes it into a run's folder."""
        write_json(folder / JOB, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> Job:
        """Returns what `write` wrote. Raises OSError, or ValueError when it is damaged."""
        try:
            values = json.loads((folder / JOB).read_text(encoding="utf-8"))
            return cls(**{**values, "encoders": tuple(values["encoders"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"{folder / JOB}: it is not the job of a run ({error})") from None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its phase, and the share of the whole from 0 to 1."""

    phase: Phase
    share: float

    def write(self, folder: Path) -> None:
        """Writes it into a run's folder."""
        write_json(folder / PROGRESS, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> Progress:
        """Returns what was written last, `waiting` where nothing was."""
        try:
            return cls(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls("waiting", 0.0)


def read_report(folder: Path) -> dict[str, Any] | None:
    """Returns the report of a run that has ended well; None where it hasn't."""
    path = folder / RESULT / REPORT
    if not path.is_file():
        return None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def version_files(folder: Path) -> dict[str, bytes]:
    """Returns the files of the version that a run has brought, by their paths within it."""
    return files_in(folder / RESULT / VERSION)


def files_in(root: Path) -> dict[str, bytes]:
    """Returns the files below a folder by their paths within it."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes files into `folder`, by their paths within it."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON aside and renames it, so that whoever reads it finds it whole."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False, encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
    Path(file.name).replace(path)
    path.chmod(0o600)
