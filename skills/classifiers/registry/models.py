"""The tables of versions, of the data that they learned from, of runs, and the ledger, which only ever grows.

The database is the truth, files and all, so that replicas on other machines follow, and a version is there whole or not
at all. Every row carries its team; times are epoch seconds, UTC.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from skills.classifiers.feedback.models import Base


class DatasetRow(Base):
    """What a run learned from and was judged by, frozen: `id` is the hash of its content as it was then.

    `at` is when it was gathered, by the clock that dates feedback: what is newer is new to a version made of it.
    `content` is compressed JSON lines (`skills.classifiers.curating.dataset`). Where somebody has since opted out of
    learning their rows are gone from it, and it is `reduced`.
    """

    __tablename__ = "classifier_datasets"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[float] = mapped_column(Float)
    rows: Mapped[int] = mapped_column(Integer)
    reduced: Mapped[bool] = mapped_column(Boolean, default=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class VersionRow(Base):
    """A trained version. `number` counts a team's versions; `before` is the one that served when it was made.

    `report` is what the gate found (`skills.classifiers.retraining.report`), `tasks` the tasks that it serves.
    """

    __tablename__ = "classifier_versions"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[float] = mapped_column(Float)
    run: Mapped[str] = mapped_column(String(32))
    dataset: Mapped[str] = mapped_column(String(32))
    before: Mapped[int] = mapped_column(Integer)
    tasks: Mapped[list[str]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class FileRow(Base):
    """One file of a version, by its path in the version's folder. `digest` is the SHA-256 of `content`, hex."""

    __tablename__ = "classifier_files"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    path: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ServingRow(Base):
    """Which version serves a team, 0 for the starter. Changed only together with a line of the ledger."""

    __tablename__ = "classifier_serving"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    since: Mapped[float] = mapped_column(Float)


class LedgerRow(Base):
    """One decision: promoted, refused, shadow, kept, overridden or rolled_back. Rows are never changed nor removed.

    `version` is the one that it is about, `before` the one that served until then, `after` the one that serves from
    then on. `who` is a person's id, `gate` or `watch`; `figures` what the decision rested on.
    """

    __tablename__ = "classifier_ledger"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)
    act: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    before: Mapped[int] = mapped_column(Integer)
    after: Mapped[int] = mapped_column(Integer)
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("classifier_ledger_team", "team", "id"),)


class RunRow(Base):
    """One training. `slot` is 1 while it runs and null afterwards: being unique, it lets one run at a time.

    `key` names what asked for it, so that whoever takes the same up again after a crash finds it; the `owner` says by
    `seen_at` that it lives. `state`: running, promoted, refused, shadow, empty, cancelled, failed. `phase` and `share`
    are how far it is, `cancelled_by` the person who asked it to stop, `message` the answer id of the post that shows
    it. `told`: people have read how it ended.
    """

    __tablename__ = "classifier_runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255))
    slot: Mapped[int | None] = mapped_column(Integer, unique=True)
    owner: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[float] = mapped_column(Float)
    began: Mapped[float] = mapped_column(Float)
    ended: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(32))
    share: Mapped[float] = mapped_column(Float)
    asked_by: Mapped[str] = mapped_column(String(64))
    cancelled_by: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)
    told: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (Index("classifier_runs_team", "team", "began"),)


class MustRow(Base):
    """An example that no version may ever get wrong. `label` "none": it must be taken for none of the labels."""

    __tablename__ = "classifier_must"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    task: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)


class GoldenRow(Base):
    """A feedback example that versions are judged by: what was golden once stays so for ever, and trains nothing."""

    __tablename__ = "classifier_golden"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    example: Mapped[str] = mapped_column(ForeignKey("classifier_examples.id", ondelete="CASCADE"), primary_key=True)


class ShadowRow(Base):
    """A version's shadow period: it passed, and reads silently along with `before`, which serves, until `until`.

    `state`: running; promoted, refused or kept as it was decided about the version; replaced by a newer one in its
    shadow period; changed where another version began to serve. `replaces` is the version whose period this one ended.
    `told`: people have read how it ended.
    """

    __tablename__ = "classifier_shadows"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    before: Mapped[int] = mapped_column(Integer)
    began: Mapped[float] = mapped_column(Float)
    until: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(16))
    replaces: Mapped[int | None] = mapped_column(Integer)
    told: Mapped[bool] = mapped_column(Boolean)


class ShadowReadRow(Base):
    """What a question was taken for by what serves and by a version in its shadow period.

    `turn` is the question's id in the support skill's log, which alone holds its words. A label is null for none of
    the intents, a probability is the likeliest label's; `answers` says whether the reading is sure enough to answer.
    """

    __tablename__ = "classifier_shadow_reads"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    turn: Mapped[str] = mapped_column(String(64), primary_key=True)
    label_before: Mapped[str | None] = mapped_column(String(64))
    probability_before: Mapped[float] = mapped_column(Float)
    answers_before: Mapped[bool] = mapped_column(Boolean)
    label: Mapped[str | None] = mapped_column(String(64))
    probability: Mapped[float] = mapped_column(Float)
    answers: Mapped[bool] = mapped_column(Boolean)
