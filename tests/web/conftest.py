"""What the tests of the web share: an application around the test's kiosk, visitors to it, and check-in forms."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from kiosk.actions.kiosk import Kiosk
from kiosk.app import create_app
from kiosk.config import Config
from tests.web.page import Staff, Visitor


def set_up(kiosk: Kiosk, **settings) -> Flask:
    """Return an application around an open kiosk."""
    given = {"host": "0.0.0.0", "port": 8000, "data": kiosk.data, "public_url": None, **settings}
    return create_app(Config(**given), kiosk=kiosk)


@pytest.fixture
def app(kiosk: Kiosk) -> Flask:
    return set_up(kiosk)


@pytest.fixture
def at_kiosk(app: Flask) -> Visitor:
    """Someone at the touchscreen."""
    return Visitor(app)


@pytest.fixture
def phones_pack(pack_folder: Path) -> Path:
    """The shipped pack, with check-in from phones allowed."""
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    assert "phones = false" in text
    file.write_text(text.replace("phones = false", "phones = true"), encoding="utf-8")
    return pack_folder


@pytest.fixture
def phones_app(tmp_path: Path, open_at: Callable[..., Kiosk], phones_pack: Path) -> Flask:
    return set_up(open_at(tmp_path / "phones-data", phones_pack))


@pytest.fixture
def phone(phones_app: Flask) -> Visitor:
    """Someone with a phone, where phones may check in."""
    return Visitor(phones_app, "10.0.0.7")


@pytest.fixture
def form() -> Callable[..., list[tuple[str, str]]]:
    """Return a function that gives the fields of a good check-in of one, changed by `changes` (None leaves one out)."""

    def fields(**changes: str | None) -> list[tuple[str, str]]:
        good = {"id": str(uuid4()), "party_size": "1", "visitor_type": "teacher", "district": "saihan"}
        return [(name, value) for name, value in {**good, **changes}.items() if value is not None]

    return fields


def check_in(visitor, form: Callable[..., list[tuple[str, str]]], **changes: str | None) -> str:
    """Check in with `form` changed by `changes`; return the entry's id."""
    fields = form(**changes)
    visitor.post("/check-in", fields)
    return dict(fields)["id"]


@pytest.fixture
def entries() -> Callable[[Kiosk], list]:
    """Return a function that gives every entry of a kiosk's log."""
    from kiosk.domain.entry import entry_from_row

    return lambda kiosk: [entry_from_row(row) for row in kiosk.log.rows()]


PASSWORD, PIN = "a good password 7", "482915"


@pytest.fixture
def secrets_set(kiosk: Kiosk) -> None:
    """The password and the PIN that the tests type."""
    kiosk.accounts.put_secret("password", PASSWORD, made=True)
    kiosk.accounts.put_secret("pin", PIN, made=True)


@pytest.fixture
def laptop(app: Flask, secrets_set: None) -> Staff:
    """Someone of the staff with a laptop, not signed in."""
    return Staff(app, "10.0.0.20")


@pytest.fixture
def staff(laptop: Staff) -> Staff:
    """The same, signed in with the password."""
    laptop.come_in("password", PASSWORD)
    return laptop


@pytest.fixture
def desk(app: Flask, secrets_set: None) -> Staff:
    """Someone of the staff at the touchscreen, signed in with the PIN."""
    someone = Staff(app)
    someone.come_in("pin", PIN)
    return someone
