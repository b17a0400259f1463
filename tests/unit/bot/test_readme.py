"""The README is kept true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel

from bot.config import SECRETS, Llm, Settings

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_configuration_table_names_every_setting() -> None:
    for name, field in Settings.model_fields.items():
        if name in SECRETS:
            assert f"`{SECRETS[name]}`" in README
            continue
        section = Llm if name == "llm" else field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            for key in section.model_fields:
                assert f"`[{name}] {key}`" in README, f"[{name}] {key}"
        elif name != "clock_url":  # set by `deskhand local`, not by people
            assert f"`{name}`" in README


def test_every_file_that_the_readme_names_is_there() -> None:
    for name in re.findall(r"`((?:bot|skills|index|deploy|tests)/[\w./-]+)`|\]\(((?!https?:)[\w./-]+)\)", README):
        path = name[0] or name[1]
        assert (ROOT / path).exists(), path


def test_every_command_of_the_readme_is_one() -> None:
    shown = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True).stdout
    for command in set(re.findall(r"`deskhand (\w+)", README)):
        assert re.search(rf"^  {command} ", shown, re.MULTILINE), command
