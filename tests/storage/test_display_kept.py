"""What staff put on the screens outlives a restart, a kill and a backup, and is found quickly in a long log."""

import shutil
from threading import Thread

import pytest

from kiosk.actions.backup import back_up, restore
from kiosk.actions.display import change_display
from kiosk.domain.display import Change, Display
from kiosk.domain.errors import InvalidInput, LogUnreadable, NotRecorded
from kiosk.storage import log as log_room
from tests.storage.logbook import draft

NOTICE = {"zh": "请排队，依次参观"}


def test_a_restart_shows_the_same(kiosk, open_at):
    change_display(kiosk, mode="queue", notice=NOTICE, hours=("08:30", "18:00"))
    change_display(kiosk, changes={"symposium": Change({"zh": "14:30"}), "visits": Change(place={"zh": "东区"})})
    change_display(kiosk, changes={"visits": Change()})
    shown = kiosk.display
    kiosk.close()
    assert open_at(kiosk.data).display == shown
    assert shown.changes == {"symposium": Change({"zh": "14:30"})}


def test_what_was_answered_outlives_a_kill(kiosk, open_at, tmp_path):
    change_display(kiosk, state="closed")
    # The files as they lie there, with nobody to fold the journal: what a killed process leaves.
    left = shutil.copytree(kiosk.data, tmp_path / "left")
    assert open_at(left).display.state == "closed"


def test_a_backup_brings_it_along(kiosk, open_at, tmp_path):
    change_display(kiosk, notice=NOTICE)
    copy = back_up(kiosk.data, tmp_path / "copy.db")
    change_display(kiosk, notice={})
    restore(copy, tmp_path / "other")
    assert open_at(tmp_path / "other").display == Display(notice=NOTICE)


def test_an_entry_says_what_is_shown_what_changed_and_who_changed_it(kiosk):
    change_display(kiosk, theme="outdoor")
    assert change_display(kiosk, mode="photo", notice=NOTICE) is True
    entry = kiosk.log.last("display", kiosk.event.id)
    assert (entry.actor, entry.source, entry.kind) == ("staff", "staff", "display")
    assert entry.details == {**Display("running", "photo", "outdoor", NOTICE).details(), "changed": ["mode", "notice"]}


def test_the_same_again_is_no_entry(kiosk):
    change_display(kiosk, notice=NOTICE)
    assert change_display(kiosk, notice={"zh": NOTICE["zh"] + " ", "en": ""}, mode="all") is False
    assert kiosk.log.count() == 1


def test_what_is_refused_or_not_recorded_changes_nothing(kiosk, open_at, monkeypatch):
    change_display(kiosk, notice=NOTICE)
    with pytest.raises(InvalidInput):
        change_display(kiosk, mode="photo", state="soon")

    def fail(_draft):
        raise NotRecorded("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(kiosk.log, "append", fail)
        with pytest.raises(NotRecorded):
            change_display(kiosk, mode="photo")
    assert kiosk.display == Display(notice=NOTICE)
    kiosk.close()
    assert open_at(kiosk.data).display == Display(notice=NOTICE)


def test_a_log_that_cannot_be_read_still_lets_the_kiosk_open(kiosk, open_at, monkeypatch):
    change_display(kiosk, notice=NOTICE)
    kiosk.close()

    def fail(*_):
        raise LogUnreadable("damaged")

    monkeypatch.setattr(log_room.Log, "last", fail)
    assert open_at(kiosk.data).display == Display()


def test_of_many_who_change_it_at_once_nobodys_change_is_lost(kiosk, open_at):
    wanted = {activity.id: Change({"zh": f"1{at}:00"}) for at, activity in enumerate(kiosk.event.programme[:8])}
    threads = [Thread(target=change_display, args=(kiosk,), kwargs={"changes": {one: wanted[one]}}) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kiosk.display.changes == wanted
    kiosk.close()
    assert open_at(kiosk.data).display.changes == wanted


# Log.last


def test_the_last_of_a_kind_is_that_of_the_event_alone(log):
    made = [
        log.append(draft(kind=kind, event=event, details={"number": number})).entry
        for number, (kind, event) in enumerate(
            [("display", "fair"), ("check_in", "fair"), ("display", "fair"), ("display", "other"), ("pack", "fair")]
        )
    ]
    assert log.last("display", "fair") == made[2]
    assert log.last("display", "other") == made[3]
    assert log.last("pack", "fair") == made[4]
    assert log.last("sign_off", "fair") is None
    assert log.last("display", "nowhere") is None


def test_a_kind_of_which_there_are_many_is_not_looked_for_this_way(log):
    with pytest.raises(LookupError, match="check_in"):
        log.last("check_in", "fair")


def test_it_is_found_by_the_index_and_in_the_order_of_arrival(log):
    plan = log.database.read().execute(
        f"EXPLAIN QUERY PLAN SELECT id FROM entries WHERE {log_room._LAST} LIMIT 1", ("display", "fair")
    )
    assert [row[3] for row in plan] == ["SEARCH entries USING INDEX entries_rare (kind=? AND event=?)"]
