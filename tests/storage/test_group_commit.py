"""Callers that share a commit: each gets their own answer, one sync serves many, and a failure spares nobody and lasts
no longer than its cause."""

import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.domain.entry import mint_id
from kiosk.domain.errors import EntryConflict, NotAllowed, NotRecorded, UnknownEntry
from kiosk.storage.database import FILE_NAME
from tests.storage.logbook import assert_sound, draft, finish, refusals, run_victim, void_of
from tests.waiting import PATIENCE


def test_many_threads_record_each_draft_once_without_gaps(log, folder):
    drafts = [draft() for _ in range(400)]
    with ThreadPoolExecutor(40) as pool:
        recorded = list(pool.map(log.append, drafts))
    assert [one.entry.id for one in recorded] == [said.id for said in drafts]
    assert all(one.fresh for one in recorded)
    assert sorted(one.entry.seq for one in recorded) == list(range(1, 401))
    assert [entry.seq for entry in log.entries()] == list(range(1, 401))


def test_the_same_form_from_many_threads_is_one_entry(log):
    said = draft()
    with ThreadPoolExecutor(20) as pool:
        recorded = list(pool.map(log.append, [said] * 60))
    assert sum(one.fresh for one in recorded) == 1
    assert all(one.entry == log.entry(said.id) for one in recorded)
    assert log.count() == 1


def test_two_processes_share_the_sequence(folder, log):
    others = [run_victim("append_until_told", folder, 200) for _ in range(2)]
    for other in others:
        assert other.stdout.readline().startswith("ready")
    for other in others:
        other.stdin.write("go\n")
        other.stdin.flush()
    for _ in range(200):
        log.append(draft())
    told = [finish(other).split("\n") for other in others]
    recorded = [line.split()[1] for lines in told for line in lines if line.startswith("recorded")]
    assert len(recorded) == 400
    assert_sound(folder, recorded, log.device)
    assert log.count() == 600


@pytest.fixture
def share_a_commit(open_log, clock):
    """Return (log, function that appends all its drafts in one commit and returns what each caller got)."""
    held, go_on = threading.Event(), threading.Event()

    def now():
        if threading.current_thread().name == "first":
            held.set()
            assert go_on.wait(PATIENCE)
        return clock.now()

    log = open_log(now=now)

    def share(drafts: list) -> list:
        def caught(said):
            try:
                return log.append(said)
            except Exception as error:
                return error

        first = threading.Thread(target=log.append, args=(draft(),), name="first")
        first.start()
        assert held.wait(PATIENCE)
        with ThreadPoolExecutor(len(drafts)) as pool:
            waiting = []
            for said in drafts:
                waiting.append(pool.submit(caught, said))
                while len(log._commits._waiting) < len(waiting):
                    pass
            go_on.set()
            answers = [one.result() for one in waiting]
        first.join()
        held.clear()
        go_on.clear()
        return answers

    return log, share


def test_a_bad_draft_in_a_shared_commit_does_no_harm_to_the_others(share_a_commit, folder):
    log, share = share_a_commit
    there = log.append(draft()).entry
    void = log.append(void_of(there.id)).entry
    good = [draft() for _ in range(4)]
    answers = share(
        [
            good[0],
            draft(id=there.id, party_size=9),
            good[1],
            void_of(mint_id()),
            void_of(void.id),
            good[1],
            draft(id=good[1].id, party_size=9),
            good[2],
            void_of(good[2].id),
            good[3],
        ]
    )
    kinds = [type(answer).__name__ if isinstance(answer, Exception) else answer.fresh for answer in answers]
    assert kinds == [
        *(True, EntryConflict.__name__, True, UnknownEntry.__name__, NotAllowed.__name__),
        *(False, EntryConflict.__name__, True, True, True),
    ]
    assert answers[5].entry == answers[2].entry
    assert [log.entry(said.id) is not None for said in good] == [True] * 4
    assert sorted(refusals(folder)) == sorted([("conflict", there.id), ("conflict", good[1].id)])
    assert_sound(folder, [said.id for said in good], log.device)
    assert log.failure is None


def test_a_draft_that_the_file_refuses_does_no_harm_to_the_others(share_a_commit, folder):
    log, share = share_a_commit
    good = [draft(), draft()]
    # No form gets this far; but whatever does must not cost other visitors their entry.
    answers = share([good[0], draft(party_size=201), good[1]])
    assert isinstance(answers[1], Exception)
    assert [getattr(answer, "fresh", answer) for answer in (answers[0], answers[2])] == [True, True]
    assert_sound(folder, [said.id for said in good], log.device)


def test_a_log_that_was_moved_away_records_nothing_until_it_is_back(log, folder):
    there = log.append(draft()).entry
    (folder / FILE_NAME).rename(folder / "elsewhere.db")
    drafts = [draft() for _ in range(8)]

    def caught(said):
        with pytest.raises(NotRecorded):
            log.append(said)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(caught, drafts))
    assert log.failure
    assert not log.can_record()
    (folder / "elsewhere.db").rename(folder / FILE_NAME)
    assert log.can_record()
    assert log.failure is None
    assert [log.append(said).fresh for said in drafts] == [True] * 8
    assert_sound(folder, [there.id] + [said.id for said in drafts], log.device)


def test_concurrent_callers_share_syncs(folder):
    # A checkpoint adds a sync now and then; one commit for each entry would be 192.
    told = json.loads(finish(run_victim("slow", folder, 32, 6)))
    assert told["entries"] == 192
    assert told["syncs"] < 192 / 4


@pytest.mark.parametrize("error", ["IOError", "FullError"])
@pytest.mark.parametrize("what", ["sync", "write"])
def test_a_failing_commit_is_told_to_all_and_recording_goes_on_when_the_disk_does(folder, what, error):
    process = run_victim("failing", folder, what, error, 12, stderr=subprocess.PIPE)
    output, log_lines = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log_lines
    told = json.loads(output)
    assert set(told["answers"].values()) == {"not recorded"}
    assert len(told["answers"]) == 12
    assert told["failure"].startswith(error)
    assert told["could"] is False
    assert told["visible"] == told["before"]
    assert told["appeared"] == []
    assert told["can"] is True
    assert told["after"] is None
    assert set(told["again"]) == set(told["answers"])
    assert_sound(folder, told["before"] + told["again"])
