"""Low-rank adapters of an encoder (LoRA, Hu et al. 2021): put in, taken out, merged. Imports torch when called.

An adapter is a mapping from the encoder's linear layers to two thin matrices each; a few hundred kilobytes to three
megabytes in float16, where the encoder has ninety.
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
"""Matrices by name: `LAYER.A` (rank, inputs) and `LAYER.B` (outputs, rank); the layer's weight grows by B @ A."""

_TARGETS = ("query", "key", "value", "dense")
_NAME = "default"


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """An encoder as it is trained: `tokenize` cuts texts into ids, `model` turns ids and mask into token states."""

    name: str
    model: nn.Module
    tokenize: Callable[[Sequence[str]], list[list[int]]]
    pad: int

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Returns the token states (texts, tokens, dimensions) for ids and mask of shape (texts, tokens)."""
        states: torch.Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return states


def open_base(name: str) -> Base:
    """Returns the embedded encoder `name` in float32. Raises EncoderUnavailableError when it can't be had."""
    source = EMBEDDED[name]
    files = source.located()
    tokenizer = open_tokenizer(source, ensure_converted(source))
    model = minilm_model(files[0].parent) if source is ENGLISH else e5_model(read_e5_file(files[0]))
    prefix = source.query_prefix
    return Base(name, model, lambda texts: tokenizer.tokenize([prefix + text for text in texts]), tokenizer.pad)


def insert(model: nn.Module, rank: int) -> list[nn.Parameter]:
    """Freezes `model`, puts an adapter of `rank` beside each linear layer, and returns its parameters."""
    from peft import LoraConfig, inject_adapter_in_model

    model.requires_grad_(False)
    config = LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=list(_TARGETS))
    inject_adapter_in_model(config, model, adapter_name=_NAME)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def extract(model: nn.Module) -> dict[str, npt.NDArray[np.float16]]:
    """Returns the adapter that `insert` put into `model`, as it is now."""
    from peft.tuners.lora import Linear

    found: dict[str, npt.NDArray[np.float16]] = {}
    for name, module in model.named_modules():
        if isinstance(module, Linear):
            for letter, part in (("A", module.lora_A), ("B", module.lora_B)):
                weight = part[_NAME].get_parameter("weight").detach().float().cpu().numpy()
                found[f"{name}.{letter}"] = weight.astype(np.float16)
    return found


def merge(model: nn.Module, adapter: Adapter) -> None:
    """Adds `adapter` into the weights of the untouched `model`. Raises ValueError when it is of another encoder."""
    import torch

    layers = dict(model.named_modules())
    names = {name.removesuffix(".A") for name in adapter if name.endswith(".A")}
    for name in names:
        layer = layers.get(name)
        down, up = (torch.from_numpy(adapter[f"{name}.{letter}"].astype(np.float32)) for letter in "AB")
        weight = getattr(layer, "weight", None)
        if weight is None or weight.shape != (up.shape[0], down.shape[1]):
            raise ValueError(f"the adapter is of another encoder: there is no layer {name} of its shape")
        with torch.no_grad():
            weight += up @ down
