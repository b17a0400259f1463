"""What a tuned encoder makes of texts in torch, in float32: what the graph that serves is measured against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoders.batching import batches_by_length
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.tuning.lora import Adapter, merge, open_base, states

_TOKENS = 2048
"""Tokens of one batch."""


def torch_vectors(base: str, adapter: Adapter, texts: Sequence[str]) -> Floats:
    """Returns the unit vectors of `texts`, float32 (texts, dimensions). Imports torch; blocking.

    Raises ValueError when the adapter is of another encoder, EncoderUnavailableError.
    """
    import torch

    opened = open_base(base)
    merge(opened.model, adapter)
    opened.model.train(False)
    ids = opened.tokenize(texts)
    found: dict[int, Floats] = {}
    with torch.inference_mode():
        for batch in batches_by_length(ids, opened.pad, _TOKENS):
            mask = torch.from_numpy(batch.mask)
            tokens = states(opened.model, torch.from_numpy(batch.ids), mask).float()
            kept = mask.unsqueeze(-1).float()
            pooled = torch.nn.functional.normalize((tokens * kept).sum(1) / kept.sum(1), dim=-1).numpy()
            found.update(zip(batch.rows.tolist(), pooled, strict=True))
    return np.stack([found[row] for row in range(len(texts))])
