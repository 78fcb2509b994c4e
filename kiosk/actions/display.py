"""Changing what is on the screens: recorded first, so that a restart shows the same."""

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.display import changed, parts_that_differ
from kiosk.domain.entry import mint_id


def change_display(kiosk: Kiosk, **changes: object) -> bool:
    """Put parts of the display on the screens, as `domain.display.changed` takes them; return whether any differs.

    Raises `InvalidInput` and `NotRecorded`, and changes nothing then.
    """
    with kiosk.opening:
        kiosk.screen.refresh()  # the pack may have been replaced while this waited
        wanted = changed(kiosk.display, kiosk.event, **changes)
        parts = parts_that_differ(kiosk.display, wanted)
        if not parts:
            return False
        # `changed` is for whoever reads the log: what counts is the whole.
        details = {**wanted.details(), "changed": parts}
        kiosk.log.append(kiosk.draft(mint_id(), "display", "staff", actor="staff", details=details))
        kiosk.display = wanted
        return True
