"""The page's sources: its two languages, and what must never be in it."""

import json
import re
from pathlib import Path

import bot.workspace

PAGE = Path(bot.workspace.__file__).parent / "page"
SOURCES = {path: path.read_text() for path in (PAGE / "src").rglob("*.ts*")}
TEXTS: dict[str, dict[str, str]] = json.loads((PAGE / "src" / "texts.json").read_text())


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, texts in TEXTS.items():
        assert set(texts) == {"en", "zh"}, key
        assert all(text.strip() for text in texts.values()), key
        blanks = [sorted(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert blanks[0] == blanks[1], key


def test_every_text_is_used_somewhere() -> None:
    written = "\n".join(SOURCES.values())
    families = re.findall(r"`([a-z.]+\.)\$\{", written)
    unused = [key for key in TEXTS if f'"{key}"' not in written and not key.startswith(tuple(families))]
    assert unused == []


def test_text_never_becomes_html_and_links_never_keep_an_opener() -> None:
    for path, source in SOURCES.items():
        assert "dangerouslySetInnerHTML" not in source, path
        assert "innerHTML" not in source, path
        for tag in re.findall(r"<a\b[^>]*target=\"_blank\"[^>]*>", source):
            assert "noopener" in tag, path


def test_the_lock_file_names_no_registry() -> None:
    lock = (PAGE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://registry" not in lock
