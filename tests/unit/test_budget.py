"""Budgets that refill with time: arithmetic, and that no clock and no restart gives more than time allows."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.budget import Rate, full

RATE = Rate(5, 60_000)


def test_so_many_at_once_and_then_one_by_one():
    budget = full(RATE, 1_000, "a")
    for _ in range(5):
        assert budget.allows
        budget = budget.spent()
    assert not budget.allows
    assert budget.wait_ms(RATE) == 60_000
    assert not budget.now(RATE, 60_999, "a").allows
    assert budget.now(RATE, 61_000, "a").allows


def test_never_holds_more_than_at_the_start():
    assert full(RATE, 0, "a").now(RATE, 10**12, "a").left == 5


def test_another_boot_refills_from_its_own_start_only():
    budget = full(RATE, 10**9, "a")
    for _ in range(5):
        budget = budget.spent()
    assert not budget.now(RATE, 59_000, "b").allows
    assert budget.now(RATE, 60_000, "b").allows


@given(st.lists(st.tuples(st.integers(0, 300_000), st.booleans()), max_size=60))
def test_however_guesses_and_restarts_come_no_more_than_time_allows(steps):
    boot, now, budget, allowed, up_ms = 0, 0, full(RATE, 0, "0"), 0, 0
    for wait_ms, restarts in steps:
        if restarts:
            boot, now = boot + 1, 0
        now += wait_ms
        up_ms += wait_ms
        budget = budget.now(RATE, now, str(boot))
        if budget.allows:
            budget, allowed = budget.spent(), allowed + 1
    assert allowed <= RATE.at_once + up_ms / RATE.every_ms
