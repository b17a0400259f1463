"""Corpora, questions and judgements in BEIR's form: two JSONL files and a TSV."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.json_rows import BadRowError, json_rows
from index.types import Document, Section, Turn

Corpus = list[Document]


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the conversation before it. `answerable` is None where nobody has said."""

    id: str
    text: str
    history: tuple[Turn, ...]
    answerable: bool | None


def read_corpus(path: Path) -> Corpus:
    """Returns the documents of a JSONL file of `{"_id", "title", "text"}`, `key` being the id. Raises BadRowError."""
    documents = []
    seen: set[str] = set()
    for where, row in json_rows(path):
        id_ = _new_id(where, row, seen)
        title, text = _text(where, row, "title", ""), _text(where, row, "text")
        sections = (Section((), text if text.strip() else title),)
        documents.append(Document(id_, title, sections, source=str(path), place=id_))
    if not documents:
        raise BadRowError(f"{path}: there is no document in it")
    return documents


def read_queries(path: Path) -> list[Query]:
    """Returns the questions of a JSONL file of `{"_id", "text", "history"?}`. Raises BadRowError."""
    queries = []
    seen: set[str] = set()
    for where, row in json_rows(path):
        id_, text = _new_id(where, row, seen), _text(where, row, "text")
        queries.append(Query(id_, text, _history(where, row), _answerable(row)))
    if not queries:
        raise BadRowError(f"{path}: there is no question in it")
    return queries


def read_qrels(path: Path) -> dict[str, dict[str, float]]:
    """Returns, by question, the gains above 0 of documents, from a TSV with a header. Raises BadRowError."""
    found: dict[str, dict[str, float]] = {}
    for number, line in enumerate(_lines(path), start=1):
        if number == 1 and line.split("\t")[:1] == ["query-id"]:
            continue
        if not line.strip():
            continue
        fields = line.split("\t")
        if number == 1:
            raise BadRowError(f'{path}, line 1: the header "query-id corpus-id score", parted by tabs, is missing')
        if len(fields) != 3:
            raise BadRowError(f"{path}, line {number}: {len(fields)} fields parted by tabs where 3 should be")
        query, document, score = fields
        try:
            gain = float(score)
        except ValueError:
            gain = math.nan
        if not math.isfinite(gain):
            raise BadRowError(f'{path}, line {number}, field "score": "{score.strip()}" is no number')
        if gain > 0:
            found.setdefault(query, {})[document] = gain
    if not found:
        raise BadRowError(f"{path}: it judges no document relevant")
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadRowError(f"{path}, line {line}: it is not UTF-8") from None
    except OSError as error:
        raise BadRowError(f"{path}: {error.strerror}") from None


def _text(where: str, row: dict[str, Any], name: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if value is None and default is not None:
        return default
    if name not in row and default is None:
        raise BadRowError(f'{where}, field "{name}": it is missing')
    if not isinstance(value, str):
        raise BadRowError(f'{where}, field "{name}": it is not a text')
    return value


def _new_id(where: str, row: dict[str, Any], seen: set[str]) -> str:
    id_ = _text(where, row, "_id")
    if id_ in seen:
        raise BadRowError(f'{where}, field "_id": "{id_}" was given before')
    seen.add(id_)
    return id_


def _history(where: str, row: dict[str, Any]) -> tuple[Turn, ...]:
    turns = row.get("history") or []
    if not isinstance(turns, list):
        raise BadRowError(f'{where}, field "history": it is not a list')
    found = []
    for turn in turns:
        if not isinstance(turn, dict) or not all(isinstance(turn.get(key), str) for key in ("speaker", "text")):
            raise BadRowError(f'{where}, field "history": a turn is not an object of "speaker" and "text"')
        found.append(Turn(turn["speaker"], turn["text"]))
    return tuple(found)


def _answerable(row: dict[str, Any]) -> bool | None:
    """MT-RAG marks questions ANSWERABLE, PARTIAL, UNDERSPECIFIED or UNANSWERABLE: the clear ones count."""
    marks = row.get("answerability")
    if marks in (["ANSWERABLE"], "ANSWERABLE"):
        return True
    return False if marks in (["UNANSWERABLE"], "UNANSWERABLE") else None
