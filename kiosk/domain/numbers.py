"""The numbers that a summary may tell, each under a key of its own: taken from the figures and the notes as
`statistics` counts them. Every sentence, table and chart of the summary has its numbers from here, so none can say
something else. Counts nothing; what is reckoned here is a share, from two counts.

What a number counts is told by `statistics.RULES`, under the same name as its family here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain.errors import N_
from kiosk.domain.event import Event
from kiosk.domain.note import ABOUT, Note
from kiosk.domain.statistics import (
    FEWEST_TELLING,
    Figures,
    Marks,
    Overview,
    known_and_gone,
    marks_of,
    notes_by_kind,
)
from kiosk.domain.tables import Speech
from kiosk.domain.voices import SATISFACTION

# At least so many: of fewer a share says less than the number itself.
FEWEST_FOR_SHARES = 30

# Ends the key of what the pack no longer has, all of it together: no id can be this, and to a reader an id is no name.
GONE = "*"


@dataclass(frozen=True)
class Family:
    """Numbers that are counted by one rule: what they are called, and their unit."""

    name: str
    unit: str


FAMILIES = {
    "visits": Family(N_("Visits, recorded by the kiosk"), N_("(unit) visits")),
    "visits.day": Family(N_("Visits by day"), N_("(unit) visits")),
    "visits.stop": Family(N_("Visits by stop"), N_("(unit) visits")),
    "answered": Family(N_("Visits that answered a question"), N_("(unit) visits")),
    "answers": Family(N_("Visits by what was answered"), N_("(unit) visits")),
    "by_hand": Family(N_("People counted by hand, entered by staff"), N_("(unit) visits")),
    "check_ins": Family(N_("Check-ins recorded"), N_("(unit) times")),
    "days": Family(N_("Days on site"), N_("(unit) days")),
    "stops": Family(N_("Stops visited"), N_("(unit) places")),
    "stations": Family(N_("Booths at work"), N_("(unit) places")),
    "stamps": Family(N_("Stamps on cards"), N_("(unit) times")),
    "souvenirs": Family(N_("Souvenirs handed out"), N_("(unit) copies")),
    "quiz.rounds": Family(N_("Practice quiz, rounds finished"), N_("(unit) rounds")),
    "quiz.players": Family(N_("Practice quiz, people playing"), N_("(unit) visits")),
    "quiz.topic": Family(N_("Share of right answers by topic"), "%"),
    "quiz.question": Family(N_("Share of right answers by question"), "%"),
    "tributes": Family(N_("Tributes to scientists"), N_("(unit) times")),
    "feedback": Family(N_("Feedback from visitors"), N_("(unit) copies")),
    "satisfaction": Family(N_("Feedback by satisfaction"), N_("(unit) copies")),
    "satisfied": Family(N_("Share that is satisfied"), "%"),
    "suggestions": Family(N_("Suggestions chosen by visitors"), N_("(unit) times")),
    "notes": Family(N_("Activities in the notes"), N_("(unit) times")),
}
# Of the notes some are counted in a unit of their own.
NOTE_UNITS = {
    "round_table": N_("(unit) sessions"),
    "lecture": N_("(unit) sessions"),
    "group": N_("(unit) groups"),
}


@dataclass(frozen=True)
class Number:
    """`of`: what of its family it is, in words, a date as `2018-05-30`, or empty where there is only one or none is
    known.
    """

    key: str
    family: str
    value: int | float
    of: str = ""

    @property
    def unit(self) -> str:
        """Return the unit, an English message id or “%”."""
        return unit_of(self.key)


def percent(part: int, whole: int) -> int | float:
    """Return a share in percent to one decimal, a whole number where that is one; never 0 or 100 of what is neither
    nothing nor all.
    """
    # A half goes up, as people and spreadsheets have it; `round` would take it to the even neighbour, or to either.
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return tenths / 10 if tenths % 10 else tenths // 10


def numbers_of(event: Event, overview: Overview, notes: Sequence[Note], speech: Speech) -> dict[str, Number]:
    """Return every number that there is, by key, in the order of a summary; `of` in words of `speech`."""
    found = [
        *_visits(event, overview, speech),
        *_answers(event, overview.whole, speech),
        *_desk(overview.whole),
        *_quiz(event, overview.whole, speech),
        *_voices(event, overview.whole, speech),
        *_notes(notes, speech),
    ]
    # A share may be nought: that nobody knew the answer is the very thing to tell.
    return {number.key: number for number in found if number.value > 0 or number.unit == "%"}


def values(numbers: dict[str, Number]) -> dict[str, int | float]:
    """Return the plain values, as they are kept with a saved summary."""
    return {key: number.value for key, number in numbers.items()}


def family_of(key: str) -> str:
    """Return the family of a number by its key alone: of one that is no more, too."""
    return max((name for name in FAMILIES if key == name or key.startswith(f"{name}.")), key=len, default="")


def unit_of(key: str) -> str:
    """Return the unit of a number by its key alone, an English message id or “%”; empty for no number at all."""
    family = family_of(key)
    own = NOTE_UNITS.get(key.removeprefix("notes.")) if family == "notes" else None
    return own or (FAMILIES[family].unit if family else "")


def day_key(day: date | None) -> str:
    """Return the key of a day's visits; of those whose day is not known for None."""
    return f"visits.day.{day.isoformat() if day else ''}"


def _visits(event: Event, overview: Overview, speech: Speech) -> Iterator[Number]:
    whole = overview.whole
    yield Number("visits", "visits", whole.visits)
    yield Number("by_hand", "by_hand", whole.by_hand.people)
    yield Number("check_ins", "check_ins", whole.check_ins)
    yield Number("days", "days", len(overview.event_days))
    for day, figures in overview.days.items():
        yield Number(day_key(day), "visits.day", figures.visits, day.isoformat())
    yield Number(day_key(None), "visits.day", overview.no_day.visits)
    yield Number("stops", "stops", len(whole.stops_visited))
    names = {place.id: speech.pick(place.name) for place in event.stops}
    yield from _each("visits.stop", "visits.stop", whole.visits_by_stop, names, speech.say(N_("stops no longer there")))
    yield Number("visits.stop.", "visits.stop", whole.visits_by_stop[None])


def _answers(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    for question in event.check_in.questions:
        label = speech.pick(question.label)
        counted = whole.visits_by_answer.get(question.id, {})
        yield Number(f"answered.{question.id}", "answered", whole.visits - whole.declined(question.id), label)
        names = {option.id: speech.pick(option.label) for option in question.options}
        gone = speech.say(N_("choices no longer there"))
        yield from _each(f"answers.{question.id}", "answers", Counter(counted), names, gone)


def _desk(whole: Figures) -> Iterator[Number]:
    yield Number("stations", "stations", len(whole.booths_at_work))
    yield Number("stamps", "stamps", whole.cards.stamps)
    yield Number("souvenirs", "souvenirs", whole.cards.souvenirs)


def _quiz(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    yield Number("quiz.rounds", "quiz.rounds", whole.quiz.rounds)
    yield Number("quiz.players", "quiz.players", whole.quiz.players)
    names = {topic.id: speech.pick(topic.label) for topic in event.quiz.topics}
    answered = marks_of(whole.quiz.by_topic, names)
    for topic in (*names, None):
        if topic in answered and answered[topic].asked >= FEWEST_TELLING:
            yield Number(f"quiz.topic.{topic or ''}", "quiz.topic", _share(answered[topic]), names.get(topic, ""))
    # All of them: the text tells of the hardest, but what it leaves out has not become nought.
    for question, marks in whole.quiz.from_the_hardest()[0]:
        yield Number(f"quiz.question.{question}", "quiz.question", _share(marks), question)


def _share(marks: Marks) -> int | float:
    return percent(marks.right, marks.asked)


def _voices(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    yield Number("tributes", "tributes", whole.tributes)
    yield Number("feedback", "feedback", whole.feedback)
    for level, words in SATISFACTION.items():
        yield Number(f"satisfaction.{level}", "satisfaction", whole.satisfaction[level], speech.say(words))
    if whole.feedback >= FEWEST_FOR_SHARES:
        yield Number("satisfied", "satisfied", percent(whole.satisfied, whole.feedback))
    names = {one.id: speech.pick(one.label) for one in event.feedback.suggestions}
    gone = speech.say(N_("suggestions no longer there"))
    yield from _each("suggestions", "suggestions", whole.suggestions, names, gone)


def _notes(notes: Sequence[Note], speech: Speech) -> Iterator[Number]:
    counted = notes_by_kind(notes)
    for about, words in ABOUT.items():
        yield Number(f"notes.{about}", "notes", counted[about], speech.say(words))


def _each(prefix: str, family: str, counted: Counter, names: dict[str, str], gone: str) -> Iterator[Number]:
    """Yield the count of each id in the pack's order, then of those that it no longer has, together: `gone` says so."""
    kept, others = known_and_gone(counted, names)
    for one, words in names.items():
        yield Number(f"{prefix}.{one}", family, kept[one], words)
    yield Number(f"{prefix}.{GONE}", family, others, gone)
