"""The kiosks under attack, started once for all attacks; and enough open files for whoever attacks them."""

import resource
from collections.abc import Iterator

import pytest

from tests.attack import kiosks
from tests.attack.kiosks import Attacked


@pytest.fixture(scope="session", autouse=True)
def many_open_files() -> Iterator[None]:
    """Six hundred connections need more files than a shell usually allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="session")
def appliance(tmp_path_factory) -> Iterator[Attacked]:
    with kiosks.appliance(tmp_path_factory.mktemp("appliance")) as kiosk:
        yield kiosk


@pytest.fixture(scope="session")
def waitress(tmp_path_factory) -> Iterator[Attacked]:
    with kiosks.waitress(tmp_path_factory.mktemp("waitress")) as kiosk:
        yield kiosk


@pytest.fixture(params=["appliance", "waitress"])
def kiosk(request) -> Attacked:
    return request.getfixturevalue(request.param)
