from pathlib import Path

import pytest

from bot.config import ConfigError, load


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_everything_has_a_default() -> None:
    settings = load()
    assert settings.data == Path("data")
    assert settings.slack.requests_per_minute == 120
    assert settings.bot_token is None
    assert settings.llm is None


def test_deskhand_toml_in_the_working_folder_is_read_by_itself(tmp_path: Path) -> None:
    (tmp_path / "deskhand.toml").write_text('[admins]\npeople = ["U1"]\n', encoding="utf-8")
    assert load().admins.people == ("U1",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[slak]\nx = 1", "slak: unknown key; did you mean slack?"),
        ("[slack]\nrequest_per_minute = 3", "slack.request_per_minute: unknown key; did you mean requests_per_minute?"),
        ('[llm]\nurl = "u"\nmodel = "m"\ntimeout_second = 3', "did you mean timeout_seconds?"),
        ('[llm]\nmodel = "m"', "llm.url: is missing"),
        ('[index]\ndevice = "gpu"', "index.device: input should be 'auto', 'cpu' or 'cuda'"),
        ("[slack\n", "not a TOML file"),
        ('bot_token = "xoxb-1"', "bot_token is a secret: take it out of the file and set SLACK_BOT_TOKEN instead"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_the_key(tmp_path: Path, text: str, says: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert says in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value).strip() or "TOML" in says


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, 'data = "a"\n[slack]\nbots = ["deploy"]\napi_url = "https://one.example/api/"\n')
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("DESKHAND_DATA", "b")
    assert load(file).data == Path("b")
    assert load(file).slack.api_url == "http://127.0.0.1:9/api/"
    assert load(file).slack.bots == ("deploy",)
    assert load(file, data=Path("c")).data == Path("c")


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_INDEX__ALLOW_PRIVATE", "perhaps")
    with pytest.raises(ConfigError, match="environment: DESKHAND_INDEX__ALLOW_PRIVATE"):
        load()


def test_a_secret_never_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    settings = load()
    assert "xoxb-secret" not in repr(settings)
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "xoxb-secret"
