"""What the office's tables are written with, whoever asks for them. Writes none itself (`actions/export` does)."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.event import Pack


@dataclass(frozen=True)
class Office:
    """The pack's words, Chinese headings, and the kiosk's own words."""

    pack: Pack | None
    heading: Callable[[str], str] = str
    say: Callable[[str], str] = str
