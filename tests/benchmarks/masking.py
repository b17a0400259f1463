"""Measures the masking of personal data: recall by kind, false positives, milliseconds a text.

    python tests/benchmarks/masking.py [PATH of pii/dev.jsonl] [--texts FILE]… [--misses]

A planted or labelled stretch counts as found when no digit and no `@` of it is left. `--texts` names files (CSV with a
column `text`, or JSONL) in which nothing should be masked.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from pii_cases import cases, harmless

from skills.masking import mask

KINDS = {
    "CREDIT_CARD": "card",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "US_SSN": "id",
    "US_DRIVER_LICENSE": "license",
    "IP_ADDRESS": "ip",
}
"""The labels that a pattern can tell; driving licences are reported apart, since they have no check digits."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", nargs="?", type=Path)
    parser.add_argument("--texts", action="append", type=Path, default=[])
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    report(f"generated, {chosen.count} cases", *planted(chosen.count, chosen.misses))
    false_positives("generated, harmless", [case.text for case in harmless(chosen.count)], chosen.misses)
    if chosen.labelled:
        report(str(chosen.labelled), *labelled(chosen.labelled, chosen.misses))
    for path in chosen.texts:
        false_positives(str(path), list(texts_of(path)), chosen.misses)


def covered(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    left = (at for at in range(start, end) if text[at].isdigit() or text[at] in "@＠")
    return all(any(begin <= at < stop for begin, stop in spans) for at in left) and any(
        begin < end and start < stop for begin, stop in spans
    )


def planted(count: int, misses: bool) -> tuple[Counter[str], Counter[str], float]:
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    began = time.perf_counter()
    for case in cases(count):
        total[case.kind] += 1
        spans = [(span.start, span.end) for span in mask(case.text).spans]
        start = case.text.index(case.planted)
        if covered(case.text, start, start + len(case.planted), spans):
            found[case.kind] += 1
        elif misses:
            print(f"  missed {case.form}: {case.text!r} -> {mask(case.text).text!r}")
    return found, total, (time.perf_counter() - began) / count


def labelled(path: Path, misses: bool) -> tuple[Counter[str], Counter[str], float]:
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong = 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    for row in rows:
        spans = mask(row["text"]).spans
        stretches = [(span.start, span.end) for span in spans]
        for label in row["spans"]:
            kind = KINDS.get(label["type"])
            if kind is None:
                continue
            total[kind] += 1
            if covered(row["text"], label["start"], label["end"], stretches):
                found[kind] += 1
            elif misses:
                print(f"  missed {kind}: {row['text'][label['start'] : label['end']]!r} in {row['text'][:160]!r}")
        for span in spans:
            if not any(
                label["type"] in KINDS and label["start"] < span.end and span.start < label["end"]
                for label in row["spans"]
            ):
                wrong += 1
                if misses:
                    print(f"  false {span.kind}: {row['text'][span.start : span.end]!r} in {row['text'][:160]!r}")
    elapsed = (time.perf_counter() - began) / len(rows)
    print(f"{path}: {wrong} spans that no such label touches, in {len(rows)} texts")
    return found, total, elapsed


def report(name: str, found: Counter[str], total: Counter[str], seconds: float) -> None:
    recall = ", ".join(
        f"{kind} {found[kind] / total[kind]:.3f} ({found[kind]}/{total[kind]})" for kind in sorted(total)
    )
    print(f"{name}: recall {recall}; {seconds * 1000:.3f} ms a text")


def false_positives(name: str, texts: list[str], misses: bool) -> None:
    began = time.perf_counter()
    touched = [text for text in texts if mask(text).spans]
    elapsed = (time.perf_counter() - began) / len(texts)
    if misses:
        for text in touched:
            print(f"  false: {text[:160]!r} -> {mask(text).text[:160]!r}")
    rate = len(touched) / len(texts)
    print(f"{name}: {len(touched)} of {len(texts)} texts changed ({rate:.4f}); {elapsed * 1000:.3f} ms a text")


def texts_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            yield from (row["text"] for row in csv.DictReader(file))
        else:
            yield from (json.loads(line)["text"] for line in file if line.strip())


if __name__ == "__main__":
    main()
