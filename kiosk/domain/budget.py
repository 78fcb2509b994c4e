"""Budgets that refill with time: writes of a machine, guesses at a secret. Pure arithmetic.

Time is milliseconds since boot, because the wall clock can be moved by whoever stands before it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many at once, then one more every so many milliseconds."""

    at_once: int
    every_ms: int


@dataclass(frozen=True)
class Budget:
    """What was `left` at `at_ms` since the boot `boot`."""

    left: float
    at_ms: int
    boot: str

    def now(self, rate: Rate, boottime_ms: int, boot: str) -> "Budget":
        """Return the budget as it stands at this moment of this boot.

        How long a machine was switched off nobody knows, so another boot refills only from its own start.
        """
        passed = boottime_ms - self.at_ms if boot == self.boot else boottime_ms
        return Budget(min(rate.at_once, self.left + max(0, passed) / rate.every_ms), boottime_ms, boot)

    def spent(self) -> "Budget":
        """Return what is left after one more."""
        return Budget(self.left - 1, self.at_ms, self.boot)

    @property
    def allows(self) -> bool:
        return self.left >= 1

    def wait_ms(self, rate: Rate) -> int:
        """Return how long until one more is allowed."""
        return max(0, round((1 - self.left) * rate.every_ms))


def full(rate: Rate, boottime_ms: int, boot: str) -> Budget:
    """Return the budget of someone new."""
    return Budget(rate.at_once, boottime_ms, boot)
