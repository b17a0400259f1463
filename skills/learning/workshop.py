"""What a training needs, whoever starts it: the bot, or the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.encoders.base import Encoder
from skills.base import Services
from skills.classifiers.champions import Champions
from skills.classifiers.registry.runs import Runs
from skills.classifiers.registry.shadows import Shadows
from skills.classifiers.registry.versions import Datasets, Registry, Sessions
from skills.learning.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class Workshop:
    """`data` is the data folder, `now` the clock that dates feedback, `owner` names this process among all others."""

    sessions: Sessions
    encoders: Sequence[Encoder]
    champions: Champions
    settings: LearningSettings
    data: Path
    now: Callable[[], datetime]
    owner: str

    @classmethod
    def of(cls, services: Services) -> Workshop:
        """Returns the bot's own."""
        return cls(
            services.sessions,
            services.library.choice.encoders,
            services.champions,
            services.learning,
            services.data,
            services.clock.now,
            services.replica,
        )

    @property
    def registry(self) -> Registry:
        return Registry(self.sessions, lambda: self.now().timestamp())

    @property
    def datasets(self) -> Datasets:
        return Datasets(self.sessions)

    @property
    def shadows(self) -> Shadows:
        return Shadows(self.sessions)

    @property
    def runs(self) -> Runs:
        return Runs(self.sessions, self.owner)

    def folder(self, run: str) -> Path:
        """Returns the folder of a run."""
        return self.data / "learning" / run
