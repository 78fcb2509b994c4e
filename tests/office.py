"""LibreOffice as an office has it, without windows: turns files into other formats, in a profile of its own."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

# What it says on machines without Java, of which it makes no use here.
_HARMLESS = ("Warning: failed to launch javaldx",)


def convert(folder: Path, ending: str, *files: Path, fonts: Mapping[str, str] | None = None) -> list[Path]:
    """Return the files in another format, one call for all, since starting takes seconds; skips the test without an
    office. `fonts`: for each font that this machine lacks, the one to take, as `Noto Sans CJK SC:bold`.

    Fails for a warning, an error or a file that is not there afterwards.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    environment = dict(os.environ)
    if fonts is not None:
        environment["FONTCONFIG_FILE"] = str(_replaced(fonts, folder / "fonts.conf"))
    done = subprocess.run(
        [
            *(office, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"),
            *("--convert-to", ending, "--outdir", folder, *files),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=180,
        env=environment,
    )
    complaints = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith(_HARMLESS)]
    assert not complaints, complaints
    made = [folder / f"{file.stem}.{ending}" for file in files]
    assert all(file.exists() for file in made), done.stdout
    return made


def _replaced(fonts: Mapping[str, str], target: Path) -> Path:
    rules = []
    for name, other in fonts.items():
        family, _, weight = other.partition(":")
        heavy = f'<edit name="weight" mode="assign" binding="same"><const>{weight}</const></edit>' if weight else ""
        rules.append(
            f'<match target="pattern"><test name="family"><string>{name}</string></test>'
            f'<edit name="family" mode="assign" binding="same"><string>{family}</string></edit>{heavy}</match>'
        )
    target.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><include>/etc/fonts/fonts.conf</include>{''.join(rules)}</fontconfig>",
        encoding="utf-8",
    )
    return target
