"""Thirty scripted conversations through real Bolt: what is said, what never is, from where, and to whom."""

import pytest
from scripts import Conversation, Turn, conversations
from stage import Heard, Stage

from skills.catalogs import Catalogs
from skills.knowledge import KnowledgeSkill

_MESSAGES = Catalogs([KnowledgeSkill.catalogs])
_UNKNOWN = {
    language: [
        _MESSAGES.messages(language).forms[key][0].replace("`", "")
        for key in ("knowledge.nothing", "knowledge.not_for_me")
    ]
    for language in ("en", "zh")
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("conversation", conversations(), ids=lambda one: one.name)
async def test_conversation(stage: Stage, conversation: Conversation) -> None:
    faults = [fault for heard in await stage.play(conversation) for fault in faults_of(heard)]
    assert faults == []
    assert stage.workspace.violations() == []


def test_there_are_thirty_and_a_third_is_chinese() -> None:
    every = conversations()
    chinese = [one for one in every if any(turn.language == "zh" for turn in one.turns)]
    assert len(every) >= 30
    assert len(chinese) * 3 >= len(every)


def faults_of(heard: Heard) -> list[str]:
    """Returns what is wrong with the replies to a turn, each as a sentence."""
    turn, text = heard.turn, heard.text.replace("**", "")
    at = f"{turn.how} {turn.text or turn.action!r}"
    if len(heard.messages) != turn.replies and heard.modal is None:
        return [f"{at}: {len(heard.messages)} replies instead of {turn.replies}"]
    faults = [f"{at}: does not say {words!r}" for words in turn.says if words.casefold() not in text.casefold()]
    if turn.says_any and not any(words.casefold() in text.casefold() for words in turn.says_any):
        faults.append(f"{at}: says none of {turn.says_any}")
    faults += [f"{at}: says {words!r}" for words in turn.never if words in text]
    faults += [f"{at}: says publicly {words!r}" for words in turn.public_never if words in heard.public]
    if turn.source and f"[1] {turn.source}" not in text:
        faults.append(f"{at}: names no source {turn.source!r}")
    return [*faults, *_faults_of_place(heard, at), *_faults_of_knowledge(turn, text, at)]


def _faults_of_place(heard: Heard, at: str) -> list[str]:
    to = heard.turn.to
    private = [bool(message.get("is_ephemeral")) for message in heard.messages]
    threaded = [message.get("thread_ts") not in (None, message.get("ts")) for message in heard.messages]
    if to == "asker" and not all(private):
        return [f"{at}: is not for the asker alone"]
    if to in ("thread", "channel") and any(private):
        return [f"{at}: is for the asker alone"]
    if to == "thread" and not all(threaded):
        return [f"{at}: does not stand in the thread"]
    if to == "channel" and any(threaded):
        return [f"{at}: does not stand in the channel"]
    return []


def _faults_of_knowledge(turn: Turn, text: str, at: str) -> list[str]:
    faults = []
    unknown = any(text_unknown in text for texts in _UNKNOWN.values() for text_unknown in texts)
    if turn.known is False and not unknown:
        faults.append(f"{at}: does not say that nothing is known")
    if turn.known is not False and unknown and turn.replies == 1 and (turn.says or turn.says_any):
        faults.append(f"{at}: says that nothing is known")
    if turn.language == "zh" and not any("\u4e00" <= character <= "\u9fff" for character in text):
        faults.append(f"{at}: is not in Chinese")
    return faults
