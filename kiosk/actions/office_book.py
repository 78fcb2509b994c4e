"""The office's workbook in words: the summary and the tables that stand before the log. Counts nothing itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.actions.head_count import kinds_of_visitor
from kiosk.domain import clock, tables
from kiosk.domain.clock import Stamp
from kiosk.domain.errors import N_
from kiosk.domain.event import ROLES, Event, Pack
from kiosk.domain.statistics import Figures, Marks, Overview, QuizFigures
from kiosk.domain.tables import MarkRows, Rows, Speech, hour_words
from kiosk.exports.workbook import SHEET_ROWS, Book, Cell, Chart, Table

# The columns of days beside the hours: more are not read on one page, and each day has its line elsewhere.
MOST_DAYS = 31

_WIDE, _NUMBER, _DAY = 30, 15, 14


@dataclass
class Reach:
    """What of one device's entries a file holds."""

    device: str
    first: int
    last: int
    entries: int = 0


def book(
    pack: Pack | None,
    overview: Overview | None,
    now: Stamp,
    speech: Speech,
    reaches: Callable[[], Iterable[Reach]] | None,
    log_rows: int = SHEET_ROWS,
    *,
    is_over: bool = False,
) -> Book:
    """Return what stands before the log. Without an `overview` there are no figures, and the summary says why.

    `reaches` tells, once the log is written, what was in it; None for a file without the log, which then says nothing
    of it. `is_over`: the figures are those of an event that was closed, from which later voids take nothing back.
    """
    say = speech.say
    log_name = say(N_("Raw log"))

    def ending(sheets: list[str]) -> Iterator[tuple[str, Cell]]:
        found = list(reaches() if reaches else ())
        yield say(N_("What the raw log holds")), None
        yield say(N_("Entries")), sum(one.entries for one in found)
        for one in found:
            what = say(N_("numbers %(first)s to %(last)s, %(entries)s entries"))
            yield (
                say(N_("Device %(device)s")) % {"device": one.device[:8]},
                what % {"first": one.first, "last": one.last, "entries": one.entries},
            )
        if len(sheets) == 1:
            yield say(N_("Sheet")), sheets[0]
        else:
            why = say(
                N_("%(sheets)s: a sheet holds %(most)s entries at most, so the log is split over %(count)s sheets.")
            )
            yield (
                say(N_("Sheets")),
                why % {"sheets": "、".join(sheets), "most": f"{log_rows:,}", "count": len(sheets)},
            )

    if pack is None or overview is None:
        title = speech.pick(pack.event.title) if pack else say(N_("Log of the kiosk"))
        lines: list[tuple[str, Cell]] = [
            (say(N_("This file was made")), _made(now, pack and pack.event, speech)),
            (say(N_("No figures")), _why_not(pack, say)),
        ]
        return Book(say(N_("Summary")), title, lines, [], ending, log_name, log_rows)
    lines = [
        *_about(pack.event, now, speech),
        *_figures(pack, overview, say),
        *_manner(say, has_log=reaches is not None, is_over=is_over),
    ]
    found = list(_tables(pack, overview, speech))
    return Book(say(N_("Summary")), speech.pick(pack.event.title), lines, found, ending, log_name, log_rows)


def _why_not(pack: Pack | None, say: Callable[[str], str]) -> str:
    if pack is None:
        return say(N_("The content pack could not be read, so this file has only the raw log."))
    return say(N_("These are entries of another event than the content pack’s, so this file has only the raw log."))


def _made(now: Stamp, event: Event | None, speech: Speech) -> str:
    if event is None or not clock.is_known(now.clock):
        return speech.say(N_("The clock is not set, so the time is not known."))
    return f"{clock.local(now.wall_ms, event.zone):%Y-%m-%d %H:%M}"


def _about(event: Event, now: Stamp, speech: Speech) -> Iterator[tuple[str, Cell]]:
    say = speech.say
    yield say(N_("Theme")), event.theme.text
    for role, words in ROLES.items():
        if named := [speech.pick(one.name) for one in event.organisers if one.role == role]:
            yield say(words), "、".join(named)
    yield say(N_("Date of the event")), speech.pick(event.dates.when)
    yield say(N_("This file was made")), _made(now, event, speech)


def _figures(pack: Pack, overview: Overview, say: Callable[[str], str]) -> Iterator[tuple[str, Cell]]:
    """Yield the figures of the whole event: what the kiosk recorded and what people entered apart from each other."""
    whole = overview.whole
    yield say(N_("Recorded by the kiosk")), None
    yield say(N_("Visits")), whole.visits
    yield say(N_("Check-ins")), whole.check_ins
    yield say(N_("Visits, time not known")), whole.visits_time_unknown
    yield say(N_("Quiz rounds")), whole.quiz.rounds
    yield say(N_("Quiz players")), whole.quiz.players
    yield say(N_("Tributes")), whole.tributes
    yield say(N_("Feedback received")), whole.feedback
    if pack.event.stations or whole.cards.stamps:
        yield say(N_("Stamps")), whole.cards.stamps
    if whole.cards.souvenirs:
        yield say(N_("Souvenirs")), whole.cards.souvenirs
    yield say(N_("Entered by staff")), None
    yield say(N_("Counted by hand")), whole.by_hand.people
    yield say(N_("Apart")), say(N_("What staff counted by hand stands beside the visits and is never added to them."))


def _manner(say: Callable[[str], str], has_log: bool, is_over: bool) -> Iterator[tuple[str, Cell]]:
    yield say(N_("How it is counted")), None
    yield say(N_("What a visit is")), say(N_("Someone who comes back another day counts again. Of this kiosk only."))
    yield (
        say(N_("Clock")),
        say(N_("Entries made while the clock was not set count in the whole, and in no day and no hour.")),
    )
    if not has_log:
        later = N_("They count nowhere, unless they were voided after the event was closed.")
        yield say(N_("Voided entries")), say(later if is_over else N_("They count nowhere."))
        return
    yield say(N_("Voided entries")), say(N_("They count nowhere. In the raw log they are still there, marked."))
    yield (
        say(N_("Adding up")),
        say(N_("In the raw log, add up the column “Counted visits”: other kinds of entries are no visits.")),
    )


def _tables(pack: Pack, overview: Overview, speech: Speech) -> Iterator[Table]:
    event, whole, say = pack.event, overview.whole, speech.say
    visits, recorded = say(N_("Visits")), say(N_("Recorded by the kiosk."))
    yield _days(overview, say)
    yield _hours(overview, say)
    if event.stops:
        rows = tables.by_stop(whole, event, speech)
        yield _shares(say(N_("By stop")), say(N_("Stop")), visits, rows, whole.visits, recorded, say)
    for question in event.check_in.questions:
        label, rows = speech.pick(question.label), tables.by_answer(whole, question, speech)
        yield _shares(label, say(N_("Choice")), visits, rows, whole.visits, recorded, say)
    if stamped := tables.by_booth(whole.cards.by_station, event, speech):
        title, stamps = say(N_("Stamps, by booth")), say(N_("Stamps"))
        yield _shares(title, say(N_("Booth")), stamps, stamped, whole.cards.stamps, recorded, say)
    if booths := tables.by_booth(whole.by_hand.by_station, event, speech):
        title, people, of = say(N_("Counted by hand, by booth")), say(N_("Counted by hand")), whole.by_hand.people
        by_staff = say(N_("Counted by hand by staff; never a part of the visits."))
        yield _shares(title, say(N_("Booth")), people, booths, of, by_staff, say)
        if kinds := tables.by_hand_kind(whole.by_hand, kinds_of_visitor(event), speech):
            title = say(N_("Counted by hand, by kind"))
            yield _shares(title, say(N_("Kind of visitor")), people, kinds, of, by_staff, say)
    if whole.quiz.rounds:
        yield from _quiz(pack, whole.quiz, speech)
    if whole.feedback:
        of, unit = whole.feedback, say(N_("Feedback received"))
        title, rows = say(N_("Satisfaction")), tables.by_satisfaction(whole, speech)
        yield _shares(title, title, unit, rows, of, recorded, say)
        if suggested := tables.by_suggestion(whole, event, speech):
            title, several = say(N_("Suggestions")), say(N_("Recorded by the kiosk. One visitor may choose several."))
            yield _shares(title, title, unit, suggested, of, several, say, adds_up=False)


_OF_A_DAY: tuple[tuple[str, Callable[[Figures], int]], ...] = (
    (N_("Visits"), lambda one: one.visits),
    (N_("Check-ins"), lambda one: one.check_ins),
    (N_("Stamps"), lambda one: one.cards.stamps),
    (N_("Souvenirs"), lambda one: one.cards.souvenirs),
    (N_("Quiz rounds"), lambda one: one.quiz.rounds),
    (N_("Tributes"), lambda one: one.tributes),
    (N_("Feedback received"), lambda one: one.feedback),
    (N_("Counted by hand"), lambda one: one.by_hand.people),
)


def _days(overview: Overview, say: Callable[[str], str]) -> Table:
    def line(first: Cell, figures: Figures) -> tuple[Cell, ...]:
        return (first, *(count(figures) for _, count in _OF_A_DAY))

    rows = [line(day, figures) for day, figures in overview.days.items()]
    charted = len(rows)
    if overview.no_day.tells_anything:
        rows.append(line(say(N_("time not known")), overview.no_day))
    return Table(
        say(N_("By day")),
        say(N_("Visits by day")),
        say(N_("All columns but the last are recorded by the kiosk; the last one was entered by staff.")),
        (say(N_("Day")), *(say(words) for words, _ in _OF_A_DAY)),
        (_DAY, *(_NUMBER for _ in _OF_A_DAY)),
        rows,
        line(say(N_("Total")), overview.whole),
        Chart((1,), "column", rows=charted),
    )


def _hours(overview: Overview, say: Callable[[str], str]) -> Table:
    """Return the visits of each hour, of all days together and of each one."""
    whole = overview.whole
    days: dict[date, Figures] = overview.days if 1 < len(overview.days) <= MOST_DAYS else {}
    rows: list[tuple[Cell, ...]] = [
        (
            hour_words(hour),
            whole.visits_by_hour[hour],
            *(one.visits_by_hour[hour] for one in days.values()),
        )
        for hour in tables.hours_with_any(whole)
    ]
    charted = len(rows)
    if whole.visits_time_unknown:
        rows.append((say(N_("time not known")), whole.visits_time_unknown, *(None for _ in days)))
    return Table(
        say(N_("By hour")),
        say(N_("Visits by hour")),
        say(N_("Local time; an hour lasts from its beginning to the next one. Recorded by the kiosk.")),
        (say(N_("Hour")), say(N_("Visits")), *(day.isoformat() for day in days)),
        (_DAY, _NUMBER, *(_NUMBER for _ in days)),
        rows,
        (say(N_("Total")), whole.visits, *(one.visits for one in days.values())),
        Chart((1,), "column", rows=charted),
    )


def _shares(
    title: str,
    first: str,
    unit: str,
    rows: Rows,
    of: int,
    note: str,
    say: Callable[[str], str],
    adds_up: bool = True,
) -> Table:
    """Return a table of counts and of their shares of a whole; one whose counts do not add up to it has no total."""
    return Table(
        title,
        title,
        note,
        (first, unit, say(N_("Share"))),
        (_WIDE, _NUMBER, _NUMBER),
        [(words, count, count / of if of else 0.0) for words, count in rows],
        (say(N_("Total")), of, 1.0 if of else 0.0) if adds_up else None,
        Chart((1,)),
    )


def _quiz(pack: Pack, quiz: QuizFigures, speech: Speech) -> Iterator[Table]:
    event, say = pack.event, speech.say
    recorded = say(N_("Recorded by the kiosk. Only finished rounds are counted."))
    players = dict(tables.by_audience(quiz.players_by_audience, event, speech))
    yield Table(
        say(N_("Quiz, by group")),
        say(N_("Rounds and players of the quiz, by group")),
        recorded,
        (say(N_("Group of questions")), say(N_("Quiz rounds")), say(N_("Quiz players"))),
        (_WIDE, _NUMBER, _NUMBER),
        [
            (words, rounds, players.get(words, 0))
            for words, rounds in tables.by_audience(quiz.rounds_by_audience, event, speech)
        ],
        (say(N_("Total")), quiz.rounds, quiz.players),
        Chart((1, 2)),
    )
    answered = (say(N_("Answers given")), say(N_("Right")), say(N_("Share right")))
    topics = tables.by_topic(quiz, event, speech)
    yield Table(
        say(N_("Quiz, by topic")),
        say(N_("Share of right answers, by topic")),
        recorded,
        (say(N_("Topic")), *answered),
        (_WIDE, _NUMBER, _NUMBER, _NUMBER),
        [(words, *_marked(marks)) for words, marks in topics],
        (say(N_("Total")), *_all_of(topics)),
        Chart((3,), shares=True),
    )
    questions = {question.id: question for question in pack.questions}
    telling, few = quiz.from_the_hardest()
    asked = tables.in_words([*telling, *few], questions.get, speech)
    yield Table(
        say(N_("Quiz, by question")),
        say(N_("Share of right answers, by question")),
        say(N_("The hardest first; last those asked too rarely to tell. Only finished rounds are counted.")),
        (say(N_("No.")), say(N_("Question")), *answered),
        (6, 60, _NUMBER, _NUMBER, _NUMBER),
        [(str(number), words, *_marked(marks)) for number, (words, marks) in enumerate(asked, 1)],
        None,
        Chart((4,), shares=True, rows=len(telling) or len(few)),
    )


def _marked(marks: Marks) -> tuple[Cell, ...]:
    return marks.asked, marks.right, float(marks.share)


def _all_of(rows: MarkRows) -> tuple[Cell, ...]:
    return _marked(Marks(sum(one.asked for _, one in rows), sum(one.right for _, one in rows)))
