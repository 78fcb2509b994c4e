"""Wrong clocks: how far a stamp is trusted, and that the log's order and its figures do not depend on it."""

import itertools
from types import SimpleNamespace

import pytest

from kiosk.actions.kiosk import clock_of, open_kiosk
from kiosk.domain.clock import (
    EARLIEST_WALL_MS,
    KNOWN_TRUSTS,
    LARGEST_UNEXPLAINED_STEP_MS,
    LATEST_WALL_MS,
    TRUSTS,
    Anchor,
    Stamp,
    anchor_from,
    trust,
)
from kiosk.domain.entry import mint_id
from kiosk.domain.event import Pack
from kiosk.domain.statistics import figures
from kiosk.storage import machine
from tests.conftest import SHIPPED
from tests.storage.logbook import OpenLog, assert_sound, draft

NOW = 1_811_649_600_000
DAY = 86_400_000


def _expected(synchronised: bool, from_rtc: bool, restored: bool, stepped: bool) -> str:
    if synchronised:
        return "ntp"
    if stepped:
        return "unknown"
    return "rtc" if from_rtc else "restored" if restored else "unknown"


@pytest.mark.parametrize("facts", list(itertools.product([False, True], repeat=4)))
def test_trusts_a_plausible_clock_as_far_as_something_vouches_for_it(facts):
    names = dict(zip(("synchronised", "from_rtc", "restored", "stepped"), facts, strict=True))
    assert trust(wall_ms=NOW, **names) == _expected(*facts)
    assert trust(wall_ms=EARLIEST_WALL_MS, **names) == _expected(*facts)
    # Before the software was written, whatever vouches for it.
    assert trust(wall_ms=EARLIEST_WALL_MS - 1, **names) == "unknown"


class Machine:
    """The machine that `storage.machine.Clock` reads, set by the test."""

    def __init__(self, monkeypatch):
        self.wall_ms, self.boottime_ms, self.synchronised = NOW, 100_000, False
        self.from_rtc = self.restored = False
        monkeypatch.setattr(machine, "wall_ms", lambda: self.wall_ms)
        monkeypatch.setattr(machine, "boottime_ms", lambda: self.boottime_ms)
        monkeypatch.setattr(machine, "_is_synchronised", lambda: self.synchronised)
        monkeypatch.setattr(machine, "_is_from_rtc", lambda: self.from_rtc)
        monkeypatch.setattr(machine, "_is_restored", lambda: self.restored)

    def forward(self, milliseconds: int) -> None:
        self.wall_ms += milliseconds
        self.boottime_ms += milliseconds


@pytest.fixture
def machine_of(monkeypatch) -> Machine:
    return Machine(monkeypatch)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"synchronised": True}, "ntp"),
        ({"from_rtc": True}, "rtc"),
        ({"restored": True}, "restored"),
        ({}, "unknown"),
        ({"synchronised": True, "from_rtc": True, "restored": True}, "ntp"),
    ],
    ids=str,
)
def test_says_what_the_machine_says(machine_of, facts, expected):
    vars(machine_of).update(facts)
    stamp = machine.Clock().now()
    assert (stamp.wall_ms, stamp.boottime_ms, stamp.clock) == (NOW, 100_000, expected)


@pytest.mark.parametrize(
    "jump", [-3_650 * DAY, 3 * DAY, -LARGEST_UNEXPLAINED_STEP_MS - 1, LARGEST_UNEXPLAINED_STEP_MS + 1]
)
def test_a_clock_that_was_moved_by_hand_is_not_known_and_stays_so(machine_of, jump):
    machine_of.from_rtc = True
    clock = machine.Clock()
    assert clock.now().clock == "rtc"
    machine_of.wall_ms += jump
    assert clock.now().clock == "unknown"
    machine_of.forward(3_600_000)
    assert clock.now().clock == "unknown"


def test_a_move_by_hand_is_known_to_whoever_looks_later_in_the_same_boot(machine_of, tmp_path):
    machine_of.from_rtc = True
    kiosk = open_kiosk(tmp_path / "data", SHIPPED)
    recorded = kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch")).entry
    machine_of.wall_ms -= 3 * DAY
    assert (recorded.clock, kiosk.clock.now().clock) == ("rtc", "unknown")
    assert clock_of(kiosk.log).now().clock == "unknown", "a command beside it"
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch"))
    kiosk.close()
    machine_of.forward(60_000)
    kiosk = open_kiosk(tmp_path / "data", SHIPPED)  # as the watchdog does
    assert kiosk.clock.now().clock == "unknown"
    machine_of.wall_ms += 3 * DAY
    assert kiosk.clock.now().clock == "rtc", "put right again"
    kiosk.close()


@pytest.mark.parametrize(
    ("hctosys", "since_epoch", "is_from_rtc"),
    [
        ("1", NOW // 1000, True),
        ("1", NOW // 1000 - 100, True),
        ("0", NOW // 1000, False),
        ("1", 37, False),  # no battery: the kernel took 1970 from it, and a file said better
        ("1", "", False),
        ("1", None, False),
    ],
)
def test_a_battery_clock_counts_while_it_says_what_the_machine_says(
    monkeypatch, tmp_path, hctosys, since_epoch, is_from_rtc
):
    monkeypatch.setattr(machine, "wall_ms", lambda: NOW)
    rtc = tmp_path / "sys/class/rtc/rtc0"
    rtc.mkdir(parents=True)
    (rtc / "hctosys").write_text(f"{hctosys}\n")
    if since_epoch is not None:
        (rtc / "since_epoch").write_text(f"{since_epoch}\n")
    assert machine._is_from_rtc(tmp_path) is is_from_rtc


def test_a_battery_clock_may_tell_the_local_time(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "wall_ms", lambda: NOW)
    monkeypatch.setattr(machine.time, "localtime", lambda _: SimpleNamespace(tm_gmtoff=8 * 3600))
    for path, text in (("sys/class/rtc/rtc0/hctosys", "1"), ("etc/adjtime", "0.0 0 0\n0\nLOCAL\n")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "sys/class/rtc/rtc0/since_epoch").write_text(str(NOW // 1000 + 8 * 3600))
    assert machine._is_from_rtc(tmp_path)
    (tmp_path / "etc/adjtime").write_text("0.0 0 0\n0\nUTC\n")
    assert not machine._is_from_rtc(tmp_path)


@pytest.mark.parametrize("drift", [-LARGEST_UNEXPLAINED_STEP_MS, LARGEST_UNEXPLAINED_STEP_MS])
def test_drift_is_no_move(machine_of, drift):
    machine_of.from_rtc = True
    clock = machine.Clock()
    machine_of.forward(DAY)
    machine_of.wall_ms += drift
    assert clock.now().clock == "rtc"


def test_a_step_that_the_network_made_is_trusted_at_once_and_is_the_new_measure(machine_of):
    machine_of.restored = True
    clock = machine.Clock()
    assert clock.now().clock == "restored"
    machine_of.synchronised = True
    machine_of.wall_ms += 3 * DAY
    assert clock.now().clock == "ntp"
    machine_of.forward(1_000)
    assert clock.now().clock == "ntp"
    # Without the network the clock is as good as before, and a move by hand is seen again.
    machine_of.synchronised = False
    machine_of.forward(60_000)
    assert clock.now().clock == "restored"
    machine_of.wall_ms -= DAY
    assert clock.now().clock == "unknown"


def test_the_network_is_asked_again_after_a_while(machine_of):
    machine_of.from_rtc = True
    clock = machine.Clock()
    assert clock.now().clock == "rtc"
    machine_of.synchronised = True
    machine_of.forward(60_000)
    assert clock.now().clock == "ntp"
    machine_of.synchronised = False
    machine_of.forward(60_000)
    assert clock.now().clock == "rtc"


def test_the_order_of_the_log_holds_however_the_clock_jumps(machine_of, folder, shipped_pack: Pack):
    machine_of.from_rtc = True
    log = OpenLog(folder, machine.Clock().now)
    recorded = []
    for jump in (0, -3_650 * DAY, 3 * DAY, 3_650 * DAY, -DAY, 0):
        machine_of.wall_ms += jump
        machine_of.boottime_ms += 1_000
        recorded.append(log.append(draft(party_size=2)).entry)
    assert [entry.seq for entry in recorded] == [1, 2, 3, 4, 5, 6]
    assert log.entries() == recorded
    # Ten years back and forth and three days on: moved; a day back again still is.
    assert [entry.clock for entry in recorded] == ["rtc", *["unknown"] * 5]
    counted = figures(log.cells("fair"), shipped_pack.event.zone)
    assert (counted.visits, counted.visits_time_unknown) == (12, 10)
    log.close()
    assert_sound(folder, [entry.id for entry in recorded], log.device)


@pytest.mark.parametrize("wall_ms", [0, -1, 1, EARLIEST_WALL_MS - 1, 253_402_300_800_000, 1 << 62])
def test_records_and_counts_at_any_wall_time(machine_of, log, wall_ms, shipped_pack: Pack):
    machine_of.synchronised = True
    machine_of.wall_ms = wall_ms
    log._now = machine.Clock().now
    entry = log.append(draft(party_size=3)).entry
    assert log.entry(entry.id).wall_ms == wall_ms
    assert entry.clock in TRUSTS
    assert figures(log.cells("fair"), shipped_pack.event.zone).visits == 3


def test_what_is_known_is_what_staff_or_a_clock_vouch_for():
    assert set(TRUSTS) - set(KNOWN_TRUSTS) == {"restored", "unknown"}


def test_the_real_machine_gives_a_stamp():
    first, second = machine.Clock().now(), machine.Clock().now()
    assert first.boot == second.boot
    assert len(first.boot) == 36
    assert second.boottime_ms >= first.boottime_ms > 0
    assert first.clock in TRUSTS


def test_what_staff_say_counts_for_this_boot_until_the_network_knows_better(machine_of):
    machine_of.restored = True
    clock = machine.Clock()
    said = NOW + 40 * DAY
    machine_of.forward(5_000)
    clock.anchor = Anchor(said, clock.boot, machine_of.boottime_ms)
    machine_of.forward(60_000)
    assert clock.now() == Stamp(said + 60_000, clock.boot, machine_of.boottime_ms, "staff")
    # Whoever moves the machine's own clock meanwhile, the helper or a hand, changes nothing.
    machine_of.wall_ms += 3 * DAY
    assert (clock.now().wall_ms, clock.now().clock) == (said + 60_000, "staff")
    machine_of.synchronised = True
    machine_of.forward(60_000)
    assert (clock.now().wall_ms, clock.now().clock) == (machine_of.wall_ms, "ntp")
    machine_of.synchronised = False
    machine_of.forward(60_000)
    assert clock.now().clock == "staff"


def test_what_the_network_said_last_stays_once_it_cannot_be_reached_any_more(machine_of):
    clock = machine.Clock()
    wrong = NOW - 9 * DAY
    clock.anchor = Anchor(wrong, clock.boot, machine_of.boottime_ms)
    machine_of.forward(60_000)
    assert clock.now().wall_ms == wrong + 60_000
    machine_of.synchronised = True
    machine_of.forward(60_000)
    assert (clock.now().clock, clock.now().wall_ms) == ("ntp", machine_of.wall_ms)
    machine_of.synchronised = False
    machine_of.forward(60_000)
    assert (clock.now().clock, clock.now().wall_ms) == ("staff", machine_of.wall_ms)


def test_an_anchor_of_another_boot_means_nothing(machine_of):
    clock = machine.Clock()
    clock.anchor = Anchor(NOW + DAY, "another boot", machine_of.boottime_ms)
    assert clock.now().clock == "unknown"
    assert clock.now().wall_ms == NOW


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"wall_ms": "1", "boot": "b", "boottime_ms": 1},
        {"wall_ms": True, "boot": "b", "boottime_ms": 1},
        {"wall_ms": NOW, "boot": None, "boottime_ms": 1},
        {"wall_ms": EARLIEST_WALL_MS - 1, "boot": "b", "boottime_ms": 1},
        {"wall_ms": LATEST_WALL_MS, "boot": "b", "boottime_ms": 1},
    ],
)
def test_an_entry_that_says_no_time_is_no_anchor(details):
    assert anchor_from(details) is None
    assert anchor_from({"wall_ms": NOW, "boot": "b", "boottime_ms": 7}) == Anchor(NOW, "b", 7)
