"""What figures rest on: which entries of which device, and how far their clock can be trusted. Counts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Basis:
    """The entries of one device: the first and the last number, how many, and how many of each trust in the clock."""

    device: str
    first: int
    last: int
    entries: int
    clocks: Mapping[str, int] = field(default_factory=dict)
