"""The kiosk that actions act upon: the pack on screen, the log, the clock, the rounds being played."""

from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.entry import Draft
from kiosk.domain.errors import PackBroken
from kiosk.domain.event import Event, Pack
from kiosk.storage.database import Database
from kiosk.storage.folder import ServeLock, prepare_folder
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_database, open_existing
from kiosk.storage.machine import Clock
from kiosk.storage.packs import read_pack_or_last_good
from kiosk.storage.rounds import OpenRounds


@dataclass
class Kiosk:
    """What one running process holds. `stop` is where the kiosk stands today, chosen by staff, or None."""

    data: Path
    pack: Pack
    database: Database
    log: Log
    clock: Clock
    lock: ServeLock
    rounds: OpenRounds = field(default_factory=OpenRounds)
    stop: str | None = None
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
        self.database.close()
        self.lock.release()


def open_log(data: Path) -> Log:
    """Return the log of a data folder for a command, beside a running kiosk or without one.

    Raises `DataFolderUnusable`, `FileUnusable` or `LogDamaged`.
    """
    prepare_folder(data)
    return Log(open_existing(data), Clock().now)


def open_kiosk(data: Path, event: Path) -> Kiosk:
    """Return the kiosk of a data folder and an event folder, as the only one that serves from it.

    Raises `DataFolderUnusable`, `LogDamaged` or `PackBroken`. A disk that is full is no reason not to open: the
    screens work, and recording says so until there is room.
    """
    prepare_folder(data)
    lock = ServeLock(data)
    try:
        pack, fault = read_pack_or_last_good(event, data)
        database, set_aside = open_database(data)
        clock = Clock()
        log = Log(database, clock.now)
    except BaseException:
        lock.release()
        raise
    log.try_writing()
    return Kiosk(data, pack, database, log, clock, lock, pack_fault=fault, set_aside=set_aside)
