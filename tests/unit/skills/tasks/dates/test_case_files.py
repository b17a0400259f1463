"""Cases as people bring them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.json_rows import BadRowError
from skills.tasks.dates.evaluation import evaluate_duedates


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"text": "a", "now": "2026-11-25T10:00:00"}\n', 'line 1, field "expected"'),
        (b'\n{"text": 5, "now": "2026-11-25T10:00:00", "expected": null}\n', 'line 2, field "text"'),
        (b'{"text": "a", "now": "2026-11-25", "expected": null}\n', 'line 1, field "now"'),
        (b'{"text": "a", "now": "2026-11-25T10:00:00+01:00", "expected": null}\n', 'line 1, field "now"'),
        (b'{"text": "a", "now": "2026-11-25T10:00:00", "expected": "soon"}\n', 'line 1, field "expected"'),
        (b'{"text": "a", "now": "2026-11-25T10:00:00", "expected": 5}\n', 'line 1, field "expected"'),
        (b"[]\n", "line 1: it is not a JSON object"),
        (b'{"text": \n', "line 1: it is not JSON"),
        (b'{"text": "\xff"}\n', "line 1: it is not UTF-8"),
        (b"", "there is no row"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadRowError, match=re.escape(says)):
        evaluate_duedates(path)
