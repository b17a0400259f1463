"""The scripts about tasks can be read, and what they call days, and what people see of them, is the same."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from task_faults import Came, faults_of, shown_in
from task_scripts import Moment, TaskTurn, day_named, expanded, meant, next_start, task_conversations
from task_words import Reader

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
WEDNESDAY = datetime(2026, 12, 2, 9, tzinfo=BERLIN)


def test_there_are_thirty_task_conversations_and_a_third_is_chinese() -> None:
    every = task_conversations()
    chinese = [one for one in every if any(turn.language == "zh" for turn in one.turns)]
    assert len(every) >= 30
    assert len(chinese) * 3 >= len(every)
    assert all(2 <= len(one.turns) <= 6 for one in every)


@pytest.mark.parametrize("day", range(7, 14))
def test_every_day_and_clock_of_the_scripts_can_be_read(day: int) -> None:
    now = datetime(2026, 12, day, 9, tzinfo=BERLIN)
    for conversation in task_conversations():
        assert next_start(conversation.clock, now) >= now
        for turn in conversation.turns:
            turn.written(now.date(), (1, 2, 3))
            expanded("\n".join((*turn.says, *turn.never)), now.date(), (1, 2, 3))
            assert all(meant(due, now, NEW_YORK) for due in turn.due if due != "none")
            assert all(day_named(asked, now.date()) for asked in turn.asks if asked != "none")


def test_days_are_counted_from_today_and_weeks_from_monday() -> None:
    wednesday = date(2026, 12, 30)
    days = expanded("{today} {wednesday} {friday} {next_monday} {next_friday+1w} {month_end} {07-06}", wednesday)
    assert days == "2026-12-30 2026-12-30 2027-01-01 2027-01-04 2027-01-15 2026-12-31 2027-07-06"
    assert expanded("{friday|%-m月%-d日} #{n2}", wednesday, (7, 9)) == "1月1日 #9"


def test_a_moment_is_read_on_the_readers_wall() -> None:
    now = datetime(2026, 12, 2, 3, tzinfo=NEW_YORK)
    assert meant("friday 17:00 Europe/Berlin", now, NEW_YORK) == (Moment(date(2026, 12, 4), "11:00"),)
    assert Moment(date(2026, 12, 2), "04:30") in meant("+90m", now, NEW_YORK)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("due <!date^1796400000^{date_short} {time}|?>", "due 2026-12-04 11:00"),
        ("Dec 4, 2026, 5:00\u202fPM", "2026-12-04, 17:00"),
        ("Friday, 4 December", "Friday, 2026-12-04"),
        ("截止2026年12月4日 17:00", "截止2026-12-04 17:00"),
        ("Fri, Jan 1", "Fri, 2027-01-01"),
        ("*A &amp; B* <@U0LOCALBEN>", "*A & B* @ben"),
        ("Feb 30 and 13月40日", "Feb 30 and 13月40日"),
    ],
)
def test_days_times_and_people_are_read_in_one_form(text: str, words: str) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    assert Reader(datetime(2026, 12, 2, 3, tzinfo=NEW_YORK)).read({"blocks": [section]}) == words


def test_numbers_of_tasks_are_told_from_others() -> None:
    assert shown_in(["任务#12，#9", "&#39; a#8 #12 #99999 <#C0GENERAL>"], 20) == [12, 9]


def card(words: str, *labels: str) -> dict[str, Any]:
    buttons = [
        {"type": "button", "action_id": "tasks.date", "text": {"type": "plain_text", "text": label}} for label in labels
    ]
    section = {"type": "section", "text": {"type": "plain_text", "text": words}}
    return {"ts": "1.1", "thread_ts": "1.0", "blocks": [section, {"type": "actions", "elements": buttons}]}


GOOD = TaskTurn("ana", "general", "mention", title=("oil the hinges",), assignee=("ben",), due=("friday 17:00",))


def test_a_card_that_holds_everything_has_no_fault() -> None:
    said = card("#4 Oil the hinges, @ben, Dec 4, 2026 5:00 PM")
    assert faults_of(Came(GOOD, WEDNESDAY, "", [said])) == []


def test_a_card_with_the_wrong_day_person_and_title_has_a_fault_of_each() -> None:
    said = card("#4 oil hinges by Friday, @dana, Dec 11, 2026 5:00 PM")
    assert len(faults_of(Came(GOOD, WEDNESDAY, "", [said]))) == 3


def test_readings_are_looked_for_on_buttons_and_no_question_is_a_fault_of_its_own() -> None:
    asking = TaskTurn("ana", "general", "mention", asks=("friday", "next_friday"))
    quiet = TaskTurn("ana", "general", "mention", asks=("none",))
    both, one = card("which?", "Fri, Dec 4", "Fri, Dec 11"), card("Dec 11?", "Fri, Dec 4")
    assert faults_of(Came(asking, WEDNESDAY, "", [both])) == []
    assert len(faults_of(Came(asking, WEDNESDAY, "", [one]))) == 1
    assert len(faults_of(Came(quiet, WEDNESDAY, "", [one]))) == 1


def test_words_that_people_wrote_do_not_make_an_answer_chinese() -> None:
    turn = TaskTurn("chen", "general", "mention", language="zh")
    assert faults_of(Came(turn, WEDNESDAY, "帮我 擦灯", [card("Done: 擦灯")])) != []
    assert faults_of(Came(turn, WEDNESDAY, "帮我 擦灯", [card("已完成：擦灯")])) == []
