"""Whether a challenger may be promoted, and the reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_texts import taken, text, texts

from skills.classifiers.gate.comparing import Comparison, Interval, Judged, compare
from skills.classifiers.gate.deciding import Costs, Margins, Verdict, decide

BETTER = compare("intent", "new", texts(same=10, won=5))
WORSE = compare("topic", "new", texts(same=10, lost=5))
ALIKE = compare("topic", "new", texts(same=10, won=2, lost=2))
FOREIGN = [text(None, None, None)] * 10
FINE = compare("intent", "golden", [*texts(same=90, won=2), *FOREIGN])
FREE = Costs()


def bad(verdict: Verdict) -> list[str]:
    return [reason.key for reason in verdict.reasons if not reason.good]


def keys(verdict: Verdict) -> list[str]:
    return [reason.key for reason in verdict.reasons]


def golden(field: str, interval: Interval | None, n: int = 100) -> Comparison:
    """Returns a golden set on which one figure differs and nothing else is wrong."""
    return replace(FINE, n=n, differences=replace(FINE.differences, **{field: interval}))


def test_better_on_new_feedback_and_unharmed_on_the_golden_set_is_promoted() -> None:
    verdict = decide([BETTER], [FINE], [text("a", "a", "a")], Costs(1.0, 1.2, 10, 11))
    assert verdict.promote
    assert verdict.overridable
    assert keys(verdict) == ["must", "better", "golden", "latency", "size"]


def test_without_new_feedback_nothing_is_promoted() -> None:
    for new in ([], [compare("intent", "new", [])]):
        assert bad(decide(new, [FINE], [], FREE)) == ["nothing_new"]
    assert bad(decide([BETTER], [FINE], [], FREE, Margins(least_new=16))) == ["nothing_new"]
    assert decide([BETTER], [FINE], [], FREE, Margins(least_new=15)).promote


def test_a_challenger_that_is_no_better_stays() -> None:
    assert bad(decide([ALIKE], [FINE], [], FREE)) == ["not_better"]


def test_better_in_one_task_suffices_unless_another_is_worse() -> None:
    verdict = decide([BETTER, ALIKE], [FINE], [], FREE)
    assert verdict.promote
    assert [reason.task for reason in verdict.reasons[:2]] == ["intent", "topic"]
    assert bad(decide([BETTER, WORSE], [FINE], [], FREE)) == ["worse"]


def test_without_a_golden_set_it_may_be_promoted_and_that_is_said() -> None:
    for sets in ([], [compare("intent", "golden", [])]):
        verdict = decide([BETTER], sets, [], FREE)
        assert verdict.promote
        assert "no_golden" in keys(verdict)


@settings(max_examples=200)
@given(st.floats(-1, 1), st.floats(0, 0.3), st.integers(1, 2000))
def test_a_golden_macro_f1_that_is_lower_by_more_than_the_margin_is_never_promoted(
    difference: float, width: float, n: int
) -> None:
    interval = Interval(difference, difference - width, difference + width)
    verdict = decide([BETTER], [FINE, golden("macro_f1", interval, n)], [], FREE)
    if difference < -0.01 - 1e-9:
        assert not verdict.promote
    elif difference >= 0:
        assert verdict.promote


@pytest.mark.parametrize(
    ("field", "margin"), [("macro_f1", 0.01), ("oos_auroc", 0.01), ("oos_recall", 0.03), ("ece", 0.03)]
)
def test_a_figure_may_fall_by_its_margin_and_no_further(field: str, margin: float) -> None:
    sign = 1 if field == "ece" else -1
    at, beyond = (Interval(sign * size, sign * size - 0.001, sign * size + 0.001) for size in (margin, 1.1 * margin))
    assert decide([BETTER], [golden(field, at)], [], FREE).promote
    verdict = decide([BETTER], [golden(field, beyond)], [], FREE)
    assert bad(verdict) == [field]
    assert verdict.overridable
    assert verdict.reasons[-1].values["by"] == "point"
    better = Interval(-10 * sign * margin, -1, 1)
    assert decide([BETTER], [golden(field, better, 1000)], [], FREE).promote


@pytest.mark.parametrize("field", ["oos_auroc", "oos_recall"])
def test_of_fewer_than_ten_foreign_texts_no_share_is_known(field: str) -> None:
    few = compare("intent", "golden", [*texts(same=90, won=2), *FOREIGN[1:]])
    few = replace(few, differences=replace(few.differences, **{field: Interval(-0.2, -0.3, -0.1)}))
    assert decide([BETTER], [few], [], FREE).promote


@pytest.mark.parametrize("field", ["macro_f1", "ece"])
def test_in_large_sets_a_figure_that_fell_must_surely_not_have_fallen_far(field: str) -> None:
    sign = 1 if field == "ece" else -1
    margin = getattr(Margins(), field)
    ends = sorted([-0.5 * sign * margin, 2.5 * sign * margin])
    fell = Interval(0.1 * sign * margin, *ends)
    verdict = decide([BETTER], [golden(field, fell, 200)], [], FREE)
    assert bad(verdict) == [field]
    assert verdict.reasons[-1].values["by"] == "interval"
    assert decide([BETTER], [golden(field, fell, 199)], [], FREE).promote
    rose = replace(fell, value=-0.1 * sign * margin)
    assert decide([BETTER], [golden(field, rose, 200)], [], FREE).promote


def test_a_figure_that_is_no_number_forbids_the_promotion() -> None:
    nan = float("nan")
    assert bad(decide([BETTER], [golden("macro_f1", Interval(nan, nan, nan))], [], FREE)) == ["macro_f1"]
    assert bad(decide([BETTER], [FINE], [], Costs(1.0, nan))) == ["latency"]


@pytest.mark.parametrize(
    ("same", "won", "lost", "borne"),
    [
        (45, 0, 1, False),
        (45, 1, 1, True),
        (40, 7, 2, True),
        (40, 7, 3, False),
        (98, 0, 2, True),
        (97, 0, 3, False),
        (90, 7, 4, True),
        (290, 4, 6, True),
        (286, 6, 8, False),
        (475, 14, 14, True),
        (475, 15, 15, False),
    ],
)
def test_two_texts_in_a_hundred_may_turn_wrong_and_a_few_more_by_chance_if_no_fewer_turned_right(
    same: int, won: int, lost: int, borne: bool
) -> None:
    flips = replace(golden("macro_f1", None, same + won + lost), won=won, lost=lost)
    assert bad(decide([BETTER], [flips], [], FREE)) == ([] if borne else ["negative_flips"])


def test_a_class_with_enough_texts_may_not_lose_a_tenth_of_its_f1() -> None:
    rows = [*texts(same=1000, labels=["x", "y"]), *[text("a", "a", "a")] * 7, *[text("a", "a", None)] * 3]
    verdict = decide([BETTER], [compare("intent", "golden", rows)], [], FREE, Margins(macro_f1=1))
    assert bad(verdict) == ["per_class"]
    (reason,) = (reason for reason in verdict.reasons if reason.key == "per_class")
    assert (reason.values["label"], reason.values["n"]) == ("a", 10)
    small = compare("intent", "golden", rows[:-4] + rows[-3:])
    assert decide([BETTER], [small], [], FREE, Margins(macro_f1=1)).promote


def test_a_broken_example_that_must_not_break_has_the_last_word() -> None:
    must = [text("a", "a", "a"), text("b", "b", None, id="7", task="intent"), text(None, None, "a")]
    verdict = decide([BETTER], [FINE], must, FREE)
    assert not verdict.promote
    assert not verdict.overridable
    assert bad(verdict) == ["must", "must"]
    assert verdict.reasons[0].values == {"text": "a text about b", "id": "7", "label": "b", "said": ""}
    assert verdict.reasons[0].task == "intent"


def test_what_the_champion_has_wrong_too_must_not_break_either() -> None:
    assert not decide([BETTER], [FINE], [text("a", "b", "b")], FREE).overridable


def test_a_slower_or_larger_version_is_refused_beyond_ratio_and_slack() -> None:
    assert decide([BETTER], [FINE], [], Costs(0.2, 1.3, 1, 12)).promote
    assert bad(decide([BETTER], [FINE], [], Costs(2.0, 4.1, 10, 31))) == ["latency", "size"]
    assert decide([BETTER], [FINE], [], Costs(None, 100, 10, None)).promote


def test_one_person_counts_only_so_often_however_much_they_label() -> None:
    flood = texts(won=500, judge="U1")
    others = [one for judge in "ABCD" for one in texts(lost=20, judge=judge)]
    verdict = decide([compare("intent", "new", flood + others)], [FINE], [], FREE)
    assert bad(verdict)[0] == "worse"
    assert verdict.reasons[0].values["won"] == Margins().per_judge
    assert verdict.reasons[0].values["judges"] == 5


def test_what_ten_people_say_of_fifty_texts_each_counts_as_a_whole() -> None:
    each = [one for judge in "ABCDEFGHIJ" for one in texts(same=50, won=3, lost=1, judge=judge)]
    verdict = decide([compare("intent", "new", each)], [FINE], [], FREE)
    assert verdict.promote
    assert verdict.reasons[0].values["won"] == 30


def test_with_three_judges_being_better_may_not_hang_on_one_of_them() -> None:
    one = [*texts(won=10, judge="A"), *texts(same=10, judge="B"), *texts(same=10, judge="C")]
    verdict = decide([compare("intent", "new", one)], [FINE], [], FREE)
    assert bad(verdict) == ["one_judge"]
    more = [*texts(won=10, judge="A"), *texts(won=2, lost=1, judge="B"), *texts(same=10, judge="C")]
    assert bad(decide([compare("intent", "new", more)], [FINE], [], FREE)) == ["one_judge"]
    several = [*texts(won=3, judge="A"), *texts(won=1, judge="B"), *texts(same=10, judge="C")]
    assert decide([compare("intent", "new", several)], [FINE], [], FREE).promote
    assert decide([compare("intent", "new", one[:20])], [FINE], [], FREE).promote


def test_what_hangs_on_one_judge_is_no_obstacle_where_another_task_is_better() -> None:
    one = [*texts(won=10, judge="A"), *texts(same=10, judge="B"), *texts(same=10, judge="C")]
    verdict = decide([compare("topic", "new", one), BETTER], [FINE], [], FREE)
    assert verdict.promote
    assert keys(verdict)[:2] == ["same", "better"]


outcomes = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))


@settings(max_examples=40, deadline=None)
@given(outcomes, outcomes, st.lists(st.sampled_from(["a", "b", None]), max_size=2))
def test_it_is_promoted_exactly_when_no_reason_speaks_against_it(
    new: tuple[int, int, int], kept: tuple[int, int, int], answers: list[str | None]
) -> None:
    must = [Judged("x", "a", taken("a"), taken(answer)) for answer in answers]
    comparisons = [compare("intent", "new", texts(*new, judge="U1"))], [compare("intent", "golden", texts(*kept))]
    verdict = decide(*comparisons, must, FREE)
    assert verdict.promote == (not bad(verdict))
    assert verdict.overridable == all(answer == "a" for answer in answers)
    if verdict.promote:
        assert new[1] > new[2]
        assert verdict.overridable
