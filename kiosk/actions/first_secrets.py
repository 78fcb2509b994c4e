"""The secrets of a kiosk that starts for the first time: made here, or given, and how staff get to read them once."""

from contextlib import suppress
from pathlib import Path

from kiosk.domain import secret as rules
from kiosk.domain.errors import FileUnusable
from kiosk.domain.secret import Kind
from kiosk.storage.accounts import Accounts
from kiosk.storage.folder import write_file

_FIRST: dict[Kind, str] = {"password": "first-password", "pin": "first-pin"}


def make_first_secrets(accounts: Accounts, folder: Path, chosen: str | None = None) -> None:
    """See that there is a password and a PIN: `chosen`, or ones made here, which then lie in `folder` to be read once.

    The file comes first: a power cut in between leaves a file that is written again, never a password nobody knows.
    Raises `FileUnusable`.
    """
    for kind, mint in (("password", rules.mint_password), ("pin", rules.mint_pin)):
        if accounts.secret(kind):
            continue
        if kind == "password" and chosen:
            accounts.put_secret(kind, chosen)
            forget_first_secret(folder, kind)  # of a start that was cut off
            continue
        text = mint()
        note = f"{text}\n".encode()
        write_file(folder / _FIRST[kind], lambda file, note=note: file.write(note))  # which only its owner may read
        try:
            accounts.put_secret(kind, text, made=True)
        except FileUnusable:
            forget_first_secret(folder, kind)  # it opens nothing
            raise


def first_secret_files(folder: Path) -> list[Path]:
    """Return the files of the secrets that were made at the first start and nobody has used."""
    return [folder / name for name in _FIRST.values() if (folder / name).exists()]


def take_first_secrets(folder: Path) -> dict[Kind, str]:
    """Return the secrets that were made at the first start and nobody has used, and remove their files."""
    found: dict[Kind, str] = {}
    for kind, name in _FIRST.items():
        with suppress(OSError):
            found[kind] = (folder / name).read_text().strip()
            (folder / name).unlink()
    return found


def forget_first_secret(folder: Path, kind: Kind) -> None:
    """Remove the file of a secret that somebody has used or changed."""
    with suppress(OSError):
        (folder / _FIRST[kind]).unlink()
