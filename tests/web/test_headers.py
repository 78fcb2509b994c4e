"""The headers of every kind of answer, word for word: what may run, who may frame us, what may be kept."""

import hashlib

import pytest

from tests.web.page import Visitor

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
A_YEAR = "public, max-age=31536000, immutable"


def plain(response) -> dict[str, str]:
    """Return the headers but for those that change with the content."""
    changing = ("Content-Length", "Date", "Last-Modified", "ETag")
    return {name: value for name, value in response.headers if name not in changing}


@pytest.mark.parametrize(
    "address", ["/", "/?lang=en", "/check-in", "/check-in/group", "/quiz", "/scientists/tu-youyou"]
)
def test_a_page_is_never_kept(at_kiosk, address):
    response = at_kiosk.open(address)
    assert response.status == "200 OK"
    assert plain(response) == {**EVERYWHERE, **PAGE}


def test_a_static_file_with_its_digest_is_kept_for_a_year(at_kiosk):
    for element in at_kiosk.get("/").all("link"):
        address = element.get("href")
        response = at_kiosk.open(address)
        assert address.endswith("?v=" + hashlib.sha256(response.data).hexdigest()[:12])
        found = plain(response)
        assert found.pop("Content-Type").split(";")[0] in ("text/css", "image/svg+xml")
        assert found.pop("Content-Disposition").startswith("inline; filename=")
        assert found == {**EVERYWHERE, "Accept-Ranges": "bytes", "Cache-Control": A_YEAR}


def test_a_kept_file_that_is_asked_about_again_stays_kept(at_kiosk):
    address = next(one.get("href") for one in at_kiosk.get("/").all("link"))
    tag = at_kiosk.open(address).headers["ETag"]
    response = at_kiosk.open(address, headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.headers["Cache-Control"] == A_YEAR


def test_a_static_file_without_its_digest_is_asked_about_each_time(at_kiosk):
    assert at_kiosk.open("/static/js/kiosk.js").headers["Cache-Control"] == "no-cache"


def test_a_script_is_served_as_one(at_kiosk):
    response = at_kiosk.open("/static/js/kiosk.js")
    assert response.headers["Content-Type"].split(";")[0] in ("text/javascript", "application/javascript")


@pytest.mark.parametrize(
    "address", ["/nothing", "/static/nothing.css", "/static/nothing.css?v=1", "/scientists/nobody"]
)
def test_what_is_not_there_is_not_kept_either(at_kiosk, address):
    response = at_kiosk.open(address)
    assert response.status == "404 NOT FOUND"
    assert plain(response) == {**EVERYWHERE, **PAGE}


def test_a_redirect_after_a_check_in(at_kiosk, form):
    fields = form()
    response = at_kiosk.open("/check-in", "POST", data=dict(fields))
    assert response.status == "303 SEE OTHER"
    assert plain(response) == {**EVERYWHERE, **PAGE, "Location": f"/check-in/{dict(fields)['id']}"}
    assert response.data == b""


def test_health(at_kiosk):
    response = at_kiosk.open("/healthz")
    assert plain(response) == {**EVERYWHERE, "Content-Type": "application/json", "Cache-Control": "no-store"}


def test_a_host_that_is_not_ours(at_kiosk):
    response = at_kiosk.open("/", headers={"Host": "elsewhere.example"})
    assert response.status == "400 BAD REQUEST"
    assert plain(response) == {**EVERYWHERE, **PAGE}


def test_a_method_that_is_not_there(at_kiosk):
    response = at_kiosk.open("/check-in", "PUT")
    assert response.status == "405 METHOD NOT ALLOWED"
    assert plain(response) == {**EVERYWHERE, **PAGE, "Allow": "GET, HEAD, OPTIONS, POST"}


def test_health_tells_this_machine_all_and_others_one_word(app, at_kiosk):
    facts = at_kiosk.open("/healthz").json
    named = {"status", "recording", "entries", "last_seq", "device", "event", "clock", "sqlite", "version"}
    assert set(facts) >= named
    assert (facts["status"], facts["recording"], facts["event"]) == ("ok", True, "hohhot-2018")
    assert Visitor(app, "10.0.0.7").open("/healthz").json == {"status": "ok"}
    assert Visitor(app, "::ffff:127.0.0.1").open("/healthz").json == facts
    assert Visitor(app, "::1").open("/healthz").json == facts
