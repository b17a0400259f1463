"""The storage that Ray Train keeps checkpoints in: the depot's memory, as a file system of Arrow's.

Ray Train wants one that every node reads and writes, else it takes the worker's own disk, which is lost with it. So a
cluster needs no NFS and no bucket: what is kept is one checkpoint of some megabytes. Imports Ray and Arrow.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import pyarrow as arrow
import ray
from pyarrow.fs import FileInfo, FileSelector, FileSystemHandler, FileType, PyFileSystem


def storage(depot: Any) -> PyFileSystem:
    """Returns the file system in the memory of the actor `depot`."""
    return PyFileSystem(DepotFiles(depot))


class DepotFiles(FileSystemHandler):
    """What Arrow asks of a file system: <https://arrow.apache.org/docs/python/generated/pyarrow.fs.FileSystemHandler.html>."""

    def __init__(self, depot: Any) -> None:
        self._depot = depot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DepotFiles) and other._depot == self._depot

    def __hash__(self) -> int:
        return hash(self._depot)

    def get_type_name(self) -> str:
        return "deskhand-depot"

    def normalize_path(self, path: str) -> str:
        return str(PurePosixPath(path))

    def get_file_info(self, paths: Sequence[str]) -> list[FileInfo]:
        sizes: dict[str, int | None] = {}
        for path in paths:
            sizes |= self._sizes(path)
        return [_info(path, sizes) for path in paths]

    def get_file_info_selector(self, selector: FileSelector) -> list[FileInfo]:
        sizes = self._sizes(self.normalize_path(selector.base_dir))
        if sizes.pop(self.normalize_path(selector.base_dir), 0) is not None and not selector.allow_not_found:
            raise FileNotFoundError(selector.base_dir)
        return [
            _info(path, sizes)
            for path in sorted(sizes)
            if selector.recursive or str(PurePosixPath(path).parent) == self.normalize_path(selector.base_dir)
        ]

    def create_dir(self, path: str, recursive: bool) -> None:
        self._ask(self._depot.make, self.normalize_path(path))

    def delete_dir(self, path: str) -> None:
        self._ask(self._depot.remove, self.normalize_path(path))

    def delete_dir_contents(self, path: str, missing_dir_ok: bool = False) -> None:
        self.delete_dir(path)
        self.create_dir(path, True)

    def delete_root_dir_contents(self) -> None:
        raise OSError("a depot is given up whole")

    def delete_file(self, path: str) -> None:
        self.delete_dir(path)

    def move(self, src: str, dest: str) -> None:
        self.copy_file(src, dest)
        self.delete_file(src)

    def copy_file(self, src: str, dest: str) -> None:
        self._ask(self._depot.write, self.normalize_path(dest), self._content(src))

    def open_input_stream(self, path: str) -> arrow.NativeFile:
        return arrow.BufferReader(self._content(path))

    def open_input_file(self, path: str) -> arrow.NativeFile:
        return self.open_input_stream(path)

    def open_output_stream(self, path: str, metadata: object) -> arrow.NativeFile:
        depot, where = self._depot, self.normalize_path(path)

        class Written(io.BytesIO):
            """Sent whole when it is closed."""

            def close(self) -> None:
                if not self.closed:
                    ray.get(depot.write.remote(where, self.getvalue()))
                super().close()

        return arrow.PythonFile(Written(), mode="w")

    def open_append_stream(self, path: str, metadata: object) -> arrow.NativeFile:
        raise OSError("files in a depot are written whole")

    def _content(self, path: str) -> bytes:
        content: bytes | None = self._ask(self._depot.read, self.normalize_path(path))
        if content is None:
            raise FileNotFoundError(path)
        return content

    def _sizes(self, path: str) -> dict[str, int | None]:
        return dict(self._ask(self._depot.sizes, self.normalize_path(path)))

    def _ask(self, method: Any, *arguments: object) -> Any:
        return ray.get(method.remote(*arguments))


def _info(path: str, sizes: dict[str, int | None]) -> FileInfo:
    if path not in sizes:
        return FileInfo(path, FileType.NotFound)
    size = sizes[path]
    return FileInfo(path, FileType.Directory) if size is None else FileInfo(path, FileType.File, size=size)
