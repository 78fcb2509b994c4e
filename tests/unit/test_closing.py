"""What closing freezes, what came after it, which copies may go, and what proves a copy."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import closing
from kiosk.domain.closing import Held
from kiosk.domain.statistics import Cell, Figures, add
from tests.unit.test_statistics import ZONE

SUM = "0123456789abcdef" * 4


def figures(*sizes: int) -> Figures:
    found = Figures()
    add(found, [Cell("check_in", None, None, 1_000_000, {"age": {"child": 1}}, 1, size) for size in sizes], ZONE)
    return found


def test_a_day_is_known_again_by_its_date_and_without_one_by_the_boot():
    dated = closing.day_details(date(2027, 5, 30), "boot-a", figures(3), 5, {"d": 5})
    assert closing.is_of(dated, date(2027, 5, 30), "boot-b")
    assert not closing.is_of(dated, date(2027, 5, 31), "boot-a")
    undated = closing.day_details(None, "boot-a", figures(3), 5, {"d": 5})
    assert closing.is_of(undated, None, "boot-a")
    assert not closing.is_of(undated, None, "boot-b")
    assert not closing.is_of(undated, date(2027, 5, 30), "boot-a")


def test_the_day_of_frozen_figures_is_read_back_and_nonsense_is_none():
    assert closing.day_of(closing.day_details(date(2027, 5, 30), "a", figures(3), 5, {"d": 5})) == date(2027, 5, 30)
    for details in (closing.day_details(None, "a", figures(3), 5, {"d": 5}), {}, {"day": "yesterday"}):
        assert closing.day_of(details) is None


def test_what_came_later_is_told_beside():
    details = closing.day_details(date(2027, 5, 30), "a", figures(3, 4), 2, {"d": 2})
    assert details["figures"]["visits"] == 7
    assert details["figures"]["by_answer"] == {"age": {"child": 2}}
    assert "quiz_by_question" not in details["figures"]
    assert closing.is_as_frozen(details, figures(3, 4))
    assert not closing.is_as_frozen(details, figures(3, 4, 1))
    assert closing.visits_since(details, figures(3, 4, 1)) == 1
    assert closing.visits_since(details, figures(3)) == -4
    assert closing.visits_since({"figures": "damaged"}, figures(3)) == 3


def test_the_oldest_whole_copies_go_first_and_never_the_only_one():
    shelf = [Held(f"day-{n}", "day", n, True) for n in (30, 10, 20)]
    assert closing.superfluous(shelf, "day", 2) == ["day-10"]
    assert closing.superfluous(shelf, "day", 1) == ["day-10", "day-20"]
    assert closing.superfluous(shelf, "day", 0) == ["day-10", "day-20"]
    assert closing.superfluous(shelf, "event", 1) == []


def test_a_half_goes_only_once_something_whole_is_newer():
    half, newer = Held("day-5", "day", 5, False), Held("day-9", "day", 9, False)
    assert closing.superfluous([half, newer], "day", 1) == []
    assert closing.superfluous([half, newer, Held("day-7", "day", 7, True)], "day", 1) == ["day-5"]


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=12), st.integers(0, 4))
def test_something_whole_always_stays_where_there_was_something_whole(copies, kept):
    shelf = [Held(f"day-{at}", "day", entries, whole) for at, (entries, whole) in enumerate(copies)]
    gone = closing.superfluous(shelf, "day", kept)
    left = [one for one in shelf if one.name not in gone and one.is_whole]
    whole = [one.entries for one in shelf if one.is_whole]
    assert len(left) == min(len(whole), max(kept, 1))
    assert max((one.entries for one in left), default=None) == max(whole, default=None)


@pytest.mark.parametrize(
    ("said", "is_proof"),
    [
        ({"whole": SUM}, True),
        ({"whole": f" {SUM.upper()}\n"}, True),
        ({"whole": SUM[:-1] + "0"}, False),
        ({"whole": SUM[:63]}, False),
        ({"first": SUM[:8], "last": SUM[-8:]}, True),
        ({"first": "01 23 45 67", "last": "89 AB CD EF"}, True),
        ({"first": SUM[:8], "last": SUM[:8]}, False),
        ({"first": SUM[:8]}, False),
        ({"first": SUM[:7], "last": SUM[-8:]}, False),
        ({"first": "", "last": ""}, False),
        ({}, False),
        # Half of the checksum typed twice is no other way to say all of it.
        ({"whole": SUM[:8], "first": SUM[:8], "last": SUM[-8:]}, False),
    ],
)
def test_only_the_checksum_or_both_its_ends_prove_a_copy(said, is_proof):
    assert closing.proves(SUM, **said) is is_proof
