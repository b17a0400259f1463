"""How likely a message asks that somebody do something, by the starter classifier `request`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN, detect
from skills.classifiers.served import STARTER
from skills.classifiers.summed.summed_head import SummedHead
from skills.tasks.noticing.wording import may_ask, own_words, plainly_asks

SURE: Final = 0.9
PLAINLY_SURE: Final = 0.2
"""From which probability on a message is a request: of any words, and of words in a request's plain form.

The lowest `SURE` of 0.8, 0.85 and 0.9 at which the precision over five folds of the examples is 0.95 in both languages;
of 0.05 to 0.4 beside it the one that is as precise and loses least. `tests/benchmarks/tasks/noticing.py` prints them.
"""


class Requests:
    """The classifier, loaded when it is first needed. Thread-safe; blocking."""

    def __init__(self, encoders: Sequence[Encoder], folder: Path = STARTER) -> None:
        """`encoders` make the passes; without the one that the version in `folder` wants, it reads by n-grams alone."""
        self._encoders = {encoder.name: encoder for encoder in encoders}
        self._folder = folder / "request"
        self._loading = threading.Lock()
        self._head: SummedHead | None = None

    def probability(self, text: str) -> float:
        """Returns how likely `text`, as it came from Slack, is a request, were half of all messages requests.

        It is 0, and costs no encoder's pass, where the words can't be one. Raises OSError or DamagedVersionError when
        the classifier can't be loaded.
        """
        words = own_words(text)
        return self._read(words) if may_ask(words) else 0.0

    def is_request(self, text: str) -> bool:
        """Returns whether `text` is surely enough a request to trouble its writer. Raises what `probability` does."""
        words = own_words(text)
        if not may_ask(words):
            return False
        return self._read(words) >= (PLAINLY_SURE if plainly_asks(words) else SURE)

    def _read(self, words: str) -> float:
        head = self._loaded()
        language = detect(words)
        language = ENGLISH if language == UNKNOWN else language
        names = [name for name in head.encoders(language) if name in self._encoders]
        vectors = {name: self._encoders[name].encode([words], "query")[0] for name in names}
        return head.predict(words, language, vectors).scores["request"]

    def _loaded(self) -> SummedHead:
        with self._loading:
            if self._head is None:
                self._head = SummedHead.load(self._folder)
            return self._head
