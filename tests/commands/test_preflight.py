"""`kiosk preflight`: beside a running kiosk and without one, its words, its JSON and its exit status."""

import json
import os

import pytest

from kiosk.actions.kiosk import open_kiosk
from tests.conftest import SHIPPED


@pytest.fixture
def run(shell, kiosk, monkeypatch):
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.data))
    return shell


def states(result) -> dict[str, str]:
    return {check["id"]: check["state"] for check in json.loads(result.stdout)["checks"]}


def test_beside_a_running_kiosk(run, kiosk):
    result = run("preflight")
    assert "[Ready] Recording: A trial entry was written and read back." in result.stdout
    assert result.stdout.strip().endswith("Ready for visitors, but look at this.")
    assert [line.entry.kind for line in kiosk.log.lookup.newest(9).lines] == ["trial"]
    said = json.loads(run("preflight", "--json").stdout)
    assert (said["ready"], said["verdict"]) == (True, "look")
    assert [check["id"] for check in said["checks"]][:5] == ["recording", "space", "clock", "pack", "codes"]


def test_in_chinese(run):
    assert "可以开场" in run("preflight", LANG="zh_CN.UTF-8").stdout


def test_another_version_than_the_one_signed_off(run, kiosk):
    draft = kiosk.draft("1" * 8 + "-1111-4111-8111-" + "1" * 12, "sign_off", "staff", details={"digest": "0" * 16})
    kiosk.log.append(draft)
    assert run("preflight", status=1).stdout.strip().endswith("NOT READY for visitors.")


def test_without_a_running_kiosk(shell, tmp_path):
    data = tmp_path / "still"
    open_kiosk(data, SHIPPED).close()
    assert states(shell("preflight", "--json", KIOSK_DATA=str(data)))["recording"] == "ready"


def test_where_there_is_no_log(shell, tmp_path):
    result = shell("preflight", "--json", status=1, KIOSK_DATA=str(tmp_path / "none"))
    assert states(result)["recording"] == "not_ready"
    assert not (tmp_path / "none" / "event-key").exists()


def test_a_damaged_log(shell, tmp_path):
    data = tmp_path / "damaged"
    open_kiosk(data, SHIPPED).close()
    (data / "kiosk.db").write_bytes(b"nonsense" * 1_000)
    assert states(shell("preflight", "--json", status=1, KIOSK_DATA=str(data)))["recording"] == "not_ready"


def test_no_pack_at_all(run, tmp_path):
    result = run("preflight", "--json", status=1, KIOSK_EVENT=str(tmp_path / "nowhere"))
    found = states(result)
    assert (found["recording"], found["pack"], found["codes"]) == ("ready", "not_ready", "absent")


def test_a_folder_of_somebody_else(shell, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    data = tmp_path / "theirs"
    open_kiosk(data, SHIPPED).close()
    os.chown(data, 65534, 65534)
    assert states(shell("preflight", "--json", status=1, KIOSK_DATA=str(data)))["recording"] == "not_ready"


def test_bad_usage(run):
    run("preflight", "now", status=2)
    run("preflight", status=2, KIOSK_PORT="many")
