"""The only place that counts. Adds up small additive cells, which the log groups by, into the figures people see.

A cell says: so many people in so many entries of one kind, at one stop and station, with the same answers and
suggestions, in one quarter of an hour. New entries add; a void subtracts what it names. Figures are 人次: someone who
comes back tomorrow counts again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.domain import clock
from kiosk.domain.entry import Answers
from kiosk.domain.event import SATISFACTION_QUESTION

# Of these kinds there are figures; voiding one of another kind would change none.
COUNTED = frozenset({"check_in", "quiz", "tribute", "feedback"})

QUARTER_MS = 900_000  # every time zone's hour is made of whole quarters

# Below this many, a visitor's own number says more about them than about the day.
SMALLEST_ORDINAL = 30


@dataclass(frozen=True)
class Cell:
    """`quarter`: wall time in quarters of an hour since 1970, None when the clock was not known.

    Tributes are one cell whomever they are to: nobody is to rank scientists by them.

    `entries` and `people` are negative in a cell that takes voided entries back.
    """

    kind: str
    stop: str | None
    station: str | None
    quarter: int | None
    answers: Answers
    entries: int
    people: int
    suggestions: tuple[str, ...] = ()


@dataclass
class Figures:
    """Counts over some stretch of the log; all are of entries that were not voided."""

    visits: int = 0  # check_in, people
    check_ins: int = 0  # check_in, entries
    visits_by_hour: Counter = field(default_factory=Counter)  # local hour 0–23
    visits_by_stop: Counter = field(default_factory=Counter)  # stop id or None
    visits_by_answer: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    visits_time_unknown: int = 0
    quiz_rounds: int = 0
    tributes: int = 0
    feedback: int = 0  # entries
    satisfaction: Counter = field(default_factory=Counter)  # of feedback, by level
    suggestions: Counter = field(default_factory=Counter)  # of feedback that makes one, by suggestion id

    @property
    def tells_anything(self) -> bool:
        return any((self.visits, self.quiz_rounds, self.tributes, self.feedback))

    def declined(self, question_id: str) -> int:
        """Return how many visits left the question unanswered."""
        return self.visits - sum(self.visits_by_answer.get(question_id, Counter()).values())


def figures(cells: Iterable[Cell], zone: ZoneInfo) -> Figures:
    """Return the figures of the cells, those of unknown time included; hours are those of `zone`."""
    total = Figures()
    add(total, cells, zone)
    return total


def by_day(cells: Iterable[Cell], zone: ZoneInfo, days: dict[date | None, Figures]) -> None:
    """Add the cells to the figures of their local days, None for those of unknown time."""
    for cell in cells:
        day = None if cell.quarter is None else clock.local(cell.quarter * QUARTER_MS, zone).date()
        _add(days.setdefault(day, Figures()), cell, zone)


def add(total: Figures, cells: Iterable[Cell], zone: ZoneInfo) -> None:
    """Add cells to figures."""
    for cell in cells:
        _add(total, cell, zone)


def _add(total: Figures, cell: Cell, zone: ZoneInfo) -> None:
    if cell.kind == "check_in":
        _add_visits(total, cell, zone)
    elif cell.kind == "quiz":
        total.quiz_rounds += cell.entries
    elif cell.kind == "tribute":
        total.tributes += cell.entries
    elif cell.kind == "feedback":
        total.feedback += cell.entries
        for level, count in cell.answers.get(SATISFACTION_QUESTION, {}).items():
            total.satisfaction[level] += count * cell.entries
        for suggestion in cell.suggestions:
            total.suggestions[suggestion] += cell.entries


def _add_visits(total: Figures, cell: Cell, zone: ZoneInfo) -> None:
    total.visits += cell.people
    total.check_ins += cell.entries
    total.visits_by_stop[cell.stop] += cell.people
    if cell.quarter is None:
        total.visits_time_unknown += cell.people
    else:
        total.visits_by_hour[clock.local(cell.quarter * QUARTER_MS, zone).hour] += cell.people
    for question_id, counts in cell.answers.items():
        for option_id, count in counts.items():
            total.visits_by_answer[question_id][option_id] += count * cell.entries


def ordinal(visits_today: int, party_size: int) -> int | None:
    """Return the number to tell a visitor (“you are today's number …”), or None: a group, or too early in the day."""
    return visits_today if party_size == 1 and visits_today >= SMALLEST_ORDINAL else None
