import json
from pathlib import Path

import pytest

from bot.bench import command, start
from bot.bench.measured import Measured, NotMeasured
from bot.cli.output import Options, Refused


def _measured(sets: Path | None, tell: object) -> Measured:
    return Measured({"ratio": 0.5}, ["half as long"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "run", _measured)
    monkeypatch.setattr("logging.disable", lambda level: None)


def test_a_wrong_name_is_refused_with_the_right_ones():
    with pytest.raises(Refused, match=r"called speed; there are answering, classifying, echo, .*, start, training"):
        command.run_benchmarks(Options(), ["start", "speed"], None)


def test_a_missing_folder_of_sets_is_refused(tmp_path: Path):
    with pytest.raises(Refused, match="is no folder"):
        command.run_benchmarks(Options(), ["start"], tmp_path / "nowhere")


@pytest.mark.usefixtures("quick")
def test_figures_are_one_json_object(capsys: pytest.CaptureFixture[str]):
    command.run_benchmarks(Options(as_json=True), ["start"], None)

    assert json.loads(capsys.readouterr().out) == {"start": {"ratio": 0.5}}


@pytest.mark.usefixtures("quick")
def test_people_read_a_line_for_each_figure(capsys: pytest.CaptureFixture[str]):
    command.run_benchmarks(Options(), ["start", "start"], None)

    assert capsys.readouterr().out == f"start: {command.BENCHMARKS['start']}\n  half as long\n"


def test_what_can_not_run_here_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    def fails(sets: Path | None, tell: object) -> Measured:
        raise NotMeasured("no bot came up")

    monkeypatch.setattr(start, "run", fails)
    monkeypatch.setattr("logging.disable", lambda level: None)
    with pytest.raises(Refused, match="start: no bot came up"):
        command.run_benchmarks(Options(), ["start"], None)
