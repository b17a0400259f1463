"""Any order of promotions, rollbacks and prunings: what serves is what the pile of promotions says, with its files."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from trained_versions import ADMIN, TEAM, trained

from bot.store.upgrade import open_database
from skills.classifiers.feedback.models import MIGRATIONS
from skills.classifiers.registry.versions import GATE, STARTER, DecisionRefused, Registry

KEPT = 2


class Promotions(RuleBasedStateMachine):
    """A registry beside a list that is pushed to and popped from."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.database = self.loop.run_until_complete(open_database(Path(self.folder.name), branches=[MIGRATIONS]))
        self.registry = Registry(self.database.sessions)
        self.pile = [STARTER]
        self.kept: set[int] = set()
        self.passed: dict[int, bool] = {}
        self.lines = 0

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()
        self.folder.cleanup()

    @rule(passed=st.booleans(), must=st.booleans())
    def train(self, passed: bool, must: bool) -> None:
        version = trained(f"r{len(self.passed)}", passed=passed, overridable=not must)
        number = self.loop.run_until_complete(self.registry.put(TEAM, version, self.pile[-1]))
        assert number == len(self.passed) + 1
        self.passed[number] = passed
        self.kept.add(number)
        if passed:
            self.loop.run_until_complete(self.registry.promote(TEAM, number, GATE, "better", {}))
            self.pile.append(number)
        else:
            self.loop.run_until_complete(self.registry.refuse(TEAM, number, "not_better", {}))
        self.lines += 1

    @precondition(lambda self: self.passed)
    @rule(data=st.data())
    def override(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.passed)))
        row = self.loop.run_until_complete(self.registry.get(TEAM, number))
        assert row is not None
        may = row.report["verdict"]["promote"] or row.report["verdict"]["overridable"]
        why = "gone" if number not in self.kept else "nothing" if number == self.pile[-1] else "" if may else "must"
        promotion = self.registry.promote(TEAM, number, ADMIN, "", {})
        if why:
            with pytest.raises(DecisionRefused, match=why):
                self.loop.run_until_complete(promotion)
            return
        self.loop.run_until_complete(promotion)
        self.pile.append(number)
        self.lines += 1

    @rule()
    def roll_back(self) -> None:
        rollback = self.registry.roll_back(TEAM, ADMIN, "", {})
        if self.pile == [STARTER]:
            with pytest.raises(DecisionRefused, match="nothing"):
                self.loop.run_until_complete(rollback)
            return
        back = self.loop.run_until_complete(rollback)
        served = self.pile.pop()
        # What lies between is gone, or what served until now.
        while self.pile[-1] != STARTER and (self.pile[-1] not in self.kept or self.pile[-1] == served):
            self.pile.pop()
        assert back == self.pile[-1]
        self.lines += 1

    @rule()
    def prune(self) -> None:
        removed = self.loop.run_until_complete(self.registry.prune(TEAM, KEPT))
        newest = set(sorted(self.passed)[-KEPT:])
        stays = (newest | set(self.pile[-1:]) | self.under()) & self.kept
        assert removed == len(self.kept - stays)
        self.kept = stays

    def under(self) -> set[int]:
        """Returns what a rollback brings back."""
        below = [one for one in self.pile[:-1] if one == STARTER or (one in self.kept and one != self.pile[-1])]
        return {below[-1]} if below else set()

    @invariant()
    def what_serves_is_on_top_of_the_pile_with_its_files_and_every_decision_has_a_line(self) -> None:
        assert self.loop.run_until_complete(self.registry.serving(TEAM)) == self.pile[-1]
        assert len(self.loop.run_until_complete(self.registry.ledger(TEAM, 1000))) == self.lines
        if self.pile[-1] != STARTER:
            assert self.loop.run_until_complete(self.registry.files(TEAM, self.pile[-1]))


TestPromotions = Promotions.TestCase
TestPromotions.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
