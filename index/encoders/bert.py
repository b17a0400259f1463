"""The embedded encoders as torch models, from the files that their packages ship. Imports torch when called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.e5_file import E5File

if TYPE_CHECKING:
    import torch
    from torch import nn


def minilm_model(folder: Path) -> nn.Module:
    """Returns all-MiniLM-L6-v2's `BertModel` (float32, eval mode) from the package's model folder."""
    from safetensors.torch import load_file
    from transformers import BertConfig

    config = BertConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    return _bert(config, load_file(folder / "model.safetensors"))


def e5_model(file: E5File) -> nn.Module:
    """Returns multilingual-e5-small's `BertModel` (float32, eval mode) from the unpacked 4-bit weights."""
    import torch
    from transformers import BertConfig

    sizes = file.sizes
    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.token_types,
        layer_norm_eps=sizes.layer_norm_epsilon,
        pad_token_id=file.pad,
    )
    state: dict[str, torch.Tensor] = {}

    def put(name: str, stored: str, columns: int | None = None) -> None:
        values = file.vector(stored) if columns is None else file.matrix(stored, columns)
        state[name] = torch.from_numpy(np.array(values))

    put("embeddings.word_embeddings.weight", "emb.word", sizes.hidden)
    put("embeddings.position_embeddings.weight", "emb.pos", sizes.hidden)
    put("embeddings.token_type_embeddings.weight", "emb.type", sizes.hidden)
    put("embeddings.LayerNorm.weight", "emb.ln.w")
    put("embeddings.LayerNorm.bias", "emb.ln.b")
    for layer in range(sizes.layers):
        for module, short, columns in (
            ("attention.self.query", "q", sizes.hidden),
            ("attention.self.key", "k", sizes.hidden),
            ("attention.self.value", "v", sizes.hidden),
            ("attention.output.dense", "ao", sizes.hidden),
            ("intermediate.dense", "fi", sizes.hidden),
            ("output.dense", "fo", sizes.feed_forward),
        ):
            put(f"encoder.layer.{layer}.{module}.weight", f"l{layer}.{short}.w", columns)
            put(f"encoder.layer.{layer}.{module}.bias", f"l{layer}.{short}.b")
        for norm, short in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
            put(f"encoder.layer.{layer}.{norm}.weight", f"l{layer}.{short}.w")
            put(f"encoder.layer.{layer}.{norm}.bias", f"l{layer}.{short}.b")
    return _bert(config, state)


def pooled(bert: nn.Module) -> nn.Module:
    """Returns a module from (embeddings (texts, tokens, hidden), mask (texts, tokens)) to unit vectors.

    Mean of the tokens that the mask keeps, then L2-normalised, as both models' cards prescribe. Word
    embeddings stay outside, so that a graph made of it holds only the transformer.
    """
    from torch import nn

    class Pooled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, embeddings: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            states = self.bert(inputs_embeds=embeddings, attention_mask=mask).last_hidden_state
            kept = mask.unsqueeze(-1).to(states.dtype)
            return nn.functional.normalize((states * kept).sum(1) / kept.sum(1), dim=-1)

    return Pooled().eval()


def _bert(config: Any, state: dict[str, torch.Tensor]) -> nn.Module:
    from transformers import BertModel

    # Eager attention is what the ONNX exporter and ONNX Runtime's fusions know.
    config._attn_implementation = "eager"
    model = BertModel(config, add_pooling_layer=False)
    wanted = model.state_dict().keys()
    model.load_state_dict({name: value for name, value in state.items() if name in wanted})
    model.train(False)
    return model
