"""Stamping cards: once where once is the rule, whatever is repeated, reordered or done at the same moment."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.actions import shifts
from kiosk.actions.correct import void
from kiosk.actions.display import change_display
from kiosk.actions.head_count import count_heads
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.stamp import Read, card_of, give_souvenir, read_scan, stamp, state_of, undo
from kiosk.domain.cards import short_code
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import InvalidInput, NotAllowed, NotRecorded, TooMany
from kiosk.domain.scan import UNDO_MS, visit_entry_id
from tests.conftest import PROJECT
from tests.storage.scanned import log_of, scan
from tests.waiting import PATIENCE


@pytest.fixture
def kiosk(open_at: Callable[..., Kiosk], tmp_path: Path, booths_pack: Path) -> Kiosk:
    return open_at(tmp_path / "data", booths_pack)


def visits(kiosk: Kiosk) -> int:
    return kiosk.tally.report(kiosk.clock.now()).whole.visits


def test_a_card_is_stamped_once_at_a_booth_and_told_when(kiosk, on_duty, clock):
    booth, token = on_duty("hands-on"), kiosk.cards.new()
    first = stamp(kiosk, booth, scan(token))
    assert (first.result, list(first.state.stamps), first.undo_ms) == ("stamped", ["hands-on"], UNDO_MS)
    clock.forward(60_000)
    again = stamp(kiosk, booth, scan(token))
    assert (again.result, again.entry.id) == ("already", first.entry.id)
    assert len(log_of(kiosk, "scan")) == 1
    refusal = kiosk.log.refusals.newest(1)[0]
    assert (refusal.what, refusal.details["why"], refusal.subject) == ("scan", "already", token[:8])


def test_no_token_is_in_the_log_or_among_the_refusals(kiosk, on_duty):
    booth, token = on_duty("hands-on"), kiosk.cards.new()
    for _ in range(2):
        stamp(kiosk, booth, scan(token))
    kept = str(list(kiosk.log.rows())) + str(kiosk.log.refusals.newest(9))
    assert token[:8] in kept
    assert token[:12] not in kept


def test_the_same_scan_sent_again_gets_the_same_answer(kiosk, on_duty, clock):
    booth, read = on_duty("hands-on"), scan(kiosk.cards.new())
    answers = []
    for _ in range(3):
        answers.append(stamp(kiosk, booth, read))
        clock.forward(1_000)
    assert {(one.result, one.entry.id) for one in answers} == {("stamped", answers[0].entry.id)}
    assert len(log_of(kiosk, "scan")) == 1
    assert not kiosk.log.refusals.newest(1)


def test_once_a_day_is_once_more_tomorrow(kiosk, on_duty, clock):
    booth, token = on_duty("lecture"), kiosk.cards.new()
    assert [stamp(kiosk, booth, scan(token)).result for _ in range(2)] == ["stamped", "already"]
    clock.forward(86_400_000)
    assert stamp(kiosk, booth, scan(token)).result == "stamped"


def test_what_waited_on_a_phone_belongs_to_the_day_on_which_it_was_scanned(kiosk, on_duty, clock):
    booth, token = on_duty("lecture"), kiosk.cards.new()
    stamp(kiosk, booth, scan(token))
    clock.forward(86_400_000)
    assert stamp(kiosk, booth, scan(token, age_ms=86_400_000)).result == "already"
    assert stamp(kiosk, booth, scan(token)).result == "stamped"


def test_without_a_date_once_a_day_is_once_since_the_start(kiosk, on_duty, clock):
    clock.trust = "unknown"
    booth, token = on_duty("lecture"), kiosk.cards.new()
    assert [stamp(kiosk, booth, scan(token)).result for _ in range(2)] == ["stamped", "already"]
    clock.boot = "22222222-2222-3333-4444-555555555555"
    assert stamp(kiosk, booth, scan(token)).result == "stamped"


def test_every_time_is_every_scan_but_no_repetition(kiosk, on_duty):
    booth, token = on_duty("advice"), kiosk.cards.new()
    read = scan(token)
    assert [stamp(kiosk, booth, one).result for one in (read, read, scan(token))] == ["stamped"] * 3
    assert len(log_of(kiosk, "scan")) == 2


def test_a_printed_card_s_first_stamp_counts_its_people_once(kiosk, on_duty):
    booths, token = [on_duty("hands-on"), on_duty("lecture")], kiosk.cards.new(45)
    for booth in booths * 2:
        stamp(kiosk, booth, scan(token))
    assert visits(kiosk) == 45
    assert len(log_of(kiosk, "check_in")) == 1
    assert {one.party_size for one in log_of(kiosk, "scan")} == {45}


def test_the_card_after_a_check_in_counts_nobody_again(kiosk, on_duty):
    check_in = mint_id()
    kiosk.log.append(kiosk.draft(check_in, "check_in", "touch", party_size=2))
    stamp(kiosk, on_duty("hands-on"), scan(kiosk.cards.after(check_in, 2)))
    assert visits(kiosk) == 2


def test_where_the_pack_says_so_stamps_count_nobody(open_at, tmp_path, booths_pack):
    file = booths_pack / "event.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("counts_visit = true", "counts_visit = false"))
    kiosk = open_at(tmp_path / "other", booths_pack)
    booth = shifts.shift_of(kiosk, shifts.join(kiosk, shifts.invite(kiosk, "hands-on"), mint_id()))
    stamp(kiosk, booth, scan(kiosk.cards.new()))
    assert (visits(kiosk), len(log_of(kiosk, "scan"))) == (0, 1)


def test_undo_takes_back_the_stamp_and_the_visit_that_came_of_it_and_both_can_come_again(kiosk, on_duty):
    booth, token = on_duty("hands-on"), kiosk.cards.new()
    read = scan(token)
    undo(kiosk, booth, stamp(kiosk, booth, read).entry.id)
    assert (visits(kiosk), state_of(kiosk, card_of(kiosk, token)).stamps) == (0, {})
    assert stamp(kiosk, booth, read).result == "undone", "what was undone is not done by a repetition"
    assert stamp(kiosk, booth, scan(token)).result == "stamped"
    assert visits(kiosk) == 1


def test_undoing_a_later_stamp_leaves_the_visit(kiosk, on_duty):
    token = kiosk.cards.new()
    stamp(kiosk, on_duty("hands-on"), scan(token))
    second = on_duty("telescope")
    undo(kiosk, second, stamp(kiosk, second, scan(token)).entry.id)
    assert visits(kiosk) == 1


def test_undoing_the_stamp_that_made_a_visit_leaves_it_while_another_stamp_stands(kiosk, on_duty):
    booths, token = [on_duty(one) for one in ("hands-on", "telescope")], kiosk.cards.new(3)
    first, second = [stamp(kiosk, booth, scan(token)).entry.id for booth in booths]
    undo(kiosk, booths[0], first)
    assert visits(kiosk) == 3
    undo(kiosk, booths[1], second)
    assert visits(kiosk) == 0


def test_a_visit_that_staff_took_back_does_not_come_again_by_a_stamp(kiosk, on_duty):
    token = kiosk.cards.new(3)
    stamp(kiosk, on_duty("hands-on"), scan(token))
    visit = log_of(kiosk, "check_in")[0]
    void(kiosk.log, visit.id, reason="checked in at the touchscreen", actor="staff", source="staff")
    assert stamp(kiosk, on_duty("telescope"), scan(token)).result == "stamped"
    assert visits(kiosk) == 0


def test_the_same_scan_after_a_restart_or_a_clock_that_was_set_is_the_same_stamp(kiosk, on_duty, clock):
    clock.trust = "unknown"
    booth, read = on_duty("lecture"), scan(kiosk.cards.new())
    first = stamp(kiosk, booth, read)
    clock.boot = "22222222-2222-3333-4444-555555555555"
    assert stamp(kiosk, booth, read).entry.id == first.entry.id
    clock.trust = "ntp"
    assert stamp(kiosk, booth, read).entry.id == first.entry.id
    assert len(log_of(kiosk, "scan")) == 1


def test_a_log_that_became_another_device_s_keeps_its_stamps_and_visits(kiosk, on_duty):
    booth, token = on_duty("hands-on"), kiosk.cards.new(45)
    stamp(kiosk, booth, scan(token))
    kiosk.log.device = mint_id()  # as after `kiosk restore`
    assert stamp(kiosk, booth, scan(token)).result == "already"
    assert stamp(kiosk, on_duty("telescope"), scan(token)).result == "stamped"
    assert visits(kiosk) == 45


def test_an_id_that_another_kind_of_entry_has_is_no_stamp_and_hangs_nothing(kiosk, on_duty):
    booth, token, taken = on_duty("advice"), kiosk.cards.new(), mint_id()
    fields = {"id": taken, "people": "7"}.items()
    count_heads(kiosk, fields, actor="volunteer", source="phone", station="advice", shift=booth.id)
    void(kiosk.log, taken, reason="by mistake", actor="staff", source="staff")
    assert stamp(kiosk, booth, scan(token, scan_id=taken)).result == "stamped"
    undo(kiosk, booth, log_of(kiosk, "scan")[0].id)
    assert stamp(kiosk, booth, scan(token, scan_id=taken)).result == "undone"


def test_a_refused_scan_is_kept_once_however_often_it_is_sent(kiosk, on_duty):
    booth, token = on_duty("hands-on"), kiosk.cards.new()
    stamp(kiosk, booth, scan(token))
    again = scan(token)
    for _ in range(3):
        assert stamp(kiosk, booth, again).result == "already"
    assert len(kiosk.log.refusals.newest(9)) == 1


def test_booths_that_scan_a_new_card_at_the_same_moment_are_no_conflict(kiosk, on_duty):
    booths = [on_duty(one) for one in ("hands-on", "lecture", "telescope", "advice")]
    for _ in range(15):
        token = kiosk.cards.new(2)
        threads = [threading.Thread(target=stamp, args=(kiosk, booth, scan(token))) for booth in booths]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert visits(kiosk) == 30
    assert len(log_of(kiosk, "scan")) == 60
    assert kiosk.log.refusals.newest(9) == []


def test_a_visit_s_id_says_nothing_of_the_booth():
    assert visit_entry_id("device", "7KQ39F2M", 0) == visit_entry_id("device", "7KQ39F2M", 0)
    assert visit_entry_id("device", "7KQ39F2M", 0) != visit_entry_id("device", "7KQ39F2M", 1)


def test_undo_is_for_two_minutes_and_for_the_phone_that_stamped(kiosk, on_duty, clock):
    booth, other = on_duty("hands-on"), on_duty("hands-on")
    entry = stamp(kiosk, booth, scan(kiosk.cards.new())).entry
    with pytest.raises(InvalidInput):
        undo(kiosk, other, entry.id)
    clock.forward(UNDO_MS + 1)
    with pytest.raises(NotAllowed):
        undo(kiosk, booth, entry.id)
    assert log_of(kiosk, "void") == []


def test_a_card_is_full_once_and_its_souvenir_handed_out_once(kiosk, on_duty):
    token = kiosk.cards.new()
    card = card_of(kiosk, token)
    booths = [on_duty(one) for one in ("hands-on", "lecture", "telescope", "advice")]
    with pytest.raises(NotAllowed):
        give_souvenir(kiosk, booths[0], card)
    reads = [scan(token) for _ in booths]
    fills = [stamp(kiosk, booth, read).fills for booth, read in zip(booths, reads, strict=True)]
    assert fills == [False, False, True, False]
    assert stamp(kiosk, booths[2], reads[2]).fills, "the same scan, the same answer"
    assert [give_souvenir(kiosk, booth, card).result for booth in booths[:2]] == ["stamped", "already"]
    figures = kiosk.tally.report(kiosk.clock.now()).whole.cards
    assert (figures.stamps, figures.souvenirs) == (4, 1)
    assert kiosk.log.stamps.cards(kiosk.event.id, 3) == (1, 1)


def test_no_souvenir_is_handed_out_once_they_are_gone(kiosk, on_duty):
    token = kiosk.cards.new()
    booths = [on_duty(one) for one in ("hands-on", "lecture", "telescope")]
    for booth in booths:
        stamp(kiosk, booth, scan(token))
    change_display(kiosk, souvenirs_gone=True)
    with pytest.raises(NotAllowed):
        give_souvenir(kiosk, booths[0], card_of(kiosk, token))


def test_cards_of_other_events_and_other_texts_are_none_of_ours(kiosk, on_duty):
    booth = on_duty("hands-on")
    for text in ("https://example.org/P/ABC", "", "13800000000", "X" * 400, kiosk.cards.new()[:-1]):
        assert stamp(kiosk, booth, Read(mint_id(), text, "camera")).result == "unknown"
    assert log_of(kiosk, "scan", "check_in") == []
    assert {one.details["why"] for one in kiosk.log.refusals.newest(9)} == {"unknown"}


def test_guessed_short_codes_are_tried_only_so_often_and_the_right_one_works(kiosk, on_duty, clock):
    booth, other, token = on_duty("hands-on"), on_duty("lecture"), kiosk.cards.new()
    assert stamp(kiosk, other, Read(mint_id(), short_code(token), "code")).result == "stamped"
    tried = 0
    for _ in range(1_000):
        try:
            stamp(kiosk, booth, Read(mint_id(), "0" * 12, "code"))
            tried += 1
        except TooMany:
            pass
    assert tried == 10
    with pytest.raises(TooMany):
        stamp(kiosk, booth, Read(mint_id(), short_code(token), "code"))
    assert stamp(kiosk, booth, scan(token)).result == "stamped", "a scan is no guess"
    clock.forward(30_000)
    assert stamp(kiosk, booth, Read(mint_id(), short_code(kiosk.cards.new()), "code")).result == "stamped"


def test_a_short_code_counts_only_where_it_was_typed(kiosk, on_duty):
    booth = on_duty("hands-on")
    assert stamp(kiosk, booth, Read(mint_id(), short_code(kiosk.cards.new()), "camera")).result == "unknown"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"id": "7", "read": "X", "how": "camera"},
        {"id": mint_id(), "read": 7, "how": "camera"},
        {"id": mint_id(), "read": "X", "how": "telepathy"},
        {"id": mint_id(), "read": "X", "how": ["camera"]},
        {"id": mint_id(), "read": "X"},
    ],
)
def test_what_is_no_scan_is_refused(fields):
    with pytest.raises(InvalidInput):
        read_scan(fields)


@pytest.mark.parametrize("age", [-1, 1e300, float("nan"), True, "7", None, [7]])
def test_an_age_that_makes_no_sense_is_none(age):
    assert read_scan({"id": mint_id(), "read": "X", "how": "camera", "age_ms": age}).age_ms == 0


def test_phones_at_the_same_moment_stamp_once(kiosk, on_duty):
    booths, tokens = [on_duty("hands-on") for _ in range(6)], [kiosk.cards.new() for _ in range(20)]
    results: list[str] = []

    def volunteer(booth: shifts.Shift) -> None:
        for token in tokens:
            results.append(stamp(kiosk, booth, scan(token)).result)

    threads = [threading.Thread(target=volunteer, args=(booth,)) for booth in booths]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (results.count("stamped"), results.count("already")) == (20, 100)
    assert len(log_of(kiosk, "scan")) == len(log_of(kiosk, "check_in")) == 20


def test_replayed_reordered_and_doubled_queues_give_the_same_stamps(kiosk, on_duty):
    chance = random.Random(5)
    booths = {one: on_duty(one) for one in ("hands-on", "lecture", "advice")}
    tokens = [kiosk.cards.new() for _ in range(15)]
    queue = [(chance.choice(list(booths)), scan(chance.choice(tokens))) for _ in range(120)]
    for _ in range(3):
        sent = queue + chance.choices(queue, k=60)
        chance.shuffle(sent)
        for station, read in sent:
            assert stamp(kiosk, booths[station], read).result in ("stamped", "already")
        found = {(one.station, one.subject) for one in log_of(kiosk, "scan")}
        assert found == {(station, read.text[-24:][:8]) for station, read in queue}
        always = [one for one in log_of(kiosk, "scan") if one.station == "advice"]
        assert len(always) == sum(station == "advice" for station, _ in queue)


REPLAY = """
import sys
from pathlib import Path
from kiosk.actions.kiosk import Kiosk
from kiosk.actions import shifts
from kiosk.actions.stamp import Read, stamp
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_existing
from kiosk.storage.machine import Clock
from kiosk.storage.event_key import read_key
from kiosk.storage.packs import read_pack
from kiosk.domain.entry import Draft
from kiosk.domain.cards import CardKey
from types import SimpleNamespace

data, event, token = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
pack, clock = read_pack(event), Clock()
log = Log(open_existing(data), clock.now)
kiosk = SimpleNamespace(log=log, clock=clock, pack=pack, event=pack.event, stop=None, key=read_key(data),
                        cards=CardKey(read_key(data), pack.event.id))
from kiosk.actions.turns import Turns
from kiosk.storage.remembered import ToldBefore
kiosk.refused_scans, kiosk.open_shifts, kiosk.turns = ToldBefore(), {}, Turns()
kiosk.draft = lambda entry_id, kind, source, **said: Draft(
    id=entry_id, kind=kind, event=pack.event.id, source=source, pack=pack.digest, **said)
shift = shifts.shift_of(kiosk, token)
for line in sys.stdin:
    scan_id, text = line.split()
    print(stamp(kiosk, shift, Read(scan_id, text, "camera")).result)
"""


def test_four_processes_that_replay_the_same_fifty_scans_make_one_entry_each(kiosk, booths_pack):
    token = shifts.join(kiosk, shifts.invite(kiosk, "hands-on"), mint_id())
    lines = "".join(f"{mint_id()} {kiosk.cards.new()}\n" for _ in range(50))
    command = [sys.executable, "-c", REPLAY, str(kiosk.data), str(booths_pack), token]
    running = [
        subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    outputs: list[str] = []

    def feed(process: subprocess.Popen) -> None:
        outputs.append(process.communicate(lines, timeout=PATIENCE)[0])

    feeders = [threading.Thread(target=feed, args=(one,)) for one in running]
    for one in feeders:
        one.start()
    for one in feeders:
        one.join()
    assert [one.returncode for one in running] == [0] * 4
    assert [output.split() for output in outputs] == [["stamped"] * 50] * 4
    assert len(log_of(kiosk, "scan")) == len(log_of(kiosk, "check_in")) == 50


def test_who_undoes_a_card_s_only_stamp_takes_no_visit_from_a_booth_that_stamps_meanwhile(kiosk, on_duty, monkeypatch):
    token, booths = kiosk.cards.new(30), [on_duty("hands-on"), on_duty("telescope")]
    first = stamp(kiosk, booths[0], scan(token))
    other = threading.Thread(target=stamp, args=(kiosk, booths[1], scan(token)))
    append = kiosk.log.append_each

    def append_later(*drafts, **more):
        if drafts[0].kind == "void":  # it has looked at the card, and recorded nothing yet
            other.start()
            free = []
            looker = threading.Thread(target=lambda: free.append(kiosk.turns.of(token[:8]).acquire(blocking=False)))
            looker.start()
            looker.join()
            assert free == [False], "nobody else has this card in hand"
        return append(*drafts, **more)

    monkeypatch.setattr(kiosk.log, "append_each", append_later)
    undo(kiosk, booths[0], first.entry.id)
    other.join()
    assert list(state_of(kiosk, card_of(kiosk, token)).stamps) == ["telescope"]
    assert visits(kiosk) == 30


@pytest.mark.parametrize(("before", "then"), [("unknown", "ntp"), ("unknown", "staff"), ("ntp", "unknown")])
def test_once_a_day_is_once_a_day_also_when_the_clock_is_set_or_lost_in_between(kiosk, on_duty, clock, before, then):
    clock.trust = before
    booth, token = on_duty("lecture"), kiosk.cards.new()
    assert stamp(kiosk, booth, scan(token)).result == "stamped"
    clock.forward(600_000)
    clock.trust = then
    assert stamp(kiosk, booth, scan(token)).result == "already"
    if then != "unknown":
        clock.forward(86_400_000)
        assert stamp(kiosk, booth, scan(token)).result == "stamped"


def test_sixteen_who_guess_at_once_have_one_budget(kiosk, on_duty):
    booth, tried = on_duty("hands-on"), []

    def guess(number: int) -> None:
        for at in range(40):
            with suppress(TooMany):
                stamp(kiosk, booth, Read(mint_id(), f"{number:02}{at:02}00000000", "code"))
                tried.append(number)

    guessing = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for one in guessing:
        one.start()
    for one in guessing:
        one.join()
    assert len(tried) == 10


def test_a_stamp_that_is_not_durable_is_not_told_as_one(kiosk, on_duty, monkeypatch):
    booth, read = on_duty("hands-on"), scan(kiosk.cards.new())
    append = kiosk.log.append_each
    monkeypatch.setattr(kiosk.log, "append_each", lambda *drafts, **_: [NotRecorded("disk full") for _ in drafts])
    with pytest.raises(NotRecorded):
        stamp(kiosk, booth, read)
    monkeypatch.setattr(kiosk.log, "append_each", append)
    assert stamp(kiosk, booth, read).result == "stamped"
