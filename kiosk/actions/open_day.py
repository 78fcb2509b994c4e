"""Opening: where the kiosk stands today. Asked again after a restart, because it may have been carried elsewhere."""

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput

ELSEWHERE = "elsewhere"


def choose_stop(kiosk: Kiosk, stop: str) -> None:
    """Let every entry from now on carry `stop`, a stop of the pack, or `ELSEWHERE` for none of them.

    The choice is an entry too, so that the log tells from when to when the kiosk stood where. Raises `InvalidInput`,
    `NotRecorded`.
    """
    chosen = None if stop == ELSEWHERE else stop
    with kiosk.opening:
        # Another pack may have been put on screen while this waited.
        kiosk.screen.refresh()
        if chosen is not None and chosen not in {place.id for place in kiosk.event.stops}:
            raise InvalidInput(N_("There is no such stop in the event pack."))
        draft = kiosk.draft(mint_id(), "opening", "staff", actor="staff", details={"stop": chosen})
        kiosk.log.append(draft)
        kiosk.stop, kiosk.stop_is_chosen = chosen, True
