"""Before doors open: looks at everything a day depends on, once each time it is asked, and never in passing.

Looking is bounded: the network is waited for a few seconds only (`actions/reach`). A page has it done in a thread
(`actions/preflights`), so that no request lasts longer than a person waits. Rules live in `domain/preflight`.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.kiosk import Kiosk, clock_of, last_sign_off, open_log
from kiosk.actions.preflights import Done
from kiosk.actions.reach import reach
from kiosk.actions.tally import Tally
from kiosk.domain import preflight
from kiosk.domain.cards import CardKey
from kiosk.domain.entry import Draft, content_digest, mint_id
from kiosk.domain.errors import FileUnusable, KioskError, LogUnreadable, NotRecorded, PackBroken
from kiosk.domain.event import Pack
from kiosk.domain.missing import gaps
from kiosk.domain.preflight import Check, CodeSeen, Outcome
from kiosk.exports import qr_reading
from kiosk.storage import event_key, hardware
from kiosk.storage.folder import LITTLE_SPACE_BYTES
from kiosk.storage.log import Log
from kiosk.storage.machine import Clock, free_bytes
from kiosk.storage.packs_in_use import Found


@dataclass(frozen=True)
class CodeShown:
    """One QR code that is on a screen or on paper.

    `content`: what it is to say; `picture`: the code itself where it came ready-made, and then only it says what it
    says. `own`: a page of this kiosk, by its path, asked within where the network cannot be.
    """

    name: str
    content: str | None
    picture: bytes | None = None
    own: str | None = None


def try_recording(log: Log, draft: Draft) -> Check:
    """Write one durable entry that no figure counts, find it again by another connection, and tell what came of it."""
    try:
        log.append(draft)
        found = log.read_back(draft.id)
    except (NotRecorded, LogUnreadable) as error:
        return preflight.recording(error.cause)
    except KioskError as error:
        return preflight.recording(str(error))
    if found is None:
        return preflight.recording("the entry was not found again")
    if not (content_digest(found) == found.digest == draft.digest()):
        return preflight.recording("the entry was found again with other content")
    return preflight.recording(None)


def look_at_space(data: Path, log: Log | None, busiest: int) -> Check:
    entries, size = 0, 0
    if log is not None:
        with suppress(LogUnreadable):
            entries, size = log.size()[0], log.bytes_on_disk()
    return preflight.space(free_bytes(data), LITTLE_SPACE_BYTES, entries, size, busiest)


def look_at_codes(shown: Sequence[CodeShown], answers_within: Callable[[str], bool | None]) -> Check:
    """Read every code back and ask its address. `answers_within(path)` tells of a page of this kiosk."""
    if not qr_reading.can_read():
        return preflight.codes([CodeSeen(code.name, code.content, None) for code in shown], can_read=False)
    read = [(code, *_read(code)) for code in shown]
    answers = reach(address for _, address, _ in read if address)
    seen = []
    for code, address, decodes in read:
        answer = answers.get(address) if address else None
        if answer is None and code.own is not None:
            answer = answers_within(code.own)
        seen.append(CodeSeen(code.name, address, decodes, answer))
    return preflight.codes(seen)


def _read(code: CodeShown) -> tuple[str | None, bool | None]:
    """Return the address of a code, None where it has none, and whether it says what it is to say."""
    if code.picture is not None:
        said = qr_reading.read_picture(code.picture)
        return _address(said), True if said else None
    return _address(code.content), qr_reading.read_drawn(code.content) == code.content


def _address(content: str | None) -> str | None:
    is_one = content is not None and content.lower().startswith(("http://", "https://"))
    return content if is_one else None


def look_at_hardware(data: Path, root: Path = hardware.ROOT) -> list[Check]:
    return [
        preflight.temperature(hardware.temperature(root)),
        preflight.power(hardware.throttled(root), hardware.under_voltage(root)),
        preflight.card(hardware.file_system_errors(data, root)),
        preflight.hotspot(hardware.hotspot_clients()),
    ]


def check(
    kiosk: Kiosk,
    draft: Draft,
    shown: Sequence[CodeShown],
    answers_within: Callable[[str], bool | None],
) -> Done:
    """Return what a running kiosk finds. `draft`: of the trial; `shown`: the codes of the pack that is on screen."""
    recording = try_recording(kiosk.log, draft)
    try:
        busiest = kiosk.tally.busiest_day()
    except LogUnreadable:
        busiest = 0
    codes = look_at_codes(shown, answers_within)
    stamp = kiosk.clock.now()
    checks = (
        recording,
        look_at_space(kiosk.data, kiosk.log, busiest),
        preflight.time_trust(stamp.clock),
        look_at_content(kiosk),
        codes,
        *look_at_hardware(kiosk.data),
    )
    return Done(Outcome(checks), stamp)


def look_at_content(kiosk: Kiosk) -> Check:
    pack = kiosk.pack
    return preflight.content(
        fault=kiosk.pack_fault.sentence if kiosk.pack_fault else None,
        other=kiosk.swap_fault.sentence if kiosk.swap_fault else None,
        signed_off=kiosk.signed_off == pack.digest if kiosk.signed_off else None,
        gaps=len(gaps(pack)),
        code=pack.code,
    )


def check_beside(
    data: Path, pack_in_use: Found | PackBroken, codes_of: Callable[[Pack, CardKey | None], Sequence[CodeShown]]
) -> Done:
    """Return what a command finds, beside a running kiosk or without one; what cannot be read is what is wrong.

    `pack_in_use`: what would be on screen, or why nothing is.
    """
    pack = None if isinstance(pack_in_use, PackBroken) else pack_in_use.pack
    log, busiest, signed_off, failure = None, 0, None, None
    try:
        log = open_log(data)
    except KioskError as error:
        failure = str(error)
    if log is not None:
        event = pack.event.id if pack else ""
        draft = Draft(mint_id(), "trial", event, "staff", pack.digest if pack else "", actor="staff")
        recording = try_recording(log, draft)
        with suppress(LogUnreadable):
            busiest = Tally(log, pack.event).busiest_day() if pack else 0
        signed_off = last_sign_off(log, pack.event) if pack else None
    else:
        recording = preflight.recording(failure)
    stamp = clock_of(log).now() if log else Clock().now()
    if pack is None:
        content = preflight.content(fault=None, other=pack_in_use.sentence, signed_off=None, gaps=0, code="")
        codes = preflight.codes([])
    else:
        content = preflight.content(
            fault=pack_in_use.fault.sentence if pack_in_use.fault else None,
            other=pack_in_use.swap_fault.sentence if pack_in_use.swap_fault else None,
            signed_off=signed_off == pack.digest if signed_off else None,
            gaps=len(gaps(pack)),
            code=pack.code,
        )
        codes = look_at_codes(codes_of(pack, _cards(data, pack)), lambda path: None)
    checks = (
        recording,
        look_at_space(data, log, busiest),
        preflight.time_trust(stamp.clock),
        content,
        codes,
        *look_at_hardware(data),
    )
    return Done(Outcome(checks), stamp)


def _cards(data: Path, pack: Pack) -> CardKey | None:
    """Return what makes the cards of an event; looking makes no key where there is none yet."""
    with suppress(FileUnusable):
        if pack.event.stations and (data / event_key.FILE_NAME).exists():
            return CardKey(event_key.read_key(data), pack.event.id)
    return None
