"""Versions of the summary: a row in one commit with its entry, never changed, checked by `verify`, one on top of the
other; and of which event they are, once one was closed.
"""

import random
import signal
import threading
import time
from datetime import date

import apsw
import pytest

from kiosk.actions.backup import back_up, restore, verify
from kiosk.actions.correct import void
from kiosk.actions.notes import save_note
from kiosk.actions.summary import SummaryNow, summary_now, write_summary
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import EntryConflict, FormRefused, InvalidInput, NotAllowed, NotRecorded
from kiosk.domain.summary import Summary
from kiosk.domain.summary_words import AFTER_CLOSING
from kiosk.domain.tables import Speech
from kiosk.storage.summaries import GUARDS, NewVersion, beside
from kiosk.web.locale import translations
from tests.storage.evening import close_without_copy
from tests.storage.logbook import OpenLog, assert_sound, draft, raw, run_victim
from tests.storage.test_tally import come
from tests.told import lines

SPEECH = Speech("zh", translations("zh").gettext)
SAME = ("",)


def version(words: str = "经验", replaces: str | None = None, **changes) -> NewVersion:
    said = {"numbers": {"visits": 3}, "through": {}, "begun_by": "", **changes}
    return NewVersion(Summary(texts={"experience": words}), replaces=replaces, **said)


def write(log, said: NewVersion, version_id: str | None = None, same=SAME):
    version_id = version_id or mint_id()
    entry = draft(id=version_id, kind="summary", source="staff", details=said.details())
    return log.append_with(entry, beside(version_id, "fair", said, same))


def rows(folder) -> int:
    connection = raw(folder)
    try:
        return connection.execute("SELECT count(*) FROM summaries").get
    finally:
        connection.close()


# Rows


def test_every_save_is_a_version_of_its_own_and_stays(log, folder):
    first = write(log, version("一")).entry
    second = write(log, version("二", first.id)).entry
    assert [one.id for one in log.summaries.each("fair", SAME)] == [second.id, first.id]
    newest = log.summaries.newest("fair", SAME)
    assert (newest.summary, newest.numbers) == (version("二").summary, {"visits": 3})
    assert log.summaries.one(first.id).summary.texts == {"experience": "一"}
    assert log.summaries.newest("elsewhere", SAME) is None
    assert verify(folder).faults == []


def test_on_top_of_what_is_no_longer_the_newest_nothing_is_saved(log, folder):
    first = write(log, version("一")).entry
    with pytest.raises(NotAllowed):
        write(log, version("别人"))
    second = write(log, version("二", first.id)).entry
    for replaces in (first.id, None, mint_id()):
        with pytest.raises(NotAllowed):
            write(log, version("三", replaces))
    assert (log.count(), rows(folder)) == (2, 2)
    assert log.summaries.newest("fair", SAME).id == second.id
    assert log.append(draft()).entry.seq == 3
    assert verify(folder).faults == []


def test_of_many_who_save_at_once_on_top_of_one_version_one_does(log, folder):
    first, outcomes = write(log, version("一")).entry, []

    def save(number: int) -> None:
        try:
            outcomes.append(write(log, version(str(number), first.id)).entry.id)
        except NotAllowed:
            outcomes.append(None)
        log.append(draft())

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(outcomes) == 8 and outcomes.count(None) == 7
    assert_sound(folder, [one for one in outcomes if one], log.device)


def test_a_replay_is_one_version_and_other_words_a_conflict(log, folder):
    first = write(log, version("一"))
    again = write(log, version("一"), first.entry.id)
    assert (again.fresh, again.entry) == (False, first.entry)
    with pytest.raises(EntryConflict):
        write(log, version("二"), first.entry.id)
    assert rows(folder) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE summaries SET digest = digest",
        "DELETE FROM summaries",
        "INSERT OR REPLACE INTO summaries SELECT * FROM summaries",
    ],
)
def test_rows_are_never_changed(log, folder, change):
    write(log, version())
    connection = raw(folder)
    try:
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            connection.execute(change)
    finally:
        connection.close()


SPOILED = {
    "UPDATE summaries SET content = replace(content, '经验', '教训')": "does not match its digest",
    "UPDATE summaries SET content = replace(content, ':3', ':4')": "does not match its digest",
    "UPDATE summaries SET begun_by = 'x'": "belongs elsewhere",
    "DELETE FROM summaries": "its summary is not there",
    "INSERT INTO summaries SELECT 9, 'x' || substr(id, 2), event, begun_by, id, content, digest FROM summaries": (
        "has no entry"
    ),
    "SELECT 1": "summaries_are_not_updated is not there",
}


@pytest.mark.parametrize("spoil", SPOILED)
def test_verify_finds_what_somebody_did_to_the_rows(log, folder, spoil):
    write(log, version())
    log.close()
    connection = raw(folder)
    try:
        for guard in GUARDS:
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(spoil).fetchall()
    finally:
        connection.close()
    assert any(SPOILED[spoil] in fault for fault in verify(folder).faults)


def test_copies_hold_every_version(log, folder, tmp_path):
    first = write(log, version("一")).entry
    copy = back_up(folder, tmp_path / "copy.db")
    assert verify(folder, copy).faults == []
    restore(copy, tmp_path / "other")
    again = OpenLog(tmp_path / "other")
    try:
        assert again.summaries.newest("fair", SAME).id == first.id
        assert write(again, version("二", first.id)).fresh
    finally:
        again.close()


def test_a_kill_at_any_moment_leaves_each_version_whole_or_absent(folder):
    chance = random.Random(2018)
    OpenLog(folder).close()
    acknowledged: list[str] = []
    for _ in range(4):
        process = run_victim("write_summaries", folder)
        assert process.stdout.readline().startswith("ready")
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        process.stdin.close()
        assert_sound(folder, acknowledged)
    assert acknowledged


def test_nothing_is_kept_on_a_full_disk_and_the_same_form_is_saved_when_there_is_room(small_disk, open_log):
    log = open_log(small_disk.folder / "data")
    write(log, version("一"))
    newest, version_id = log.summaries.newest("fair", SAME).id, mint_id()
    long = version("字" * 2000, newest, numbers={f"visits.stop.{number}": number for number in range(20_000)})
    small_disk.fill(leave=100_000)
    with pytest.raises(NotRecorded):
        write(log, long, version_id)
    assert log.entry(version_id) is None and log.summaries.newest("fair", SAME).id == newest
    small_disk.empty()
    assert write(log, long, version_id).fresh
    log.close()
    assert_sound(log.folder, [version_id], log.device)


# Saving, and what the log makes of it


def now(kiosk, begun_by: str | None = None) -> SummaryNow:
    return summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH, begun_by)


def save(kiosk, **fields):
    return write_summary(kiosk, {"id": mint_id(), **fields}, source="staff")


def note(kiosk, title: str, **fields):
    said = {"id": mint_id(), "about": "visit", "day": "2027-05-30", "title": title, **fields}
    return save_note(kiosk, said, [], source="staff").recorded.entry.id


def text(found: SummaryNow) -> str:
    return "\n".join(lines(found.document))


def test_what_was_saved_is_what_the_document_says_and_new_counts_change_no_words(kiosk):
    come(kiosk, 12)
    first = save(kiosk, **{"text.experience": "把展台设在社区。", "signed_by": "新城区科协", "day": "2027-06-03"}).entry
    found = now(kiosk)
    assert found.version.id == first.id and found.changes == []
    assert "共有12人次参与" in text(found) and "把展台设在社区。" in text(found)
    assert (found.document.signed_by, found.document.day) == ("新城区科协", "2027年6月3日")
    come(kiosk, 3)
    found = now(kiosk)
    assert "共有15人次参与" in text(found) and "把展台设在社区。" in text(found)
    assert {(one.key, one.then, one.now) for one in found.changes} >= {("visits", 12, 15), ("check_ins", 1, 2)}
    save(kiosk, replaces=first.id, **{"text.experience": "把展台设在社区。"})
    assert now(kiosk).changes == []


def test_saving_changes_no_number_and_nothing_of_what_they_rest_on(kiosk):
    come(kiosk, 12)
    before = now(kiosk)
    save(kiosk)
    save(kiosk, replaces=now(kiosk).version.id)
    assert now(kiosk).document == before.document


def test_the_same_form_again_is_the_same_entry_whatever_was_counted_meanwhile(kiosk):
    form = {"id": mint_id(), "text.advice": "建议"}
    first = write_summary(kiosk, form, source="staff")
    come(kiosk, 5)
    again = write_summary(kiosk, form, source="staff")
    assert (first.fresh, again.fresh, again.entry) == (True, False, first.entry)
    assert kiosk.log.refusals.newest(9) == [], "an honest form sent twice is no conflict"
    with pytest.raises(EntryConflict):
        write_summary(kiosk, {**form, "text.advice": "另外的话", "replaces": first.entry.id}, source="staff")
    assert len(kiosk.log.summaries.each(kiosk.event.id, SAME)) == 1


def test_the_same_words_of_another_period_are_another_summary(kiosk):
    come(kiosk, 12)
    form = {"id": mint_id(), "text.advice": "建议"}
    first = write_summary(kiosk, {**form, "begun_by": ""}, source="staff").entry
    closed = close_without_copy(kiosk)
    come(kiosk, 3)
    with pytest.raises(EntryConflict):
        write_summary(kiosk, {**form, "begun_by": closed}, source="staff")
    with pytest.raises(NotAllowed):
        write_summary(kiosk, {**form, "begun_by": mint_id()}, source="staff")
    # Taken back, the closing divides nothing: both names mean one period.
    void(kiosk.log, closed, reason="关早了", actor="staff", source="staff")
    assert write_summary(kiosk, {**form, "begun_by": closed}, source="staff").entry == first
    assert len(kiosk.log.summaries.each(kiosk.event.id, SAME)) == 1


def test_the_same_form_twice_at_once_is_one_entry_though_somebody_came_between(kiosk, monkeypatch):
    form = {"id": mint_id(), "text.advice": "建议"}
    append_with, saved = kiosk.log.append_with, []

    def and_the_other_is_quicker(draft, beside):
        monkeypatch.undo()
        come(kiosk, 5)
        saved.append(write_summary(kiosk, form, source="staff").entry)
        return append_with(draft, beside)

    monkeypatch.setattr(kiosk.log, "append_with", and_the_other_is_quicker)
    assert write_summary(kiosk, form, source="staff").entry == saved[0]
    with pytest.raises(EntryConflict):
        write_summary(kiosk, {**form, "text.advice": "另外的话"}, source="staff")


def test_two_who_edit_at_once_lose_no_words(kiosk):
    first = save(kiosk, **{"text.advice": "一"}).entry
    save(kiosk, replaces=first.id, **{"text.advice": "甲"})
    with pytest.raises(NotAllowed, match="Somebody else"):
        save(kiosk, replaces=first.id, **{"text.advice": "乙"})
    assert now(kiosk).version.summary.texts == {"advice": "甲"}


def test_what_is_refused_is_not_saved(kiosk):
    before = kiosk.log.count()
    with pytest.raises(FormRefused):
        save(kiosk, **{"quantity.media": "several"})
    with pytest.raises(InvalidInput):
        write_summary(kiosk, {"id": "x"}, source="staff")
    with pytest.raises(NotAllowed):
        save(kiosk, begun_by=mint_id())
    assert kiosk.log.count() == before


def test_the_summary_of_an_event_that_was_closed_is_written_afterwards(kiosk):
    come(kiosk, 12)
    note(kiosk, "走访老专家")
    early = save(kiosk, **{"text.advice": "先写几句"}).entry
    as_it_was = now(kiosk)
    closed = close_without_copy(kiosk)
    assert kiosk.tally.overview().whole.visits == 0
    found = now(kiosk)
    assert found.period.closed_by == closed and found.version.id == early.id
    later = [line for line in text(found).splitlines() if line != AFTER_CLOSING]
    assert later == text(as_it_was).splitlines() and AFTER_CLOSING in text(found)
    save(kiosk, begun_by=found.period.begun_by, replaces=early.id, **{"text.advice": "写完了"})
    assert "写完了" in text(now(kiosk)) and "走访老专家" in text(now(kiosk))
    # The next one begins: its own figures, notes and words.
    come(kiosk, 3)
    note(kiosk, "新的走访", day="2027-05-31")
    note(kiosk, "补写的走访")
    assert now(kiosk).period.closed_by == closed, "a visit that came late begins no event"
    running = now(kiosk, closed)
    assert running.period.through is None and running.version is None
    assert running.period.since == kiosk.log.begins_after(kiosk.event.id) > 0
    assert "共有3人次参与" in text(running) and "走访老专家" not in text(running)
    over = now(kiosk, "")
    assert "共有12人次参与" in text(over) and "新的走访" not in text(over)
    assert "补写的走访" in text(over) and "补写的走访" not in text(running) and "新的走访" in text(running)
    assert [(one.key, one.then, one.now) for one in over.changes] == [("notes.visit", 1, 2)]
    save(kiosk, begun_by=running.period.begun_by, **{"text.advice": "下一次"})
    assert "下一次" in text(now(kiosk)) and "写完了" in text(now(kiosk, ""))


def test_of_two_events_closed_on_one_day_the_last_has_what_is_told_of_it(kiosk):
    come(kiosk, 2)
    rehearsal = close_without_copy(kiosk)
    come(kiosk, 12)
    note(kiosk, "正式活动的走访")
    closed = close_without_copy(kiosk)
    note(kiosk, "补写的走访")
    assert now(kiosk).period.closed_by == closed
    assert "正式活动的走访" in text(now(kiosk, rehearsal)) and "补写的走访" in text(now(kiosk, rehearsal))
    assert "走访" not in text(now(kiosk, "")).partition("附件")[0].replace("走访慰问", "")


def test_what_is_corrected_after_the_closing_is_as_the_proven_copy_has_it_but_for_notes(kiosk):
    visit = come(kiosk, 12)
    said = note(kiosk, "走访老专家")
    closed = close_without_copy(kiosk)
    come(kiosk, 3)
    void(kiosk.log, visit, reason="误点", actor="staff", source="staff")
    note(kiosk, "走访退休专家", replaces=said)
    assert "共有12人次参与" in text(now(kiosk, "")) and "走访退休专家" in text(now(kiosk, ""))
    running = text(now(kiosk, closed))
    assert "共有3人次参与" in running and "走访" not in running.partition("附件")[0].replace("走访慰问", "")


def test_closed_while_it_is_counted_a_period_keeps_its_own_figures(kiosk, monkeypatch):
    come(kiosk, 12)
    overview = kiosk.tally.overview

    def closes_first(_progress):
        monkeypatch.setattr(kiosk.tally, "overview", overview)
        close_without_copy(kiosk)
        come(kiosk, 3)
        return overview()

    monkeypatch.setattr(kiosk.tally, "overview", closes_first)
    save(kiosk, **{"text.advice": "写完了"})
    found = now(kiosk, "")
    assert found.version.numbers["visits"] == 12 and found.changes == []
    monkeypatch.setattr(kiosk.tally, "overview", overview)


def test_taking_a_closing_back_brings_both_together_and_keeps_every_version(kiosk):
    come(kiosk, 12)
    first = save(kiosk, **{"text.advice": "一"}).entry
    closed = close_without_copy(kiosk)
    come(kiosk, 3)
    second = save(kiosk, begun_by=closed, **{"text.advice": "二"}).entry
    void(kiosk.log, closed, reason="关早了", actor="staff", source="staff")
    found = now(kiosk)
    assert "共有15人次参与" in text(found)
    assert [one.id for one in kiosk.log.summaries.each(kiosk.event.id, found.period.same)] == [second.id, first.id]
    # A form that was opened before is of the same event now.
    with pytest.raises(NotAllowed, match="Somebody else"):
        save(kiosk, begun_by="", replaces=first.id, **{"text.advice": "三"})
    assert save(kiosk, begun_by=closed, replaces=second.id, **{"text.advice": "三"}).fresh
    assert verify(kiosk.data).faults == []


def test_the_numbers_of_a_version_say_through_which_entries_they_were_counted(kiosk):
    come(kiosk, 12)
    size = kiosk.log.size()[1]
    save(kiosk)
    kept = now(kiosk).version
    assert kept.through == {kiosk.log.device: size}
    assert kept.numbers["visits"] == 12 and 0 not in kept.numbers.values()


def test_the_range_and_the_clocks_are_those_of_the_entries_counted(kiosk, clock):
    come(kiosk)
    clock.trust = "unknown"
    come(kiosk, 2)
    clock.trust = "rtc"
    come(kiosk, 2)
    (basis,) = kiosk.log.periods.basis(kiosk.event.id, 0, kiosk.log.size()[0])
    assert (basis.first, basis.last, basis.entries) == (1, 3, 3)
    assert basis.clocks == {"ntp": 1, "rtc": 1, "unknown": 1}
    said = text(now(kiosk))
    assert "第1号至第3号记录，共3条" in said
    assert "网络授时1条、本机时钟1条、未经校准1条" in said and "不计入任何一天" in said


def test_photos_stand_with_their_note_once_and_only_those_chosen(kiosk):
    from tests.storage.test_notes import DIGEST
    from tests.storage.test_notes import note as photographed
    from tests.storage.test_notes import write as write_note

    def add(*colours: str, **changes):
        said = photographed(*colours, **changes)
        return write_note(kiosk.log, said, event=kiosk.event.id)

    add("red", "blue", title="走访")
    add("red", title="再访", day=date(2027, 5, 31))
    save(kiosk, **{f"photo.{DIGEST['red']}": "on", f"photo.{'0' * 64}": "on"})
    found = now(kiosk)
    shown = [line for line in lines(found.document) if line.startswith("[照片")]
    assert shown == [f"[照片 {DIGEST['red'][:8]}] 图1 red"]
    assert "photos" in [one.field for one in found.missing]
