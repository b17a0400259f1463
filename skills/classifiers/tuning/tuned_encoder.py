"""Serves an encoder with an adapter as the untouched one is served: an int8 graph on ONNX Runtime, without torch.

The graph lies in the user's cache folder, named by the adapter's hash. Making it needs torch for some seconds, so it
runs in a process of its own: `python -m skills.classifiers.tuning.tuned_encoder BASE ADAPTER_FILE`.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoder
from index.encoders.cache import cache_folder, write_folder
from index.encoders.conversion import GRAPH, WORDS, ensure_converted
from index.encoders.embedded import EmbeddedEncoder, OnnxTransformer, open_tokenizer
from index.encoders.sources import CONVERSION, EMBEDDED, EncoderUnavailableError
from skills.classifiers.heads.versions import DamagedVersionError

Adapter = Mapping[str, npt.NDArray[np.float16]]


def tuned_name(base: str, adapter: Adapter) -> str:
    """Returns the name of the encoder `base` with `adapter`: what `TunedHead.encoder` and its vectors go by."""
    digest = hashlib.sha256(base.encode())
    for name in sorted(adapter):
        digest.update(name.encode() + adapter[name].tobytes())
    return f"{base}-tuned-{digest.hexdigest()[:16]}"


def save_adapter(adapter: Adapter, path: Path) -> None:
    """Writes `adapter` to `path` as safetensors."""
    from safetensors.numpy import save_file

    save_file({name: np.ascontiguousarray(array) for name, array in adapter.items()}, path)


def load_adapter(path: Path) -> dict[str, npt.NDArray[np.float16]]:
    """Returns what `save_adapter` wrote. Raises OSError when it is missing, DamagedVersionError when it is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except SafetensorError:
        raise DamagedVersionError(f"{path}: it is damaged; this version can't be used, train it again") from None


def export(base: str, adapter: Adapter) -> Path:
    """Returns the folder of the graph of `base` with `adapter`, made in this process where it is missing.

    Imports torch. Raises ValueError when the adapter is of another encoder, EncoderUnavailableError.
    """
    folder = _folder(tuned_name(base, adapter))
    if not folder.is_dir():
        from index.encoders.graph import write_graph
        from skills.classifiers.tuning.lora import merge, open_base

        model = open_base(base).model
        merge(model, adapter)
        write_folder(folder, lambda partial: write_graph(model, partial / GRAPH))
    return folder


def open_tuned(base: str, path: Path) -> Encoder:
    """Returns the encoder `base` with the adapter in the file `path`; its graph is made first where it is missing.

    Raises OSError, DamagedVersionError, or EncoderUnavailableError when the graph can't be made.
    """
    name = tuned_name(base, load_adapter(path))
    folder = _folder(name)
    if not folder.is_dir():
        command = [sys.executable, "-m", "skills.classifiers.tuning.tuned_encoder", base, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise EncoderUnavailableError(f"preparing the tuned encoder of {path} failed: {last}")
    return open_exported(base, name)


def open_exported(base: str, name: str) -> Encoder:
    """Returns the encoder of a graph that was made before."""
    source = EMBEDDED[base]
    untouched = ensure_converted(source)
    transformer = OnnxTransformer(_folder(name) / GRAPH, untouched / WORDS)
    return EmbeddedEncoder(replace(source, name=name), open_tokenizer(source, untouched), transformer)


def _folder(name: str) -> Path:
    return cache_folder() / "encoders" / f"{name}-{CONVERSION}"


if __name__ == "__main__":
    export(sys.argv[1], load_adapter(Path(sys.argv[2])))
