"""What a training lowers, and how fast. Imports torch: import it where it is needed only."""

from __future__ import annotations

import torch

_TEMPERATURE = 0.1
_LEAST = 0.01


def contrast(vectors: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Returns the supervised contrastive loss of a batch (Khosla et al. 2020, L_out): one class near, others far.

    `vectors` (texts, dimensions) are of unit length. A text whose class has no other text in the batch does not count.
    """
    itself = torch.eye(len(target), dtype=torch.bool, device=target.device)
    similar = (vectors @ vectors.T / _TEMPERATURE).masked_fill(itself, -1e9)
    alike = (target[:, None] == target[None, :]) & ~itself
    others = alike.sum(1)
    per_text = -(torch.log_softmax(similar, dim=1) * alike).sum(1) / others.clamp(min=1)
    return per_text.sum() / (others > 0).sum().clamp(min=1)


def step_share(done: float, warm_up: float) -> float:
    """Returns the share of the rate at the share `done` of a training: up in a line, then down to almost nothing."""
    return max(min(done / warm_up if warm_up else 1.0, (1.0 - done) / (1.0 - warm_up)), _LEAST)
