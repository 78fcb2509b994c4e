"""Bursts of identical check-ins: what is pointed out as play, and what is not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.burst import FEWEST, LONGEST_GAP_MS, bursts
from kiosk.domain.entry import Entry, mint_id

TEACHER, PUPIL = {"visitor_type": {"teacher": 1}}, {"visitor_type": {"primary_pupil": 1}}


def entry(at_ms: int, answers: dict, **changes) -> Entry:
    fields = dict.fromkeys(("device", "event", "pack", "digest"), "x") | dict.fromkeys(
        ("stop", "station", "subject", "voids", "actor", "reason")
    )
    made = Entry(
        id=mint_id(), seq=1, kind="check_in", party_size=1, answers=answers, details={}, source="touch",
        wall_ms=0, boot="b", boottime_ms=at_ms, clock="unknown", **fields,
    )  # fmt: skip
    return replace(made, **changes)


def run(count: int, gap_ms: int = 3_000, answers: dict = TEACHER, begin_ms: int = 0) -> list[Entry]:
    return [entry(begin_ms + gap_ms * number, answers) for number in range(count)]


def test_the_same_again_and_again_is_one_burst():
    played = run(FEWEST + 2)
    (found,) = bursts(played)
    assert (list(found.entries), found.id) == (played, played[0].id)
    assert (found.people, found.seconds) == (FEWEST + 2, 3 * (FEWEST + 1))


@pytest.mark.parametrize(
    "entries",
    [
        run(FEWEST - 1),
        run(3 * FEWEST, gap_ms=LONGEST_GAP_MS + 1),
        [one for pair in zip(run(9), run(9, answers=PUPIL), strict=True) for one in pair],
        run(FEWEST - 1) + run(1, begin_ms=60_000) + run(FEWEST - 2, begin_ms=90_000),
        [replace(one, party_size=number % 2 + 1) for number, one in enumerate(run(9))],
        [replace(one, boot=f"b{number}") for number, one in enumerate(run(9))],
        [],
    ],
    ids=["a family", "people who read", "different answers", "pauses", "different sizes", "restarts", "nobody"],
)
def test_what_may_well_be_people_is_no_burst(entries):
    assert bursts(entries) == []


def test_a_burst_ends_where_somebody_else_checks_in():
    first, second = run(FEWEST), run(FEWEST, begin_ms=40_000)
    found = bursts([*first, entry(30_000, PUPIL), *second])
    assert [list(one.entries) for one in found] == [first, second]


def test_only_what_was_seen_is_taken():
    played = run(FEWEST + 3)
    (found,) = bursts(played)
    assert list(found.through(played[FEWEST - 1].id)) == played[:FEWEST]
    assert found.through(mint_id()) == ()


@given(some.lists(some.tuples(some.integers(0, 20_000), some.sampled_from([TEACHER, PUPIL])), max_size=60))
def test_a_burst_is_a_stretch_of_what_arrived_alike_and_close(steps):
    at, entries = 0, []
    for gap, answers in steps:
        at += gap
        entries.append(entry(at, answers))
    found = bursts(entries)
    places = [entries.index(one) for burst in found for one in burst.entries]
    assert places == sorted(set(places))
    for burst in found:
        first = entries.index(burst.entries[0])
        assert list(burst.entries) == entries[first : first + len(burst.entries)]
        assert len(burst.entries) >= FEWEST
        assert all(one.answers == burst.entries[0].answers for one in burst.entries)
        gaps = [b.boottime_ms - a.boottime_ms for a, b in zip(burst.entries, burst.entries[1:], strict=False)]
        assert max(gaps) <= LONGEST_GAP_MS
