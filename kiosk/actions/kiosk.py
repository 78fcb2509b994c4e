"""The kiosk that actions act upon: the pack on screen, the log, the clock, the rounds being played."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kiosk.actions.exports_asked import Exports
from kiosk.actions.first_secrets import make_first_secrets
from kiosk.actions.incoming import Incoming
from kiosk.actions.on_screen import Held, OnScreen
from kiosk.actions.photos_coming import PhotosComing
from kiosk.actions.pictures import Pictures, keep_pictures, prepare_pictures
from kiosk.actions.preflights import Preflights
from kiosk.actions.tally import Tally
from kiosk.actions.turns import Turns
from kiosk.actions.work import Work
from kiosk.domain.budget import Budget
from kiosk.domain.cards import CardKey
from kiosk.domain.clock import Anchor, anchor_from
from kiosk.domain.display import Display, display_from
from kiosk.domain.entry import Draft
from kiosk.domain.errors import FileUnusable, LogUnreadable, PackBroken
from kiosk.domain.event import Event, Pack
from kiosk.domain.quiz_round import Pool
from kiosk.storage.accounts import Accounts
from kiosk.storage.database import Database
from kiosk.storage.event_key import read_key
from kiosk.storage.folder import ServeLock, prepare_folder
from kiosk.storage.invitations import Invitations
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_database, open_existing
from kiosk.storage.machine import Clock
from kiosk.storage.packs_in_use import read_pack_in_use, tidy
from kiosk.storage.pictures import PictureShelf
from kiosk.storage.remembered import ToldBefore
from kiosk.storage.rounds import OpenRounds
from kiosk.storage.sessions import Sessions

STRANGERS_IN_LINE = 3  # whose guesses may wait for each other; see actions/sign_in


@dataclass
class Kiosk:
    """What one running process holds. `stop` is where the kiosk stands today, as staff chose, None for elsewhere."""

    data: Path
    folder: Path  # the pack of `KIOSK_EVENT`, which is on screen unless staff put another one there
    screen: Held
    database: Database
    log: Log
    clock: Clock
    lock: ServeLock
    accounts: Accounts
    exports: Exports
    incoming: Incoming
    sessions: Sessions = field(default_factory=Sessions)
    noted_ms: dict[str, int] = field(default_factory=dict)  # when a refusal of a kind was last kept
    guessing: threading.Lock = field(default_factory=threading.Lock)
    strangers_in_line: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(STRANGERS_IN_LINE))
    # Whoever changes the stop, the display or the pack: the last to do so is the last in the log.
    opening: threading.Lock = field(default_factory=threading.Lock)
    key: bytes | None = None  # of cards and phones; None where its file cannot be read
    work: Work = field(init=False)
    photos: PhotosComing = field(init=False)  # of notes that are being written
    invitations: Invitations = field(default_factory=Invitations)
    turns: Turns = field(default_factory=Turns)  # by the number of a card, or the id of a shift
    wrong_codes: dict[str, Budget] = field(default_factory=dict)  # what is left for short codes, by shift
    open_shifts: dict[tuple[str, str], object] = field(default_factory=dict)  # by pack and id; actions/shifts alone
    refused_scans: ToldBefore = field(default_factory=ToldBefore)
    own_shift: str | None = None  # of the touchscreen's own scanner
    stop: str | None = None
    stop_is_chosen: bool = False  # since this start
    display: Display = field(default_factory=Display)  # replaced whole, by actions/display alone
    preflights: Preflights = field(default_factory=Preflights)
    pack_fault: PackBroken | None = None  # why the last good copy is on screen
    swap_fault: PackBroken | None = None  # why the pack that staff put on screen is not there
    signed_off: str | None = None  # the digest of the pack that was signed off last, of this event
    set_aside: Path | None = None  # where a damaged log was moved at start

    def __post_init__(self):
        self.work = Work(self.log)
        self.photos = PhotosComing(self.data)

    @property
    def pack(self) -> Pack:
        """The pack on screen, without its pictures."""
        return self.screen.get().pack

    @property
    def pictures(self) -> Pictures:
        return self.screen.get().pictures

    @property
    def tally(self) -> Tally:
        return self.screen.get().tally

    @property
    def rounds(self) -> OpenRounds:
        return self.screen.get().rounds

    @property
    def pool(self) -> Pool:
        return self.screen.get().pool

    @property
    def event(self) -> Event:
        return self.pack.event

    @property
    def cards(self) -> CardKey | None:
        """What makes the cards of the event on screen and knows them; None where it has none, or there is no key."""
        return _card_key(self.key, self.event.id) if self.key and self.event.stations else None

    def draft(self, entry_id: str, kind: str, source: str, **said: object) -> Draft:
        """Return the draft of something that happens here and now, with what is on screen."""
        return Draft(
            id=entry_id, kind=kind, event=self.event.id, stop=self.stop, source=source, pack=self.pack.digest, **said
        )

    def close(self) -> None:
        """Close the log and give the data folder back."""
        self.exports.close()
        self.incoming.close()
        self.photos.close()
        self.accounts.close()
        self.database.close()
        self.lock.release()


# Among so many of the newest entries one is looked for whose time the machine knew by itself.
_LOOKED_THROUGH = 10_000

# Kept, since every scan asks for it more than once.
_card_key = lru_cache(maxsize=8)(CardKey)


def open_log(data: Path) -> Log:
    """Return the log of a data folder for a command, beside a running kiosk or without one.

    Raises `DataFolderUnusable`, `FileUnusable` or `LogDamaged`.
    """
    prepare_folder(data)
    clock = Clock()
    log = Log(open_existing(data), clock.now)
    _take_up(clock, log)
    return log


def clock_of(log: Log) -> Clock:
    """Return the machine's clock as a log knows it: with what staff said the time is."""
    clock = Clock()
    _take_up(clock, log)
    return clock


def _take_up(clock: Clock, log: Log) -> None:
    """Tell a clock what others of this boot knew: what staff said, and what the machine was sure of."""
    clock.anchor = last_anchor(log, clock.boot)
    with suppress(LogUnreadable):
        # Bounded, since every start and every command asks.
        clock.go_on_from(log.last_stamp(clock.boot, ("ntp", "rtc"), log.size()[0] - _LOOKED_THROUGH))


def last_anchor(log: Log, boot: str) -> Anchor | None:
    """Return what staff last said the time is, or the network since; None where that was in another boot, or nobody
    can tell.

    Of any event: the clock is the machine's, and another pack may have been put on screen since.
    """
    with suppress(LogUnreadable):
        entry = log.last("anchor", None)
        anchor = anchor_from(entry.details) if entry else None
        if anchor is None or anchor.boot != boot:
            return None
        later = log.last_stamp(boot, ("ntp",), log.position(entry.id))
        return Anchor(later.wall_ms, later.boot, later.boottime_ms) if later else anchor
    return None


def last_display(log: Log, event: Event) -> Display:
    """Return what staff last put on the screens of an event, as far as its pack still fits.

    Where the log cannot be read it is what a kiosk starts with: screens without a notice are better than none.
    """
    try:
        entry = log.last("display", event.id)
    except LogUnreadable:
        entry = None
    return display_from(entry.details, event) if entry else Display()


def last_sign_off(log: Log, event: Event) -> str | None:
    """Return the digest of the pack that was signed off last for an event; None for none, or where nobody can tell."""
    with suppress(LogUnreadable):
        if entry := log.last("sign_off", event.id):
            return entry.details.get("digest")
    return None


def last_own_shift(log: Log, event: Event) -> str | None:
    """Return the touchscreen's own shift that a restart did not end; None for none, or where nobody can tell."""
    with suppress(LogUnreadable):
        for begun, ended in log.stamps.shifts(event.id):
            if ended is None and begun.details.get("how") == "touchscreen":
                return begun.id
    return None


def open_kiosk(data: Path, event: Path, staff_password: str | None = None) -> Kiosk:
    """Return the kiosk of a data folder and an event folder, as the only one that serves from it.

    `staff_password` counts at the first start only. Raises `DataFolderUnusable`, `LogDamaged` or `PackBroken`. A disk
    that is full is no reason not to open: the screens work, and recording says so until there is room.
    """
    prepare_folder(data)
    lock = ServeLock(data)
    try:
        shelf = PictureShelf(data / "pictures")
        tidy(data)
        found = read_pack_in_use(data, event, sound=shelf.originals())
        pictures = prepare_pictures(found.pack, shelf)
        keep_pictures(pictures, data, event)
        pack = found.pack.without_pictures()
        database, set_aside = open_database(data)
        clock = Clock()
        log = Log(database, clock.now)
        _take_up(clock, log)
        accounts = Accounts(data)
    except BaseException:
        lock.release()
        raise
    log.try_writing()
    with suppress(FileUnusable):  # on a full disk; the next start tries again
        make_first_secrets(accounts, data, staff_password)
    key = None
    with suppress(FileUnusable):  # the screens work without; staff are told
        key = read_key(data)
    return Kiosk(
        data,
        Path(event),
        Held(OnScreen(pack, pictures, Tally(log, pack.event), found.digest)),
        database,
        log,
        clock,
        lock,
        accounts,
        Exports(data, Path(event), lambda: log.size()[0], database.bytes_on_disk),
        Incoming(data, shelf),
        display=last_display(log, pack.event),
        pack_fault=found.fault,
        swap_fault=found.swap_fault,
        signed_off=last_sign_off(log, pack.event),
        key=key,
        own_shift=last_own_shift(log, pack.event),
        set_aside=set_aside,
    )
