"""Comparisons and verdicts travel as JSON and come back the same."""

from __future__ import annotations

import json
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_texts import many, text, texts

from skills.classifiers.gate.comparing import Comparison, compare
from skills.classifiers.gate.deciding import Costs, Verdict, decide
from skills.classifiers.gate.serial import from_json, to_json

LABELS = ["refund", "账户", "a\nb", "\ud83d"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.integers(1, 4), st.integers(0, 3))
def test_what_is_written_is_read_the_same(count: int, labels: int, seed: int) -> None:
    comparison = compare("intent", "golden", many(count, LABELS[:labels], seed, foreign=0.3))
    verdict = decide([comparison], [comparison], many(3, LABELS), Costs(1.0, 2.0, 3.5, 4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert from_json(Comparison, json.loads(json.dumps(to_json(comparison), allow_nan=False))) == comparison
        assert from_json(Verdict, json.loads(json.dumps(to_json(verdict), allow_nan=False))) == verdict


def test_counts_stay_whole_numbers() -> None:
    verdict = decide([compare("intent", "new", texts(same=2, won=5))], [], [text("a", "a", "a")], Costs())
    read = from_json(Verdict, json.loads(json.dumps(to_json(verdict))))
    assert [str(reason.values.get("n")) for reason in read.reasons] == ["1", "7", "None"]


def test_what_is_no_report_is_told_with_the_field() -> None:
    written = to_json(compare("intent", "new", texts(same=2)))
    for broken in (None, [], {}, {**written, "n": "many"}):
        with pytest.raises(ValueError, match="Comparison"):
            from_json(Comparison, broken)
    with pytest.raises(ValueError, match="reasons"):
        from_json(Verdict, {"promote": True, "overridable": True})
    reason = {"key": "whim", "task": "", "good": True, "values": {}}
    with pytest.raises(ValueError, match="key"):
        from_json(Verdict, {"promote": True, "overridable": True, "reasons": [reason]})
