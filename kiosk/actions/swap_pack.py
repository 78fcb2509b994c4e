"""Putting another pack on screen, going back to the one before, and noting which one was signed off on paper.

The log has it first, then the file that says what is in use, then the screens: whatever moment the power goes, the old
pack is on screen afterwards or the new one.
"""

from contextlib import suppress

from kiosk.actions.check_pack import unpacked
from kiosk.actions.kiosk import Kiosk, last_display, last_own_shift, last_sign_off
from kiosk.actions.on_screen import OnScreen
from kiosk.actions.pictures import Pictures, keep_pictures, prepare_pictures
from kiosk.actions.tally import Tally
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput, PackBroken, UnknownEntry
from kiosk.domain.event import Pack
from kiosk.storage import packs_in_use


def put_on_screen(kiosk: Kiosk, digest: str) -> None:
    """Put the pack that was sent and checked on screen; nothing changes where that one is there already.

    Raises `UnknownEntry` where no such pack waits (any more), `NotRecorded`, `FileUnusable`.
    """
    with kiosk.opening:
        kiosk.screen.refresh()
        if kiosk.screen.get().digest == digest:
            kiosk.incoming.discard()
            _tidy_pictures(kiosk)
            return
        with kiosk.incoming.claim(digest) as arrival:
            if not _is_kept(kiosk, digest):
                packs_in_use.keep(kiosk.data, unpacked(arrival.folder), digest)
            _switch(kiosk, digest, arrival.pack, arrival.pictures)
        _tidy_pictures(kiosk)


def put_aside(kiosk: Kiosk) -> None:
    """Forget the pack on its way and the pictures that were drawn for it.

    Raises `NotAllowed` while it is being put on screen.
    """
    kiosk.incoming.discard()
    with kiosk.opening:
        _tidy_pictures(kiosk)


def return_target(kiosk: Kiosk) -> tuple[bool, str | None]:
    """Return whether there is a pack to go back to, and its digest, None for the one of `KIOSK_EVENT`.

    Where the pack that staff put on screen turned out to be unusable, it is the one that stands in for it.
    """
    if kiosk.swap_fault:
        return True, kiosk.screen.get().digest
    choice = packs_in_use.read_choice(kiosk.data)
    return choice.can_return and choice.before != choice.in_use, choice.before


def put_back(kiosk: Kiosk, digest: str | None) -> None:
    """Put the pack before on screen again, or stay with the one that stands in; nothing changes if it is there already.

    None is always to be had. Raises `UnknownEntry` where `digest` is another one than that before, `PackBroken` where
    it can't be read any more, `NotRecorded`, `FileUnusable`.
    """
    with kiosk.opening:
        kiosk.screen.refresh()
        if kiosk.screen.get().digest == digest and not kiosk.swap_fault:
            return
        can_return, before = return_target(kiosk)
        # The pack that the kiosk was set up with is always to be had.
        if digest is not None and not (can_return and before == digest):
            raise UnknownEntry(N_("There is no such pack to go back to. Please look again."))
        shelf = kiosk.pictures.shelf
        pack, fault = packs_in_use.read_kept(digest, kiosk.data, kiosk.folder, sound=shelf.originals())
        _switch(kiosk, digest, pack, prepare_pictures(pack, shelf), fault)
        _tidy_pictures(kiosk)


def sign_off(kiosk: Kiosk, digest: str) -> None:
    """Note that the pack on screen is the one that was signed off on paper.

    Raises `InvalidInput` where another pack is on screen by now, `NotRecorded`.
    """
    with kiosk.opening:
        kiosk.screen.refresh()
        if digest != kiosk.pack.digest:
            raise InvalidInput(N_("Another pack is on screen by now. Please compare the version again."))
        if kiosk.signed_off != digest:
            details = {"digest": digest, "code": kiosk.pack.code}
            kiosk.log.append(kiosk.draft(mint_id(), "sign_off", "staff", actor="staff", details=details))
            kiosk.signed_off = digest


def _is_kept(kiosk: Kiosk, digest: str) -> bool:
    """Return whether that very pack lies there already, whole: the one before may come again."""
    with suppress(PackBroken):
        packs_in_use.read_kept(digest, kiosk.data, kiosk.folder, sound=kiosk.pictures.shelf.originals())
        return True
    return False


def _switch(kiosk: Kiosk, digest: str | None, pack: Pack, pictures: Pictures, fault: PackBroken | None = None) -> None:
    old, event = kiosk.screen.get(), pack.event
    details = {
        "digest": pack.digest,
        "code": pack.code,
        "title": event.title.get("zh") or event.title[event.locales[0]],
        "before": old.pack.digest,
    }
    kiosk.log.append(kiosk.draft(mint_id(), "pack", "staff", actor="staff", details=details))
    packs_in_use.write_choice(kiosk.data, digest, old.digest)
    fresh = OnScreen(pack.without_pictures(), pictures, Tally(kiosk.log, event), digest)
    # The stop of another event, or one that is no more, is nowhere; staff are asked again.
    same_event = event.id == old.pack.event.id
    if not same_event or kiosk.stop not in (None, *(place.id for place in event.stops)):
        kiosk.stop, kiosk.stop_is_chosen = None, False
    kiosk.display = last_display(kiosk.log, event)
    kiosk.own_shift = last_own_shift(kiosk.log, event)
    kiosk.signed_off = last_sign_off(kiosk.log, event)
    kiosk.pack_fault, kiosk.swap_fault = fault, None
    kiosk.screen.put(fresh)
    fresh.tally.count_ahead(kiosk.clock.boot)
    packs_in_use.tidy_packs(kiosk.data)


def _tidy_pictures(kiosk: Kiosk) -> None:
    """Remove pictures of packs that are gone, unless a pack is on its way: those drawn for it are still wanted.

    Only for who holds `opening`, or the pictures of a pack that is just being put back would go too.
    """
    kiosk.incoming.while_none(lambda: keep_pictures(kiosk.pictures, kiosk.data, kiosk.folder))
