"""After the last tap: taking it back, the number of the day, and what is said when nothing was recorded."""

import os
from uuid import uuid4

import pytest

from kiosk.domain.errors import NotRecorded
from tests.web.conftest import set_up
from tests.web.page import Visitor

NOT_RECORDED = "That was not recorded just now. Please tap again; if it still fails, ask the staff."
TOO_LATE = "It is too late to undo this here. Please tell the staff."


@pytest.fixture
def recorded(at_kiosk, form) -> str:
    """The address of a fresh check-in."""
    return at_kiosk.post("/check-in", form()).address


def test_a_wrong_check_in_is_taken_back_by_one_button(at_kiosk, kiosk, recorded, entries):
    page = at_kiosk.get(f"{recorded}?lang=en")
    page = at_kiosk.press(page, "Made a mistake? Undo")
    assert page.heading == "Undone"
    assert not [form for form in page.forms() if form.action.split("?")[0].endswith("/undo")]
    check_in, void = entries(kiosk)
    assert (void.kind, void.voids, void.reason, void.actor, void.source) == (
        "void",
        check_in.id,
        "visitor",
        "visitor",
        "touch",
    )


def test_taking_it_back_twice_is_harmless(at_kiosk, kiosk, clock, recorded, entries):
    first = at_kiosk.post(f"{recorded}/undo", [])
    assert at_kiosk.post(f"{recorded}/undo", []).html == first.html
    clock.forward(3_600_000)
    at_kiosk.post(f"{recorded}/undo", [])
    assert len(entries(kiosk)) == 2


def test_it_can_be_taken_back_for_a_minute(at_kiosk, kiosk, clock, recorded, entries):
    clock.forward(59_999)
    at_kiosk.post(f"{recorded}/undo", [])
    assert [entry.kind for entry in entries(kiosk)] == ["check_in", "void"]


def test_after_a_minute_it_is_too_late(at_kiosk, kiosk, clock, recorded, entries):
    clock.forward(60_000)
    page = at_kiosk.get(recorded)
    assert page.forms() == []
    page = at_kiosk.post(f"{recorded}/undo?lang=en", [], 403)
    assert page.heading == TOO_LATE
    assert len(entries(kiosk)) == 1


def test_a_wall_clock_that_jumps_changes_nothing_about_the_minute(at_kiosk, kiosk, clock, recorded, entries):
    clock.wall_ms -= 86_400_000 * 365
    clock.boottime_ms += 30_000
    at_kiosk.post(f"{recorded}/undo", [])
    assert len(entries(kiosk)) == 2


def test_a_check_in_from_before_a_restart_cannot_be_taken_back(at_kiosk, kiosk, clock, recorded, entries):
    clock.boot = "99999999-2222-3333-4444-555555555555"
    assert at_kiosk.get(recorded).forms() == []
    assert at_kiosk.post(f"{recorded}/undo?lang=en", [], 403).heading == TOO_LATE
    assert len(entries(kiosk)) == 1


def test_a_check_in_that_is_not_there_cannot_be_taken_back(at_kiosk, kiosk, entries):
    assert at_kiosk.open(f"/check-in/{uuid4()}/undo", "POST").status_code == 404
    assert entries(kiosk) == []


def test_reading_the_page_takes_nothing_back(at_kiosk, kiosk, recorded, entries):
    assert at_kiosk.open(f"{recorded}/undo", "GET").status_code == 405
    assert len(entries(kiosk)) == 1


def test_the_screen_goes_home_by_itself_unless_one_stays(at_kiosk, phone, form, recorded):
    page = at_kiosk.get(recorded)
    (wait,) = page.carries("data-home-after")
    assert int(wait) == 8
    stay = next(href for _, href in page.links() if "stay" in href)
    assert at_kiosk.get(stay).carries("data-home-after") == []
    assert "http-equiv" not in at_kiosk.get(stay).html
    assert phone.post("/check-in", form()).carries("data-home-after") == []


def test_without_a_script_the_page_goes_home_too(at_kiosk, recorded):
    (refresh,) = at_kiosk.get(recorded).carries("http-equiv")
    assert refresh == "refresh"
    assert 'content="8;url=/"' in at_kiosk.get(recorded).html


# The number of the day


def come(visitor, form, times: int) -> str:
    """Check in so many single visitors; return the address of the last."""
    address = ""
    for _ in range(times):
        address = visitor.open("/check-in", "POST", data=dict(form())).headers["Location"]
    return address


def number(visitor, address: str) -> int | None:
    """Return the visitor's number that the page tells."""
    text = visitor.get(f"{address}?lang=en").text
    _, found, after = text.partition("You are number ")
    return int(after.split()[0]) if found else None


def test_the_number_of_the_day_is_told_from_thirty_on(at_kiosk, form):
    before = come(at_kiosk, form, 29)
    assert number(at_kiosk, before) is None
    assert number(at_kiosk, come(at_kiosk, form, 1)) == 30
    assert number(at_kiosk, come(at_kiosk, form, 1)) == 31


def test_the_number_stays_the_same_when_others_come(at_kiosk, form):
    mine = come(at_kiosk, form, 30)
    come(at_kiosk, form, 3)
    assert number(at_kiosk, mine) == 30


def test_the_number_counts_people_and_a_group_is_told_none(at_kiosk, form):
    group = at_kiosk.open("/check-in", "POST", data=dict(form(party_size="46"))).headers["Location"]
    assert number(at_kiosk, group) is None
    assert "46 people" in at_kiosk.get(f"{group}?lang=en").text
    assert number(at_kiosk, come(at_kiosk, form, 1)) == 47


def test_who_was_taken_back_is_not_counted_for_those_after(at_kiosk, form):
    taken = come(at_kiosk, form, 10)
    at_kiosk.open(f"{taken}/undo", "POST")
    assert number(at_kiosk, come(at_kiosk, form, 20)) is None
    assert number(at_kiosk, come(at_kiosk, form, 1)) == 30


def test_a_new_day_counts_anew_at_the_places_midnight(at_kiosk, clock, form):
    clock.wall_ms += 15 * 3_600_000  # 23:00 in Hohhot
    come(at_kiosk, form, 40)
    clock.forward(3_600_000)
    assert number(at_kiosk, come(at_kiosk, form, 1)) is None


@pytest.mark.parametrize("trust", ["unknown", "restored"])
def test_a_clock_that_is_not_known_tells_no_number(at_kiosk, clock, form, trust):
    clock.trust = trust
    assert number(at_kiosk, come(at_kiosk, form, 31)) is None


# Not recorded


def moved_away(kiosk, monkeypatch):
    os.rename(kiosk.data / "kiosk.db", kiosk.data / "elsewhere.db")


def refusing(kiosk, monkeypatch):
    def fail(draft):
        raise NotRecorded("no space left on device")

    monkeypatch.setattr(kiosk.log, "append", fail)


def closed(kiosk, monkeypatch):
    kiosk.database.close()
    kiosk.database.path = kiosk.data / "gone" / "kiosk.db"


@pytest.mark.parametrize("trouble", [moved_away, refusing, closed])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_could_not_be_recorded_is_said_and_can_be_sent_again(
    tmp_path, open_at, form, entries, monkeypatch, trouble, locale
):
    kiosk = open_at(tmp_path / "troubled")
    visitor = Visitor(set_up(kiosk))
    visitor.open("/check-in", "POST", data=dict(form()))
    fields = form(party_size="2")
    path = kiosk.database.path
    trouble(kiosk, monkeypatch)
    address = "/check-in" if locale == "zh" else "/check-in?lang=en"
    page = visitor.post(address, fields, 503)
    assert page.heading == (NOT_RECORDED if locale == "en" else "刚才没有记上，请再点一次；仍不行，请找工作人员。")
    assert page.carries("data-entry-id") == []
    (again,) = page.forms()
    assert list(again.fields) == fields
    assert again.action.startswith("/check-in")
    assert ("lang=en" in again.action) == (locale == "en")
    # What works again is used again.
    monkeypatch.undo()
    if trouble is moved_away:
        os.rename(kiosk.data / "elsewhere.db", path)
    kiosk.database.path = path
    shown = visitor.post(again.action, again.fields)
    assert shown.carries("data-entry-id") == [dict(fields)["id"]]
    assert [entry.party_size for entry in entries(kiosk)] == [1, 2]


def test_health_says_that_nothing_is_recorded(tmp_path, open_at, form):
    kiosk = open_at(tmp_path / "troubled")
    visitor = Visitor(set_up(kiosk))
    visitor.open("/check-in", "POST", data=dict(form()))
    os.rename(kiosk.data / "kiosk.db", kiosk.data / "elsewhere.db")
    visitor.post("/check-in", form(), 503)
    response = visitor.open("/healthz")
    assert response.status_code == 503
    assert (response.json["status"], response.json["recording"]) == ("failing", False)
    assert Visitor(visitor.app, "10.0.0.7").open("/healthz").json == {"status": "failing"}
    os.rename(kiosk.data / "elsewhere.db", kiosk.data / "kiosk.db")
    assert visitor.open("/healthz").json["status"] == "ok"


def test_the_pages_without_a_log_still_answer_when_the_log_is_gone(tmp_path, open_at):
    kiosk = open_at(tmp_path / "troubled")
    visitor = Visitor(set_up(kiosk))
    os.rename(kiosk.data, tmp_path / "elsewhere")
    for address in ("/", "/scientists", "/programme", "/about", "/privacy", "/quiz", "/check-in", "/check-in/group"):
        visitor.get(address)
