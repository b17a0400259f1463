"""How a small bot is started in tests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from small_bot import SmallBot

from bot.config import Settings
from bot.workspace.testing import RunningWorkspace

StartBot = Callable[..., AbstractAsyncContextManager[SmallBot]]


def settings_for(workspace: RunningWorkspace, data: Path, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "data": data,
        "slack": {"api_url": workspace.api_url},
        "bot_token": workspace.bot_token,
        "app_token": workspace.app_token,
        "clock_url": f"{workspace.url}/workspace/clock",
    }
    return Settings(**{**values, **more})
