"""The page before doors open: checking, its verdict and parts, faults, and setting the clock from a phone."""

import re
import socket
import threading
import time
from uuid import uuid4

import pytest

from kiosk.actions import preflight as action
from kiosk.actions import set_clock as setting
from kiosk.domain.clock import EARLIEST_WALL_MS, LATEST_WALL_MS
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import Fault, PackBroken, Sentence
from kiosk.domain.statistics import Figures
from kiosk.exports import qr, qr_reading
from kiosk.storage.system_clock import set_system_clock
from tests.conftest import SHIPPED
from tests.waiting import PATIENCE
from tests.web.conftest import PIN, set_up
from tests.web.page import Page, Staff

PAGE = "/staff/preflight"
SAID_MS = 1_811_700_000_000  # 2027-05-31T02:00 in Hohhot


def states(page: Page) -> dict[str, str]:
    return dict(zip(page.carries("data-check"), page.carries("data-state"), strict=True))


def test_the_way_from_the_first_page_to_a_verdict(staff, kiosk, entries):
    first = staff.get("/staff")
    assert first.carries("data-preflight") == ["never"]
    page = staff.tap(first, "开始检查")
    assert page.carries("data-verdict") == [] and entries(kiosk) == []
    page = staff.press(page, "开始检查")
    assert page.carries("data-verdict") == ["look"]  # nothing is signed off yet
    found = states(page)
    assert list(found) == ["recording", "space", "clock", "pack", "codes", "temperature", "power", "card", "hotspot"]
    assert (found["recording"], found["space"], found["clock"]) == ("ready", "ready", "ready")
    assert (found["pack"], found["codes"]) == ("look", "ready")
    assert "签审" in page.text and "08:00 检查" in page.text
    assert [entry.kind for entry in entries(kiosk)] == ["trial"]
    assert kiosk.tally.report(kiosk.clock.now()).whole == Figures()
    assert staff.get("/staff").carries("data-preflight") == ["look"]
    staff.press(page, "再检查一遍")
    assert [entry.kind for entry in entries(kiosk)] == ["trial", "trial"]


def test_signed_off_it_is_ready(staff, kiosk):
    kiosk.signed_off = kiosk.pack.digest
    page = staff.post(PAGE, [])
    assert page.carries("data-verdict") == ["ready"], states(page)
    kiosk.signed_off = "0" * 16
    page = staff.post(PAGE, [])
    assert page.carries("data-verdict") == ["not_ready"]
    assert staff.get(f"{PAGE}?lang=en").text.count("Not ready") == 1


def test_looking_records_nothing_and_asks_for_staff(staff, kiosk, entries, at_kiosk, app):
    staff.get(PAGE)
    staff.open(PAGE, "HEAD")
    assert entries(kiosk) == []
    stranger = Staff(app, "10.0.0.9")
    for address in (PAGE, f"{PAGE}/clock"):
        assert stranger.open(address, "POST").status_code in (302, 303, 401, 403)
    assert entries(kiosk) == []


def test_the_pin_at_the_touchscreen_is_enough(desk, kiosk):
    assert desk.post(PAGE, []).carries("data-verdict") == ["look"]


def test_a_disk_that_takes_nothing_keeps_doors_shut(staff, kiosk, monkeypatch):
    import apsw

    def full(*_):
        raise apsw.FullError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(kiosk.log, "_insert", full)
        page = staff.post(PAGE, [])
    assert page.carries("data-verdict") == ["not_ready"]
    assert states(page)["recording"] == "not_ready" and "database or disk is full" in page.text
    assert states(staff.post(PAGE, []))["recording"] == "ready"


def test_little_space_keeps_doors_shut(staff, monkeypatch):
    monkeypatch.setattr(action, "free_bytes", lambda folder: 1 << 20)
    page = staff.post(PAGE, [])
    assert states(page)["space"] == "not_ready" and page.carries("data-verdict") == ["not_ready"]


def test_a_code_that_says_something_else_keeps_doors_shut(staff, monkeypatch):
    right = qr.modules
    monkeypatch.setattr(qr, "modules", lambda content: right(content + "x"))
    page = staff.post(PAGE, [])
    assert states(page)["codes"] == "not_ready" and "识读不出或内容不对" in page.text


def test_an_address_that_is_gone_deserves_a_look(staff, monkeypatch):
    monkeypatch.setattr(action, "reach", lambda addresses: dict.fromkeys(addresses, False))
    page = staff.post(PAGE, [])
    assert states(page)["codes"] == "look" and "网址打不开" in page.text


def test_without_a_reader_the_codes_are_left_to_a_phone(staff, monkeypatch):
    monkeypatch.setattr(qr_reading, "can_read", lambda: False)
    page = staff.post(PAGE, [])
    assert states(page)["codes"] == "look" and "请用手机" in page.text


def test_a_pack_that_broke_is_told(staff, kiosk):
    broken = PackBroken("pack", [Fault("event.toml", "title", Sentence("is missing"))])
    kiosk.pack_fault = broken
    assert states(staff.post(PAGE, []))["pack"] == "look"
    kiosk.swap_fault = broken
    assert states(staff.post(PAGE, []))["pack"] == "not_ready"


def test_pages_of_its_own_are_asked_within_where_there_is_no_network(staff, kiosk, monkeypatch):
    asked = []
    whole = action.preflight.codes
    monkeypatch.setattr(action.preflight, "codes", lambda seen, **said: asked.extend(seen) or whole(seen, **said))
    staff.post(PAGE, [])
    own = [one for one in asked if one.address and "/scientists" in one.address]
    for one in own:
        assert one.answers is True
    assert all(one.decodes for one in asked)


def test_a_check_that_lasts_is_not_waited_for(staff, kiosk, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr("kiosk.web.staff.preflight.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(action, "reach", lambda addresses: go_on.wait(PATIENCE) and {})
    begun = time.monotonic()
    page = staff.post(PAGE, [])
    assert time.monotonic() - begun < 20
    assert "检查还没有做完" in page.text
    staff.post(PAGE, [])  # asked again meanwhile, it is the same check
    go_on.set()
    assert kiosk.preflights.wait(PATIENCE)
    assert [line.entry.kind for line in kiosk.log.lookup.newest(9).lines] == ["trial"]
    assert staff.get(PAGE).carries("data-verdict") == ["look"]


def test_while_a_check_lasts_the_verdict_of_the_one_before_is_not_told(staff, kiosk, monkeypatch):
    assert staff.post(PAGE, []).carries("data-verdict") == ["look"]
    go_on = threading.Event()
    monkeypatch.setattr("kiosk.web.staff.preflight.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(action, "reach", lambda addresses: go_on.wait(PATIENCE) and {})
    page, day = staff.post(PAGE, []), staff.get("/staff")
    go_on.set()
    assert page.carries("data-verdict") == [] and "检查还没有做完" in page.text
    assert day.carries("data-preflight") == ["running"] and "检查还没有做完" in day.text
    assert kiosk.preflights.wait(PATIENCE)
    assert staff.get("/staff").carries("data-preflight") == ["look"]


def test_a_check_that_fails_is_told_and_leaves_the_way_free_for_the_next(staff, monkeypatch):
    assert staff.post(PAGE, []).carries("data-verdict") == ["look"]
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(action, "reach", lambda addresses: 1 / 0)
        page = staff.post(PAGE, [])
    assert page.carries("data-verdict") == [], "the one before says nothing of now"
    assert "检查没有做成：ZeroDivisionError" in page.text and "还没有检查过" not in page.text
    day = staff.get("/staff")
    assert day.carries("data-preflight") == ["failed"] and "上次检查没有做成" in day.text
    page = staff.press(page, "再检查一遍")
    assert page.carries("data-verdict") == ["look"] and "没有做成" not in page.text


@pytest.fixture
def without_a_date(clock):
    clock.trust, clock.wall_ms = "unknown", 1_700_000_000_000
    return clock


def test_the_clock_is_set_from_a_phone(staff, kiosk, entries, without_a_date, at_kiosk, form):
    page = staff.post(PAGE, [])
    assert states(page)["clock"] == "look"
    assert "本次开机以来" in staff.get("/staff").text
    at_kiosk.post("/check-in", form())
    page = staff.post(f"{PAGE}/clock", [("wall_ms", str(SAID_MS))])
    assert "时钟已校准" in page.text and states(page)["clock"] == "ready"
    assert "2027-05-31 02:00" in page.text
    anchor = entries(kiosk)[-1]
    assert (anchor.kind, anchor.actor, anchor.clock) == ("anchor", "staff", "unknown")
    assert anchor.details == {
        "wall_ms": SAID_MS,
        "machine_wall_ms": anchor.details["machine_wall_ms"],
        "machine_clock": "unknown",
        "boot": without_a_date.boot,
        "boottime_ms": without_a_date.boottime_ms,
    }
    without_a_date.forward(60_000)
    at_kiosk.post("/check-in", form())
    before, after = (entry for entry in entries(kiosk) if entry.kind == "check_in")
    assert before.clock == "unknown"
    assert (after.clock, after.wall_ms) == ("staff", SAID_MS + 60_000)
    today = staff.get("/staff")
    assert "2027年5月31日" in today.heading
    assert kiosk.tally.report(kiosk.clock.now()).of_day.visits == 1


def test_without_a_script_the_date_and_the_time_of_the_place_are_typed(desk, kiosk, without_a_date):
    page = desk.post(f"{PAGE}/clock", [("date", "2027-05-31"), ("time", "09:30")])
    assert "时钟已校准" in page.text
    assert kiosk.clock.now().wall_ms == 1_811_727_000_000 and kiosk.clock.now().clock == "staff"


NONSENSE = [
    {},
    {"wall_ms": "0"},
    {"wall_ms": "-1"},
    {"wall_ms": "٣"},
    {"wall_ms": "9" * 5_000},
    {"wall_ms": str(EARLIEST_WALL_MS - 1)},
    {"wall_ms": str(LATEST_WALL_MS)},
    {"wall_ms": "soon"},
    {"date": "2027-05-31"},
    {"date": "2027-02-30", "time": "10:00"},
    {"date": "0001-01-01", "time": "00:00"},
    {"date": "9999-12-31", "time": "23:59"},
    {"date": "2027-05-31", "time": "25:00"},
]


def test_a_time_that_nobody_can_mean_is_refused_with_a_sentence(staff, kiosk, entries, without_a_date):
    for fields in NONSENSE:
        page = staff.post(f"{PAGE}/clock", fields.items(), 400)
        assert "时间" in page.text
        assert entries(kiosk) == [] and kiosk.clock.now().clock == "unknown"


def test_a_time_that_cannot_be_recorded_does_not_count(staff, kiosk, without_a_date, monkeypatch):
    import apsw

    def full(*_):
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr(kiosk.log, "_insert", full)
    assert staff.open(f"{PAGE}/clock", "POST", data={"wall_ms": str(SAID_MS)}).status_code == 503
    assert kiosk.clock.now().clock == "unknown"


def test_after_a_restart_in_the_same_boot_the_time_is_taken_up_again(tmp_path, monkeypatch):
    from kiosk.actions.kiosk import clock_of, open_kiosk, open_log
    from kiosk.storage import machine

    monkeypatch.setattr(machine, "_is_synchronised", lambda: False)
    data = tmp_path / "again"
    kiosk = open_kiosk(data, SHIPPED)
    setting.set_clock(kiosk, SAID_MS)
    kiosk.close()
    kiosk = open_kiosk(data, SHIPPED)
    stamp = kiosk.clock.now()
    assert stamp.clock == "staff" and SAID_MS <= stamp.wall_ms < SAID_MS + 120_000
    # A command beside it stamps alike.
    assert clock_of(open_log(data)).now().clock == "staff"
    kiosk.close()
    # What the network said meanwhile is better, also once it is gone again.
    with monkeypatch.context() as reachable:
        reachable.setattr(machine, "_is_synchronised", lambda: True)
        log = open_log(data)
        now = log.append(kiosk.draft(mint_id(), "check_in", "touch")).entry
        assert now.clock == "ntp"
    kiosk = open_kiosk(data, SHIPPED)
    stamp = kiosk.clock.now()
    assert stamp.clock == "staff" and 0 <= stamp.wall_ms - now.wall_ms < 60_000
    kiosk.close()
    monkeypatch.setattr(machine, "_boot_id", lambda: str(uuid4()))
    kiosk = open_kiosk(data, SHIPPED)
    assert kiosk.clock.now().clock != "staff"
    kiosk.close()


def test_a_clock_that_the_network_sets_is_not_set_by_hand(staff, kiosk, entries, clock):
    clock.trust = "ntp"
    page = staff.press(staff.get(PAGE), "开始检查")
    assert "set-clock" not in page.html
    page = staff.post(f"{PAGE}/clock", [("wall_ms", str(SAID_MS))], 400)
    assert "时钟已由网络校准" in page.text
    assert [one for one in entries(kiosk) if one.kind == "anchor"] == [] and kiosk.clock.now().clock == "ntp"


def answering(path, answer: bytes) -> list[bytes]:
    heard, listener = [], socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(1)

    def serve():
        connection, _ = listener.accept()
        with connection, listener:
            heard.append(connection.recv(100))
            connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return heard


def test_where_the_helper_is_installed_the_machines_clock_is_set_too(tmp_path, staff, without_a_date, monkeypatch):
    helper = tmp_path / "clock.sock"
    heard = answering(helper, b"set\n")
    monkeypatch.setattr(setting, "set_system_clock", lambda wall_ms: set_system_clock(wall_ms, helper))
    page = staff.post(f"{PAGE}/clock", [("wall_ms", str(SAID_MS))])
    assert "系统时间也一并校准了" in page.text
    assert heard == [f"{SAID_MS}\n".encode()]


def test_a_helper_that_refuses_or_is_gone_changes_nothing_else(tmp_path, kiosk, staff, without_a_date, monkeypatch):
    helper = tmp_path / "clock.sock"
    answering(helper, b"refused\n")
    monkeypatch.setattr(setting, "set_system_clock", lambda wall_ms: set_system_clock(wall_ms, helper))
    page = staff.post(f"{PAGE}/clock", [("wall_ms", str(SAID_MS))])
    assert "系统时间没能校准" in page.text
    assert kiosk.clock.now().clock == "staff"
    helper.unlink()
    helper.touch()
    assert set_system_clock(SAID_MS, helper) is False
    assert set_system_clock(SAID_MS, tmp_path / "nowhere") is None


def test_paper_in_both_languages_is_read(tmp_path, kiosk, secrets_set):
    app = set_up(kiosk, public_url="https://kiosk.example")
    someone = Staff(app)
    someone.type_pin(PIN)
    page = someone.post(PAGE, [])
    count = len(kiosk.pack.scientists)
    assert states(page)["codes"] == "ready"
    assert int(re.search(r"共 (\d+) 个", page.text)[1]) > count + 6
