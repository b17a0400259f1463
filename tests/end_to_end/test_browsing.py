"""What the browser tests say where no browser is."""

import pytest
from browsing import missing


def test_a_missing_browser_skips_with_its_name_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="needs Chromium"):
        missing("needs Chromium")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs Chromium"):
        missing("needs Chromium")
