"""Long work that somebody asked for on a page: one of the operator's commands in a child process that gives way to the
kiosk, with its progress. Knows no pages, and no command in particular.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


class Child:
    """One command on its way. `done` and `total` tell how far, `failure` why it did not end well."""

    def __init__(self, arguments: list[str], environment: dict[str, str], ended: Callable[["Child"], None]):
        """Start `python -m kiosk ARGUMENTS --background`; `ended` is called once, from another thread.

        Raises `OSError`.
        """
        self.done, self.total, self.failure = 0, 0, ""
        self._ended = ended
        self._over = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *arguments, "--background"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # Into the same pipe: of two, one fills up and stops the child while only the other is read.
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # A signal meant for the kiosk (Ctrl-C) is for the kiosk to pass on.
            start_new_session=True,
        )
        threading.Thread(target=self._follow, daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Return whether it is over, after waiting for that at most so long."""
        return self._over.wait(seconds)

    def kill(self) -> None:
        """End it; `ended` is called soon after."""
        with suppress(OSError):
            self._process.kill()

    def stop(self) -> None:
        """End it now."""
        self.kill()
        self.wait(5)

    def _follow(self) -> None:
        said = ""
        with self._process.stdout:
            for line in self._process.stdout:
                done, _, total = line.strip().partition(" ")
                if done.isdecimal() and total.isdecimal():
                    self.done, self.total = int(done), int(total)
                else:
                    said = line.strip() or said
        status = self._process.wait()
        if status:
            self.failure = said or f"exit status {status}"
        try:
            self._ended(self)
        finally:
            self._over.set()
