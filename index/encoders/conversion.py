"""Turns an embedded model into what serving needs: an int8 ONNX graph, word embeddings and a tokenizer.

It needs torch for some seconds, so it runs in a process of its own: `python -m index.encoders.conversion NAME`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.encoders.bert import e5_model, minilm_model
from index.encoders.cache import cache_folder, write_folder
from index.encoders.e5_file import read_e5_file
from index.encoders.graph import write_graph
from index.encoders.sources import EMBEDDED, ENGLISH, EncoderUnavailableError, Source
from index.encoders.tokenizing import sentencepiece_model

GRAPH = "graph.onnx"
WORDS = "words.npy"
WORDPIECE = "tokenizer.json"
SENTENCEPIECE = "sentencepiece.model"


def converted_folder(source: Source) -> Path:
    """Returns where the conversion of `source` lies, or will lie. Raises EncoderUnavailableError."""
    return cache_folder() / "encoders" / f"{source.name}-{source.fingerprint()}"


def is_converted(source: Source) -> bool:
    """Returns whether the conversion of `source` lies ready with all its files. Raises EncoderUnavailableError."""
    folder = converted_folder(source)
    tokenizer = WORDPIECE if source is ENGLISH else SENTENCEPIECE
    return all((folder / name).is_file() for name in (GRAPH, WORDS, tokenizer))


def ensure_converted(source: Source, progress: Callable[[str], None] | None = None) -> Path:
    """Returns the folder of the conversion, made now when it is missing (about 15 s; `progress` hears the name).

    Raises EncoderUnavailableError when the package is missing or the conversion fails.
    """
    folder = converted_folder(source)
    existed = folder.is_dir()  # asked first: another process may be about to finish the same conversion
    if not is_converted(source):
        if existed:  # it appeared whole, so somebody has since taken files out of it
            shutil.rmtree(folder)
        if progress is not None:
            progress(source.name)
        command = [sys.executable, "-m", "index.encoders.conversion", source.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise EncoderUnavailableError(f"converting the {source.name} encoder failed: {last}")
    return folder


def convert(source: Source) -> Path:
    """Converts `source` in this process and returns the folder. Imports torch and transformers."""
    folder = converted_folder(source)
    fill = _fill_english if source is ENGLISH else _fill_multilingual
    write_folder(folder, lambda partial: fill(source.located(), partial))
    return folder


def _fill_english(files: tuple[Path, ...], folder: Path) -> None:
    weights, tokenizer, _ = files
    bert = minilm_model(weights.parent)
    words = bert.get_parameter("embeddings.word_embeddings.weight")
    np.save(folder / WORDS, words.detach().numpy())
    shutil.copyfile(tokenizer, folder / WORDPIECE)
    write_graph(bert, folder / GRAPH)


def _fill_multilingual(files: tuple[Path, ...], folder: Path) -> None:
    file = read_e5_file(files[0])
    # Four bits a weight, as shipped: 54 MB where float32 would take 384. The few rows of a text unpack in no time.
    np.save(folder / WORDS, file.word_blocks())
    (folder / SENTENCEPIECE).write_bytes(sentencepiece_model(file))
    write_graph(e5_model(file), folder / GRAPH)


if __name__ == "__main__":
    convert(EMBEDDED[sys.argv[1]])
