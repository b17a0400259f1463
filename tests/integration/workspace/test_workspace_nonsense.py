"""No nonsense breaks the server: whatever is sent, it answers as it always does."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.workspace.arguments import methods
from bot.workspace.testing import running_workspace

WORDS = [
    "general",
    "C0GENERAL",
    "C0SUPPORT",
    "D0ANA",
    "ana",
    "U0LOCALANA",
    "U0DESKHAND",
    "1.000000",
    "modal",
    "home",
    "x",
]
LEAF = st.one_of(st.none(), st.booleans(), st.integers(-5, 2_000_000_000), st.sampled_from(WORDS), st.text(max_size=5))
KEYS = st.sampled_from(["type", "text", "blocks", "title", "id", "value", "elements", "event_type", "element", "x"])
VALUE = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=8
)
BODY_KEYS = st.sampled_from(
    ["user", "channel", "message_ts", "action_id", "value", "view_id", "values", "tab", "callback_id", "close", "query"]
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A method, with some of its arguments and anything in them."""
    name = draw(st.sampled_from([name for name in sorted(methods()) if name != "chat.command"]))
    arguments = st.dictionaries(st.sampled_from(sorted(methods()[name]["arguments"]) or ["x"]), VALUE, max_size=6)
    return name, draw(arguments)


async def test_every_method_answers_nonsense_with_ok_or_an_error(tmp_path: Path) -> None:
    answers: list[Any] = []

    async def call(name: str, arguments: dict[str, Any], token: str) -> None:
        header = {"Authorization": f"Bearer {token}"}
        async with workspace.session.post(f"{workspace.api_url}{name}", json=arguments, headers=header) as response:
            assert response.status == 200, (name, arguments)
            answers.append((await response.json())["ok"])

    async def interact(body: dict[str, Any]) -> None:
        for name in ("interact", "clock", "fault", "redeliver"):
            answer = await workspace.lever(name, {"user": "ana", **body})
            assert isinstance(answer["ok"], bool), (name, body)
        await workspace.lever("fault", {"clear": True})

    # One server for all examples: hypothesis only draws them.
    examples: list[tuple[str, dict[str, Any]]] = []
    bodies: list[dict[str, Any]] = []

    @settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    @given(calls(), st.dictionaries(BODY_KEYS, VALUE, max_size=5))
    def draw(example: tuple[str, dict[str, Any]], body: dict[str, Any]) -> None:
        examples.append(example)
        bodies.append({key: value for key, value in body.items() if key != "tab"})

    draw()
    async with running_workspace(tmp_path) as workspace:
        await workspace.person("ana").dm("hello")
        for name, arguments in examples:
            for token in ("xoxb-deskhand", "xoxp-ana"):
                await call(name, arguments, token)
        for body in bodies[:150]:
            await interact(body)
        assert True in answers
        assert False in answers
