"""The one place that counts: cells add up, voids take back, hours are local."""

from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.statistics import QUARTER_MS, Cell, figures, ordinal

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = 1_811_635_200_000 // QUARTER_MS  # 08:00 on 2027-05-30 in Hohhot

cells = st.builds(
    Cell,
    kind=st.sampled_from(["check_in", "quiz", "tally", "tribute", "feedback"]),
    stop=st.sampled_from([None, "square"]),
    station=st.none(),
    quarter=st.none() | st.integers(EIGHT, EIGHT + 40),
    answers=st.sampled_from([{}, {"age": {"child": 2, "adult": 1}}, {"satisfaction": {"satisfied": 1}}]),
    entries=st.integers(-3, 9),
    people=st.integers(-9, 60),
    suggestions=st.sampled_from([(), ("more",), ("more", "slower")]),
)


def cell(**changes) -> Cell:
    values = {
        "kind": "check_in",
        "stop": None,
        "station": None,
        "quarter": EIGHT,
        "answers": {},
        "entries": 1,
        "people": 1,
    }
    return Cell(**(values | changes))


def test_counts_people_and_entries():
    found = figures([cell(people=46), cell(entries=2, people=2)], ZONE)
    assert (found.visits, found.check_ins) == (48, 3)


def test_answers_count_for_every_entry_of_the_cell():
    found = figures([cell(answers={"age": {"child": 2, "senior": 1}}, entries=3, people=9)], ZONE)
    assert found.visits_by_answer["age"] == Counter(child=6, senior=3)
    assert found.declined("age") == 0
    assert found.declined("district") == 9


def test_hours_are_those_of_the_event_place():
    found = figures([cell(quarter=EIGHT + 3), cell(quarter=EIGHT + 4, people=5)], ZONE)
    assert found.visits_by_hour == {8: 1, 9: 5}


def test_unknown_time_counts_in_the_total_and_apart():
    found = figures([cell(quarter=None, people=7)], ZONE)
    assert (found.visits, found.visits_time_unknown, dict(found.visits_by_hour)) == (7, 7, {})


def test_quiz_rounds_are_no_visits():
    found = figures([cell(kind="quiz", entries=4, people=4)], ZONE)
    assert (found.visits, found.quiz_rounds) == (0, 4)


def test_tributes_and_feedback_are_no_visits():
    said = cell(
        kind="feedback", answers={"satisfaction": {"satisfied": 1}}, entries=3, people=3, suggestions=("more", "slower")
    )
    found = figures([cell(kind="tribute", entries=2, people=2), said, replace(said, entries=1, suggestions=())], ZONE)
    assert (found.tributes, found.feedback) == (2, 4)
    assert found.satisfaction == {"satisfied": 4}
    assert found.suggestions == {"more": 3, "slower": 3}
    assert (found.visits, found.check_ins, dict(found.visits_by_answer)) == (0, 0, {})
    assert found.visits_by_hour == {}


@given(st.lists(cells), st.lists(cells))
def test_figures_of_a_whole_are_the_sum_of_its_parts(one, other):
    whole, first, second = figures(one + other, ZONE), figures(one, ZONE), figures(other, ZONE)
    assert whole.visits == first.visits + second.visits
    assert whole.quiz_rounds == first.quiz_rounds + second.quiz_rounds
    assert whole.visits_time_unknown == first.visits_time_unknown + second.visits_time_unknown
    assert whole.tributes == first.tributes + second.tributes
    assert whole.feedback == first.feedback + second.feedback
    for level in ("satisfied", "dissatisfied"):
        assert whole.satisfaction[level] == first.satisfaction[level] + second.satisfaction[level]
    for suggestion in ("more", "slower"):
        assert whole.suggestions[suggestion] == first.suggestions[suggestion] + second.suggestions[suggestion]
    for hour in range(24):
        assert whole.visits_by_hour[hour] == first.visits_by_hour[hour] + second.visits_by_hour[hour]
    assert whole.declined("age") == first.declined("age") + second.declined("age")


@given(st.lists(cells))
def test_what_is_taken_back_leaves_nothing(one):
    back = [replace(c, entries=-c.entries, people=-c.people) for c in one]
    left = figures(one + back, ZONE)
    assert (left.visits, left.check_ins, left.quiz_rounds, left.visits_time_unknown) == (0, 0, 0, 0)
    assert (left.tributes, left.feedback) == (0, 0)
    for counter in (left.visits_by_hour, left.satisfaction, left.suggestions):
        assert not any(counter.values())


def test_no_number_is_told_early_in_the_day_or_to_groups():
    assert [ordinal(29, 1), ordinal(30, 1), ordinal(300, 2), ordinal(300, 1)] == [None, 30, None, 300]
