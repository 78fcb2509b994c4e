"""A kiosk with booths, staff with the password, and phones that come on duty."""

from collections.abc import Callable

import pytest

from kiosk.actions import shifts
from kiosk.actions.kiosk import Kiosk
from tests.web.conftest import PASSWORD, set_up
from tests.web.page import Staff, Volunteer


@pytest.fixture
def kiosk(open_at: Callable[..., Kiosk], tmp_path, booths_pack) -> Kiosk:
    return open_at(tmp_path / "data", booths_pack)


@pytest.fixture
def app(kiosk: Kiosk):
    return set_up(kiosk, public_url="http://kiosk.example")


@pytest.fixture
def staff(app, secrets_set) -> Staff:
    someone = Staff(app, "10.0.0.20")
    someone.sign_in(PASSWORD)
    return someone


@pytest.fixture
def come(app, kiosk) -> Callable[[str], Volunteer]:
    """Return a function that lets a phone come on duty at a booth."""

    def come_on_duty(station: str, address: str = "10.0.0.31", locale: str = "zh") -> Volunteer:
        phone = Volunteer(app, address, locale)
        page = phone.get(f"/J/{shifts.invite(kiosk, station)}" + ("?lang=en" if locale == "en" else ""))
        phone.press(page, "上岗" if locale == "zh" else "Go on duty")
        return phone

    return come_on_duty
