"""Telling whether the kiosk can be trusted right now."""

from kiosk import __version__
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.errors import N_, LogUnreadable, Sentence
from kiosk.storage.folder import LITTLE_SPACE_BYTES
from kiosk.storage.machine import free_bytes
from kiosk.storage.schema import sqlite_version


def health(kiosk: Kiosk) -> dict:
    """Return the facts of `/healthz`: `failing` when nothing can be recorded, `degraded` when staff should look.

    `concerns` are sentences.
    """
    recording = kiosk.log.can_record()
    try:
        entries, last_seq = kiosk.log.size()
    except LogUnreadable:
        recording, entries, last_seq = False, None, None
    free = free_bytes(kiosk.data)
    concerns = []
    if kiosk.log.failure:
        concerns.append(Sentence(N_("Recording fails: %(cause)s"), {"cause": kiosk.log.failure}))
    if kiosk.pack_fault:
        text = N_("The event pack has faults, so its last good copy is on screen: %(fault)s")
        concerns.append(Sentence(text, {"fault": kiosk.pack_fault.sentence}))
    if kiosk.swap_fault:
        text = N_("The event pack that was put on screen here cannot be used, so another one stands in: %(fault)s")
        concerns.append(Sentence(text, {"fault": kiosk.swap_fault.sentence}))
    if kiosk.set_aside:
        text = N_("An earlier log was damaged and set aside: %(folder)s")
        concerns.append(Sentence(text, {"folder": kiosk.set_aside.name}))
    if kiosk.accounts.failure:
        concerns.append(Sentence(N_("Nobody can sign in: %(cause)s"), {"cause": kiosk.accounts.failure}))
    if free is not None and free < LITTLE_SPACE_BYTES:
        concerns.append(Sentence(N_("Little space is left: %(free)s MB"), {"free": free >> 20}))
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
