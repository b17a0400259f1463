"""Low-rank adapters of an encoder (LoRA, Hu et al. 2021): put in and merged. Imports torch when called.

An adapter is a mapping from the encoder's linear layers to two thin matrices each; a few hundred kilobytes to three
megabytes in float16, where the encoder has ninety. What full fine-tuning changes fits into the same mapping, 22 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.bert import e5_model, minilm_model
from index.encoders.conversion import ensure_converted
from index.encoders.e5_file import read_e5_file
from index.encoders.embedded import open_tokenizer
from index.encoders.sources import EMBEDDED, ENGLISH

if TYPE_CHECKING:
    import torch
    from torch import nn

Adapter = Mapping[str, npt.NDArray[np.float16]]
"""Matrices by name: `LAYER.A` (rank, inputs) and `LAYER.B` (outputs, rank), by B @ A of which the layer's weight grows;
after full fine-tuning `PARAMETER.growth` (the parameter's shape), which is added as it is."""

GROWTH = ".growth"
_WORDS = "word_embeddings.weight"


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """An encoder as it is trained: `tokenize` cuts texts into ids, `model` turns ids and mask into token states."""

    name: str
    model: nn.Module
    tokenize: Callable[[Sequence[str]], list[list[int]]]
    pad: int


def states(model: nn.Module, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Returns the token states (texts, tokens, dimensions) of `model` for ids and mask of shape (texts, tokens)."""
    found: torch.Tensor = model(input_ids=ids, attention_mask=mask).last_hidden_state
    return found


def open_base(name: str) -> Base:
    """Returns the embedded encoder `name` in float32. Raises EncoderUnavailableError when it can't be had."""
    source = EMBEDDED[name]
    files = source.located()
    tokenizer = open_tokenizer(source, ensure_converted(source))
    model = minilm_model(files[0].parent) if source is ENGLISH else e5_model(read_e5_file(files[0]))
    prefix = source.query_prefix
    return Base(name, model, lambda texts: tokenizer.tokenize([prefix + text for text in texts]), tokenizer.pad)


def insert(model: nn.Module, rank: int) -> dict[str, nn.Parameter]:
    """Freezes `model`, puts an adapter of `rank` beside each linear layer, and returns its parameters by name."""
    from torch import nn

    from skills.classifiers.tuning.low_rank import Adapted

    model.requires_grad_(False)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, nn.Linear)}
    for name, layer in layers.items():
        within, _, own = name.rpartition(".")
        setattr(model.get_submodule(within), own, Adapted(layer, rank))
    return _learning(model)


def unfreeze(model: nn.Module) -> dict[str, nn.Parameter]:
    """Lets all of `model` learn but the word embeddings, which are served from a table of their own; returns them."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.endswith(_WORDS))
    return _learning(model)


def _learning(model: nn.Module) -> dict[str, nn.Parameter]:
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def merge(model: nn.Module, adapter: Adapter) -> None:
    """Adds `adapter` into the weights of the untouched `model`. Raises ValueError when it is of another encoder."""
    import torch

    weights = dict(model.named_parameters())
    grown = {name.removesuffix(GROWTH): torch.from_numpy(adapter[name]) for name in adapter if name.endswith(GROWTH)}
    for layer in {name.removesuffix(".A") for name in adapter if name.endswith(".A")}:
        down, up = (torch.from_numpy(adapter[f"{layer}.{letter}"].astype(np.float32)) for letter in "AB")
        grown[f"{layer}.weight"] = up @ down
    for name, growth in grown.items():
        if name not in weights or weights[name].shape != growth.shape:
            raise ValueError(f"the adapter is of another encoder: there is no {name} of its shape")
        with torch.no_grad():
            weights[name].add_(growth)
