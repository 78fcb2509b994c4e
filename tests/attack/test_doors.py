"""Nobody outside becomes the touchscreen by saying so, and what nginx serves by itself is dressed as all else is."""

import gzip
import re
import ssl
import urllib.request

import pytest

from tests.attack.kiosks import Attacked, raw

HOSTS = ["localhost", "127.0.0.1", "[::1]", "localhost:8000", "127.0.0.1:8000"]
CLAIMS = [
    "X-Real-IP: 127.0.0.1\r\nX-Kiosk-Door: touchscreen",
    "x-kiosk-door: touchscreen\r\nx-real-ip: ::1",
    "X_Real_IP: 127.0.0.1\r\nX_Kiosk_Door: touchscreen",
    "X-Kiosk_Door: touchscreen\r\nX-Kiosk-Door: touchscreen\r\nX-Kiosk-Door: touchscreen",
    "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\nForwarded: for=127.0.0.1;host=localhost",
    "X-Real-IP: 127.0.0.1\r\nConnection: close, X-Real-IP, X-Kiosk-Door\r\nX-Kiosk-Door: touchscreen",
    "REMOTE-ADDR: 127.0.0.1\r\nRemote_Addr: 127.0.0.1\r\nSCRIPT_NAME: /x\r\nScript-Name: /x\r\nPath-Info: /staff",
    "X-Kiosk-Door : touchscreen",
    "X: y\r\n X-Kiosk-Door: touchscreen",
    "X: y\rX-Kiosk-Door: touchscreen",
    "X: y\nX-Kiosk-Door: touchscreen",
]


def places(answer: bytes) -> set[bytes]:
    return set(re.findall(rb'<body[^>]* data-place="([a-z]+)"', answer))


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_phone_that_claims_to_be_the_touchscreen(appliance, host, claim):
    answer = raw(appliance.phones, f"GET / HTTP/1.1\r\nHost: {host}\r\n{claim}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400")), answer[:200]
    assert places(answer) <= {b"phone"}
    assert places(answer) or b" 400 " in answer[:20]


def test_the_same_words_to_the_application_itself_make_the_touchscreen(appliance):
    words = f"GET / HTTP/1.1\r\nHost: localhost\r\n{CLAIMS[0]}\r\nConnection: close\r\n\r\n".encode()
    assert places(raw(appliance.socket, words)) == {b"kiosk"}


def test_a_whole_address_in_the_first_line_changes_nothing(appliance):
    for host in HOSTS:
        answer = raw(
            appliance.phones, f"GET http://localhost/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        )
        assert places(answer) == {b"phone"}


def test_a_phone_learns_one_word_of_how_the_kiosk_is(appliance):
    assert appliance.ask("/healthz", appliance.phones, Host="localhost", X_Kiosk_Door="touchscreen").body.strip() == (
        b'{"status":"ok"}'
    )


def test_a_phone_that_gives_another_address_each_time_is_one_phone(appliance):
    """The application lets each machine write thirty times at once, then one time every two seconds."""
    words = "POST /check-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\nX-Real-IP: 10.0.0."
    answers = [raw(appliance.phones, f"{words}{at}\r\n\r\n".encode(), here="127.9.9.9") for at in range(40)]
    assert {answer.split()[1] for answer in answers} == {b"403", b"429"}


def test_by_https_a_phone_is_a_phone(appliance):
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with urllib.request.urlopen(f"https://127.0.0.1:{appliance.secure}/", context=trusting, timeout=10) as answer:
        assert places(answer.read()) == {b"phone"}


def test_the_touchscreens_door_lets_nobody_choose_another_name(appliance):
    """A page of another site whose name leads to this machine (DNS rebinding) is refused at both doors."""
    for port in (appliance.touchscreen, appliance.phones):
        assert appliance.ask("/", port, Host="evil.example").status == 400


# What an answer says of its content, of the server or of the connection. Everything else is our manners.
OF_THE_FILE = {"date", "server", "connection", "content-length", "last-modified", "etag", "accept-ranges"}


def manners(kiosk: Attacked, port: int, path: str, **headers: str) -> tuple[int, list[tuple[str, str]]]:
    answer = kiosk.ask(path, port, **headers)
    return answer.status, sorted(
        header for header in answer.headers if header[0] not in OF_THE_FILE | {"content-disposition"}
    )


FILES = ["css/ground.css", "js/kiosk.js"]


@pytest.mark.parametrize("version", ["", "?v=0123456789ab", "?w=1", "?"])
@pytest.mark.parametrize("file", [*FILES, "nothing.css"])
def test_a_file_from_nginx_is_dressed_as_by_the_application(appliance, waitress, file, version):
    expected = manners(waitress, waitress.touchscreen, f"/static/{file}{version}")
    for port in (appliance.touchscreen, appliance.phones):
        assert manners(appliance, port, f"/static/{file}{version}") == expected
    assert len(expected[1]) == 8


@pytest.mark.parametrize("version", ["", "?v=0123456789ab"])
def test_a_file_that_is_asked_about_again_too(appliance, waitress, version):
    path = f"/static/{FILES[0]}{version}"
    tags = {kiosk.name: dict(kiosk.ask(path).headers)["etag"] for kiosk in (appliance, waitress)}
    expected = manners(waitress, waitress.touchscreen, path, If_None_Match=tags["waitress"])
    assert expected[0] == 304
    assert manners(appliance, appliance.phones, path, If_None_Match=tags["appliance"]) == expected


def test_the_file_is_the_same(appliance, waitress):
    for file in FILES:
        path = f"/static/{file}"
        assert appliance.ask(path, appliance.phones).body == waitress.ask(path).body


@pytest.mark.parametrize("path", ["/", "/static/css/ground.css", "/static/js/visit.js"])
def test_phones_that_can_unpack_get_less_through_the_air(appliance, path):
    packed = appliance.ask(path, appliance.phones, Accept_Encoding="gzip")
    assert ("content-encoding", "gzip") in packed.headers
    assert gzip.decompress(packed.body) == appliance.ask(path, appliance.phones).body
    assert "content-encoding" not in dict(appliance.ask(path, appliance.phones).headers)


@pytest.mark.parametrize(
    "path", ["/static/../kiosk/app.py", "/static/%2e%2e/kiosk/app.py", "/static//../../etc/passwd", "/static../run"]
)
def test_nothing_but_static_files_leaves_the_folder(appliance, path):
    answer = raw(appliance.phones, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.split()[1] in (b"400", b"404")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 9_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999\r\n\r\n",
    ],
)
def test_what_nginx_refuses_is_dressed_too(appliance, waitress, request_):
    answer = raw(appliance.phones, request_).decode()
    head, _, body = answer.partition("\r\n\r\n")
    said = [tuple(line.split(": ", 1)) for line in head.lower().split("\r\n")[1:]]
    page = waitress.ask("/nothing").headers
    expected = {(name, value.lower()) for name, value in page if name not in OF_THE_FILE}
    assert {header for header in said if header[0] not in OF_THE_FILE} == expected
    assert "无法处理" in body
