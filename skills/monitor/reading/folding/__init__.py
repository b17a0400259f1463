"""Copies of one text count once, with their reach. `fold` folds stored posts; see `agreement` for what is a copy."""

from skills.monitor.reading.folding.agreement import Agreement, Comparison, compare
from skills.monitor.reading.folding.folds import WINDOW, Fold, Reach, fold, forget_folds, reach
from skills.monitor.reading.folding.signature import Signature, keys_of, signature_of

__all__ = [
    "WINDOW",
    "Agreement",
    "Comparison",
    "Fold",
    "Reach",
    "Signature",
    "compare",
    "fold",
    "forget_folds",
    "keys_of",
    "reach",
    "signature_of",
]
