"""All that one official summary is made of, at hand for whoever writes its parts. Counts nothing and says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kiosk.domain.basis import Basis
from kiosk.domain.event import Event, Pack
from kiosk.domain.note import Note
from kiosk.domain.numbers import Number, numbers_of
from kiosk.domain.statistics import Overview
from kiosk.domain.summary import Summary
from kiosk.domain.tables import Speech


@dataclass(frozen=True)
class Told:
    """All that a summary is made of. `speech` is Chinese: a document of this kind is always. `is_over`: the event was
    closed, and what came later changes none of its figures.
    """

    pack: Pack
    overview: Overview
    notes: Sequence[Note]
    summary: Summary
    basis: Sequence[Basis]
    speech: Speech
    is_over: bool = False

    @property
    def event(self) -> Event:
        return self.pack.event

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """Every number that may be told, by key."""
        return numbers_of(self.event, self.overview, self.notes, self.speech)

    def count(self, key: str) -> int | float:
        """Return a number by its key, 0 where there is none."""
        found = self.numbers.get(key)
        return found.value if found else 0

    def family(self, name: str, prefix: str = "") -> list[Number]:
        """Return the numbers of a family, of those whose key begins so."""
        return [one for one in self.numbers.values() if one.family == name and one.key.startswith(prefix)]

    @cached_property
    def days(self) -> list[tuple[date, int]]:
        """The visits of each day that had any, in order."""
        found = self.family("visits.day")
        return [(date.fromisoformat(one.of), int(one.value)) for one in found if one.of]

    @property
    def year(self) -> int | None:
        """The year that need not be said with every day, since the first day said it."""
        return next((day.year for day in self.overview.event_days), None)
