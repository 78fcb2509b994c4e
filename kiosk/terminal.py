"""The figures of an event as lines for a terminal, and as JSON for other programs. Counts nothing itself."""

import json
from collections.abc import Callable, Iterator

from kiosk.actions.head_count import kinds_of_visitor
from kiosk.actions.tally import Report
from kiosk.domain import tables
from kiosk.domain.errors import N_
from kiosk.domain.event import Event, Pack
from kiosk.domain.statistics import Figures, Marks, QuizFigures, plain
from kiosk.domain.tables import Rows, Speech


def report_lines(report: Report, pack: Pack, words: Callable[..., str], locale: str) -> Iterator[str]:
    """Yield the report for a person."""
    event = pack.event
    speech = Speech(locale, words)
    yield speech.pick(event.title)
    yield words(N_("Figures are visits: someone who comes back tomorrow counts again. Recorded by this kiosk only."))
    yield ""
    if report.day:
        yield words(N_("On %(day)s"), day=report.day.isoformat())
    else:
        yield words(N_("Since this machine was switched on (it does not know today’s date)"))
    yield from _lines(report.of_day, pack, speech, words)
    yield ""
    yield words(N_("The whole event"))
    yield from _lines(report.whole, pack, speech, words)


def _lines(figures: Figures, pack: Pack, speech: Speech, words: Callable[..., str]) -> Iterator[str]:
    event = pack.event
    yield f"  {words(N_('Visits'))}: {figures.visits} ({words(N_('in %(count)s check-ins'), count=figures.check_ins)})"
    yield from _rows(tables.hours(figures, speech))
    if event.stops:
        yield from _rows(tables.by_stop(figures, event, speech))
    for question in event.check_in.questions:
        yield f"  {speech.pick(question.label)}"
        yield from _rows(tables.by_answer(figures, question, speech))
    yield from _card_lines(figures, event, speech, words)
    yield from _quiz_lines(figures.quiz, pack, speech, words)
    yield f"  {words(N_('Tributes'))}: {figures.tributes}"
    yield f"  {words(N_('Feedback received'))}: {figures.feedback}"
    yield from _rows(tables.by_satisfaction(figures, speech))
    if any(figures.suggestions.values()):
        yield f"  {words(N_('Suggestions'))}"
        yield from _rows(tables.by_suggestion(figures, event, speech))


def _rows(rows: Rows) -> Iterator[str]:
    yield from (f"    {words}  {count}" for words, count in rows if count)


def _card_lines(figures: Figures, event: Event, speech: Speech, words: Callable[..., str]) -> Iterator[str]:
    cards, by_hand = figures.cards, figures.by_hand
    if event.stations or cards.stamps:
        yield f"  {words(N_('Stamps'))}: {cards.stamps}"
        yield from _rows(tables.by_booth(cards.by_station, event, speech))
    if cards.souvenirs:
        yield f"  {words(N_('Souvenirs'))}: {cards.souvenirs}"
    if by_hand.people:
        yield f"  {words(N_('Counted by hand, beside the visits'))}: {by_hand.people}"
        yield from _rows(tables.by_booth(by_hand.by_station, event, speech))
        yield from _rows(tables.by_hand_kind(by_hand, kinds_of_visitor(event), speech))


def _quiz_lines(quiz: QuizFigures, pack: Pack, speech: Speech, words: Callable[..., str]) -> Iterator[str]:
    players = words(N_("by %(count)s players"), count=quiz.players)
    left = words(N_("%(count)s more begun and not finished"), count=quiz.left)
    yield f"  {words(N_('Quiz rounds'))}: {quiz.rounds} ({players}{words(N_('; '))}{left})"
    yield from _rows(tables.by_audience(quiz.rounds_by_audience, pack.event, speech))
    if quiz.players:
        yield f"  {words(N_('Players, by group'))}"
        yield from _rows(tables.by_audience(quiz.players_by_audience, pack.event, speech))
    if topics := tables.by_topic(quiz, pack.event, speech):
        yield f"  {words(N_('Answered right, by topic'))}"
        yield from (f"    {topic}  {_share(marks)}" for topic, marks in topics)
    if hardest := quiz.hardest():
        questions = {question.id: question for question in pack.questions}
        yield f"  {words(N_('Hardest questions'))}"
        for question, marks in tables.in_words(hardest, questions.get, speech):
            yield f"    {question}  {_share(marks)}"


def _share(marks: Marks) -> str:
    return f"{marks.share:.0%} ({marks.right}/{marks.asked})"


def report_json(report: Report, event: Event) -> str:
    """Return the report as one JSON object."""
    return json.dumps(
        {
            "event": event.id,
            "day": report.day.isoformat() if report.day else None,
            "on_day" if report.day else "since_boot": plain(report.of_day),
            "whole": plain(report.whole),
        },
        ensure_ascii=False,
    )
