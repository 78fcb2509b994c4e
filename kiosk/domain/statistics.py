"""The only place that counts. Adds up small additive cells, which the log groups by, into the figures people see.

A cell says: so many people in so many entries of one kind, at one stop and station, with the same answers and
suggestions, in one quarter of an hour. New entries add; a void subtracts what it names. Figures are 人次: someone who
comes back tomorrow counts again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.domain import clock
from kiosk.domain.cell import QUARTER_MS, Cell, MarkCell, WorkCell
from kiosk.domain.errors import N_
from kiosk.domain.event import SATISFACTION_QUESTION
from kiosk.domain.note import Note
from kiosk.domain.quiz import audience_of

# Of these kinds there are figures; voiding one of another kind would change none. (Of rounds begun too, but those are
# taken back with the round itself.)
COUNTED = frozenset({"check_in", "scan", "souvenir", "tally", "tally_less", "quiz", "tribute", "feedback"})

# What may be voided: these; closing an event, which brings its figures back; and notes, of which the summary tells.
VOIDABLE = COUNTED | {"event_closed", "note"}

# People counted by hand, and those taken off again because too many were.
HAND_COUNTS = {"tally": 1, "tally_less": -1}

# A question asked less often may have been hard for those few by chance.
FEWEST_TELLING = 5

# The steps of satisfaction that count as satisfied.
SATISFIED = ("very_satisfied", "satisfied", "fairly_satisfied")

# A question that more than these knew is not among the hard ones, however rarely others were missed.
MISSED_BY_MANY = 60  # percent right, at most

# So many of the hardest are told where the figures are looked over.
HARDEST = 5

# Below this many, a visitor's own number says more about them than about the day.
SMALLEST_ORDINAL = 30


@dataclass
class Marks:
    """How one question, or all of a topic, was answered."""

    asked: int = 0
    right: int = 0

    @property
    def share(self) -> float:
        """Return the share that was right, 0 where nothing was asked."""
        return self.right / self.asked if self.asked else 0


@dataclass
class QuizFigures:
    """Counts of practice rounds. Players are 人次 too: whoever goes on with another round is counted once, whoever
    walks away and comes back a second time.
    """

    begun: int = 0
    rounds: int = 0  # finished
    players: int = 0
    rounds_by_audience: Counter = field(default_factory=Counter)  # audience id or None
    players_by_audience: Counter = field(default_factory=Counter)
    by_question: dict[str, Marks] = field(default_factory=lambda: defaultdict(Marks))
    by_topic: dict[str | None, Marks] = field(default_factory=lambda: defaultdict(Marks))

    @property
    def left(self) -> int:
        """Return how many rounds were begun and not finished, those under way among them."""
        return max(0, self.begun - self.rounds)

    def from_the_hardest(self) -> tuple[list[tuple[str, Marks]], list[tuple[str, Marks]]]:
        """Return the questions that were asked, those answered right least often first: the ones asked often enough to
        tell, and the rest.
        """
        asked = [(one, marks) for one, marks in self.by_question.items() if marks.asked]
        asked.sort(key=lambda item: (item[1].share, -item[1].asked, item[0]))
        return (
            [item for item in asked if item[1].asked >= FEWEST_TELLING],
            [item for item in asked if item[1].asked < FEWEST_TELLING],
        )

    def hardest(self, most: int = HARDEST) -> list[tuple[str, Marks]]:
        """Return a few of the questions that were missed, the hardest first, as far as they were asked often enough."""
        return [item for item in self.from_the_hardest()[0] if item[1].right < item[1].asked][:most]


@dataclass
class CardFigures:
    """Counts of stamp cards. How many different cards there were no cells can tell: `storage/stamps` does."""

    stamps: int = 0  # scan, entries
    people: int = 0  # scan, people: a class card stands for its class
    by_station: Counter = field(default_factory=Counter)  # stamps, by station id
    souvenirs: int = 0  # entries


@dataclass
class HandCount:
    """People counted by hand where there were no cards: never a part of the visits, which the kiosk recorded itself."""

    people: int = 0
    by_station: Counter = field(default_factory=Counter)  # station id or None
    by_answer: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))


@dataclass
class WorkFigures:
    """What a phone recorded: stamps, the people they stand for, and people counted by hand."""

    scans: int = 0
    people: int = 0
    tallied: int = 0


@dataclass
class Figures:
    """Counts over some stretch of the log; all are of entries that were not voided."""

    visits: int = 0  # check_in, people
    check_ins: int = 0  # check_in, entries
    visits_by_hour: Counter = field(default_factory=Counter)  # local hour 0–23
    visits_by_stop: Counter = field(default_factory=Counter)  # stop id or None
    visits_by_answer: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    visits_time_unknown: int = 0
    cards: CardFigures = field(default_factory=CardFigures)
    by_hand: HandCount = field(default_factory=HandCount)
    quiz: QuizFigures = field(default_factory=QuizFigures)
    tributes: int = 0
    feedback: int = 0  # entries
    satisfaction: Counter = field(default_factory=Counter)  # of feedback, by level
    suggestions: Counter = field(default_factory=Counter)  # of feedback that makes one, by suggestion id

    @property
    def booths_at_work(self) -> set[str]:
        """The ids of the booths where anything was recorded or counted by hand."""
        counted = (self.cards.by_station, self.by_hand.by_station)
        return {one for booths in counted for one, count in booths.items() if one and count > 0}

    @property
    def stops_visited(self) -> set[str]:
        """The ids of the stops with at least one visit."""
        return {stop for stop, count in self.visits_by_stop.items() if stop and count > 0}

    @property
    def satisfied(self) -> int:
        """Return how much of the feedback chose “fairly satisfied” or better."""
        return sum(self.satisfaction[level] for level in SATISFIED)

    @property
    def tells_anything(self) -> bool:
        """Return whether anything has to be told of this stretch, so that what is told of all of them adds up: people
        taken off again, and souvenirs handed out on a day of their own, too.
        """
        return self.is_of_an_event_day or bool(self.by_hand.people or self.cards.souvenirs)

    @property
    def is_of_an_event_day(self) -> bool:
        """Return whether anything happened on site: that a count was corrected later is no day of the event."""
        return any(count > 0 for count in (*self.recorded, self.by_hand.people))

    @property
    def recorded(self) -> tuple[int, ...]:
        """Return the counts of what the kiosk itself recorded of visitors, by kind."""
        return (self.visits, self.cards.stamps, self.quiz.begun, self.quiz.rounds, self.tributes, self.feedback)

    @property
    def entries(self) -> int:
        """Return about how many entries these figures were counted from, voids and the staff's own left out."""
        quiz = max(0, self.quiz.begun) + self.quiz.rounds
        return self.check_ins + self.cards.stamps + self.cards.souvenirs + quiz + self.tributes + self.feedback

    def declined(self, question_id: str) -> int:
        """Return how many visits left the question unanswered."""
        return self.visits - sum(self.visits_by_answer.get(question_id, Counter()).values())


@dataclass(frozen=True)
class Overview:
    """The figures of one event and of each of its days, the first one first, up to an entry in the order of arrival;
    `no_day` are those of entries whose clock was not known.
    """

    through: int
    whole: Figures
    days: dict[date, Figures]
    no_day: Figures

    @property
    def event_days(self) -> list[date]:
        """The days on which anything happened, in order; `days` also has those that only correct another one."""
        return [day for day, figures in self.days.items() if figures.is_of_an_event_day]


# What each number of the summary counts, in one sentence or more: told where it is counted, listed with the summary.
# `domain/numbers` names the numbers.
CARDS_COUNT = (  # where the pack says so
    N_("The first stamp on a card printed beforehand is a check-in too."),
    N_("A stamp that waited on a volunteer’s phone counts when the kiosk recorded it."),
)
RULES = {
    "visits": (
        N_("Each check-in counts as many visits as people came together; who checks in again counts again."),
        N_("What was voided does not count."),
    ),
    "check_ins": (N_("Check-ins that the kiosk recorded; a group that checks in together is one."),),
    "visits.day": (
        N_("Visits by the local date of the check-in."),
        N_("Where the clock was not set the date is not known: such visits count in the whole and in no day."),
    ),
    "days": (
        N_("Dates on which anything was recorded: check-ins, stamps, quiz, tributes, feedback, counts by hand."),
        N_("A date on which people counted by hand were only taken off again is none."),
    ),
    "visits.stop": (
        N_("Visits by the stop that staff had chosen at the kiosk when they were recorded."),
        N_("Stops that the event pack no longer has are told together."),
    ),
    "stops": (N_("Stops at which at least one visit was recorded."),),
    "answered": (N_("Visits of which the question was answered at check-in; every question may be left out."),),
    "answers": (N_("Visits by what was chosen at check-in, as visitors say of themselves."),),
    "by_hand": (
        N_("People whom staff and volunteers counted by hand, less those taken off again."),
        N_("Counted apart from the visits and never added to them."),
    ),
    "stations": (N_("Booths where at least one card was stamped or people were counted by hand."),),
    "stamps": (N_("Stamps on cards; what the rule of a booth refuses is none."),),
    "souvenirs": (N_("Souvenirs that volunteers recorded as handed out."),),
    "quiz.rounds": (N_("Rounds of the practice quiz that were played to the end."),),
    "quiz.players": (N_("Whoever goes on with another round counts once, whoever comes back later again."),),
    "quiz.topic": (
        N_("Right answers among all answers to questions of the topic, in rounds played to the end."),
        N_("Only topics with at least five answers are told."),
    ),
    "quiz.question": (
        N_("Right answers among all answers to the question, in rounds played to the end."),
        N_("Of questions that were asked at least five times those are told that at most six in ten answered right."),
    ),
    "tributes": (N_("Tributes to scientists, all of them together; a visitor can pay one to each."),),
    "feedback": (N_("Feedback that visitors gave."),),
    "satisfaction": (N_("Feedback by the step of satisfaction that was chosen; there are five."),),
    "satisfied": (N_("Feedback that chose “fairly satisfied” or better, among all feedback."),),
    "suggestions": (N_("Feedback that chose the suggestion; each may choose up to three."),),
    "notes": (N_("Notes that staff wrote, by what was done; each as corrected last, voided ones left out."),),
}


def figures(cells: Iterable[Cell], zone: ZoneInfo) -> Figures:
    """Return the figures of the cells, those of unknown time included; hours are those of `zone`."""
    total = Figures()
    add(total, cells, zone)
    return total


def by_day(cells: Iterable[Cell], zone: ZoneInfo, days: dict[date | None, Figures]) -> None:
    """Add the cells to the figures of their local days, None for those of unknown time."""
    for cell in cells:
        _add(days.setdefault(_day(cell.quarter, zone), Figures()), cell, zone)


def add(total: Figures, cells: Iterable[Cell], zone: ZoneInfo) -> None:
    """Add cells to figures."""
    for cell in cells:
        _add(total, cell, zone)


def _add(total: Figures, cell: Cell, zone: ZoneInfo) -> None:
    if cell.kind == "check_in":
        _add_visits(total, cell, zone)
    elif cell.kind == "scan":
        total.cards.stamps += cell.entries
        total.cards.people += cell.people
        total.cards.by_station[cell.station] += cell.entries
    elif cell.kind == "souvenir":
        total.cards.souvenirs += cell.entries
    elif cell.kind in HAND_COUNTS:
        _add_by_hand(total.by_hand, cell, HAND_COUNTS[cell.kind])
    elif cell.kind == "quiz_begun":
        total.quiz.begun += cell.entries
    elif cell.kind == "quiz":
        _add_rounds(total.quiz, cell)
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


def _add_by_hand(by_hand: HandCount, cell: Cell, sign: int) -> None:
    by_hand.people += sign * cell.people
    by_hand.by_station[cell.station] += sign * cell.people
    for question_id, counts in cell.answers.items():
        for option_id, count in counts.items():
            by_hand.by_answer[question_id][option_id] += sign * count * cell.entries


def _add_rounds(quiz: QuizFigures, cell: Cell) -> None:
    audience = audience_of(cell.answers)
    quiz.rounds += cell.entries
    quiz.rounds_by_audience[audience] += cell.entries
    if not cell.again:
        quiz.players += cell.people
        quiz.players_by_audience[audience] += cell.people
    # A round that does not count was not given up either; one of before there were beginnings brings its own.
    if cell.entries < 0 or cell.again is None:
        quiz.begun += cell.entries


def add_work(total: WorkFigures, cells: Iterable[WorkCell]) -> None:
    """Add cells of a shift to its figures."""
    for cell in cells:
        if cell.kind == "scan":
            total.scans += cell.entries
            total.people += cell.people
        elif cell.kind in HAND_COUNTS:
            total.tallied += HAND_COUNTS[cell.kind] * cell.people


def add_marks(total: Figures, cells: Iterable[MarkCell]) -> None:
    """Add the answers to the quiz's questions to figures."""
    for cell in cells:
        _add_mark(total.quiz, cell)


def marks_by_day(cells: Iterable[MarkCell], zone: ZoneInfo, days: dict[date | None, Figures]) -> None:
    """Add the answers to the figures of their local days, None for those of unknown time."""
    for cell in cells:
        _add_mark(days.setdefault(_day(cell.quarter, zone), Figures()).quiz, cell)


def _add_mark(quiz: QuizFigures, cell: MarkCell) -> None:
    for marks in (quiz.by_question[cell.question], quiz.by_topic[cell.topic]):
        marks.asked += cell.answers
        marks.right += cell.answers if cell.right else 0


def _day(quarter: int | None, zone: ZoneInfo) -> date | None:
    return None if quarter is None else clock.local(quarter * QUARTER_MS, zone).date()


def notes_by_kind(notes: Iterable[Note]) -> Counter:
    """Return how many notes there are, by what they are about."""
    return Counter(note.about for note in notes)


def known_and_gone(found: Counter, known: Collection[str]) -> tuple[Counter, int]:
    """Return the counts of the ids that the pack has and of none at all, and the sum of those that it has no longer."""
    kept = Counter({one: count for one, count in found.items() if not one or one in known})
    return kept, found.total() - kept.total()


def marks_of(found: Mapping[str | None, Marks], known: Collection[str]) -> dict[str | None, Marks]:
    """Return how each topic of the pack was answered, all others together under None."""
    kept: dict[str | None, Marks] = {}
    for topic, marks in found.items():
        total = kept.setdefault(topic if topic in known else None, Marks())
        total.asked += marks.asked
        total.right += marks.right
    return kept


def counted(kind: str, people: int) -> tuple[int | None, int | None]:
    """Return what an entry that was not voided adds to the visits, and to the people counted by hand; None for one that
    is no such entry.
    """
    if kind == "check_in":
        return people, None
    return None, HAND_COUNTS[kind] * people if kind in HAND_COUNTS else None


def ordinal(visits_today: int, party_size: int) -> int | None:
    """Return the number to tell a visitor (“you are today's number …”), or None: a group, or too early in the day."""
    return visits_today if party_size == 1 and visits_today >= SMALLEST_ORDINAL else None


def plain(figures: Figures, *, by_question: bool = True) -> dict:
    """Return figures as values that JSON knows, nothing that is zero but the totals: the same for equal figures.

    `by_question`: how each question of the quiz was answered too.
    """
    cards, by_hand, quiz = figures.cards, figures.by_hand, figures.quiz
    told = {
        "visits": figures.visits,
        "check_ins": figures.check_ins,
        "time_not_known": figures.visits_time_unknown,
        "by_hour": {str(hour): count for hour, count in sorted(figures.visits_by_hour.items()) if count},
        "by_stop": _counts(figures.visits_by_stop),
        "by_answer": _answers(figures.visits_by_answer),
        "stamps": cards.stamps,
        "stamps_people": cards.people,
        "stamps_by_station": _counts(cards.by_station),
        "souvenirs": cards.souvenirs,
        "by_hand": by_hand.people,
        "by_hand_by_station": _counts(by_hand.by_station),
        "by_hand_by_answer": _answers(by_hand.by_answer),
        "quiz_rounds": quiz.rounds,
        "quiz_begun": max(0, quiz.begun),
        "quiz_players": quiz.players,
        "quiz_rounds_by_audience": _counts(quiz.rounds_by_audience),
        "quiz_players_by_audience": _counts(quiz.players_by_audience),
        "quiz_by_topic": _marks(quiz.by_topic),
        "tributes": figures.tributes,
        "feedback": figures.feedback,
        "satisfaction": _counts(figures.satisfaction),
        "suggestions": _counts(figures.suggestions),
    }
    return told | ({"quiz_by_question": _marks(quiz.by_question)} if by_question else {})


def _counts(counted: Counter) -> dict[str, int]:
    return {key or "": count for key, count in sorted(counted.items(), key=lambda item: item[0] or "") if count}


def _answers(counted: dict[str, Counter]) -> dict[str, dict[str, int]]:
    return {question: counts for question, one in sorted(counted.items()) if (counts := _counts(one))}


def _marks(found: dict[str | None, Marks]) -> dict[str, dict[str, int]]:
    asked = sorted(((key or "", one) for key, one in found.items() if one.asked), key=lambda item: item[0])
    return {key: {"asked": one.asked, "right": one.right} for key, one in asked}
