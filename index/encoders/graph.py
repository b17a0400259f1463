"""Writes a BERT with mean pooling as the ONNX graph that serving runs: lean, and int8 in its matrix products alone."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import nn

_OPSET = 17
_LOWEST_GELU = 0.17
"""GELU is never less than -0.17, so what follows it needs little room below zero."""
_SYMMETRIC = (1 / 127, 128)
"""Scale and zero point of uint8 for -1 to 1."""
_AFTER_GELU = ((1 + _LOWEST_GELU) / 255, round(_LOWEST_GELU / (1 + _LOWEST_GELU) * 255))
"""The same for -0.17 to 1."""


def write_graph(bert: Any, path: Path) -> None:
    """Writes the transformer of a `BertModel` with pooling as an optimised graph: word embeddings and mask to vectors.

    Weights are scaled per output channel and activations per token, each token by itself, so that a text has the same
    vector alone and in any batch. Mean cosine to float32 on English questions: 0.997; with ONNX Runtime's one scale for
    all tokens of a batch 0.995, and with one scale for all channels 0.969.
    """
    import onnx
    import onnxruntime as ort
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as scratch, torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported, quantized, optimised = (Path(scratch) / f"{name}.onnx" for name in ("float", "int8", "optimised"))
        served = _served(bert)
        hidden = bert.config.hidden_size
        torch.onnx.export(
            served,
            (torch.zeros(2, 8, hidden), torch.ones(2, 8, dtype=torch.int64)),
            str(exported),
            dynamo=False,
            opset_version=_OPSET,
            input_names=["embeddings", "mask"],
            output_names=["vectors"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("embeddings", "mask")}
            | {"vectors": {0: "texts"}},
        )
        quantize_dynamic(
            exported,
            quantized,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
        options = ort.SessionOptions()
        options.log_severity_level = 3
        # The highest level that is not tied to this processor.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(optimised)
        ort.InferenceSession(str(quantized), options, providers=["CPUExecutionProvider"])
        model = onnx.load(optimised)
        _fix_ranges(model)
        onnx.save(model, path)


def _served(bert: Any) -> nn.Module:
    """Returns a module from (embeddings (texts, tokens, hidden), mask (texts, tokens)) to unit vectors.

    What `pooled` computes, in fewer operations: a text of ten tokens spends a third of its time between the products.
    The input of every product is divided by its token's greatest magnitude, which multiplies the result (as in
    ZeroQuant, arXiv:2206.01861, section 4.1): the scale of its int8 is then a token's own.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    def scaled(states: torch.Tensor, floor: float = 1e-9) -> tuple[torch.Tensor, torch.Tensor]:
        scale = states.abs().amax(-1, keepdim=True).clamp(min=floor)
        return states / scale, scale

    class Product(nn.Module):
        def __init__(self, *linears: nn.Linear) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.cat([linear.weight for linear in linears]))
            self.bias = nn.Parameter(torch.cat([linear.bias for linear in linears]))

        def forward(self, states: torch.Tensor, floor: float = 1e-9) -> torch.Tensor:
            shares, scale = scaled(states, floor)
            return functional.linear(shares, self.weight) * scale + self.bias

    class Layer(nn.Module):
        def __init__(self, layer: Any) -> None:
            super().__init__()
            attention, own = layer.attention, layer.attention.self
            self.heads, self.size = own.num_attention_heads, own.attention_head_size
            self.attended = Product(own.query, own.key, own.value)
            self.mixed, self.mixed_norm = Product(attention.output.dense), attention.output.LayerNorm
            self.widened, self.narrowed = Product(layer.intermediate.dense), Product(layer.output.dense)
            self.norm = layer.output.LayerNorm

        def forward(self, states: torch.Tensor, hidden_from: torch.Tensor) -> torch.Tensor:
            # (3, texts, heads, tokens, size)
            parts = self.attended(states).unflatten(-1, (3, self.heads, self.size)).permute(2, 0, 3, 1, 4)
            scores = parts[0] @ parts[1].transpose(-1, -2) * self.size**-0.5 + hidden_from
            mixed = (scores.softmax(-1) @ parts[2]).transpose(1, 2).flatten(-2)
            states = self.mixed_norm(self.mixed(mixed) + states)
            # A scale of at least 1 keeps GELU's least value within the range that `_fix_ranges` gives it.
            narrowed = self.narrowed(functional.gelu(self.widened(states)), floor=1.0)
            normed: torch.Tensor = self.norm(narrowed + states)
            return normed

    class Served(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            embeddings = bert.embeddings
            self.places = nn.Parameter(
                embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
            )
            self.norm = embeddings.LayerNorm
            self.layers = nn.ModuleList(Layer(layer) for layer in bert.encoder.layer)

        def forward(self, embeddings: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            kept = mask.to(embeddings.dtype)
            hidden_from = ((1.0 - kept) * torch.finfo(kept.dtype).min)[:, None, None, :]
            states = self.norm(embeddings + self.places[: embeddings.shape[1]])
            for layer in self.layers:
                states = layer(states, hidden_from)
            return functional.normalize((states * kept.unsqueeze(-1)).sum(1) / kept.sum(1, keepdim=True), dim=-1)

    return Served().eval()


def _fix_ranges(model: ModelProto) -> None:
    """Gives each quantized input the range that it has by construction.

    ONNX Runtime would measure it over all texts of a batch, and a vector would depend on the texts beside it.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    ranges = {}
    for kind, (step, middle) in {"symmetric": _SYMMETRIC, "after_gelu": _AFTER_GELU}.items():
        ranges[kind] = (f"{kind}_scale", f"{kind}_zero_point")
        for name, value in zip(ranges[kind], (np.float32(step), np.uint8(middle)), strict=True):
            graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))

    def range_of(scaled: str) -> tuple[str, str]:
        clip = made_by[made_by[scaled].input[1]]
        return ranges["after_gelu" if values[clip.input[1]] == 1.0 else "symmetric"]

    nodes = []
    for node in graph.node:
        if node.op_type != "DynamicQuantizeMatMul":
            nodes.append(node)
            continue
        states, weights, weight_scale, weight_zero, *bias = node.input
        scale, zero = range_of(states)
        nodes.append(helper.make_node("QuantizeLinear", [states, scale, zero], [f"{states}_int8"]))
        nodes.append(
            helper.make_node(
                "MatMulIntegerToFloat",
                [f"{states}_int8", weights, scale, weight_scale, zero, weight_zero, *bias],
                node.output,
                domain="com.microsoft",
            )
        )
    if any(node.op_type == "DynamicQuantizeLinear" for node in nodes):
        raise RuntimeError("ONNX Runtime left a product unfused")
    del graph.node[:]
    graph.node.extend(nodes)
