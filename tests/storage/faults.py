"""Disks that misbehave: a layer under SQLite that slows, counts or fails its calls, and a disk whose power is cut.

Both are SQLite file systems (VFS) that stand before the real one. While one is in place every new connection uses it;
the caller puts it in place and takes it away again (`with`), and closes its connections in between.
"""

import contextlib
import os
import random
import time
from pathlib import Path

import apsw

SECTOR = 512
_REAL = "unix"
_SYNCS_ITS_FOLDER = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL


class _Layer(apsw.VFS):
    """Opens files through `open_file`; the default file system between `__enter__` and `__exit__`."""

    def __init__(self, name: str):
        self._as_named = name

    def __enter__(self):
        super().__init__(self._as_named, _REAL, makedefault=True)
        return self

    def __exit__(self, *_) -> None:
        self.unregister()


def _path(name: str | apsw.URIFilename | None) -> str:
    return (name.filename() if isinstance(name, apsw.URIFilename) else name) or ""


class _File(apsw.VFSFile):
    """A file of the real file system."""

    def __init__(self, name, flags):
        super().__init__(_REAL, name, flags)

    def xLock(self, level):
        try:
            super().xLock(level)
        except apsw.IOError:
            # A read-only connection that closes last tries for a writer's lock; SQLite expects that to fail.
            # Here the exception would come out of `close`, unless it is this one.
            raise apsw.BusyError from None


class _FaultyFile(_File):
    def __init__(self, layer: "FaultyDisk", name, flags):
        self._layer, self._path = layer, _path(name)
        super().__init__(name, flags)

    def xWrite(self, data, offset):
        self._layer.meet("write", self._path)
        return super().xWrite(data, offset)

    def xSync(self, flags):
        self._layer.meet("sync", self._path)
        return super().xSync(flags)


class FaultyDisk(_Layer):
    """Counts writes and syncs of the journal (`-wal`), makes syncs slow, and fails either when told to."""

    def __init__(self):
        super().__init__("faulty")
        self.slow_seconds = 0.0
        self.failing: dict[str, type[apsw.Error]] = {}  # "write" or "sync": what it fails with
        self.fail_after = 0  # so many of those calls still work
        self.counts = {"write": 0, "sync": 0}

    def xOpen(self, name, flags):
        return _FaultyFile(self, name, flags)

    def meet(self, what: str, path: str) -> None:
        if not path.endswith("-wal"):
            return
        self.counts[what] += 1
        if what == "sync" and self.slow_seconds:
            time.sleep(self.slow_seconds)
        if what in self.failing:
            if self.fail_after:
                self.fail_after -= 1
            else:
                raise self.failing[what](f"the {what} failed")


class _Inode:
    """A file's content: what is on the platter, and what was written since its last sync, in order."""

    def __init__(self, content: bytes = b""):
        self.durable, self.pending = bytearray(content), []

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, change)
        self.pending.clear()

    def survivor(self, chance: random.Random) -> bytes:
        content = bytearray(self.durable)
        for change in self.pending:
            if chance.random() < 0.5:
                _apply(content, change)
        return bytes(content)


def _apply(content: bytearray, change: tuple[int, bytes | None]) -> None:
    at, data = change
    if data is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


class _PowerCutFile(_File):
    def __init__(self, disk: "PowerCutDisk", name, flags):
        self._disk, self._path = disk, _path(name)
        created = bool(self._path) and not os.path.exists(self._path)
        super().__init__(name, flags)
        self._inode = disk.opened(self._path, created)
        self._sync_folder = flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & _SYNCS_ITS_FOLDER

    def xWrite(self, data, offset):
        super().xWrite(data, offset)
        data = bytes(data)
        at = 0
        while at < len(data):
            end = min(len(data), at + SECTOR - (offset + at) % SECTOR)
            self._inode.pending.append((offset + at, data[at:end]))
            at = end
        self._disk.step()

    def xTruncate(self, size):
        super().xTruncate(size)
        self._inode.pending.append((size, None))
        self._disk.step()

    def xSync(self, flags):
        # A cut during the sync may find any part of it done; before it and after it are two more steps.
        self._disk.step()
        self._inode.sync()
        if self._sync_folder:
            # As SQLite's own file system does at the first sync of a journal it may have made.
            self._sync_folder = False
            self._disk.sync_names(os.path.dirname(self._path))
        self._disk.step()


class PowerCutDisk(_Layer):
    """Remembers what would be left of one folder if the power went now, and takes such pictures at given steps.

    A step is a write, a truncation, a sync, or a change of a name. In a picture every 512-byte sector and truncation
    since a file's last sync is there with a chance of one half, and so is every change of a name since the folder's.
    `cuts` has (what `witness` said at that moment, {name: content}).
    """

    def __init__(self, folder: Path, seed: int, cut_at: set[int], witness=lambda: None):
        super().__init__("power-cut")
        self._folder, self._chance = str(folder), random.Random(seed)
        self._cut_at, self._witness = cut_at, witness
        self._inodes: dict[str, _Inode] = {
            str(path): _Inode(path.read_bytes()) for path in folder.iterdir() if path.is_file()
        }
        self._durable_names = dict(self._inodes)
        self._pending_names: list[tuple[str, str | None, _Inode | None]] = []
        self.steps, self.cuts = 0, []

    def xOpen(self, name, flags):
        return _PowerCutFile(self, name, flags)

    def xDelete(self, filename, syncdir):
        super().xDelete(filename, syncdir)
        self._forget(filename)
        if syncdir:
            self.sync_names(os.path.dirname(filename))

    def opened(self, path: str, created: bool) -> _Inode:
        if created or path not in self._inodes:
            inode = self._inodes[path] = _Inode()
            self._name_changes(path, None, inode)
        return self._inodes[path]

    def _forget(self, path: str) -> None:
        if self._inodes.pop(path, None):
            self._name_changes(path, None, None)

    def _name_changes(self, path: str, gone: str | None, inode: _Inode | None) -> None:
        if os.path.dirname(path) == self._folder:
            self._pending_names.append((path, gone, inode))
            self.step()

    def sync_names(self, folder: str) -> None:
        if folder == self._folder:
            for change in self._pending_names:
                _rename(self._durable_names, change)
            self._pending_names.clear()

    def step(self) -> None:
        if self.steps in self._cut_at:
            names = dict(self._durable_names)
            for change in self._pending_names:
                if self._chance.random() < 0.5:
                    _rename(names, change)
            left = {os.path.basename(path): inode.survivor(self._chance) for path, inode in names.items()}
            self.cuts.append((self._witness(), left))
        self.steps += 1

    @contextlib.contextmanager
    def watching_python(self, monkeypatch):
        """Also see what Python itself does to the folder: renames, removals and syncs by descriptor."""
        replace, unlink, fsync = os.replace, os.unlink, os.fsync

        def watched_replace(old, new, **_):
            replace(old, new)
            inode = self._inodes.pop(str(old), None)
            if inode:
                self._inodes[str(new)] = inode
                self._name_changes(str(new), str(old), inode)

        def watched_unlink(path, **_):
            unlink(path)
            self._forget(str(path))

        def watched_fsync(handle):
            path = os.readlink(f"/proc/self/fd/{handle}")
            self.step()
            if path in self._inodes:
                self._inodes[path].sync()
            self.sync_names(path)
            self.step()
            fsync(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", watched_replace)
            patch.setattr(os, "rename", watched_replace)
            patch.setattr(os, "unlink", watched_unlink)
            patch.setattr(os, "fsync", watched_fsync)
            yield


def _rename(names: dict[str, _Inode], change: tuple[str, str | None, _Inode | None]) -> None:
    path, gone, inode = change
    if gone is not None:
        names.pop(gone, None)
    if inode is None:
        names.pop(path, None)
    else:
        names[path] = inode
