"""Behind nginx: the visitor's own address counts, and nobody becomes the touchscreen by saying so."""

import pytest

from tests.web.page import Visitor


def place(app, remote: str, **headers: str) -> str:
    environ = {f"HTTP_{name}": value for name, value in headers.items()}
    answer = Visitor(app, remote).open(
        "/", environ_overrides={"REMOTE_ADDR": remote, "HTTP_HOST": "localhost", **environ}
    )
    return "kiosk" if b'data-place="kiosk"' in answer.get_data() else "phone"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X_REAL_IP": "127.0.0.1", "X_KIOSK_DOOR": "touchscreen"}, "kiosk"),
        ({"X_REAL_IP": "127.0.0.1", "X_KIOSK_DOOR": "outside"}, "phone"),
        ({"X_REAL_IP": "127.0.0.1"}, "phone"),
        ({"X_REAL_IP": "10.0.0.7", "X_KIOSK_DOOR": "touchscreen"}, "phone"),
        ({"X_REAL_IP": "10.0.0.7", "X_KIOSK_DOOR": "outside"}, "phone"),
        ({"X_REAL_IP": "nonsense", "X_KIOSK_DOOR": "touchscreen"}, "phone"),
        ({}, "phone"),
    ],
)
def test_through_the_socket_nginx_says_who_asks(app, headers, expected):
    assert place(app, "", **headers) == expected


@pytest.mark.parametrize("remote", ["10.0.0.7", "::ffff:10.0.0.7", "0.0.0.0"])
def test_over_the_network_nobody_is_believed(app, remote):
    said = {"X_REAL_IP": "127.0.0.1", "X_KIOSK_DOOR": "touchscreen", "X_FORWARDED_FOR": "127.0.0.1"}
    assert place(app, remote, **said) == "phone"


@pytest.mark.parametrize("name", ["X_REAL_IP", "X_KIOSK_DOOR", "X_FORWARDED_FOR", "FORWARDED", "VIA"])
def test_what_comes_through_a_proxy_on_this_machine_is_not_the_touchscreen_whatever_name_it_asks_for(app, name):
    assert place(app, "127.0.0.1") == "kiosk"
    assert place(app, "127.0.0.1", **{name: "10.0.0.7"}) == "phone"


def test_who_signed_in_with_https_can_sign_in_with_http_too(app, secrets_set):
    # A browser refuses what comes over http under the name of a cookie that came over https.
    names = set()
    for scheme in ("https", "http"):
        nginx = {"REMOTE_ADDR": "", "HTTP_X_REAL_IP": "10.0.0.20", "HTTP_X_FORWARDED_PROTO": scheme}
        someone = app.test_client()
        answer = someone.post("/staff/sign-in", data={"password": "a good password 7"}, environ_overrides=nginx)
        cookies = [cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]
        assert names.isdisjoint(cookies)
        names.update(cookies)
        there = f"{scheme}://localhost/staff"
        assert someone.get(there, environ_overrides=nginx).status_code == 200
        assert someone.post(f"{there}/sign-out", environ_overrides=nginx).status_code == 303
        assert someone.get_cookie(cookies[0]) is None
    assert names == {"kiosk_staff", "kiosk_machine", "__Host-kiosk_staff", "__Host-kiosk_machine"}


def test_the_cookie_is_for_https_only_where_https_was_used(app, secrets_set):
    for scheme, expected in (("https", True), ("http", False)):
        answer = app.test_client().post(
            "/staff/sign-in",
            data={"password": "a good password 7"},
            environ_overrides={"REMOTE_ADDR": "", "HTTP_X_REAL_IP": "10.0.0.20", "HTTP_X_FORWARDED_PROTO": scheme},
        )
        assert ("Secure" in answer.headers["Set-Cookie"]) is expected
