"""What the tests of cards and shifts scan, and what they find of it in the log."""

from kiosk.actions.kiosk import Kiosk
from kiosk.actions.stamp import Read
from kiosk.domain.entry import entry_faults, entry_from_row, mint_id


def scan(token: str, way: str = "camera", age_ms: int = 0, scan_id: str | None = None) -> Read:
    return Read(scan_id or mint_id(), f"HTTP://192.168.4.1:8000/P/{token}", way, age_ms)


def log_of(kiosk: Kiosk, *kinds: str) -> list:
    found = [entry_from_row(row) for row in kiosk.log.rows()]
    assert [fault for one in found for fault in entry_faults(one)] == []
    return [one for one in found if one.kind in kinds]
