"""An evening by hand, for tests: late visits, the day and the event closed, their copies made and proven."""

import hashlib

from kiosk.actions import close_day as days
from kiosk.actions import close_event as events
from kiosk.actions.office import Office
from kiosk.domain import closing
from kiosk.domain.entry import mint_id


def late(kiosk, size: int = 1) -> str:
    """Record a visit whatever the screens say, as one that waited on a volunteer's phone is."""
    said = kiosk.draft(mint_id(), "check_in", "phone", party_size=size, answers={"visitor_type": {"teacher": 1}})
    return kiosk.log.append(said).entry.id


def close(kiosk) -> dict:
    return days.close_day(kiosk).details


def copied(kiosk, entry_id: str, progress=None):
    return days.copy_of_day(kiosk.data, kiosk.log, entry_id, Office(kiosk.pack), progress)


def final(kiosk):
    return events.make_final_copy(kiosk.data, kiosk.log, kiosk.pack, Office(kiosk.pack), kiosk.clock.now(), "read me\n")


def prove(kiosk, copy) -> None:
    path = events.zip_of(kiosk.data, copy)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    events.prove_by_checksum(kiosk.data, kiosk.event.id, copy.name, whole=sha256)


def close_event(kiosk) -> str:
    copy = final(kiosk)
    prove(kiosk, copy)
    return events.close_event(kiosk, copy.name, mint_id()).id


def close_without_copy(kiosk) -> str:
    """Close the event as the page does, without making a copy: what its entry says is the same."""
    size = kiosk.log.size()[0]
    details = closing.event_details({}, size, kiosk.log.through(size), "0" * 64, "stick")
    return kiosk.log.append(kiosk.draft(mint_id(), "event_closed", "staff", actor="staff", details=details)).entry.id
