"""A process that works on a log until it is killed, or on a disk that misbehaves. Run with `python -m`."""

import hashlib
import json
import os
import sys
import threading
from datetime import date
from pathlib import Path

import apsw

from kiosk.actions.export import export
from kiosk.domain.errors import NotRecorded
from kiosk.domain.note import Note, Photo
from kiosk.domain.summary import Summary
from kiosk.storage import log as log_room
from kiosk.storage import summaries
from kiosk.storage.database import FILE_NAME
from kiosk.storage.folder import ServeLock
from kiosk.storage.logfile import provision
from kiosk.storage.notes import beside, details
from tests.storage.faults import FaultyDisk
from tests.storage.logbook import OpenLog, draft


def _say(*words: object) -> None:
    """Print a line in one system call, so that a kill leaves it out or whole."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def append(folder: Path, threads: str) -> None:
    """Append for ever from several threads and print each id once it was acknowledged."""
    log = OpenLog(folder)
    _say("ready", log.device)

    def work() -> None:
        while True:
            _say(log.append(draft(details={"text": "字" * 300})).entry.id)

    for _ in range(int(threads)):
        threading.Thread(target=work).start()


def append_until_told(folder: Path, count: str) -> None:
    """Append so often, once a line came in, and print how it went each time: the id, or `not-recorded` and why."""
    log = OpenLog(folder)
    _say("ready", log.device)
    sys.stdin.readline()
    for _ in range(int(count)):
        said = draft()
        try:
            _say("recorded", log.append(said).entry.id)
        except NotRecorded as error:
            _say("not-recorded", said.id, error.cause)


def write_notes(folder: Path) -> None:
    """Write notes with a photo of their own for ever and print each id once it was acknowledged."""
    log = OpenLog(folder)
    _say("ready")
    while True:
        jpeg = os.urandom(200_000)
        photo = Photo(hashlib.sha256(jpeg).hexdigest(), "", "none")
        said = Note("visit", date(2027, 5, 30), "走访", photos=(photo,))
        entry = draft(kind="note", source="staff", details=details(said, None))
        _say(log.append_with(entry, beside(entry.id, said, None, {photo.digest: (jpeg, b"small")})).entry.id)


def write_summaries(folder: Path) -> None:
    """Save one version of a summary on top of the other for ever and print each id once it was acknowledged."""
    log = OpenLog(folder)
    newest = log.summaries.newest("fair", ("",))
    replaces = newest.id if newest else None
    _say("ready")
    while True:
        said = summaries.NewVersion(Summary(texts={"advice": "字" * 2000}), {"visits": 1}, {}, "", replaces)
        entry = draft(kind="summary", source="staff", details=said.details())
        replaces = log.append_with(entry, summaries.beside(entry.id, "fair", said, ("",))).entry.id
        _say(replaces)


def provision_for_ever(shelf: Path) -> None:
    """Make one log after another, each in a folder of its own, and print each that is finished."""
    _say("ready")
    for number in range(100_000):
        folder = shelf / f"{number:06d}"
        folder.mkdir(mode=0o700)
        provision(folder / FILE_NAME)
        _say(folder.name)


def hold(folder: Path) -> None:
    """Hold the data folder's lock until killed."""
    lock = ServeLock(folder)
    _say("ready", lock is not None)
    threading.Event().wait()


def export_for_ever(folder: Path, target: str, format_: str) -> None:
    """Export the log again and again."""
    log = OpenLog(folder)
    _say("ready")
    while True:
        export(log, Path(target), format=format_)


def slow(folder: Path, threads: str, each: str) -> None:
    """Append from several threads at once on a disk whose sync takes 20 ms; print the number of syncs and entries."""
    with FaultyDisk() as disk:
        log = OpenLog(folder)
        log.append(draft())
        disk.slow_seconds, disk.counts["sync"] = 0.02, 0

        def work() -> None:
            for _ in range(int(each)):
                log.append(draft())

        workers = [threading.Thread(target=work) for _ in range(int(threads))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        _say(json.dumps({"syncs": disk.counts["sync"], "entries": log.count() - 1}))
        log.close()


def failing(folder: Path, what: str, error: str, threads: str) -> None:
    """Append from several threads at once while the disk fails; then let it work again. Print what each step gave."""
    log_room.TRY_AGAIN_SECONDS = 0
    with FaultyDisk() as disk:
        log = OpenLog(folder)
        before = [log.append(draft()).entry.id for _ in range(5)]
        disk.failing = {what: getattr(apsw, error)}
        drafts = [draft() for _ in range(int(threads))]
        answers: dict[str, str] = {}

        def work(said) -> None:
            try:
                log.append(said)
                answers[said.id] = "recorded"
            except NotRecorded:
                answers[said.id] = "not recorded"

        workers = [threading.Thread(target=work, args=(said,)) for said in drafts]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        told = {"before": before, "answers": answers, "failure": log.failure, "could": log.can_record()}
        told["visible"] = [one for one in before if log.entry(one)]
        told["appeared"] = [said.id for said in drafts if log.entry(said.id)]
        disk.failing = {}
        told["can"] = log.can_record()
        told["again"] = [log.append(said).entry.id for said in drafts]
        told["after"] = log.failure
        _say(json.dumps(told))
        log.close()


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
