"""The kiosk that actions act upon: the pack on screen, the log, the clock, the rounds being played."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk.actions.exports_asked import Exports
from kiosk.actions.first_secrets import make_first_secrets
from kiosk.actions.pictures import Pictures, prepare_pictures
from kiosk.actions.tally import Tally
from kiosk.domain.entry import Draft
from kiosk.domain.errors import FileUnusable, PackBroken
from kiosk.domain.event import Event, Pack
from kiosk.storage.accounts import Accounts
from kiosk.storage.database import Database
from kiosk.storage.folder import ServeLock, prepare_folder
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_database, open_existing
from kiosk.storage.machine import Clock
from kiosk.storage.packs import read_pack_or_last_good
from kiosk.storage.pictures import PictureShelf
from kiosk.storage.rounds import OpenRounds
from kiosk.storage.sessions import Sessions

STRANGERS_IN_LINE = 3  # whose guesses may wait for each other; see actions/sign_in


@dataclass
class Kiosk:
    """What one running process holds. `stop` is where the kiosk stands today, as staff chose, None for elsewhere."""

    data: Path
    pack: Pack
    database: Database
    log: Log
    clock: Clock
    lock: ServeLock
    accounts: Accounts
    tally: Tally
    exports: Exports
    pictures: Pictures
    rounds: OpenRounds = field(default_factory=OpenRounds)
    sessions: Sessions = field(default_factory=Sessions)
    noted_ms: dict[str, int] = field(default_factory=dict)  # when a refusal of a kind was last kept
    guessing: threading.Lock = field(default_factory=threading.Lock)
    strangers_in_line: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(STRANGERS_IN_LINE))
    opening: threading.Lock = field(default_factory=threading.Lock)  # the last to choose a stop is the last in the log
    stop: str | None = None
    stop_is_chosen: bool = False  # since this start
    pack_fault: PackBroken | None = None  # why the last good copy is on screen
    set_aside: Path | None = None  # where a damaged log was moved at start

    @property
    def event(self) -> Event:
        return self.pack.event

    def draft(self, entry_id: str, kind: str, source: str, **said: object) -> Draft:
        """Return the draft of something that happens here and now, with what is on screen."""
        return Draft(
            id=entry_id, kind=kind, event=self.event.id, stop=self.stop, source=source, pack=self.pack.digest, **said
        )

    def close(self) -> None:
        """Close the log and give the data folder back."""
        self.exports.close()
        self.accounts.close()
        self.database.close()
        self.lock.release()


def open_log(data: Path) -> Log:
    """Return the log of a data folder for a command, beside a running kiosk or without one.

    Raises `DataFolderUnusable`, `FileUnusable` or `LogDamaged`.
    """
    prepare_folder(data)
    return Log(open_existing(data), Clock().now)


def open_kiosk(data: Path, event: Path, staff_password: str | None = None) -> Kiosk:
    """Return the kiosk of a data folder and an event folder, as the only one that serves from it.

    `staff_password` counts at the first start only. Raises `DataFolderUnusable`, `LogDamaged` or `PackBroken`. A disk
    that is full is no reason not to open: the screens work, and recording says so until there is room.
    """
    prepare_folder(data)
    lock = ServeLock(data)
    try:
        shelf = PictureShelf(data / "pictures")
        pack, fault = read_pack_or_last_good(event, data, sound=shelf.originals())
        pictures = prepare_pictures(pack, shelf)
        # The originals are megabytes that nobody is shown.
        pack = replace(pack, pictures={})
        database, set_aside = open_database(data)
        clock = Clock()
        log = Log(database, clock.now)
        accounts = Accounts(data)
    except BaseException:
        lock.release()
        raise
    log.try_writing()
    with suppress(FileUnusable):  # on a full disk; the next start tries again
        make_first_secrets(accounts, data, staff_password)
    return Kiosk(
        data,
        pack,
        database,
        log,
        clock,
        lock,
        accounts,
        Tally(log, pack.event),
        Exports(data, Path(event), lambda: log.size()[0], database.bytes_on_disk),
        pictures,
        pack_fault=fault,
        set_aside=set_aside,
    )
