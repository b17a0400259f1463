"""A linear layer with a low-rank addition (LoRA, Hu et al. 2021). Imports torch: import it where it is needed only.

The passes forward and back are written out: the frozen weight needs no gradient, and the two products add into what is
there, without the casts and modules of peft's layers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Adapted(nn.Module):
    """Computes x W' + b + x A' B': `A` (rank, inputs) and `B` (outputs, rank) learn, the layer's own weights do not.

    `B` begins as nothing, so that the layer begins as it was.
    """

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias
        self.A = nn.Parameter(layer.weight.new_empty(rank, layer.in_features))
        self.B = nn.Parameter(layer.weight.new_zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.A, a=5**0.5)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Returns (..., outputs) for inputs of shape (..., inputs)."""
        outputs: torch.Tensor = _Product.apply(inputs, self.weight, self.bias, self.A, self.B)  # type: ignore[no-untyped-call]
        return outputs


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any,
        inputs: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        down: torch.Tensor,
        up: torch.Tensor,
    ) -> torch.Tensor:
        rows = inputs.reshape(-1, inputs.shape[-1])
        thin = rows @ down.t()
        outputs = torch.addmm(bias, rows, weight.t()).addmm_(thin, up.t())
        context.save_for_backward(rows, thin, weight, down, up)
        context.shape = inputs.shape
        return outputs.view(*inputs.shape[:-1], -1)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        rows, thin, weight, down, up = context.saved_tensors
        of_outputs = gradients[0].reshape(-1, weight.shape[0])
        of_thin = of_outputs @ up
        of_inputs = None
        if context.needs_input_grad[0]:
            of_inputs = (of_outputs @ weight).addmm_(of_thin, down).view(context.shape)
        return of_inputs, None, None, of_thin.t() @ rows, of_outputs.t() @ thin
