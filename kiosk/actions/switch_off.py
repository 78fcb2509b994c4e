"""Switching the machine off: the kiosk has no right to, so it leaves a request where a helper of the system looks.

The request is that a file is there; nothing is read from it.
"""

from pathlib import Path

from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.folder import write_file


def can_switch_off(request: Path | None) -> bool:
    """Return whether somebody looks for requests here: the folder for them is made by the one who does."""
    return request is not None and request.parent.is_dir()


def switch_off(request: Path | None) -> None:
    """Ask for the machine to be switched off. Raises `FileUnusable` where nobody could hear it."""
    if request is None or not can_switch_off(request):
        raise FileUnusable(N_("This machine cannot be switched off from here."))
    write_file(request, lambda file: None)
