"""The operator's commands as a shell runs them that says nothing of its language or of an event."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from kiosk.cli import main


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Return a function that runs a command, and holds it to the exit status it is to end with."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "KIOSK_EVENT"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, status: int = 0, **environment: str):
        result = CliRunner().invoke(main, [*map(str, arguments)], env=environment)
        assert result.exit_code == status, (result.output, result.exception)
        return result

    return run
