"""How long a bar is beside the others: the one rule that every chart of ours follows, on the screen and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """From nothing to the highest count, which is at least one."""

    highest: float

    @classmethod
    def of(cls, counts: Iterable[float]) -> "Scale":
        return cls(max([*counts, 1]))

    def share(self, count: float) -> float:
        """Return how much of the whole length a count has, from 0 to 1; counts below nothing have none."""
        return max(count, 0) / self.highest
