"""Keeping for staff what visitors sent in vain, so that they learn of a class whose tablets cannot check in.

A hostile machine can send as much as it likes, so of each kind only one every ten seconds is written.
"""

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.errors import InvalidInput, KioskError, NotAllowed, TooMany

EVERY_MS = 10_000

KINDS: dict[type[KioskError], str] = {InvalidInput: "invalid", NotAllowed: "not_allowed", TooMany: "too_many"}


def note_refused(kiosk: Kiosk, error: KioskError, source: str) -> None:
    """Keep that something was refused, if it is of a kind that staff can do something about."""
    what = KINDS.get(type(error))
    now_ms = kiosk.clock.now().boottime_ms
    if what is None or now_ms - kiosk.noted_ms.get(what, -EVERY_MS) < EVERY_MS:
        return
    kiosk.noted_ms[what] = now_ms
    kiosk.log.refusals.add(what, None, {}, source)
