"""Groups texts that ask for the same, by their vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors

SAMPLE = 2_500
"""So many texts are compared pair by pair (25 MB of distances); the rest joins the nearest group."""
_JUDGED = 800
_CUTS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_JOINS = 0.35
"""A text joins no group whose centre is less similar than this."""
_SEED = 20261123

Groups = npt.NDArray[np.intp]


def group(vectors: Vectors) -> Groups:
    """Returns each text's group, shape (texts,), counted from 0; -1 for a text that is in none.

    Average linkage over cosine distances (Sokal and Michener 1958), cut where the mean silhouette (Rousseeuw 1987) is
    best. `vectors` are centred first: encoders leave all their texts in a narrow cone, each at an angle of its own.
    """
    count = len(vectors)
    if count < 2:
        return np.zeros(count, dtype=np.intp)
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    turned = _unit(vectors - vectors.mean(axis=0))
    random = np.random.default_rng(_SEED)
    chosen = np.sort(random.permutation(count)[:SAMPLE])
    tree = linkage(pdist(turned[chosen], metric="cosine"), method="average")
    judged = np.sort(random.permutation(len(chosen))[:_JUDGED])
    best, found = -2.0, fcluster(tree, _CUTS[0], criterion="distance")
    for cut in _CUTS:
        labels = fcluster(tree, cut, criterion="distance")
        score = _silhouette(turned[chosen][judged], labels[judged])
        if score > best:
            best, found = score, labels
    groups = np.full(count, -1, dtype=np.intp)
    groups[chosen] = found - 1
    if len(chosen) < count:
        rest = np.setdiff1d(np.arange(count), chosen)
        groups[rest] = _nearest(turned[rest], turned[chosen], found - 1)
    return groups


def centrality(vectors: Vectors) -> npt.NDArray[np.float32]:
    """Returns how near each text is to the middle of all, shape (texts,): cosine, at most 1."""
    return np.asarray(_unit(vectors) @ _unit(vectors.mean(axis=0, keepdims=True))[0], dtype=np.float32)


def spread(order: Sequence[int], most: int) -> list[int]:
    """Returns up to `most` of `order`, evenly from its beginning to its end."""
    if len(order) <= most:
        return list(order)
    return [order[round(place)] for place in np.linspace(0, len(order) - 1, most)]


def _silhouette(vectors: Vectors, labels: Groups) -> float:
    from sklearn.metrics import silhouette_score

    distinct = len(np.unique(labels))
    if not 1 < distinct < len(labels):
        return -1.0
    return float(silhouette_score(vectors, labels, metric="cosine"))


def _nearest(vectors: Vectors, known: Vectors, labels: Groups) -> Groups:
    centres = np.zeros((labels.max() + 1, known.shape[1]), dtype=np.float32)
    np.add.at(centres, labels, known)
    centres = _unit(centres)
    joined = np.empty(len(vectors), dtype=np.intp)
    for begin in range(0, len(vectors), SAMPLE):
        similar = vectors[begin : begin + SAMPLE] @ centres.T
        best = similar.argmax(axis=1)
        joined[begin : begin + SAMPLE] = np.where(similar.max(axis=1) >= _JOINS, best, -1)
    return joined


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
