"""Text to token ids, as each embedded model was trained, in forms that load fast.

WordPiece comes from the tokenizers library (20 ms to load). The multilingual model's 250,000 pieces take it 1.5 s, so
they are kept as a SentencePiece model, which is what that vocabulary was born as (0.45 s, outside the GIL).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.encoders.e5_file import E5File


class Tokenizer(Protocol):
    """Turns texts into ids with the model's first and last token, each at most `max_tokens` long."""

    max_tokens: int
    pad: int

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns one list of ids a text, never empty."""
        ...


class WordPieceTokenizer:
    """BERT's WordPiece, from a `tokenizer.json`."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        from tokenizers import Tokenizer as Tokenizers

        self.max_tokens = max_tokens
        self._tokenizer = Tokenizers.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=max_tokens)
        self.pad = int(self._tokenizer.get_vocab()["[PAD]"])

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns one list of ids a text, `[CLS]` first and `[SEP]` last."""
        if len(texts) == 1:
            # A batch wakes the library's threads, which takes longer than a single text.
            return [self._tokenizer.encode(_encodable(texts[0])).ids]
        encodings = self._tokenizer.encode_batch_fast([_encodable(text) for text in texts])
        return [encoding.ids for encoding in encodings]


class SentencePieceTokenizer:
    """XLM-RoBERTa's unigram pieces, from a SentencePiece model whose ids are the transformer's."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        from sentencepiece import SentencePieceProcessor

        self.max_tokens = max_tokens
        self._processor = SentencePieceProcessor(model_file=str(path))
        self.pad: int = self._processor.pad_id()
        self._bos: int = self._processor.bos_id()
        self._eos: int = self._processor.eos_id()

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns one list of ids a text, `<s>` first and `</s>` last."""
        kept = self.max_tokens - 2
        encode = self._processor.encode
        return [[self._bos, *encode(_encodable(text))[:kept], self._eos] for text in texts]


def sentencepiece_model(file: E5File) -> bytes:
    """Returns a serialised SentencePiece `ModelProto` with the file's pieces, scores and ids.

    Normalization is `nmt_nfkc`, as XLM-RoBERTa was trained (arXiv:1911.02116). The message is written by hand, field
    by field after sentencepiece_model.proto, because the module generated for it demands one exact protobuf release.
    """
    from sentencepiece import SentencePieceNormalizer

    unigram, unknown_type, control_type = 1, 2, 3
    control = {file.bos, file.eos, file.pad, file.pieces.index("<mask>")}
    message = bytearray()
    for index, (piece, score) in enumerate(zip(file.pieces, file.scores, strict=True)):
        entry = _bytes_field(1, piece.encode()) + _tag(2, 5) + struct.pack("<f", score)
        if index == file.unknown:
            entry += _number_field(3, unknown_type)
        elif index in control:
            entry += _number_field(3, control_type)
        message += _bytes_field(1, entry)
    trainer = _number_field(3, unigram) + _number_field(4, len(file.pieces))
    for field, value in ((40, file.unknown), (41, file.bos), (42, file.eos), (43, file.pad)):
        trainer += _number_field(field, value)
    message += _bytes_field(2, trainer)
    message += _bytes_field(3, SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_normalizer_spec())
    return bytes(message)


def _encodable(text: str) -> str:
    """Returns `text` with lone surrogates, which JSON lets through and UTF-8 does not, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _tag(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _number_field(field: int, value: int) -> bytes:
    return _tag(field, 0) + _varint(value)


def _bytes_field(field: int, value: bytes) -> bytes:
    return _tag(field, 2) + _varint(len(value)) + value
