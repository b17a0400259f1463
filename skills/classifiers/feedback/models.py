"""The tables of what people's feedback teaches: labelled examples, their corrections, and who takes no part.

Every row carries its team. An example's own facts are never changed; what a reviewer decides is added as a correction,
of which the example shows the last one in `label` and `state`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
"""Folder of the Alembic branch `classifiers`."""


class Base(DeclarativeBase):
    pass


class ExampleRow(Base):
    """A text with what was read in it and what somebody made known about it.

    `text` is masked. `author` wrote it, `judge` gave the feedback, empty where nobody has yet: it was collected to ask
    about. `predicted` with its calibrated `probability`, and `margin` over the second best label, are what was read
    when the text was answered; `given` is the label that the feedback named, None where it only said that the
    prediction was wrong. `state`: open (nobody has reviewed it), accepted, corrected, dropped. `repeats` counts
    near-duplicates of the author that were folded into it. A reviewer who was shown it holds it until `held_until`.
    Times in epoch seconds, UTC.
    """

    __tablename__ = "classifier_examples"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    task: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    given: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str | None] = mapped_column(String(64))
    predicted: Mapped[str | None] = mapped_column(String(64))
    probability: Mapped[float | None] = mapped_column(Float)
    margin: Mapped[float | None] = mapped_column(Float)
    author: Mapped[str] = mapped_column(String(64))
    judge: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(16))
    weight: Mapped[float] = mapped_column(Float)
    at: Mapped[float] = mapped_column(Float)
    channel: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    repeats: Mapped[int] = mapped_column(Integer, default=0)
    held_by: Mapped[str | None] = mapped_column(String(64))
    held_until: Mapped[float] = mapped_column(Float, default=0.0)

    __table_args__ = (
        Index("classifier_examples_author", "team", "author", "task"),
        Index("classifier_examples_judge", "team", "judge"),
        Index("classifier_examples_state", "team", "state", "margin"),
    )


class CorrectionRow(Base):
    """What somebody decided about an example: the state and label that it had from then on, and those before."""

    __tablename__ = "classifier_corrections"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    example: Mapped[str] = mapped_column(ForeignKey("classifier_examples.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)
    state_before: Mapped[str] = mapped_column(String(16))
    label_before: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    label: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index("classifier_corrections_at", "team", "at"),)


class OptOutRow(Base):
    """A person from whom nothing is learned."""

    __tablename__ = "classifier_opt_outs"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[float] = mapped_column(Float)
