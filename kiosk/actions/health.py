"""Telling whether the kiosk can be trusted right now."""

from kiosk import __version__
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.errors import LogUnreadable
from kiosk.storage.machine import free_bytes
from kiosk.storage.schema import sqlite_version

LITTLE_SPACE_BYTES = 64 * 1024 * 1024


def health(kiosk: Kiosk) -> dict:
    """Return the facts of `/healthz`: `failing` when nothing can be recorded, `degraded` when staff should look."""
    recording = kiosk.log.can_record()
    try:
        entries, last_seq = kiosk.log.size()
    except LogUnreadable:
        recording, entries, last_seq = False, None, None
    free = free_bytes(kiosk.data)
    concerns = []
    if kiosk.log.failure:
        concerns.append(kiosk.log.failure)
    if kiosk.pack_fault:
        concerns.append(f"last good pack on screen: {kiosk.pack_fault}")
    if kiosk.set_aside:
        concerns.append(f"an earlier log was damaged and set aside: {kiosk.set_aside.name}")
    if free is not None and free < LITTLE_SPACE_BYTES:
        concerns.append(f"little space left: {free // 1024} kB")
    return {
        "status": "failing" if not recording else "degraded" if concerns else "ok",
        "recording": recording,
        "entries": entries,
        "last_seq": last_seq,
        "device": kiosk.log.device,
        "event": kiosk.event.id,
        "pack": kiosk.pack.digest,
        "clock": kiosk.clock.now().clock,
        "sqlite": sqlite_version(),
        "version": __version__,
        "concerns": concerns,
    }
