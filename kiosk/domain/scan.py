"""A scan: how often a station stamps a card, what a card has, when it is full, and when its people count as visitors.

Pure rules. What is recorded and what a volunteer is told, `actions/stamp` decides by them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain import clock
from kiosk.domain.cards import Card
from kiosk.domain.clock import Stamp
from kiosk.domain.entry import Entry, derived_id
from kiosk.domain.event import CardPlan, Event, Station

# The ways a card is read, and the source that an entry gets by each: a phone's camera, a scanner that types, the short
# code on a pad.
WAYS = {"camera": "camera", "scanner": "scanner", "code": "phone"}

UNDO_MS = 120_000


def day_of(stamp: Stamp, waited_ms: int, event: Event) -> str:
    """Return the day of a scan that came `waited_ms` after it was made; without a date, the machine's start."""
    day = clock.local_day(clock.earlier(stamp, waited_ms), event.zone)
    return day.isoformat() if day else stamp.boot


def scanned_at(entry: Entry) -> Stamp:
    """Return when a scan was made, which the kiosk may have heard of later."""
    return clock.earlier(entry.stamp, entry.details.get("waited_ms", 0))


def is_taken(station: Station, there: Entry, now: Stamp, waited_ms: int, event: Event) -> bool:
    """Return whether a stamp that is on a card keeps its station from stamping it: a scan that came `now`, `waited_ms`
    after it was made.
    """
    if station.rule != "daily":
        return station.rule == "once"
    then = there.stamp
    if then.boot == now.boot:  # the clock may have been set, or lost, in between: by one clock, they are told apart
        then = clock.earlier(now, now.boottime_ms - then.boottime_ms)
    return day_of(then, there.details.get("waited_ms", 0), event) == day_of(now, waited_ms, event)


def scan_entry_id(device: str, number: str, station: Station, scan_id: str, day: str, taken_back: int) -> str:
    """Return the id of the entry that a scan would make: the same for all that may count only once together.

    So two phones that scan a card at the very same moment stamp it once, with no lock between them. `taken_back`: how
    many stamps of this station on this card were voided; one that was undone can be given again.
    """
    what = ("scan", number, station.id, str(taken_back))
    return derived_id(device, *what, {"once": "", "daily": day, "always": scan_id}[station.rule])


def visit_entry_id(device: str, number: str, taken_back: int) -> str:
    """Return the id of the check-in that a printed card's first stamp makes."""
    return derived_id(device, "card visit", number, str(taken_back))


@dataclass(frozen=True)
class CardState:
    """What a card has, of what counts."""

    stamps: dict[str, Entry]  # by station, the first one at each; in the order in which they were given
    scans: tuple[Entry, ...]
    souvenir: Entry | None
    visit: Entry | None

    def is_full(self, full_at: int | None) -> bool:
        return full_at is not None and len(self.stamps) >= full_at

    def fills(self, entry: Entry, full_at: int | None) -> bool:
        """Return whether it was that scan which made the card full: the same however often it is asked."""
        if not self.is_full(full_at):
            return False
        return list(self.stamps.values())[full_at - 1].id == entry.id

    def is_souvenir_due(self, plan: CardPlan) -> bool:
        """Return whether the holder is to get a souvenir, as long as there are any."""
        return plan.souvenir is not None and self.is_full(plan.full_at) and self.souvenir is None


def card_state(entries: Iterable[Entry]) -> CardState:
    """Return the state of a card from what happened to it and counts, in order of arrival."""
    stamps: dict[str, Entry] = {}
    scans = []
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind == "scan":
            stamps.setdefault(entry.station, entry)
            scans.append(entry)
        else:
            first.setdefault(entry.kind, entry)
    return CardState(stamps, tuple(scans), first.get("souvenir"), first.get("check_in"))


def may_count(card: Card, plan: CardPlan, voided_by: Iterable[str | None]) -> bool:
    """Return whether a stamp counts the people of a card that has no visit now.

    `voided_by`: who took back each visit it had. What staff took back stays so: its holder had checked in already, say.
    """
    return plan.counts_visit and not card.is_counted and all(actor == "volunteer" for actor in voided_by)
