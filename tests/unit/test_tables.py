"""Rows that people read: their order and names, and that of those that lead none is left out that is as large."""

from collections import Counter
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.statistics import Figures, Marks
from kiosk.domain.tables import (
    Speech,
    by_answer,
    by_audience,
    by_booth,
    by_hand_kind,
    by_stop,
    by_topic,
    in_words,
    leading,
)
from kiosk.storage.packs import read_pack
from kiosk.web.locale import translations
from tests.conftest import SHIPPED

EVENT = read_pack(SHIPPED).event
EN = Speech("en", translations("en").gettext)


@given(st.lists(st.integers(1, 4), max_size=12), st.integers(1, 4), st.integers(0, 3))
def test_no_row_is_left_out_that_is_as_large_as_one_that_leads(counts, few, more):
    rows = [(str(at), count) for at, count in enumerate(counts)]
    found = leading(rows, few, few + more)
    assert len(found) <= few + more and found == sorted(found, key=lambda row: -row[1])
    left = [count for _, count in rows if (_, count) not in found]
    assert not (found and left) or min(count for _, count in found) > max(left)
    if not found and rows:
        assert sum(1 for count in counts if count == max(counts)) > few + more


def test_equal_rows_stay_as_they_came():
    rows = [("a", 1), ("b", 2), ("c", 2)]
    assert leading(rows, 2, 2) == [("b", 2), ("c", 2)] and leading(rows, 1, 1) == []


def test_what_the_pack_has_no_longer_is_told_as_such_after_what_it_has():
    stop, question = EVENT.stops[0], EVENT.check_in.questions[0]
    option = question.options[0]
    found = Figures(visits=9, visits_by_stop=Counter({"gone": 1, stop.id: 2, "away": 3, None: 3}))
    assert by_stop(found, EVENT, EN) == [
        (stop.name["en"], 2),
        ("away (no longer in the event pack)", 3),
        ("gone (no longer in the event pack)", 1),
        ("no stop chosen, or elsewhere", 3),
    ]
    found.visits_by_answer[question.id] = Counter({option.id: 5, "gone": 1})
    rows = by_answer(found, question, EN)
    assert rows[0] == (option.label["en"], 5) and len(rows) == len(question.options) + 2
    assert rows[-2:] == [("gone (no longer in the event pack)", 1), ("not answered", 3)]
    counted = Counter({"gone": 2})
    gone = [("gone (no longer in the event pack)", 2)]
    assert by_booth(counted, EVENT, EN) == gone
    assert [row for row in by_audience(counted, EVENT, EN) if row[1]] == gone
    found.by_hand.people, found.by_hand.by_answer[question.id] = 2, counted
    assert by_hand_kind(found.by_hand, question, EN) == gone
    found.quiz.by_topic = {"gone": Marks(asked=3), None: Marks(asked=1)}
    assert [words for words, _ in by_topic(found.quiz, EVENT, EN)] == [gone[0][0], "topic not known"]
    asked = [("gone", Marks(asked=4, right=1)), ("kept", Marks(asked=5))]
    question_kept = {"kept": SimpleNamespace(text={"en": "Kept?"})}
    assert in_words(asked, question_kept.get, EN) == [
        ("gone (no longer in the event pack)", asked[0][1]),
        ("Kept?", asked[1][1]),
    ]
