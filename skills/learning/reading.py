"""What a classifier that lies in a folder takes texts for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.encoders.base import Encoder
from skills.classifiers.curating.examples import Row
from skills.classifiers.heads.head import Prediction
from skills.classifiers.retraining.corpus import Corpus, encoded
from skills.classifiers.retraining.learners import INTENT, OfHead, learner_of
from skills.classifiers.tuning.tuned_encoder import open_tuned
from skills.classifiers.tuning.tuned_head import ADAPTER_FILE, TunedHead


def read(
    task: str,
    texts: Sequence[tuple[str, str]],
    home: Path | None,
    preferred: Encoder,
    encoders: Sequence[Encoder],
) -> tuple[list[Prediction], Corpus]:
    """Returns what the classifier in `home` takes texts (text, language) for, and the texts with their vectors.

    Without `home` it is the one that ships, which intents have none of. Intents stand on the encoder `preferred`,
    whose vectors are always there. Blocking. Raises OSError or DamagedVersionError.
    """
    rows = [Row(task, text, None, language, 1.0, "golden") for text, language in texts]
    corpus = encoded(rows, [preferred] if task == INTENT else encoders, lambda count: None)
    classifier = learner_of(task, preferred.name).champion(home, corpus)
    if home is not None and isinstance(classifier, OfHead) and isinstance(classifier.head, TunedHead):
        corpus = corpus.with_encoder(open_tuned(classifier.head.base, home / ADAPTER_FILE), lambda count: None)
    return classifier.predict(corpus), corpus
