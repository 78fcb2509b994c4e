"""Which names the kiosk answers to, and that no other site's page can write through a visitor's browser."""

import socket

import pytest

from tests.web.conftest import set_up
from tests.web.page import Visitor

OURS = [
    "localhost",
    "localhost:8000",
    "LOCALHOST",
    "127.0.0.1",
    "127.0.0.1:8000",
    "127.9.9.9",
    "[::1]",
    "[::1]:8000",
    "10.0.0.7",
    "192.168.4.1:80",
    "203.0.113.9:65535",
    "[2001:db8::5]:8000",
    "[fe80::1]",
    socket.gethostname(),
    socket.gethostname() + ":8000",
    socket.gethostname().split(".")[0] + ".local",
]
NOT_OURS = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:8000",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "127.0.0.1.",
    "1.2.3",
    "256.1.1.1",
    "[::1",
    "::1",
    "[::1]evil",
    "[evil.example]",
    "",
    " ",
    "local host",
    "localhost\t",
    "<script>",
    "kiosk.example",
    "localhost/../evil",
    "１２７.0.0.1",
    "a" * 5000,
    "127.0.0.1:port",
    "127.0.0.1:99999",
]


@pytest.mark.parametrize("host", OURS)
def test_the_kiosk_answers_to_this_name(at_kiosk, host):
    assert at_kiosk.open("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", NOT_OURS, ids=lambda host: repr(host)[:30])
def test_the_kiosk_does_not_answer_to_this_name(app, kiosk, form, entries, host):
    for method, values in (("GET", {}), ("POST", {"data": dict(form())})):
        environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": host.encode().decode("latin-1")}
        response = app.test_client().open("/check-in", method=method, environ_overrides=environ, **values)
        assert response.status_code == 400, host
        assert response.headers.get("Location") is None
    assert entries(kiosk) == []


def test_a_request_without_a_host_is_refused(app):
    client = app.test_client()
    environ = {"HTTP_HOST": "", "SERVER_NAME": "evil.example", "REMOTE_ADDR": "127.0.0.1"}
    assert client.get("/", environ_overrides=environ).status_code == 400


def test_the_public_address_is_a_name_of_ours(kiosk):
    visitor = Visitor(set_up(kiosk, public_url="https://Kiosk.Example:8443"))
    for host in ("kiosk.example", "KIOSK.example:8443", "localhost"):
        assert visitor.open("/", headers={"Host": host}).status_code == 200
    assert visitor.open("/", headers={"Host": "other.example"}).status_code == 400


def test_no_forwarded_name_is_believed(at_kiosk):
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded"):
        response = at_kiosk.open("/about", headers={name: "host=evil.example"})
        assert "evil.example" not in response.get_data(as_text=True)


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example@localhost"},
    {"Origin": "file://"},
    {"Origin": "ftp://localhost"},
    {"Origin": "localhost"},
    {"Origin": "http://localhost/"},
    {"Origin": "http://localhost http://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "rubbish"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost"},
    {"Origin": "HTTP://LOCALHOST".lower()},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_write_from_another_site_is_refused(at_kiosk, kiosk, form, entries, headers):
    page = at_kiosk.post("/check-in?lang=en", form(), 403, headers=headers)
    assert page.heading == "That cannot be done from here."
    round_id = dict(form())["id"]
    at_kiosk.post(f"/quiz/{round_id}/0/1", [("answer", "true")], 403, headers=headers)
    at_kiosk.post(f"/check-in/{round_id}/undo", [], 403, headers=headers)
    assert entries(kiosk) == []


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_write_from_our_own_page_is_accepted(at_kiosk, kiosk, form, entries, headers):
    assert at_kiosk.open("/check-in", "POST", data=dict(form()), headers=headers).status_code == 303
    assert len(entries(kiosk)) == 1


def test_a_write_from_a_phone_on_our_own_page_is_accepted(phone, form):
    headers = {"Host": "192.168.4.1:8000", "Origin": "http://192.168.4.1:8000"}
    assert phone.open("/check-in", "POST", data=dict(form()), headers=headers).status_code == 303


def test_reading_from_another_site_is_just_reading(at_kiosk):
    assert at_kiosk.open("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
