"""Figures as rows that people read: which line stands where and what it is called. The page, the terminal and the
office's workbook have them from here. Counts nothing; `statistics` does.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.domain.errors import N_
from kiosk.domain.event import CheckInQuestion, Event
from kiosk.domain.quiz import Question
from kiosk.domain.statistics import Figures, HandCount, Marks, QuizFigures
from kiosk.domain.text import on_one_line
from kiosk.domain.voices import SATISFACTION

Rows = list[tuple[str, int]]
"""(words, count)."""

MarkRows = list[tuple[str, Marks]]
"""(words, how it was answered)."""

NO_LONGER = N_("%(id)s (no longer in the event pack)")


@dataclass(frozen=True)
class Speech:
    """In what words: `locale` of the pack's, `say` for the kiosk's own, from their English."""

    locale: str
    say: Callable[[str], str]

    def pick(self, words: dict[str, str]) -> str:
        """Return the pack's words on one line, in its first language where it has none in this one."""
        return on_one_line(words.get(self.locale) or next(iter(words.values()), ""), self.locale)


def hours(figures: Figures, speech: Speech) -> Rows:
    """Return the visits from the first hour with any to the last, those without in between too."""
    rows = [(hour_words(hour), figures.visits_by_hour[hour]) for hour in hours_with_any(figures)]
    return _with(rows, speech.say(N_("time not known")), figures.visits_time_unknown)


def hours_with_any(figures: Figures) -> range:
    """Return the hours from the first one with visits to the last."""
    seen = [hour for hour, count in figures.visits_by_hour.items() if count]
    return range(min(seen), max(seen) + 1) if seen else range(0)


def hour_words(hour: int) -> str:
    """Return an hour as it stands in a table."""
    return f"{hour:02d}:00"


def by_stop(figures: Figures, event: Event, speech: Speech) -> Rows:
    """Return the visits of each stop that has any, in the pack's order, then of stops that it no longer has."""
    names = {place.id: speech.pick(place.name) for place in event.stops}
    counted = figures.visits_by_stop
    rows = _some(_by_id(counted, names, speech))
    return _with(rows, speech.say(N_("no stop chosen, or elsewhere")), counted.get(None, 0))


def by_answer(figures: Figures, question: CheckInQuestion, speech: Speech) -> Rows:
    """Return the visits of each option, then of those that the pack no longer has; those that left it out last."""
    counted = figures.visits_by_answer.get(question.id, Counter())
    names = _options(question, speech)
    rows = _by_id(counted, names, speech)
    return _with(rows, speech.say(N_("not answered")), figures.declined(question.id))


def by_satisfaction(figures: Figures, speech: Speech) -> Rows:
    """Return the feedback of each step, from the best to the worst."""
    return [(speech.say(words), figures.satisfaction[level]) for level, words in SATISFACTION.items()]


def by_suggestion(figures: Figures, event: Event, speech: Speech) -> Rows:
    """Return the feedback that makes a suggestion, in the pack's order, then those that it no longer offers."""
    offered = {one.id: speech.pick(one.label) for one in event.feedback.suggestions}
    return _by_id(figures.suggestions, offered, speech)


def by_booth(counted: Counter, event: Event, speech: Speech) -> Rows:
    """Return what each booth counted, in the pack's order, then those it no longer has, and none last."""
    names = {station.id: speech.pick(station.name) for station in event.stations}
    rows = _some(_by_id(counted, names, speech))
    return _with(rows, speech.say(N_("no booth")), counted.get(None, 0))


def by_hand_kind(by_hand: HandCount, question: CheckInQuestion | None, speech: Speech) -> Rows:
    """Return the people counted by hand of each option, those of none last; nothing where none has one."""
    counted = by_hand.by_answer.get(question.id, Counter()) if question else Counter()
    if not any(counted.values()):
        return []
    names = _options(question, speech)
    rows = _some(_by_id(counted, names, speech))
    return _with(rows, speech.say(N_("Any kind")), by_hand.people - sum(counted.values()))


def by_audience(counted: Counter, event: Event, speech: Speech) -> Rows:
    """Return the rounds or the players of each audience, then of those the pack no longer has; of none last."""
    known = {one.id: speech.pick(one.label) for one in event.quiz.audiences}
    return _with(_by_id(counted, known, speech), speech.say(N_("A bit of everything")), counted.get(None, 0))


def by_topic(quiz: QuizFigures, event: Event, speech: Speech) -> MarkRows:
    """Return the topics that were asked, in the pack's order, then those it no longer has."""
    known = {one.id: speech.pick(one.label) for one in event.quiz.topics}
    asked = {one: marks for one, marks in quiz.by_topic.items() if marks.asked}
    rows = [(words, asked[one]) for one, words in known.items() if one in asked]
    unknown = speech.say(N_("topic not known"))
    gone = [(_no_longer(one, speech) if one else unknown, marks) for one, marks in asked.items() if one not in known]
    return rows + gone


def in_words(rows: Iterable[tuple[str, Marks]], question: Callable[[str], Question | None], speech: Speech) -> MarkRows:
    """Return rows of questions with their words for ids; ids of those that the pack no longer has."""
    found = ((one, question(one), marks) for one, marks in rows)
    return [(speech.pick(known.text) if known else _no_longer(one, speech), marks) for one, known, marks in found]


def ranked(rows: Iterable[tuple[str, int | float]]) -> list[tuple[str, int | float]]:
    """Return rows by size, the largest first; equal ones stay as they came."""
    return sorted(rows, key=lambda row: -row[1])


def leading(rows: Iterable[tuple[str, int | float]], few: int, most: int) -> list[tuple[str, int | float]]:
    """Return the largest rows, the largest first, so that none that is left out is as large as one that is there: about
    `few`, never more than `most`. Nothing where more than `most` are the largest. Equal ones stay as they came.
    """
    found = ranked(rows)
    if len(found) <= few:
        return found
    last = found[few - 1][1]
    through = [row for row in found if row[1] >= last]
    return through if len(through) <= most else [row for row in found if row[1] > last]


def _options(question: CheckInQuestion, speech: Speech) -> dict[str, str]:
    return {option.id: speech.pick(option.label) for option in question.options}


def _by_id(counted: Counter, names: dict[str, str], speech: Speech) -> Rows:
    """Return the count of each that the pack names, in its order, then of those it no longer has; not that of None."""
    gone = sorted(one for one, count in counted.items() if count and one and one not in names)
    rows = [(name, counted.get(one, 0)) for one, name in names.items()]
    return rows + [(_no_longer(one, speech), counted[one]) for one in gone]


def _some(rows: Rows) -> Rows:
    return [row for row in rows if row[1]]


def _no_longer(one: str, speech: Speech) -> str:
    return speech.say(NO_LONGER) % {"id": one}


def _with(rows: Rows, words: str, count: int) -> Rows:
    return [*rows, (words, count)] if count else rows
