"""The real server's start and end: bad settings are told in one clear line, and being stopped leaves a sound log."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.config import PROJECT
from tests.waiting import PATIENCE
from tests.web.server import Server, command, free_port, serving, settings


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


def refused(data: Path, **changes: str) -> list[str]:
    """Return the lines of a start that must fail."""
    done = subprocess.run(
        command("serve"),
        cwd=PROJECT,
        env=settings(data, **{"KIOSK_PORT": str(free_port()), **changes}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.0", "８０００", "80 80", "1e4"])
def test_a_port_that_is_none(tmp_path, port):
    assert refused(tmp_path / "d", KIOSK_PORT=port) == [f"KIOSK_PORT={port} is not a port: a number from 1 to 65535."]
    assert not (tmp_path / "d").exists()


def test_a_data_folder_that_is_a_file(tmp_path):
    (tmp_path / "d").write_text("a diary")
    (line,) = refused(tmp_path / "d")
    assert line.startswith(f"The data folder {tmp_path / 'd'} cannot be ")
    assert (tmp_path / "d").read_text() == "a diary"


def test_a_pack_that_is_not_there(tmp_path):
    (line,) = refused(tmp_path / "d", KIOSK_EVENT=str(tmp_path / "nowhere"))
    assert line == "nowhere: there is no such folder"


def test_a_pack_with_two_faults_tells_both(tmp_path, pack_folder):
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8").replace("max_party = 200", "max_party = 900\ncolour = 1")
    file.write_text(text, encoding="utf-8")
    lines = refused(tmp_path / "d", KIOSK_EVENT=str(pack_folder))
    assert lines == ["event.toml: check_in.colour: unknown key", "event.toml: check_in.max_party: is out of range"]


@pytest.mark.parametrize("host", ["no such host", "256.256.256.256", "203.0.113.1", "-", "[::1]", "a" * 300, "a..b"])
def test_a_host_that_cannot_be_listened_on(tmp_path, host):
    (line,) = refused(tmp_path / "d", KIOSK_HOST=host)
    assert host in line


@pytest.mark.parametrize(
    "url",
    [
        "kiosk",
        "ftp://kiosk",
        "http://",
        "http://u:p@kiosk/",
        "http://kiosk/?x",
        "http://[",
        "http://ki osk/",
        "http://kiosk:port/",
    ],
)
def test_a_public_address_that_is_none(tmp_path, url):
    (line,) = refused(tmp_path / "d", KIOSK_PUBLIC_URL=url)
    assert line.startswith(f"KIOSK_PUBLIC_URL={url} is not an address")


def test_a_port_that_is_taken(tmp_path, server):
    (line,) = refused(tmp_path / "d", KIOSK_PORT=str(server.port))
    assert line == f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use."


def test_a_second_server_on_the_same_data(server):
    (line,) = refused(server.data)
    assert line == f"The data folder {server.data} is already in use by a running kiosk."
    assert server.is_well()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_stop_ends_it_cleanly_and_the_log_is_sound(tmp_path, how):
    data = tmp_path / "d"
    with serving(data) as server:
        ids = [str(uuid4()) for _ in range(5)]
        for one in ids:
            status, page = server.ask("/check-in", f"id={one}&party_size=1".encode())
            assert (status, f'data-entry-id="{one}"' in page.decode()) == (200, True)
        server.process.send_signal(how)
        out, err = server.process.communicate(timeout=PATIENCE)
        assert server.process.returncode in (0, -how), (out, err)
        assert "Traceback" not in err
    verified = subprocess.run(
        command("verify"), cwd=PROJECT, env=settings(data), capture_output=True, text=True, timeout=PATIENCE
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "is sound: 5 entries of 1 device(s)" in verified.stdout
    with serving(data) as again:
        assert json.loads(again.ask()[1])["entries"] == 5


def test_it_says_where_it_is(tmp_path):
    with serving(tmp_path / "d") as server:
        server.process.terminate()
        out, _ = server.process.communicate(timeout=PATIENCE)
    assert out.splitlines() == [
        f"First password and PIN, until they are used: {tmp_path / 'd/first-password'}, {tmp_path / 'd/first-pin'}",
        f"The kiosk is at http://127.0.0.1:{server.port}/",
        f"The log is kept in {tmp_path / 'd'}",
    ]


def test_a_start_does_not_wait_for_libraries_that_only_a_child_needs():
    heavy = {"xlsxwriter", "PIL", "qrcode", "zxingcpp"}
    code = f"import sys, kiosk.serving, kiosk.app; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
