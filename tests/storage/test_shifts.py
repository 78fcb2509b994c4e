"""Volunteers' shifts: joined with a code, ended once, and what was done in each."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from kiosk.actions import shifts
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.stamp import stamp, undo
from kiosk.actions.swap_pack import put_back
from kiosk.actions.work import Work
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import EntryConflict, NotRecorded, ShiftOver, UnknownEntry
from tests.storage.scanned import log_of, scan
from tests.storage.test_packs_in_use import put
from tests.web.editions import other_event


@pytest.fixture
def kiosk(open_at: Callable[..., Kiosk], tmp_path: Path, booths_pack: Path) -> Kiosk:
    return open_at(tmp_path / "data", booths_pack)


def test_a_code_lets_one_phone_join_within_ten_minutes(kiosk, clock):
    code = shifts.invite(kiosk, "lecture")
    assert shifts.invited_to(kiosk, code).id == shifts.invited_to(kiosk, code).id == "lecture"
    shift = shifts.shift_of(kiosk, shifts.join(kiosk, code, mint_id()))
    assert (shift.station.id, shift.number) == ("lecture", 1)
    with pytest.raises(UnknownEntry):
        shifts.join(kiosk, code, mint_id())
    late = shifts.invite(kiosk, "lecture")
    clock.forward(600_000)
    with pytest.raises(UnknownEntry):
        shifts.invited_to(kiosk, late)
    with pytest.raises(UnknownEntry):
        shifts.join(kiosk, late, mint_id())


def test_a_phone_that_heard_no_answer_joins_once_and_no_other_phone_with_it(kiosk):
    code, shift_id = shifts.invite(kiosk, "lecture"), mint_id()
    token = shifts.join(kiosk, code, shift_id)
    assert shifts.join(kiosk, code, shift_id) == token
    assert len(log_of(kiosk, "shift")) == 1
    with pytest.raises(UnknownEntry):
        shifts.join(kiosk, code, mint_id())
    another = shifts.invite(kiosk, "lecture")
    with pytest.raises(EntryConflict):
        shifts.join(kiosk, another, shift_id)  # an id is no key to somebody's shift
    assert shifts.join(kiosk, another, mint_id())


def test_a_form_that_comes_twice_at_once_begins_one_shift_and_gives_no_code_back(kiosk):
    code, shift_id, joined = shifts.invite(kiosk, "lecture"), mint_id(), []
    both = [threading.Thread(target=lambda: joined.append(shifts.join(kiosk, code, shift_id))) for _ in range(8)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(joined) == 8 and len(set(joined)) == 1 and len(log_of(kiosk, "shift")) == 1
    with pytest.raises(UnknownEntry):
        shifts.join(kiosk, code, mint_id())


def test_what_ended_does_not_begin_again_on_its_old_page(kiosk):
    code, shift_id = shifts.invite(kiosk, "lecture"), mint_id()
    shifts.join(kiosk, code, shift_id)
    shifts.end_shift(kiosk, shift_id, actor="staff", revoked=True)
    with pytest.raises(UnknownEntry):
        shifts.join(kiosk, code, shift_id)


def test_a_shift_of_another_event_goes_on_with_its_pack_and_ends_in_its_event(open_at, booths_pack, tmp_path):
    other = Path(shutil.copytree(booths_pack, tmp_path / "other"))
    other_event(other)
    digest = put(tmp_path / "data", other)
    kiosk = open_at(tmp_path / "data", booths_pack)  # the other event is on screen
    put_back(kiosk, None)
    shifts.begin_at_touchscreen(kiosk, "hands-on")
    own = kiosk.own_shift
    put_back(kiosk, digest)
    assert kiosk.event.id == "fair-2019" and shifts.touchscreen_shift(kiosk) is None
    shifts.begin_at_touchscreen(kiosk, "telescope")
    put_back(kiosk, None)
    assert shifts.touchscreen_shift(kiosk).id == own
    shifts.end_all_shifts(kiosk)
    assert [line.ended is None for line in shifts.shift_lines(kiosk)] == [False]
    put_back(kiosk, digest)
    shifts.end_shift(kiosk, own, actor="staff")
    assert {one.event for one in log_of(kiosk, "shift_end")} == {"hohhot-2018"}


def test_a_code_whose_use_was_not_recorded_still_holds(kiosk, monkeypatch):
    code = shifts.invite(kiosk, "lecture")
    append = kiosk.log.append
    monkeypatch.setattr(kiosk.log, "append", lambda draft: (_ for _ in ()).throw(NotRecorded("full")))
    with pytest.raises(NotRecorded):
        shifts.join(kiosk, code, mint_id())
    monkeypatch.setattr(kiosk.log, "append", append)
    assert shifts.join(kiosk, code, mint_id())


def test_a_restart_ends_no_shift_and_a_moved_token_is_none(kiosk, open_at, booths_pack, on_duty):
    token = shifts.join(kiosk, shifts.invite(kiosk, "lecture"), mint_id())
    shifts.begin_at_touchscreen(kiosk, "hands-on")
    own, data = kiosk.own_shift, kiosk.data
    kiosk.close()
    again = open_at(data, booths_pack)
    assert shifts.shift_of(again, token).station.id == "lecture"
    assert again.own_shift == own
    assert shifts.touchscreen_shift(again).station.id == "hands-on"
    at_touchscreen = {line.station: line.at_touchscreen for line in shifts.shift_lines(again)}
    assert at_touchscreen == {"lecture": False, "hands-on": True}
    shift_id, _, mac = token.partition(".")
    for forged in (
        "",
        ".",
        shift_id,
        f"{shift_id}.",
        f"{shift_id}.{'0' * 32}",
        f"{mint_id()}.{mac}",
        f"{own}.{mac}",
        "é.é",
        f"{shift_id}.é",
    ):
        with pytest.raises(ShiftOver):
            shifts.shift_of(again, forged)


def test_a_shift_ends_once_and_is_as_long_as_it_was(kiosk, clock):
    token = shifts.join(kiosk, shifts.invite(kiosk, "lecture"), mint_id())
    shift = shifts.shift_of(kiosk, token)
    clock.forward(7_200_000)
    for _ in range(2):
        shifts.end_shift(kiosk, shift.id, actor="staff", revoked=True)
        clock.forward(60_000)
    with pytest.raises(ShiftOver) as told:
        shifts.shift_of(kiosk, token)
    assert told.value.shift_id == shift.id
    line = shifts.shift_lines(kiosk)[0]
    assert (line.seconds, line.ended.details["revoked"], line.number) == (7_200, True, 1)


def test_whoever_ends_a_shift_at_the_same_moment_it_ends_once(kiosk, on_duty, clock):
    shift = on_duty("lecture")
    failed = []

    def end(actor: str) -> None:
        try:
            shifts.end_shift(kiosk, shift.id, actor=actor, revoked=actor == "staff")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=end, args=(actor,)) for actor in ("staff", "volunteer") * 8]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert len(log_of(kiosk, "shift_end")) == 1
    assert kiosk.log.refusals.newest(9) == []


def test_while_the_key_is_away_a_phone_waits(kiosk):
    token = shifts.join(kiosk, shifts.invite(kiosk, "lecture"), mint_id())
    key, kiosk.key = kiosk.key, None
    with pytest.raises(NotRecorded):
        shifts.shift_of(kiosk, token)
    kiosk.key = key
    assert shifts.shift_of(kiosk, token)


def test_how_long_a_shift_was_over_a_restart_is_told_by_clocks_that_are_known_or_not_at_all(kiosk, clock, on_duty):
    on_duty("lecture")
    clock.forward(3_600_000)
    clock.boot = "22222222-2222-3333-4444-555555555555"
    assert shifts.shift_lines(kiosk)[0].seconds == 3_600
    clock.trust = "unknown"
    assert shifts.shift_lines(kiosk)[0].seconds is None


def test_what_each_phone_did_is_counted_apart(kiosk, on_duty):
    first, second = on_duty("hands-on"), on_duty("lecture")
    for booth in (first, first, second):
        stamp(kiosk, booth, scan(kiosk.cards.new()))
        kiosk.work.of(kiosk.event.id, first.id)
    undo(kiosk, first, stamp(kiosk, first, scan(kiosk.cards.new(30))).entry.id)
    for work in (kiosk.work, Work(kiosk.log)):  # counted on, and counted at once
        counts = [work.of(kiosk.event.id, shift.id) for shift in (first, second)]
        assert [(one.scans, one.people) for one in counts] == [(2, 2), (1, 1)]


def test_a_look_at_what_a_phone_did_costs_the_same_however_much_that_was(kiosk, on_duty):
    booth, steps = on_duty("hands-on"), 0

    def note(event: dict) -> None:
        nonlocal steps
        steps += event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]

    def look_after_a_scan() -> int:
        nonlocal steps
        stamp(kiosk, booth, scan(kiosk.cards.new()))
        steps = 0
        kiosk.work.of(kiosk.event.id, booth.id)
        return steps

    kiosk.database.read().trace_v2(apsw.SQLITE_TRACE_PROFILE, note)
    look_after_a_scan()
    early = look_after_a_scan()
    for _ in range(50):
        stamp(kiosk, booth, scan(kiosk.cards.new()))
    kiosk.work.of(kiosk.event.id, booth.id)
    assert 0 < look_after_a_scan() <= early + 10


def test_no_statement_of_a_scan_is_planned_anew(kiosk, on_duty):
    booth, planned = on_duty("hands-on"), []

    def scan_and_look() -> None:
        stamp(kiosk, booth, scan(kiosk.cards.new()))
        kiosk.work.of(kiosk.event.id, booth.id)

    def note(*what: object) -> int:
        planned.append(what)
        return apsw.SQLITE_OK

    scan_and_look()
    kiosk.database.read().authorizer = note  # asked while a statement is planned, never while it runs
    with kiosk.database.write() as writer:
        writer.authorizer = note
    scan_and_look()
    scan_and_look()
    assert planned
    planned.clear()
    scan_and_look()
    assert planned == []
