"""An answer ready to be shown: composed by a language model where there is one, else in the documents' own words."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Literal

from index.types import Hit
from skills.base import Request, Services
from skills.catalogs import Say
from skills.knowledge.answering import Findings, Quoted, quoting_parts, sources
from skills.knowledge.composing import Composed, NoAnswer, compose
from skills.knowledge.questions import question_of
from skills.reply import Button, Buttons, Feedback, Json, Note, Paragraph, Part, Reply

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer's findings, and the model's words about them if there are any."""

    findings: Findings
    composed: Composed | None = None

    def parts(self, say: Say) -> list[Part]:
        """Returns the answer with its sources, without any buttons."""
        read_as = self.findings.read_as
        lead: list[Part] = [Note(say("knowledge.read_as", words=read_as))] if read_as else []
        if self.composed is None:
            return lead + quoting_parts(self.findings.quoted, self.findings.language, say)
        return lead + composed_parts(self.composed.text, self.composed.cited, say)

    def hits(self) -> tuple[Hit, ...]:
        """Returns the passages that the answer rests on, in the order of their numbers."""
        return self.composed.cited if self.composed else tuple(found.hit for found in self.findings.quoted)

    def memory(self) -> dict[str, Json]:
        """Returns what the answer keeps for its buttons. The model's words are kept for sharing what was read."""
        if self.composed is None:
            return self.findings.memory()
        cited = tuple(Quoted(hit, ()) for hit in self.composed.cited)
        return {**replace(self.findings, quoted=cited).memory(), "text": self.composed.text}

    def reply(
        self, say: Say, to: Literal["thread", "asker"] = "thread", share: bool = False, lead: Note | None = None
    ) -> Reply:
        """Returns the answer with its buttons; `share` adds the one that posts it to the channel."""
        parts = [*([lead] if lead else []), *self.parts(say), Buttons(self._buttons(say, share)), Feedback()]
        return Reply(tuple(parts), to=to, memory=self.memory())

    def _buttons(self, say: Say, share: bool) -> tuple[Button, ...]:
        shown = ",".join(str(hit.passage_id) for hit in self.hits())
        buttons = [Button(say.label("knowledge.share"), "share", style="primary")] if share else []
        buttons.append(Button(say.label("knowledge.show_passage"), "knowledge.passage", value=shown))
        if self.findings.more:
            buttons.append(Button(say.label("knowledge.more_results"), "knowledge.more"))
        return tuple(buttons)


def composed_parts(text: str, cited: tuple[Hit, ...], say: Say) -> list[Part]:
    """Returns a model's words, their sources, and the remark that a model wrote them."""
    return [Paragraph(text), sources(cited), Note(say("knowledge.composed"))]


async def write(request: Request, services: Services, findings: Findings) -> Shown:
    """Returns the answer to `request` from `findings`, which hold something that answers."""
    if services.llm is None:
        return Shown(findings)
    question = question_of(request.text)
    hits = (*(found.hit for found in findings.quoted), *findings.more)
    try:
        composed = await compose(services.llm, question, findings.language, hits, request.history, request.stream)
    except NoAnswer as reason:
        _log.warning("the quoted sentences are shown instead of a composed answer: %s", reason)
        return Shown(findings)
    return Shown(findings, composed)
