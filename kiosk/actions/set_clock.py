"""Staff say what time it is: an entry (`anchor`), by which this boot's clock goes from then on, and the machine's clock
too where the helper for that is installed. Entries from before keep the time they were given.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.clock import Anchor, is_plausible
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput, NotAllowed
from kiosk.storage.machine import wall_ms as machine_wall_ms
from kiosk.storage.system_clock import set_system_clock

_LONGEST = 20


def set_clock(kiosk: Kiosk, wall_ms: int) -> bool | None:
    """Let this boot's clock go by `wall_ms`, which it is now; return whether the machine's clock was set too.

    None where nothing here may do that. Raises `InvalidInput` for a time that nobody can have meant, `NotAllowed` while
    the network sets the clock, `NotRecorded`.
    """
    if not is_plausible(wall_ms):
        raise InvalidInput(N_("That time is years away. Please look at the clock of your phone and try again."))
    with kiosk.opening:
        before = kiosk.clock.now()
        if before.clock == "ntp":
            raise NotAllowed(N_("The clock is set over the network, which knows the time better than a phone."))
        details = {
            "wall_ms": wall_ms,
            "machine_wall_ms": machine_wall_ms(),
            "machine_clock": before.clock,
            "boot": before.boot,
            "boottime_ms": before.boottime_ms,
        }
        kiosk.log.append(kiosk.draft(mint_id(), "anchor", "staff", actor="staff", details=details))
        kiosk.clock.anchor = Anchor(wall_ms, before.boot, before.boottime_ms)
        # Recording may have taken its time.
        late_ms = kiosk.clock.now().boottime_ms - before.boottime_ms
        return set_system_clock(wall_ms + late_ms)


def time_from(fields, zone: ZoneInfo) -> int:
    """Return the milliseconds since 1970 that a form says: a phone's (`wall_ms`), or a date and a time of the place.

    Raises `InvalidInput`.
    """
    said = fields.get("wall_ms", "")
    if said:
        if len(said) > _LONGEST or not (said.isascii() and said.isdecimal()):
            raise InvalidInput(N_("That is no date and time."))
        return int(said)
    try:
        local = datetime.strptime(f"{fields.get('date', '')} {fields.get('time', '')[:5]}", "%Y-%m-%d %H:%M")
        return int(local.replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InvalidInput(N_("That is no date and time.")) from None
