"""What loading a source yields, and the stamps by which it is followed for changes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from index.types import Document, LeftOut


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells cheaply whether an item (a file or a web page) has changed since it was read.

    Of a file: `size` in bytes, `modified` in nanoseconds since the epoch; of a page: the response's `etag` and
    `last_modified` headers as they were; of both the SHA-256 `digest` of the content, in hexadecimal.
    """

    digest: str
    size: int | None = None
    modified: int | None = None
    etag: str | None = None
    last_modified: str | None = None

    def dumps(self) -> str:
        """The stamp as JSON, to be kept beside the item's documents."""
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})

    @classmethod
    def loads(cls, text: str) -> Stamp:
        """The stamp that `dumps` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Loaded:
    """An item that is new or has changed, with all documents that it holds now.

    They replace whatever came from this item before: a row that left a CSV file is no longer among them.
    `item` is an absolute path or a URL. A page or a text file is one document whose key is `item`.
    """

    item: str
    stamp: Stamp
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An item that holds what it held when `stamp` was kept; `stamp` is the one to keep now."""

    item: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that was known and no longer exists: its documents can be dropped."""

    item: str


Outcome = Loaded | Unchanged | Gone | LeftOut
"""A `LeftOut` says nothing against what the item held before: those documents stay until it is `Loaded` or `Gone`."""
