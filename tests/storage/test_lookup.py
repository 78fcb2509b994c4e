"""Finding entries by what they are: what Python would find in the whole log, page by page, and never a look too far."""

import random

import pytest

from kiosk.domain.entry import entry_from_row, mint_id
from kiosk.storage import lookup
from kiosk.storage.lookup import NOWHERE, Wanted

STOPS, STATIONS, KINDS, SOURCES = (
    (None, "saihan"),
    (None, "lecture"),
    ("check_in", "quiz", "tribute"),
    ("touch", "phone"),
)
HOUR = 3_600_000


@pytest.fixture
def filled(kiosk, clock):
    chance = random.Random(2)
    for _ in range(120):
        clock.forward(chance.randrange(HOUR))
        clock.trust = chance.choice(["ntp", "unknown"])
        kiosk.stop = chance.choice(STOPS)
        said = {"station": chance.choice(STATIONS)}
        kiosk.log.append(kiosk.draft(mint_id(), chance.choice(KINDS), chance.choice(SOURCES), **said))
    return kiosk


def is_wanted(entry, wanted: Wanted) -> bool:
    for name in ("kind", "stop", "station", "source"):
        value = getattr(wanted, name)
        if value is not None and (getattr(entry, name) or NOWHERE) != value:
            return False
    if wanted.wall_ms:
        begin, end = wanted.wall_ms
        return entry.clock == "ntp" and begin <= entry.wall_ms < end
    return True


@pytest.mark.parametrize("look_back", [1_000_000, 7, 1])
def test_page_by_page_everything_wanted_is_found_and_nothing_else(filled, monkeypatch, look_back):
    monkeypatch.setattr(lookup, "LOOK_BACK", look_back)
    everything = [entry_from_row(row) for row in filled.log.rows()]
    middle = everything[60].wall_ms
    wishes = [
        Wanted(),
        Wanted(kind="quiz"),
        Wanted(stop="saihan", source="touch"),
        Wanted(stop=NOWHERE, station=NOWHERE),
        Wanted(station="lecture", wall_ms=(middle - 12 * HOUR, middle + 12 * HOUR)),
        Wanted(kind="nothing"),
    ]
    for wanted in wishes:
        found, before, looks = [], None, 0
        while True:
            page = filled.log.lookup.newest(10, before, wanted)
            assert len(page.lines) <= 10
            found += [line.entry.id for line in page.lines]
            looks += 1
            if page.older is None:
                break
            assert before is None or page.older < before
            before = page.older
        assert found == [one.id for one in reversed(everything) if is_wanted(one, wanted)]
        assert looks <= 200
