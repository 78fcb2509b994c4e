"""Before doors open: what was looked at, how it stands, what to do about it, and the one verdict that follows.

Rules only: readings come in as values, None for what this machine does not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.domain import clock
from kiosk.domain.errors import N_, Sentence

State = Literal["ready", "look", "not_ready", "absent"]
Verdict = Literal["ready", "look", "not_ready"]

# In the order in which they are told: first what a day cannot do without.
PARTS = {
    "recording": N_("Recording"),
    "space": N_("Space for the log"),
    "clock": N_("Clock"),
    "pack": N_("Content"),
    "codes": N_("QR codes"),
    "temperature": N_("Temperature"),
    "power": N_("Power supply"),
    "card": N_("Memory card"),
    "hotspot": N_("Kiosk Wi-Fi"),
}

# Raspberry Pi firmware slows the processor from 80 °C on, and all it can from 85 °C; a 3B+ from 60 °C on, a little
# (temp_soft_limit). https://www.raspberrypi.com/documentation/computers/config_txt.html#overclocking
WARM_C, SLOW_C, TOO_HOT_C = 60, 80, 85

# The bits of `vcgencmd get_throttled`, as the firmware's documentation has them.
UNDER_VOLTAGE_NOW, UNDER_VOLTAGE_SINCE_BOOT = 1 << 0, 1 << 16

# Where a log is too young to tell: a check-in with three answers takes half of it, and what is filled in by staff more.
USUAL_ENTRY_BYTES = 1_500
TELLING_ENTRIES = 500
# A touchscreen used all day, and a dozen volunteers who stamp a card every minute.
ASSUMED_BUSY_DAY = 6_000
# The log itself, its copy and its table: all three lie on this disk for a while.
COPIES = 3
FEW_DAYS, MANY_DAYS = 3, 365


@dataclass(frozen=True)
class Check:
    """One part: how it stands in sentences, the first one alone where there is little room, and what to do."""

    id: str
    state: State
    sentences: tuple[Sentence, ...]
    todo: Sentence | None = None


@dataclass(frozen=True)
class Outcome:
    """All parts, in the order of `PARTS`."""

    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """Return `not_ready` where something keeps the doors shut, `look` where something only deserves a look."""
        states = {check.state for check in self.checks}
        return "not_ready" if "not_ready" in states else "look" if "look" in states else "ready"

    @property
    def is_ready(self) -> bool:
        """Return whether doors can open: what only deserves a look does not keep them shut."""
        return self.verdict != "not_ready"

    def with_check(self, fresh: Check) -> "Outcome":
        """Return the same with one part as it stands now."""
        return replace(self, checks=tuple(fresh if check.id == fresh.id else check for check in self.checks))


def recording(failure: str | None) -> Check:
    """`failure`: why the trial entry was not written, or was not found again as it was written; None where it was."""
    if failure is None:
        return Check("recording", "ready", (Sentence(N_("A trial entry was written and read back.")),))
    return Check(
        "recording",
        "not_ready",
        (Sentence(N_("Nothing can be recorded: %(cause)s"), {"cause": failure}),),
        Sentence(N_("Restart the kiosk. If that does not help, count on paper and call whoever looks after it.")),
    )


def space(free: int | None, little: int, entries: int, log_bytes: int, busiest: int) -> Check:
    """`little`: bytes that are too little for a day; `busiest`: how many entries the busiest day so far had."""
    if free is None:
        text = N_("How much space is left cannot be told.")
        return Check("space", "look", (Sentence(text),), Sentence(N_("Look at the disk of the data folder.")))
    todo = Sentence(N_("Save the exports and backups elsewhere and remove them here, or use a larger card."))
    left = Sentence(N_("%(free)s free."), {"free": _size(free)})
    if free < little:
        return Check("space", "not_ready", (left, Sentence(N_("That is too little for a day."))), todo)
    days = days_left(free - little, entries, log_bytes, busiest)
    values = {"days": min(days, MANY_DAYS), "entries": f"{max(busiest, ASSUMED_BUSY_DAY):,}"}
    if days >= MANY_DAYS:
        text = N_("By our estimate that lasts more than a year, with %(entries)s entries on every day.")
    else:
        text = N_("By our estimate that lasts %(days)s days with %(entries)s entries each.")
    how = Sentence(N_("That is our idea of a very busy day."))
    if busiest > ASSUMED_BUSY_DAY:
        how = Sentence(N_("As many as on the busiest day so far."))
    elif busiest:
        how = Sentence(
            N_("That is our idea of a very busy day; the busiest so far had %(busiest)s."), {"busiest": f"{busiest:,}"}
        )
    said = (left, Sentence(text, values), how)
    return Check("space", "look", said, todo) if days < FEW_DAYS else Check("space", "ready", said)


def _size(count: int) -> str:
    return f"{count >> 30} GB" if count >= 10 << 30 else f"{count >> 20} MB"


def days_left(room: int, entries: int, log_bytes: int, busiest: int) -> int:
    """Return for how many days as busy as the busiest one there is room, copies included."""
    each = log_bytes / entries if entries >= TELLING_ENTRIES else USUAL_ENTRY_BYTES
    return int(max(0, room) / (each * COPIES * max(busiest, ASSUMED_BUSY_DAY)))


_TRUSTED = {
    "ntp": N_("Set over the network."),
    "rtc": N_("Set from the battery clock. Compare it with your watch."),
    "staff": N_("Set by staff; good until this machine is switched off."),
    "restored": N_("The clock went on from where it was at switching off, so it is behind."),
    "unknown": N_("The clock was not set since switching on, or it was moved by hand."),
}


def time_trust(trust: str) -> Check:
    said = Sentence(_TRUSTED[trust])
    if clock.is_known(trust):
        return Check("clock", "ready", (said,))
    without = Sentence(N_("Entries count in the totals, but not to a day or an hour."))
    todo = Sentence(N_("Set the time from a phone, on the page “Before doors open”."))
    return Check("clock", "look", (said, without), todo)


def content(*, fault: Sentence | None, other: Sentence | None, signed_off: bool | None, gaps: int, code: str) -> Check:
    """`fault`: why the last good copy of the pack is on screen; `other`: why another pack, or none, is.

    `signed_off`: whether this very version was; None where none ever was. `gaps`: kinds of things it could still get.
    """
    if other:
        todo = Sentence(N_("Put a sound pack on screen, on the page “Pack”."))
        return Check("pack", "not_ready", (other,), todo)
    if fault:
        last = Sentence(N_("The last good copy is on screen; what was changed since is not."))
        return Check("pack", "look", (fault, last), Sentence(N_("Put a sound pack on screen, on the page “Pack”.")))
    version = {"code": code}
    if signed_off is False:
        text = N_("What is on screen, version %(code)s, is not what was signed off.")
        todo = Sentence(N_("Go back to the version that was signed off, or have this one reviewed and signed off."))
        return Check("pack", "not_ready", (Sentence(text, version),), todo)
    complete = Sentence(N_("Nothing that a pack must have is missing."))
    if gaps:
        complete = Sentence(
            N_("Nothing that a pack must have is missing; %(gaps)s kinds of things could be added."), {"gaps": gaps}
        )
    if signed_off is None:
        never = Sentence(N_("It is not noted that version %(code)s was signed off."), version)
        todo = Sentence(N_("Review the content and sign it off, on the page “Pack”."))
        return Check("pack", "look", (never, complete), todo)
    return Check("pack", "ready", (Sentence(N_("Version %(code)s was signed off."), version), complete))


@dataclass(frozen=True)
class CodeSeen:
    """One QR code: whose it is, whether it could be read as what it is to say, and whether its address answers.

    `decodes`: None for a picture that no reader here knows, such as a mini-program code. `answers`: None where that
    cannot be known here.
    """

    name: str
    address: str | None
    decodes: bool | None
    answers: bool | None = None


def codes(seen: Sequence[CodeSeen], *, can_read: bool = True) -> Check:
    if not seen:
        return Check("codes", "absent", (Sentence(N_("No QR code is on screen or on paper.")),))
    if not can_read:
        text = N_("There are %(count)s codes, and no reader on this machine to try them.")
        todo = Sentence(N_("Scan them with a phone."))
        return Check("codes", "look", (Sentence(text, {"count": len(seen)}),), todo)
    broken = [code.name for code in seen if code.decodes is False]
    unreadable = [code.name for code in seen if code.decodes is None]
    silent = [code for code in seen if code.answers is False]
    unknown = sum(code.address is not None and code.answers is None for code in seen)
    said = [Sentence(N_("%(good)s of %(count)s can be read."), {"good": _good(seen), "count": len(seen)})]
    if broken:
        said.append(Sentence(N_("Not readable as what they should say: %(names)s"), {"names": _few(broken)}))
    if unreadable:
        text = N_("A reader for QR codes cannot tell (WeChat’s round codes are of another kind): %(names)s")
        said.append(Sentence(text, {"names": _few(unreadable)}))
    if silent:
        addresses = _few([f"{code.name} ({code.address})" for code in silent])
        said.append(Sentence(N_("No answer from: %(names)s"), {"names": addresses}))
    if unknown:
        text = N_("Whether the addresses of %(count)s answer cannot be known here, without their network.")
        said.append(Sentence(text, {"count": unknown}))
    if broken:
        todo = Sentence(N_("Take these codes down, and replace their picture or address in the pack."))
        return Check("codes", "not_ready", tuple(said), todo)
    if unreadable or silent:
        todo = Sentence(N_("Scan these with a phone, in the network that is named beside each."))
        return Check("codes", "look", tuple(said), todo)
    return Check("codes", "ready", tuple(said))


def _good(seen: Sequence[CodeSeen]) -> int:
    return sum(code.decodes is True for code in seen)


def _few(names: list[str], most: int = 4) -> str:
    return " · ".join(names[:most]) + (" …" if len(names) > most else "")


def temperature(celsius: float | None) -> Check:
    if celsius is None:
        return _absent("temperature")
    values = {"celsius": f"{celsius:.0f}"}
    now = Sentence(N_("%(celsius)s °C: fine."), values)
    shade = Sentence(N_("Keep it out of the sun and its vents free; put a fan beside it."))
    if celsius >= TOO_HOT_C:
        return Check("temperature", "not_ready", (Sentence(N_("%(celsius)s °C: far too hot."), values),), shade)
    if celsius >= SLOW_C:
        return Check("temperature", "look", (Sentence(N_("%(celsius)s °C: it slows down."), values),), shade)
    if celsius >= WARM_C:
        text = N_("%(celsius)s °C: warm, before visitors and the sun have come.")
        return Check("temperature", "look", (Sentence(text, values),), shade)
    return Check("temperature", "ready", (now,))


def power(throttled: int | None, alarm: bool | None) -> Check:
    """`throttled`: the firmware's bits; `alarm`: the kernel's own. Either may be missing."""
    if throttled is None and alarm is None:
        return _absent("power")
    bits = throttled or 0
    todo = Sentence(N_("Use the board’s own power supply and a short cable; unplug what draws power from it."))
    if bits & UNDER_VOLTAGE_NOW or alarm:
        text = N_("The voltage is too low. What is being written may be lost.")
        return Check("power", "not_ready", (Sentence(text),), todo)
    if bits & UNDER_VOLTAGE_SINCE_BOOT:
        return Check("power", "look", (Sentence(N_("The voltage was too low since switching on.")),), todo)
    return Check("power", "ready", (Sentence(N_("The voltage is high enough.")),))


def card(errors: int | None) -> Check:
    """`errors`: how many the file system of the log has noted."""
    if errors is None:
        return _absent("card")
    if errors:
        text = N_("The file system has noted %(errors)s error(s).")
        todo = Sentence(N_("Save a backup elsewhere now, and change the card before the next day."))
        return Check("card", "look", (Sentence(text, {"errors": errors}),), todo)
    return Check("card", "ready", (Sentence(N_("The file system has noted no errors.")),))


def hotspot(clients: int | None) -> Check:
    if clients is None:
        return _absent("hotspot")
    if not clients:
        return Check("hotspot", "ready", (Sentence(N_("It is on; no phone is in it yet.")),))
    return Check("hotspot", "ready", (Sentence(N_("It is on; phones in it: %(clients)s"), {"clients": clients}),))


def _absent(part: str) -> Check:
    return Check(part, "absent", (Sentence(N_("Not on this machine.")),))
