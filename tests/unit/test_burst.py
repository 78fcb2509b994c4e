"""Bursts of identical check-ins: what is pointed out as play, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.burst import FEWEST, LONGEST_GAP_MS, Tap, bursts
from kiosk.domain.entry import mint_id

TEACHER, PUPIL = '{"visitor_type":{"teacher":1}}', '{"visitor_type":{"primary_pupil":1}}'


def tap(at_ms: int, answers: str, party_size: int = 1) -> Tap:
    return Tap(mint_id(), party_size, answers, at_ms)


def run(count: int, gap_ms: int = 3_000, answers: str = TEACHER, begin_ms: int = 0) -> list[Tap]:
    return [tap(begin_ms + gap_ms * number, answers) for number in range(count)]


def test_the_same_again_and_again_is_one_burst():
    played = run(FEWEST + 2)
    (found,) = bursts(played)
    assert (list(found.taps), found.id) == (played, played[0].id)
    assert (found.people, found.seconds) == (FEWEST + 2, 3 * (FEWEST + 1))


@pytest.mark.parametrize(
    "taps",
    [
        run(FEWEST - 1),
        run(3 * FEWEST, gap_ms=LONGEST_GAP_MS + 1),
        [one for pair in zip(run(9), run(9, answers=PUPIL), strict=True) for one in pair],
        run(FEWEST - 1) + run(1, begin_ms=60_000) + run(FEWEST - 2, begin_ms=90_000),
        [one._replace(party_size=number % 2 + 1) for number, one in enumerate(run(9))],
        [],
    ],
    ids=["a family", "people who read", "different answers", "pauses", "different sizes", "nobody"],
)
def test_what_may_well_be_people_is_no_burst(taps):
    assert bursts(taps) == []


def test_a_burst_ends_where_somebody_else_checks_in():
    first, second = run(FEWEST), run(FEWEST, begin_ms=40_000)
    found = bursts([*first, tap(30_000, PUPIL), *second])
    assert [list(one.taps) for one in found] == [first, second]


def test_only_what_was_seen_is_taken():
    played = run(FEWEST + 3)
    (found,) = bursts(played)
    assert found.through(played[FEWEST - 1].id) == [one.id for one in played[:FEWEST]]
    assert found.through(mint_id()) == []


@given(some.lists(some.tuples(some.integers(0, 20_000), some.sampled_from([TEACHER, PUPIL])), max_size=60))
def test_a_burst_is_a_stretch_of_what_arrived_alike_and_close(steps):
    at, taps = 0, []
    for gap, answers in steps:
        at += gap
        taps.append(tap(at, answers))
    found = bursts(taps)
    places = [taps.index(one) for burst in found for one in burst.taps]
    assert places == sorted(set(places))
    for burst in found:
        first = taps.index(burst.taps[0])
        assert list(burst.taps) == taps[first : first + len(burst.taps)]
        assert len(burst.taps) >= FEWEST
        assert all(one.answers == burst.taps[0].answers for one in burst.taps)
        gaps = [b.boottime_ms - a.boottime_ms for a, b in zip(burst.taps, burst.taps[1:], strict=False)]
        assert max(gaps) <= LONGEST_GAP_MS
