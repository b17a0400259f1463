"""The log: one line each, nothing that people wrote, no secret."""

from __future__ import annotations

import logging

from bot.logs import LineFormatter


def line(message: str, error: BaseException | None = None, **extra: object) -> str:
    record = logging.LogRecord("deskhand.test", logging.INFO, __file__, 1, message, (), None)
    vars(record).update(extra)
    if error is not None:
        try:
            raise error
        except BaseException as raised:
            record.exc_info = (type(raised), raised, raised.__traceback__)
    return LineFormatter().format(record)


def test_fields_follow_the_event() -> None:
    text = line("a row was sent", answer="d1", pause=1.5)
    assert 'event="a row was sent" answer=d1 pause=1.500' in text
    assert "level=info logger=deskhand.test" in text


def test_a_value_stays_on_its_line() -> None:
    assert "\n" not in line("x", what='two\nlines and "quotes"')


def test_of_an_exception_kind_and_place_are_logged_and_its_words_only_where_they_are_ours() -> None:
    text = line("it failed", ValueError("what a person wrote"))
    assert "error=ValueError" in text
    assert "test_logs.py" in text
    assert "what a person wrote" not in text
    assert 'because="[Errno 28] No space left on device"' in line("it failed", OSError(28, "No space left on device"))


def test_secrets_are_cut_out() -> None:
    text = line(
        "token xoxb-12-abc, app xapp-1-A", url="postgres://me:hush@host/db", ws="wss://host/link?ticket=abc&x=1"
    )
    for secret in ("12-abc", "1-A", "hush", "ticket=abc"):
        assert secret not in text
