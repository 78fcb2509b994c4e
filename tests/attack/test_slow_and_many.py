"""Whatever a crowd does at the door for phones, the touchscreen's page comes at once and memory keeps its bounds."""

import os
import time

import pytest

from tests.attack.crowd import FORM, HEAD, HOST, POST, crowd, flood
from tests.attack.kiosks import Attacked, raw

SLOWEST_SECONDS = 1.0  # where every process gets a processor when it wants one
# All processes together; at rest 65 for nginx, gunicorn and the application, 40 for waitress. A guess at the password
# takes 32 for a moment; what six hundred have sent of a body, waitress holds in memory.
MOST_MEGABYTES = 150

CHUNKS = POST + b"Transfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "say nothing": (b"", b""),
    "stop in the first line": (b"GET /", b""),
    "drip their head": (HEAD + b"X: ", b"x"),
    "drip headers": (HEAD, b"X: y\r\n"),
    "drip their body": (POST + b"Content-Length: 60000\r\n\r\n", b"x"),
    "drip the end of a long body": (POST + b"Content-Length: 60000\r\n\r\n" + b"x" * 59_000, b"x"),
    "drip the end of a megabyte": (POST + b"Content-Length: 999999\r\n\r\n" + b"x" * 500_000, b"x"),
    "drip chunks": (CHUNKS, b"1\r\nx\r\n"),
    "drip a chunk's size": (CHUNKS, b"0"),
}
FILES = (b"GET /static/css/ground.css HTTP/1.1\r\n" + HOST + b"\r\n") * 100
NEVER_READ = {"pages": ((HEAD + b"\r\n") * 60, b""), "files": (FILES, b"")}
FLOODS = {
    "heads of 300 kB": (HEAD + b"X: " + b"x" * 300_000, b""),
    "headers without end": (HEAD, b"X: y\r\n" * 1000),
    "chunks without end": (CHUNKS, b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    "a length and chunks": (POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", b""),
    "two hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", b""),
    "bare line feeds": (HEAD.replace(b"\r", b"") + b"\n", (HEAD.replace(b"\r", b"") + b"\n") * 100),
    "requests for pages": (HEAD + b"\r\n", HEAD + b"\r\n"),
    "requests for files": (FILES, FILES),
    "guesses": (b"POST /staff/sign-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 15\r\n\r\npassword=abcdefg", b""),
}


def touch(kiosk: Attacked, seconds: float) -> None:
    """Ask for the touchscreen's page over and over; it must be that page, and soon, and the memory bounded."""
    # Where several wait for each processor, all that is asked takes so many times as long. Of the last minute, so that
    # what is only beginning to come in through the other door is hardly in it.
    waiting = min(3, max(1, os.getloadavg()[0] / os.cpu_count()))
    slowest, most, until = 0.0, 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.monotonic()
        answer = kiosk.ask()
        slowest = max(slowest, time.monotonic() - begun)
        assert (answer.status, answer.place) == (200, "kiosk")
        most = max(most, kiosk.megabytes())
        time.sleep(0.02)
    print(f"{kiosk.name}: {slowest:.3f} s, {most:.0f} MB")
    assert slowest < SLOWEST_SECONDS * waiting
    assert most < MOST_MEGABYTES


def test_six_hundred_that_drip_in_every_way(kiosk):
    with crowd(kiosk.phones, 600, *DRIPS.values()):
        touch(kiosk, 2)


@pytest.mark.parametrize("what", ["drip the end of a long body", "drip the end of a megabyte"])
def test_six_hundred_that_would_have_much_kept_for_them(kiosk, what):
    with crowd(kiosk.phones, 600, DRIPS[what]):
        touch(kiosk, 1)


@pytest.mark.long
@pytest.mark.parametrize("what", DRIPS)
def test_six_hundred_that(kiosk, what):
    with crowd(kiosk.phones, 600, DRIPS[what]):
        touch(kiosk, 20)


@pytest.mark.parametrize("what", NEVER_READ)
def test_two_hundred_that_ask_for_much_and_never_read(kiosk, what):
    with crowd(kiosk.phones, 200, NEVER_READ[what]):
        touch(kiosk, 1)


@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_of(kiosk, what):
    with flood(kiosk.phones, 40, *FLOODS[what]) as seen:
        touch(kiosk, 0.5)
    assert any(seen), "nobody was answered or hung up on: was this an attack?"


@pytest.mark.long
@pytest.mark.parametrize("what", FLOODS)
def test_a_long_flood_of(kiosk, what):
    with flood(kiosk.phones, 40, *FLOODS[what]):
        touch(kiosk, 20)


def test_more_phones_than_the_outside_door_holds(appliance):
    """Full is only the door for phones."""
    with crowd(appliance.phones, 4_200, DRIPS["drip their head"]):
        touch(appliance, 1)


@pytest.mark.long
@pytest.mark.parametrize("first", [b"", b"GET /", HEAD, POST + b"Content-Length: 9\r\n\r\nx"])
def test_nginx_hangs_up_on_whoever_sends_nothing_for_ten_seconds(appliance, first):
    begun = time.monotonic()
    raw(appliance.phones, first, seconds=30)
    assert 8 < time.monotonic() - begun < 15
