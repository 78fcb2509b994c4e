"""The one place that counts: cells add up, voids take back, hours are local."""

from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.statistics import (
    FEWEST_TELLING,
    QUARTER_MS,
    Cell,
    Figures,
    MarkCell,
    Marks,
    add_marks,
    figures,
    known_and_gone,
    marks_by_day,
    marks_of,
    ordinal,
)

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = 1_811_635_200_000 // QUARTER_MS  # 08:00 on 2027-05-30 in Hohhot

cells = st.builds(
    Cell,
    kind=st.sampled_from(["check_in", "quiz", "quiz_begun", "tally", "tribute", "feedback"]),
    stop=st.sampled_from([None, "square"]),
    station=st.none(),
    quarter=st.none() | st.integers(EIGHT, EIGHT + 40),
    answers=st.sampled_from(
        [{}, {"age": {"child": 2, "adult": 1}}, {"satisfaction": {"satisfied": 1}}, {"quiz_audience": {"pupil": 1}}]
    ),
    entries=st.integers(-3, 9),
    people=st.integers(-9, 60),
    suggestions=st.sampled_from([(), ("more",), ("more", "slower")]),
    again=st.sampled_from([None, False, True]),
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
    assert (found.visits, found.quiz.rounds) == (0, 4)


def pupils(**changes) -> Cell:
    return cell(kind="quiz", answers={"quiz_audience": {"pupil": 1}}, **changes)


def test_who_goes_on_with_another_round_is_one_player():
    found = figures(
        [pupils(entries=3, people=3), pupils(entries=2, people=2, again=True), cell(kind="quiz")], ZONE
    ).quiz
    assert (found.rounds, found.players) == (6, 4)
    assert found.rounds_by_audience == {"pupil": 5, None: 1}
    assert found.players_by_audience == {"pupil": 3, None: 1}


def test_rounds_that_were_begun_and_not_finished_are_counted_apart():
    begun = cell(kind="quiz_begun", entries=9, people=9)
    assert figures([begun, pupils(entries=4, people=4)], ZONE).quiz.left == 5
    # A round that staff void was not given up: it is as if nobody had begun it.
    found = figures([begun, pupils(entries=4, people=4), pupils(entries=-1, people=-1)], ZONE).quiz
    assert (found.begun, found.rounds, found.left) == (8, 3, 5)
    # Rounds of before there were beginnings bring their own, and take it back.
    old = pupils(entries=6, people=6, again=None)
    assert figures([old, replace(begun, entries=3)], ZONE).quiz.left == 3
    assert figures([old, replace(old, entries=-6, people=-6)], ZONE).quiz.begun == 0
    # In a log merged from another device a round may be there without its beginning.
    assert figures([pupils(entries=4, people=4)], ZONE).quiz.left == 0


def mark(question: str, right: bool, answers: int = 1, topic: str | None = "earth", quarter: int = EIGHT) -> MarkCell:
    return MarkCell(question, topic, quarter, right, answers)


def test_answers_add_up_by_question_and_topic():
    total = Figures()
    add_marks(total, [mark("a", True, 3), mark("a", False), mark("b", True, topic="health"), mark("a", True, -1)])
    assert (total.quiz.by_question["a"].asked, total.quiz.by_question["a"].right) == (3, 2)
    assert (total.quiz.by_topic["earth"].asked, total.quiz.by_topic["health"].right) == (3, 1)
    assert total.quiz.by_topic["earth"].share == 2 / 3
    assert (total.visits, total.quiz.rounds) == (0, 0)


def test_answers_belong_to_their_local_day():
    days: dict = {}
    marks_by_day([mark("a", True), mark("a", True, quarter=EIGHT - 4 * 9), mark("a", False, quarter=None)], ZONE, days)
    assert [len(days), {day and day.day: one.quiz.by_question["a"].asked for day, one in days.items()}] == [
        3,
        {30: 1, 29: 1, None: 1},
    ]


def test_the_hardest_are_those_missed_most_often_if_they_were_asked_often_enough():
    total = Figures()
    enough, few = FEWEST_TELLING, FEWEST_TELLING - 1
    add_marks(total, [mark("hard", False, enough), mark("rare", False, few), mark("easy", True, enough)])
    add_marks(total, [mark("fair", True, enough), mark("fair", False, enough)])
    assert [one for one, _ in total.quiz.hardest(5)] == ["hard", "fair"]
    assert [one for one, _ in total.quiz.hardest(1)] == ["hard"]


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
    assert whole.quiz.rounds == first.quiz.rounds + second.quiz.rounds
    assert whole.quiz.players == first.quiz.players + second.quiz.players
    assert whole.quiz.begun == first.quiz.begun + second.quiz.begun
    for audience in (None, "pupil"):
        assert (
            whole.quiz.rounds_by_audience[audience]
            == first.quiz.rounds_by_audience[audience] + second.quiz.rounds_by_audience[audience]
        )
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
    assert (left.visits, left.check_ins, left.quiz.rounds, left.visits_time_unknown) == (0, 0, 0, 0)
    assert (left.tributes, left.feedback) == (0, 0)
    for counter in (left.visits_by_hour, left.satisfaction, left.suggestions):
        assert not any(counter.values())


def test_no_number_is_told_early_in_the_day_or_to_groups():
    assert [ordinal(29, 1), ordinal(30, 1), ordinal(300, 2), ordinal(300, 1)] == [None, 30, None, 300]


def test_a_correction_alone_is_told_and_is_no_day_of_the_event():
    def day(*cells: Cell) -> Figures:
        return figures(cells, ZONE)

    for told, is_event_day in (
        (day(cell(kind="tally_less", people=3)), False),
        (day(cell(kind="souvenir")), False),
        (day(cell(kind="tally", people=3)), True),
        (day(cell(kind="tally_less", people=3), cell(kind="tribute")), True),
    ):
        assert (told.tells_anything, told.is_of_an_event_day) == (True, is_event_day)
    assert not day(cell(kind="tally"), cell(kind="tally_less")).tells_anything


def test_what_the_pack_no_longer_has_is_added_up_apart():
    found = Counter({"square": 3, "gone": 2, "lost": 1, None: 4})
    assert known_and_gone(found, ["square"]) == (Counter({"square": 3, None: 4}), 3)
    marks = {"health": Marks(3, 1), "gone": Marks(4, 2), None: Marks(1, 1)}
    assert marks_of(marks, ["health"]) == {"health": Marks(3, 1), None: Marks(5, 3)}
