"""Weights that learn, as one float32 vector. Imports torch: import it where it is needed only.

The model computes with copies in its own type. One vector takes one addition, one norm and one step of the optimizer,
where each matrix by itself takes hundreds of small ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import nn


class Masters:
    """Holds `vector`, the masters of `parameters` one behind the other; gives the parameters room in two blocks."""

    def __init__(self, parameters: Mapping[str, nn.Parameter], dtype: torch.dtype) -> None:
        self._shapes = {name: parameter.shape for name, parameter in parameters.items()}
        flat = torch.cat([parameter.detach().reshape(-1).float() for parameter in parameters.values()])
        self.vector = nn.Parameter(flat)
        self._copies = flat.to(dtype, copy=True)
        self._gradients = torch.zeros_like(self._copies)
        sizes = [shape.numel() for shape in self._shapes.values()]
        places = zip(torch.split(self._copies, sizes), torch.split(self._gradients, sizes), strict=True)
        for parameter, (copy, gradient) in zip(parameters.values(), places, strict=True):
            parameter.data = copy.view(parameter.shape)
            # Backward passes add into a gradient that is there.
            parameter.grad = gradient.view(parameter.shape)

    def gather(self) -> None:
        """Adds what backward passes left to the vector's gradient, in float32, and clears it."""
        gathered = self._gradients.float()
        self.vector.grad = gathered.clone() if self.vector.grad is None else self.vector.grad.add_(gathered)
        self._gradients.zero_()

    def clear(self) -> None:
        """Forgets every gradient."""
        self.vector.grad = None
        self._gradients.zero_()

    def publish(self) -> None:
        """Gives the model the vector as it is now."""
        self._copies.copy_(self.vector.detach())

    def arrays(self, less: torch.Tensor | None = None) -> dict[str, npt.NDArray[np.float32]]:
        """Returns copies of the weights by name, float32; with `less` (like `vector`), what they grew by since."""
        now = self.vector.detach() if less is None else self.vector.detach() - less
        parts = torch.split(now.cpu(), [shape.numel() for shape in self._shapes.values()])
        named = zip(self._shapes.items(), parts, strict=True)
        return {name: part.view(shape).numpy().copy() for (name, shape), part in named}
