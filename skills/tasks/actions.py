"""What the skill answers to: the names of its buttons and menus, forms, shortcut and due rows.

This module is light: the rest of the skill is loaded beside the start of the bot.
"""

from typing import Final

START: Final = "tasks.start"
DONE: Final = "tasks.done"
REOPEN: Final = "tasks.reopen"
SNOOZE: Final = "tasks.snooze"
REASSIGN: Final = "tasks.reassign"
EDIT: Final = "tasks.edit"
COMMENT: Final = "tasks.comment"
BLOCK: Final = "tasks.block"
UNBLOCK: Final = "tasks.unblock"
SPLIT: Final = "tasks.split"
CANCEL: Final = "tasks.cancel"
OPEN: Final = "tasks.open"
MORE: Final = "tasks.more"
"""The menu of what is rarer; its values are `ID:block` and the like."""
HISTORY: Final = "tasks.history"
UNDO: Final = "tasks.undo"

DATE: Final = "tasks.date"
REFUSE: Final = "tasks.refuse"
ACCEPT: Final = "tasks.accept"
NEXT: Final = "tasks.next"
CHOOSE: Final = "tasks.choose"

CHECKLIST: Final = "tasks.checklist"
NO_CHECKLIST: Final = "tasks.no_checklist"
EDIT_CHECKLIST: Final = "tasks.edit_checklist"

PLAN_APPLY: Final = "tasks.plan_apply"
PLAN_DISCARD: Final = "tasks.plan_discard"
OFFER: Final = "tasks.offer"
NO_OFFER: Final = "tasks.no_offer"
MINE: Final = "tasks.mine"
OVERDUE: Final = "tasks.overdue"

MAKE_TASK: Final = "make_task"
"""The message shortcut."""

EDIT_FORM: Final = "tasks.edit_form"
NEW_FORM: Final = "tasks.new_form"
"""The form of the shortcut, from which a task is made."""
SNOOZE_FORM: Final = "tasks.snooze_form"
REASSIGN_FORM: Final = "tasks.reassign_form"
COMMENT_FORM: Final = "tasks.comment_form"
BLOCK_FORM: Final = "tasks.block_form"
SPLIT_FORM: Final = "tasks.split_form"

DAY: Final = "day"
WEEK: Final = "week"

OPENING = frozenset({SNOOZE, REASSIGN, EDIT, COMMENT, CHOOSE, MORE, EDIT_CHECKLIST, OFFER})
"""Steps that open a form, before Slack is acknowledged."""

PRESSED = frozenset(
    {
        START, DONE, REOPEN, HISTORY, OPEN, UNDO, DATE, REFUSE, ACCEPT, NEXT, CHECKLIST, NO_CHECKLIST,
        PLAN_APPLY, PLAN_DISCARD, NO_OFFER, MINE, OVERDUE,
    }
)  # fmt: skip
FORMS = frozenset({EDIT_FORM, NEW_FORM, SNOOZE_FORM, REASSIGN_FORM, COMMENT_FORM, BLOCK_FORM, SPLIT_FORM})
