"""Puts a documentation set together from the docstrings of this Python's standard library.

    python tests/benchmarks/documentation/build.py FOLDER

writes corpus.jsonl, queries.jsonl and qrels.tsv there in BEIR form. A document is the docstring of one public function,
class or method of the modules in modules.txt. The questions (questions.jsonl) were written by hand, from what one would
want to do and before any ranking was looked at.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

MODULES = (Path(__file__).parent / "modules.txt").read_text(encoding="utf-8").split()


def documents() -> Iterator[dict[str, str]]:
    """Yields a document an object, each once, under the name by which its module offers it."""
    seen: set[str] = set()
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        for name, thing in vars(module).items():
            if name.startswith("_") or inspect.ismodule(thing):
                continue
            yield from _document(f"{module_name}.{name}", thing, seen)
            if inspect.isclass(thing):
                for method, member in vars(thing).items():
                    if not method.startswith("_"):
                        yield from _document(f"{module_name}.{name}.{method}", member, seen)


def _document(name: str, thing: object, seen: set[str]) -> Iterator[dict[str, str]]:
    text = inspect.getdoc(thing) or ""
    documented = callable(thing) or isinstance(thing, property | classmethod | staticmethod)
    if documented and len(text) >= 30 and name not in seen:
        seen.add(name)
        yield {"_id": name, "title": name, "text": text}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    corpus = list(documents())
    known = {document["_id"] for document in corpus}
    questions = [json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").open(encoding="utf-8")]
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus_file,
        (folder / "queries.jsonl").open("w", encoding="utf-8") as query_file,
        (folder / "qrels.tsv").open("w", encoding="utf-8") as qrels_file,
    ):
        for document in corpus:
            corpus_file.write(json.dumps(document, ensure_ascii=False) + "\n")
        qrels_file.write("query-id\tcorpus-id\tscore\n")
        for number, question in enumerate(questions):
            answers = [answer for answer in question["answers"] if answer in known]
            if not answers:
                raise SystemExit(f"questions.jsonl, line {number + 1}: none of {question['answers']} is documented")
            query_file.write(json.dumps({"_id": f"q{number}", "text": question["text"]}) + "\n")
            qrels_file.writelines(f"q{number}\t{answer}\t1\n" for answer in answers)
    print(f"{len(corpus)} documents, {len(questions)} questions in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
