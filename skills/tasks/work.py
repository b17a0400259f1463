"""What the skill does with each kind of request; `skill` declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skills.base import HookRefused, Place, Request, Services
from skills.reply import Form, Json, Part, Reply, to_asker
from skills.tasks import actions, asking, commands, listing, pressing, shortcut, tracking
from skills.tasks.capture.splitting import lines_of
from skills.tasks.editing import small_forms, task_form
from skills.tasks.linking.faults import TrackerError
from skills.tasks.making.checking import LONGEST, MOST
from skills.tasks.noticing.noticing import Noticing
from skills.tasks.noticing.requests import Requests
from skills.tasks.offering import offering
from skills.tasks.teamwork import Teamwork
from skills.tasks.telling import day, week
from skills.text import Text


class Work:
    """The skill at work with the bot's services."""

    def __init__(self, services: Services) -> None:
        self.teamwork = Teamwork(services)
        self._noticing = Noticing(Requests(services.library.choice.encoders))

    async def tick(self, name: str) -> None:
        """Does what the skill's tick of that name stands for."""
        match name:
            case "remind":
                await self.teamwork.reminding.tick(self.teamwork.services)
            case "advance":
                await self.teamwork.advance()
            case "track":
                await tracking.tick(self.teamwork)
            case "forget":
                await self.teamwork.forget()

    async def handle(self, request: Request) -> Sequence[Reply]:
        """Returns the answers to a request."""
        teamwork = self.teamwork
        match request.kind, request.name:
            case (("command" | "message"), _) if (too_much := _too_much(request)) is not None:
                return to_asker(too_much)
            case "command", _:
                if commands.verb_of(request.text) is not None or not request.text.strip():
                    return await commands.run(request, teamwork)
                return await asking.command(request, teamwork)
            case "message", _:
                return await asking.answer(request, teamwork)
            case "form", actions.EDIT_FORM:
                return await task_form.submit(request, teamwork)
            case "form", actions.NEW_FORM:
                return await shortcut.submit(request, teamwork)
            case "form", _:
                return await small_forms.submit(request, teamwork)
            case "due", actions.DAY:
                return await day.told(request, teamwork)
            case "due", actions.WEEK:
                return await week.told(request, teamwork)
            case "action", actions.MINE:
                return await listing.mine(request, teamwork)
            case "action", actions.OVERDUE:
                return await listing.overdue(request, teamwork)
            case "action", actions.NO_OFFER:
                return await offering.declined(request)
            case "action", _:
                return await pressing.press(request, teamwork)
        return to_asker(request.say("tasks.again"))

    async def form(self, request: Request) -> Form | None:
        """Returns the form that a request opens, if it opens one."""
        match request.name:
            case actions.MAKE_TASK:
                return await shortcut.form(request, self.teamwork)
            case actions.OFFER:
                return await offering.form(request, self.teamwork)
        return await pressing.form(request, self.teamwork)

    async def check(self, request: Request) -> Mapping[str, Text]:
        """Returns what is wrong with a submitted form, by input key."""
        if request.name in (actions.EDIT_FORM, actions.NEW_FORM):
            return await task_form.check(request, self.teamwork)
        return await small_forms.check(request, self.teamwork)

    async def concerns(self, request: Request) -> bool:
        """Returns whether a message is plainly for this skill."""
        return await asking.concerned(request, self.teamwork)

    async def recognises(self, request: Request) -> bool:
        """Returns whether a message of which nobody else makes anything is for this skill."""
        return await asking.recognised(request, self.teamwork)

    async def hear(self, team: str, place: Place, message: Mapping[str, Json]) -> None:
        """Takes note of a message of a channel."""
        await offering.hear(team, place, message, self.teamwork, self._noticing)

    async def home(self, request: Request) -> Sequence[Part]:
        """Returns what App Home shows."""
        return await listing.home(request, self.teamwork)

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes) -> int:
        """Takes a tracker's webhook. Raises `HookRefused`."""
        try:
            return await self.teamwork.linking.receive(hook, headers, body)
        except TrackerError as error:
            raise HookRefused(f"this is not taken: {error.code}") from None


def _too_much(request: Request) -> Text | None:
    """Returns what is said to a message that asks for more than is taken at once, which is known before it is read."""
    lines = lines_of(request.text)
    if lines > MOST:
        return request.say("tasks.wrong.many", count=lines, most=MOST)
    if len(request.text) > 4 * LONGEST:
        return request.say("tasks.wrong.long", count=len(request.text), most=LONGEST)
    return None
