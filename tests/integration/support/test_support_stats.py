"""`/support stats` through real Bolt: figures, chart and candidates, and an intent made of one."""

from typing import Any

from sqlalchemy import update
from support_bot import SupportBot

from skills.classifiers.feedback.opting_out import opt_out
from skills.support.conversations.models import ConversationRow, TurnRow

Json = dict[str, Any]

QUESTIONS = (
    "do you have gift cards",
    "can I buy a gift card",
    "where do I get gift cards",
    "我想买礼品卡",
    "is the lamp waterproof",
    "can the lamp stand in the rain",
)


async def asked(bot: SupportBot, path: str = "handover") -> None:
    """Questions of the last hours, each in a thread of its own."""
    now = bot.runtime.clock.now().timestamp()
    async with bot.runtime.database.sessions.begin() as session:
        for number, text in enumerate(QUESTIONS):
            place = {"team": "T0LOCAL", "channel": "C0GENERAL", "thread": f"{number}.0"}
            session.add(ConversationRow(**place, asker=bot.workspace.user_id("ben"), state={}, updated_at=now))
            session.add(
                TurnRow(
                    **place,
                    id=f"t{number}",
                    at=now - 3600 * number,
                    path=path,
                    intent="",
                    drafted=False,
                    probability=0.1,
                    language="zh" if "卡" in text else "en",
                    question=text,
                    verdict=None,
                )
            )


async def the_numbers(bot: SupportBot, words: str = "stats") -> Json:
    ana = bot.person("ana")
    await ana.command("general", "/support", words)
    return await ana.wait_for_message("general", lambda one: "data_table" in str(one.get("blocks")))


async def test_the_numbers_are_shown_as_a_chart_and_tables(bot: SupportBot) -> None:
    await asked(bot)
    shown = await the_numbers(bot)
    kinds = [block["type"] for block in shown["blocks"]]
    assert shown["is_ephemeral"]
    assert kinds[1:3] == ["data_visualization", "data_table"]
    assert "Deflected" in shown["text"]
    assert "All | 6 | 6 | 0% | – | – | –" in shown["text"]
    assert not bot.workspace.violations()


async def test_questions_without_an_answer_become_an_intent(bot: SupportBot) -> None:
    await asked(bot)
    ana = bot.person("ana")
    shown = await the_numbers(bot, "stats 7")
    assert "gift card" in str(shown["blocks"])
    opened = await ana.click("general", shown, "support.intent.add")
    assert "gift card" in str(opened["view"]["blocks"])


async def test_nothing_is_shown_of_people_from_whom_nothing_is_learned(bot: SupportBot) -> None:
    await asked(bot)
    await opt_out(bot.runtime.database.sessions, "T0LOCAL", bot.workspace.user_id("ben"))
    shown = await the_numbers(bot)
    assert "gift card" not in str(shown["blocks"])


async def test_the_numbers_are_for_admins(bot: SupportBot) -> None:
    ben = bot.person("ben")
    await ben.command("general", "/support", "stats")
    await ben.wait_for_message("general", lambda one: "numbers are for admins" in one["text"])


async def test_without_questions_it_says_so(bot: SupportBot) -> None:
    ana = bot.person("ana")
    await ana.command("general", "/support", "统计 3天")
    await ana.wait_for_message("general", lambda one: "3 days" in one["text"])


async def test_answered_conversations_count_as_deflected(bot: SupportBot) -> None:
    await asked(bot, "template")
    async with bot.runtime.database.sessions.begin() as session:
        await session.execute(update(TurnRow).where(TurnRow.id == "t0").values(verdict="helpful"))
    shown = await the_numbers(bot)
    assert "All | 6 | 6 | 100% | – | – | 100%" in shown["text"]
