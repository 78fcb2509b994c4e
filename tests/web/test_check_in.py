"""Recording a check-in: what the form's fields become, the same answer for the same form, and other machines."""

from uuid import uuid4

import pytest

from kiosk.domain.quiz_round import Place
from kiosk.web import access
from tests.playing import answers
from tests.web.conftest import set_up
from tests.web.page import Visitor


def refusals(kiosk) -> list[tuple]:
    return list(kiosk.database.read().execute("SELECT what, subject, source FROM refusals"))


def test_a_check_in_leads_to_a_page_that_carries_its_number(at_kiosk, kiosk, form, entries):
    fields = form()
    page = at_kiosk.post("/check-in", fields)
    new_id = dict(fields)["id"]
    assert page.address == f"/check-in/{new_id}"
    assert page.carries("data-entry-id") == [new_id]
    (entry,) = entries(kiosk)
    assert (entry.id, entry.kind, entry.event, entry.seq) == (new_id, "check_in", "hohhot-2018", 1)
    assert (entry.party_size, entry.source, entry.station, entry.voids) == (1, "touch", None, None)
    assert entry.answers == {"visitor_type": {"teacher": 1}, "district": {"saihan": 1}}
    assert (entry.pack, entry.clock) == (kiosk.pack.digest, "ntp")


@pytest.mark.parametrize(
    ("said", "size", "answers"),
    [
        ({}, 1, {}),
        ({"party_size": "200"}, 200, {}),
        ({"party_size": "3", "age_band": "child"}, 3, {"age_band": {"child": 3}}),
        ({"party_size": "1", "age_band.child": "1"}, 1, {"age_band": {"child": 1}}),
        ({"party_size": "1", "age_band.child": "0"}, 1, {}),
        (
            {"party_size": "3", "age_band.child": "2", "age_band.senior": "1", "district": "huimin"},
            3,
            {"age_band": {"child": 2, "senior": 1}, "district": {"huimin": 3}},
        ),
        ({"party_size": "9", "age_band.child": "2", "age_band.senior": "0"}, 9, {"age_band": {"child": 2}}),
    ],
)
def test_the_fields_become_counts_of_people(at_kiosk, kiosk, entries, said, size, answers):
    at_kiosk.post("/check-in", [("id", str(uuid4())), *{"party_size": "1", **said}.items()])
    (entry,) = entries(kiosk)
    assert (entry.party_size, entry.answers) == (size, answers)


def test_the_language_goes_along(at_kiosk, form):
    page = at_kiosk.post("/check-in?lang=en", form())
    assert page.address.endswith("?lang=en")
    assert page.heading == "Checked in. Welcome!"
    assert at_kiosk.post("/check-in", form()).heading.startswith("签到成功")


def test_the_same_form_sent_again_is_the_same_entry(at_kiosk, kiosk, form, entries):
    fields = form()
    first = at_kiosk.post("/check-in", fields)
    again = at_kiosk.post("/check-in", reversed(fields))
    assert again.address == first.address
    assert len(entries(kiosk)) == 1
    assert refusals(kiosk) == []


def test_the_same_form_said_another_way_is_the_same_entry(at_kiosk, kiosk, entries):
    new_id = str(uuid4())
    at_kiosk.post("/check-in", [("id", new_id), ("party_size", "2"), ("age_band", "adult")])
    at_kiosk.post("/check-in", [("id", new_id), ("party_size", "2"), ("age_band.adult", "2"), ("age_band.child", "0")])
    assert len(entries(kiosk)) == 1


@pytest.mark.parametrize("change", [{"party_size": "2"}, {"visitor_type": "farmer_herder"}, {"district": None}])
def test_the_same_number_with_other_content_is_refused_and_kept_for_staff(at_kiosk, kiosk, form, entries, change):
    fields = dict(form())
    at_kiosk.post("/check-in", fields.items())
    before = entries(kiosk)
    changed = [(name, value) for name, value in {**fields, **change}.items() if value]
    page = at_kiosk.post("/check-in?lang=en", changed, 409)
    assert page.heading == "This form was already recorded with other answers. Nothing was changed."
    assert at_kiosk.tap(page, "Show what was recorded").carries("data-entry-id") == [fields["id"]]
    assert entries(kiosk) == before
    assert refusals(kiosk) == [("conflict", fields["id"], "touch")]


def test_the_number_of_something_else_is_refused_too(at_kiosk, kiosk, form, entries):
    fields = dict(form())
    at_kiosk.post("/check-in", fields.items())
    at_kiosk.open(f"/check-in/{fields['id']}/undo", "POST")
    (_, void) = entries(kiosk)
    assert at_kiosk.open("/check-in", "POST", data={**fields, "id": void.id}).status_code == 409
    assert len(entries(kiosk)) == 2


def test_a_check_in_that_is_not_there_is_said_so(at_kiosk):
    page = at_kiosk.get(f"/check-in/{uuid4()}?lang=en", 404)
    assert page.heading == "There is no check-in with this number."


def test_a_quiz_round_is_no_check_in(at_kiosk, kiosk):
    place = Place(str(uuid4()), 0)
    for number, choice in answers(kiosk, place):
        at_kiosk.post(f"/quiz/{place.series}/0/{number}", [("answer", choice)])
    assert kiosk.log.entry(place.entry_id)
    at_kiosk.get(f"/check-in/{place.entry_id}", 404)
    assert at_kiosk.open(f"/check-in/{place.entry_id}/undo", "POST").status_code == 404


# Other machines


def test_another_machine_may_not_check_in(app, kiosk, form, entries):
    visitor = Visitor(app, "10.0.0.7")
    page = visitor.post("/check-in?lang=en", form(), 403)
    assert page.heading == "Check-in is at the touchscreen. Thank you for coming."
    for address in ("/check-in", "/check-in/group", f"/check-in/{uuid4()}"):
        visitor.get(address, 403)
    assert visitor.open(f"/check-in/{uuid4()}/undo", "POST").status_code == 403
    assert entries(kiosk) == []


def test_another_machine_may_check_in_where_the_pack_says_so(phone, phones_app, form, entries):
    phone.post("/check-in", form())
    (entry,) = entries(phones_app.extensions["kiosk"])
    assert entry.source == "phone"


def test_the_touchscreen_is_the_machine_itself(phones_app, form, entries):
    for address in ("127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"):
        Visitor(phones_app, address).post("/check-in", form())
    assert {entry.source for entry in entries(phones_app.extensions["kiosk"])} == {"touch"}


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "Client-IP"])
def test_no_header_makes_a_phone_the_touchscreen(app, form, name):
    value = "for=127.0.0.1" if name == "Forwarded" else "127.0.0.1"
    Visitor(app, "10.0.0.7").post("/check-in", form(), 403, headers={name: value})


def test_a_form_cannot_say_where_it_comes_from(at_kiosk, kiosk, form, entries):
    at_kiosk.post("/check-in", form(source="staff"), 400)
    assert entries(kiosk) == []


def test_haste_from_one_other_machine_is_slowed_down(phones_app, form, entries, monkeypatch):
    now = [1_000_000]
    monkeypatch.setattr(access, "boottime_ms", lambda: now[0])
    hasty, calm = Visitor(phones_app, "10.0.0.7"), Visitor(phones_app, "10.0.0.8")
    for _ in range(access.WRITES.at_once):
        hasty.post("/check-in", form())
    page = hasty.post("/check-in?lang=en", form(), 429)
    assert page.heading == "That was a little fast. Please wait a moment and try again."
    calm.post("/check-in", form())
    Visitor(phones_app).post("/check-in", form())
    assert len(entries(phones_app.extensions["kiosk"])) == access.WRITES.at_once + 2
    hasty.get("/")
    now[0] += access.WRITES.every_ms
    hasty.post("/check-in", form())
    hasty.post("/check-in", form(), 429)


def test_the_touchscreen_is_never_slowed_down(at_kiosk, form):
    for _ in range(access.WRITES.at_once + 5):
        assert at_kiosk.open("/check-in", "POST", data=dict(form())).status_code == 303


def test_the_largest_party_is_what_the_pack_says(tmp_path, open_at, pack_folder, form):
    file = pack_folder / "event.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("max_party = 200", "max_party = 20"), encoding="utf-8")
    visitor = Visitor(set_up(open_at(tmp_path / "other", pack_folder)))
    visitor.post("/check-in", form(party_size="20"))
    page = visitor.post("/check-in?lang=en", form(party_size="21"), 400)
    assert "1 to 20 people" in page.heading
