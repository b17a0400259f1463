"""What is installed from a wheel has everything that runs need."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[3]

NEEDED = (
    "bot/manifest.json",
    "bot/locales/zh_CN.po",
    "bot/workspace/methods.json",
    "bot/workspace/handbook/refunds-zh.md",
    "bot/workspace/page/dist/index.html",
    "bot/store/migrations",
    "index/migrations/versions/index_0001_tables.py",
    "skills/knowledge/texts/en.po",
    "skills/classifiers/out_of_scope.jsonl",
)


def test_a_wheel_carries_catalogs_migrations_the_handbook_and_the_built_page(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".*", "node_modules", "tests", "data", "build", "*.egg-info")
    shutil.copytree(ROOT, tmp_path / "tree", ignore=ignored)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        tmp_path / "out",
        ".",
    ]
    subprocess.run(command, cwd=tmp_path / "tree", check=True, capture_output=True)
    [wheel] = (tmp_path / "out").glob("deskhand-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in NEEDED:
        assert any(name.startswith(needed) for name in names), needed
    assert not any("node_modules" in name or name.startswith("tests/") for name in names)


def test_the_manifest_to_paste_is_the_one_the_bot_was_built_with() -> None:
    assert (ROOT / "deploy" / "manifest.json").read_bytes() == (ROOT / "bot" / "manifest.json").read_bytes()
