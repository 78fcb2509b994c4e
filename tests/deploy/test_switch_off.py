"""The helper that switches the appliance off: systemd understands it, it hears the kiosk's wish and nothing else."""

import re
import shutil
from pathlib import Path

from kiosk.actions.switch_off import can_switch_off, switch_off
from tests.conftest import PROJECT
from tests.deploy.test_appliance_units import UNITS, analyze, needs_systemd, values

PATH, SERVICE = "kiosk-switch-off.path", "kiosk-switch-off.service"


def setting(name: str) -> str:
    return re.search(rf"^{name}=(.*)$", (PROJECT / "deploy/settings").read_text(), re.M)[1]


@needs_systemd
def test_systemd_understands_every_line(tmp_path):
    folder = Path(shutil.copytree(UNITS, tmp_path / "units"))

    def complaints() -> list[str]:
        said = analyze("verify", "--man=no", folder / PATH, folder / SERVICE, SYSTEMD_UNIT_PATH=f"{folder}:")
        return [line for line in said.splitlines() if "kiosk-switch-off" in line]

    assert complaints() == []
    with (folder / PATH).open("a") as file:
        file.write("[Path]\nPathExits=/run/x\n")
    assert len(complaints()) == 1


@needs_systemd
def test_it_exposes_no_more_than_was_thought_through(tmp_path):
    folder = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, folder)
    said = analyze("security", "--offline=true", f"--root={tmp_path}", SERVICE)
    assert float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1]) <= 2.2


def test_what_the_kiosk_writes_is_what_the_helper_looks_for():
    """The folder is the application's own, so that nobody else can wish for it; the path unit makes none."""
    (wish,) = values(PATH, "PathExists")
    assert wish == setting("KIOSK_SWITCH_OFF")
    folders = values("kiosk.service", "RuntimeDirectory")[0].split()
    assert Path(wish).parent == Path("/run") / folders[1]
    assert values(PATH, "MakeDirectory") == []
    assert values(PATH, "Unit") == [SERVICE]
    assert str(Path(wish).parent) in " ".join(values("kiosk-screen.service", "InaccessiblePaths"))


def test_the_helper_takes_no_words_from_anybody():
    assert values(SERVICE, "ExecStart") == ["/usr/bin/systemctl poweroff"]
    for key in ("EnvironmentFile", "Environment", "StandardInput", "ExecStartPre", "ExecStartPost"):
        assert values(SERVICE, key) == []


def test_the_wish_is_a_file_and_only_where_somebody_listens(tmp_path):
    request = tmp_path / "run" / "request"
    assert not can_switch_off(None) and not can_switch_off(request)
    request.parent.mkdir()
    assert can_switch_off(request)
    switch_off(request)
    assert request.read_bytes() == b""
