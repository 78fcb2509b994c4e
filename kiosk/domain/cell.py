"""What the log is grouped into before anything is counted: small additive cells, which `statistics` adds up."""

from dataclasses import dataclass

from kiosk.domain.entry import Answers

QUARTER_MS = 900_000  # every time zone's hour is made of whole quarters


@dataclass(frozen=True)
class Cell:
    """`quarter`: wall time in quarters of an hour since 1970, None when the clock was not known.

    Tributes are one cell whomever they are to: nobody is to rank scientists by them. `again`: of rounds of the quiz,
    those that followed another one of the same person, None for rounds of before anybody asked.

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
    again: bool | None = False


@dataclass(frozen=True)
class MarkCell:
    """So many answers to one question of the quiz, right or wrong, in one quarter of an hour; negative in a cell that
    takes voided rounds back.
    """

    question: str
    topic: str | None
    quarter: int | None
    right: bool
    answers: int


@dataclass(frozen=True)
class WorkCell:
    """What one volunteer's phone recorded of a kind; negative in a cell that takes voided entries back."""

    kind: str
    entries: int
    people: int
