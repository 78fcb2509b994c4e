"""Check-in forms that are no answer to what was asked: 4xx, a sentence in the right language, nothing recorded."""

import io
import json
from urllib.parse import urlencode
from uuid import UUID

import pytest

from kiosk.web.locale import translations

NEW = "71e127d1-7177-4392-973b-27614b91c1de"
LOST = "This form has lost its number. Please start again."
UNKNOWN = "This form asks something this kiosk does not know. Please start again."
NO_CHOICE = "One of the choices is not on offer here. Please start again."
TWICE = "This form says the same thing twice. Please start again."
SIZE = "A group can have 1 to %(most)s people. Larger groups, please ask the staff."
NUMBER = "One of the numbers cannot be read. Please check the numbers."
TOO_MANY = "More people answered than came. Please check the numbers."
PUZZLED = "The kiosk could not understand that. Please start again."
TOO_LONG = "That was too much at once. Please start again."

ONE = [("id", NEW), ("party_size", "1")]

CASES = {
    "an unknown field": ([*ONE, ("colour", "red")], UNKNOWN),
    "a name": ([*ONE, ("name", "Li Ming")], UNKNOWN),
    "a field with an empty name": ([*ONE, ("", "")], UNKNOWN),
    "a count for an unknown question": ([*ONE, ("colour.red", "1")], UNKNOWN),
    "a nameless question with an option": ([*ONE, (".child", "1")], UNKNOWN),
    "an unknown choice": ([*ONE, ("age_band", "ancient")], NO_CHOICE),
    "an empty choice": ([*ONE, ("age_band", "")], NO_CHOICE),
    "a choice of another question": ([*ONE, ("age_band", "teacher")], NO_CHOICE),
    "a choice in the wrong case": ([*ONE, ("age_band", "Child")], NO_CHOICE),
    "a choice with a space": ([*ONE, ("age_band", "child ")], NO_CHOICE),
    "a count for an unknown choice": ([*ONE, ("age_band.ancient", "1")], NO_CHOICE),
    "a count for no choice": ([*ONE, ("age_band.", "1")], NO_CHOICE),
    "two dots": ([*ONE, ("age_band.child.x", "1")], NO_CHOICE),
    "a question twice": ([*ONE, ("age_band", "child"), ("age_band", "child")], TWICE),
    "the id twice": ([*ONE, ("id", NEW)], TWICE),
    "the size twice": ([*ONE, ("party_size", "1")], TWICE),
    "both forms of a question": ([*ONE, ("age_band", "child"), ("age_band.child", "1")], TWICE),
    "both forms, the other way round": ([*ONE, ("age_band.child", "1"), ("age_band", "child")], TWICE),
    "both forms of a question, nobody counted": ([*ONE, ("age_band.child", "0"), ("age_band", "teen")], TWICE),
    "both forms with another choice, nobody counted": ([*ONE, ("age_band", "teen"), ("age_band.child", "0")], TWICE),
    "more answers than people": ([*ONE, ("age_band.child", "2")], TOO_MANY),
    "more answers together": ([*ONE, ("age_band.child", "1"), ("age_band.teen", "1")], TOO_MANY),
    "no id": ([("party_size", "1")], LOST),
    "no size": ([("id", NEW)], SIZE),
    "nothing at all": ([], LOST),
}
for size in (
    "0",
    "201",
    "1000",
    "-1",
    "+1",
    "1 ",
    " 1",
    "１",
    "1e2",
    "1.0",
    "0x1",
    "01",
    "",
    "NaN",
    "1_0",
    "9" * 4000,
    "1\n",
    "²",
):
    CASES[f"size {size!r:.20}"] = ([("id", NEW), ("party_size", size)], SIZE)
for count in ("", "-1", "01", "１", "1 ", "+1", "1e0", "1.0", "9999", "٣", "true"):
    CASES[f"count {count!r}"] = ([("id", NEW), ("party_size", "5"), ("age_band.child", count)], NUMBER)
for bad in (
    NEW.upper(),
    NEW + "0",
    NEW[:-1],
    "{" + NEW + "}",
    f"urn:uuid:{NEW}",
    UUID(NEW).hex,
    NEW.replace("-", "_"),
    NEW + "\n",
    NEW[:-1] + "ａ",
    NEW[:-1] + "g",
    "",
    "../../etc/passwd",
    "' OR 1=1 --",
    NEW + "\0",
):
    CASES[f"id {bad!r}"] = ([("id", bad), ("party_size", "1")], LOST)


def sentence(text: str, locale: str) -> str:
    return translations(locale).gettext(text) % {"most": 200}


@pytest.fixture
def nothing_recorded(kiosk, entries):
    yield
    assert entries(kiosk) == []
    # That something was refused is kept for staff, but nothing of what was sent.
    kept = kiosk.database.read().execute("SELECT what, subject, details FROM refusals")
    assert set(kept) <= {("invalid", None, "{}")}


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(("fields", "said"), CASES.values(), ids=CASES.keys())
def test_a_form_like_this_is_refused(at_kiosk, fields, said):
    for locale in ("zh", "en"):
        address = "/check-in" if locale == "zh" else "/check-in?lang=en"
        page = at_kiosk.post(address, fields, 400)
        assert page.heading == sentence(said, locale)
        assert page.ways(), "no way on"
        assert not page.carries("data-entry-id")


def body(**values) -> dict:
    return {"method": "POST", **values}


GOOD = urlencode([("id", NEW), ("party_size", "1")])
FORM = "application/x-www-form-urlencoded"

BODIES = {
    "JSON": (body(data=json.dumps(dict(ONE)), content_type="application/json"), 400, LOST),
    "plain text": (body(data=GOOD, content_type="text/plain"), 400, LOST),
    "no content type": (body(data=GOOD, content_type=""), 400, LOST),
    "an unknown content type": (body(data=GOOD, content_type="application/octet-stream"), 400, LOST),
    "XML": (body(data="<check-in/>", content_type="text/xml"), 400, LOST),
    "an empty body": (body(data=b"", content_type=FORM), 400, LOST),
    "fields in the address": (body(query_string=GOOD), 400, LOST),
    "bad UTF-8 in a name": (body(data=GOOD.encode() + b"&%ff%fe=1", content_type=FORM), 400, UNKNOWN),
    "bad UTF-8 in a choice": (body(data=GOOD.encode() + b"&age_band=%ff%c0%80", content_type=FORM), 400, NO_CHOICE),
    "raw bytes": (body(data=bytes(range(256)) * 4, content_type=FORM), 400, None),
    "NUL in a name": (body(data=GOOD + "&%00=1", content_type=FORM), 400, UNKNOWN),
    "NUL in a choice": (body(data=GOOD + "&age_band=child%00", content_type=FORM), 400, NO_CHOICE),
    "10,000 fields": (
        body(data="&".join([GOOD, *(f"f{n}=1" for n in range(10_000))]), content_type=FORM),
        413,
        TOO_LONG,
    ),
    "2,000 short fields": (
        body(data="&".join([GOOD, *(f"f{n}=1" for n in range(2_000))]), content_type=FORM),
        400,
        UNKNOWN,
    ),
    "one long field": (body(data=GOOD + "&age_band=" + "x" * 60_000, content_type=FORM), 400, NO_CHOICE),
    "a body that is too large": (body(data=GOOD + "&age_band=" + "x" * 70_000, content_type=FORM), 413, TOO_LONG),
    "a form with a file": (
        body(data={**dict(ONE), "photo": (io.BytesIO(b"GIF89a"), "me.gif")}, content_type="multipart/form-data"),
        400,
        UNKNOWN,
    ),
    "a multipart form without end": (
        body(data=b"--x\r\nContent-Disposition: form-data", content_type="multipart/form-data; boundary=x"),
        400,
        LOST,
    ),
    "a multipart form without boundary": (body(data=b"--x", content_type="multipart/form-data"), 400, None),
    "300 parts": (
        body(data={**dict(ONE), **{f"f{n}": "1" for n in range(300)}}, content_type="multipart/form-data"),
        413,
        TOO_LONG,
    ),
}


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(("request_", "status", "said"), BODIES.values(), ids=BODIES.keys())
def test_a_body_like_this_is_refused(at_kiosk, request_, status, said):
    for locale in ("zh", "en"):
        address = "/check-in" if locale == "zh" or "query_string" in request_ else "/check-in?lang=en"
        if locale == "en" and "query_string" in request_:
            continue
        again = {name: dict(value) if isinstance(value, dict) else value for name, value in request_.items()}
        if isinstance(again.get("data"), dict) and "photo" in again["data"]:
            again["data"]["photo"] = (io.BytesIO(b"GIF89a"), "me.gif")
        response = at_kiosk.open(address, **again)
        page = at_kiosk._page(address, response, status)
        if said:
            assert page.heading == sentence(said, locale)


def test_a_multipart_form_without_files_is_a_form(at_kiosk, kiosk, form, entries):
    fields = form()
    response = at_kiosk.open("/check-in", "POST", data=dict(fields), content_type="multipart/form-data")
    assert response.status_code == 303
    assert [entry.id for entry in entries(kiosk)] == [dict(fields)["id"]]


@pytest.mark.parametrize(
    "address",
    [
        "/check-in/one/1",
        "/check-in/one/1?id=x&party_size=1",
        f"/check-in/one/1?id={NEW}&party_size=2",
        f"/check-in/one/1?id={NEW}&party_size=1&colour=red",
        f"/check-in/one/1?id={NEW}&party_size=1&party_size=1",
        f"/check-in/one/9?id={NEW}&party_size=1",
        f"/check-in/group/9?id={NEW}&party_size=3",
        f"/check-in/group/0?id={NEW}&party_size=3&visitor_type.teacher=4",
        f"/check-in/group/0?id={NEW}&party_size=3&pad=teacher&typed=4",
        f"/check-in/group/0?id={NEW}&party_size=3&pad=teacher&typed=x",
        f"/check-in/group?id={NEW}&typed=201",
        f"/check-in/group?id={NEW}&typed=-1",
        f"/check-in/group?id={NEW}&typed=%EF%BC%91",
        "/check-in/group?id=x",
        "/check-in/group/0",
        "/check-in/one/99999999999999999999999",
        "/check-in/group/99999999999999999999999",
    ],
)
def test_a_spoiled_step_on_the_way_is_refused_in_words(at_kiosk, address):
    response = at_kiosk.open(address)
    assert response.status_code in (400, 404)
    page = at_kiosk.get(address, response.status_code)
    assert page.heading


@pytest.mark.parametrize(
    "address",
    [
        f"/check-in/{one}"
        for one in (NEW.upper(), NEW + "0", "{" + NEW + "}", "urn:uuid:" + NEW, UUID(NEW).hex, "x", "..", "%00")
    ],
)
def test_an_address_that_is_no_number_of_an_entry_leads_nowhere(at_kiosk, address):
    at_kiosk.get(address, 404)
    assert at_kiosk.open(f"{address}/undo", "POST").status_code == 404
