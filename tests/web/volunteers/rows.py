"""What a phone sends of a scan, and what it left in the log."""

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import mint_id


def row(read: str, way: str = "camera", **more) -> dict:
    return {"id": mint_id(), "read": read, "how": way, "age_ms": 0, **more}


def kinds(kiosk: Kiosk, entries) -> list[str]:
    return [one.kind for one in entries(kiosk) if one.kind not in ("opening", "display")]
