"""Waits for what comes by itself, on a machine of any speed.

How long is no test's business: `PATIENCE` only ends those that wait for what never comes.
"""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60  # seconds

Found = TypeVar("Found")


def wait_for(
    there: Callable[[], Found],
    *,
    told: Callable[[], object] = str,
    every: float = 0.02,
    patience: float = PATIENCE,
    sleep: Callable[[float], object] = time.sleep,
) -> Found:
    """Return the first true answer of `there`, asked `every` so many seconds.

    Raises `AssertionError` with what is `told` then, after `patience` seconds.
    """
    until = time.monotonic() + patience
    while not (found := there()):
        assert time.monotonic() < until, told()
        sleep(every)
    return found
