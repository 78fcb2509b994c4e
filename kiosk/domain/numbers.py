"""The numbers that a summary may tell, each under a key of its own: taken from the figures and the notes, never counted
here. Every sentence, table and chart of the summary has its numbers from here, so none can say something else.

What a number counts is told by `statistics.RULES`, under the same name as its family here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain.errors import N_
from kiosk.domain.event import Event
from kiosk.domain.note import ABOUT, Note
from kiosk.domain.statistics import FEWEST_TELLING, HARDEST, Figures, Marks, Overview
from kiosk.domain.tables import Speech
from kiosk.domain.voices import SATISFACTION

# At least so many: of fewer a share says less than the number itself.
FEWEST_FOR_SHARES = 30


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
        return FAMILIES[self.family].unit


def percent(part: int, whole: int) -> int | float:
    """Return a share in percent to one decimal; a whole number where that is one."""
    share = round(100 * part / whole, 1)
    return int(share) if share == int(share) else share


def numbers_of(event: Event, overview: Overview, notes: Sequence[Note], speech: Speech) -> dict[str, Number]:
    """Return every number that there is, by key, in the order of a summary; `of` in words of `speech`."""
    found = [
        *_visits(event, overview, speech),
        *_answers(event, overview.whole, speech),
        *_desk(overview.whole),
        *_quiz(event, overview.whole, speech),
        *_voices(event, overview.whole, speech),
        *(
            Number(f"notes.{about}", "notes", sum(1 for note in notes if note.about == about), speech.say(words))
            for about, words in ABOUT.items()
        ),
    ]
    # A share may be nought: that nobody knew the answer is the very thing to tell.
    return {number.key: number for number in found if number.value > 0 or number.unit == "%"}


def values(numbers: dict[str, Number]) -> dict[str, int | float]:
    """Return the plain values, as they are kept with a saved summary."""
    return {key: number.value for key, number in numbers.items()}


def family_of(key: str) -> str:
    """Return the family of a number by its key alone: of one that is no more, too."""
    return max((name for name in FAMILIES if key == name or key.startswith(f"{name}.")), key=len, default="")


def day_key(day: date | None) -> str:
    """Return the key of a day's visits; of those whose day is not known for None."""
    return f"visits.day.{day.isoformat() if day else ''}"


def _visits(event: Event, overview: Overview, speech: Speech) -> Iterator[Number]:
    whole = overview.whole
    yield Number("visits", "visits", whole.visits)
    yield Number("by_hand", "by_hand", whole.by_hand.people)
    yield Number("check_ins", "check_ins", whole.check_ins)
    yield Number("days", "days", len(overview.days))
    for day, figures in overview.days.items():
        yield Number(day_key(day), "visits.day", figures.visits, day.isoformat())
    yield Number(day_key(None), "visits.day", overview.no_day.visits)
    stops = {stop: count for stop, count in whole.visits_by_stop.items() if count > 0}
    yield Number("stops", "stops", sum(1 for stop in stops if stop))
    names = {place.id: speech.pick(place.name) for place in event.stops}
    for stop in _in_order(stops, names):
        yield Number(f"visits.stop.{stop or ''}", "visits.stop", stops[stop], names.get(stop, stop or ""))


def _answers(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    for question in event.check_in.questions:
        label = speech.pick(question.label)
        counted = whole.visits_by_answer.get(question.id, {})
        yield Number(f"answered.{question.id}", "answered", whole.visits - whole.declined(question.id), label)
        names = {option.id: speech.pick(option.label) for option in question.options}
        for option in _in_order(counted, names):
            yield Number(f"answers.{question.id}.{option}", "answers", counted[option], names.get(option, option))


def _desk(whole: Figures) -> Iterator[Number]:
    yield Number("stations", "stations", len(whole.booths_at_work))
    yield Number("stamps", "stamps", whole.cards.stamps)
    yield Number("souvenirs", "souvenirs", whole.cards.souvenirs)


def _quiz(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    yield Number("quiz.rounds", "quiz.rounds", whole.quiz.rounds)
    yield Number("quiz.players", "quiz.players", whole.quiz.players)
    names = {topic.id: speech.pick(topic.label) for topic in event.quiz.topics}
    asked = {one: marks for one, marks in whole.quiz.by_topic.items() if marks.asked >= FEWEST_TELLING}
    for topic in _in_order(asked, names):
        yield Number(f"quiz.topic.{topic or ''}", "quiz.topic", _share(asked[topic]), names.get(topic, topic or ""))
    for question, marks in whole.quiz.hardest(HARDEST):
        yield Number(f"quiz.question.{question}", "quiz.question", _share(marks), question)


def _share(marks: Marks) -> int | float:
    return percent(marks.right, marks.asked)


def _voices(event: Event, whole: Figures, speech: Speech) -> Iterator[Number]:
    yield Number("tributes", "tributes", whole.tributes)
    yield Number("feedback", "feedback", whole.feedback)
    for level, words in SATISFACTION.items():
        yield Number(f"satisfaction.{level}", "satisfaction", whole.satisfaction[level], speech.say(words))
    if whole.feedback >= FEWEST_FOR_SHARES:
        content = sum(whole.satisfaction[one] for one in ("very_satisfied", "satisfied", "fairly_satisfied"))
        yield Number("satisfied", "satisfied", percent(content, whole.feedback))
    names = {one.id: speech.pick(one.label) for one in event.feedback.suggestions}
    for suggestion in _in_order(whole.suggestions, names):
        count = whole.suggestions[suggestion]
        yield Number(f"suggestions.{suggestion}", "suggestions", count, names.get(suggestion, suggestion))


def _in_order(counted, names) -> list:
    """Return the ids in the pack's order, then those that it no longer has, and none last."""
    known = [one for one in names if one in counted]
    return known + sorted((one for one in counted if one not in names), key=lambda one: (one is None, one or ""))
