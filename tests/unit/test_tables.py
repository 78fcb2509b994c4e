"""Rows that people read: of those that lead, none that is left out is as large as one that is there."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.tables import leading


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
