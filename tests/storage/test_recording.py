"""Whether writing works: believed for a while, tried anew after that, and not tried at every look while it fails."""

import apsw
import pytest

from kiosk.storage import log as log_room
from kiosk.storage.shared_commit import SharedCommit


@pytest.fixture
def time(monkeypatch):
    """A clock of seconds that the test moves, and the real limits."""
    seconds = [1000.0]
    monkeypatch.setattr(log_room.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(log_room, "TRY_AGAIN_SECONDS", 1)
    return seconds


@pytest.fixture
def tries(log, monkeypatch):
    """How often a write was tried, and whether it may work."""
    state = {"count": 0, "works": True}
    write = log.database.write

    def watched():
        state["count"] += 1
        if not state["works"]:
            raise apsw.IOError("the disk is gone")
        return write()

    monkeypatch.setattr(log.database, "write", watched)
    return state


def test_a_disk_that_fails_while_nobody_comes_is_noticed(log, time, tries):
    assert log.can_record()
    tries["works"] = False
    time[0] += log_room.BELIEVE_SECONDS - 1
    assert log.can_record()
    time[0] += 2
    assert not log.can_record()


def test_a_failing_disk_is_not_tried_at_every_look(log, time, tries):
    tries["works"] = False
    assert not log.can_record()
    tried = tries["count"]
    for _ in range(50):
        assert not log.can_record()
    assert tries["count"] == tried
    tries["works"] = True
    time[0] += log_room.TRY_AGAIN_SECONDS
    assert log.can_record()


def test_a_leader_that_fails_before_its_commit_loses_neither_the_lead_nor_the_others(monkeypatch):
    done = []
    commits = SharedCommit(done.extend)
    commits._was_shared = True

    def no_memory(seconds):
        raise MemoryError

    monkeypatch.setattr("kiosk.storage.shared_commit.time.sleep", no_memory)
    with pytest.raises(MemoryError):
        commits.run("first")
    monkeypatch.undo()
    commits.run("second")
    assert done == ["second"]
