"""Draws how "nothing known" is decided, from what `deskhand --json evaluate retrieval` prints on mtrag-un.

deskhand --json evaluate retrieval --corpus F --queries F --qrels F | python .../curve.py OUT.png
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt


def main(out: Path) -> None:
    figures = json.load(sys.stdin)
    points = [point for point in figures["nothing_known_curve"] if point["wrong"] is not None]
    shipped = figures["nothing_known_shipped"]
    figure, axes = plt.subplots(figsize=(6, 3.6), dpi=150)
    axes.plot([p["answered"] for p in points], [p["wrong"] for p in points], color="#2b6cb0")
    axes.plot(shipped["answered"], shipped["wrong"], "o", color="#c05621")
    axes.annotate(
        f"shipped: threshold {shipped['threshold']}",
        (shipped["answered"], shipped["wrong"]),
        xytext=(-12, 8),
        textcoords="offset points",
        ha="right",
    )
    axes.set(xlabel="share of the questions answered", ylabel="share of the answers wrong", ylim=(0, None))
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
