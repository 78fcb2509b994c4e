"""The figures in words, of the whole event or one of its days; and where the kiosk stands today."""

from collections import Counter
from datetime import date

from flask import abort, g, redirect, render_template, request, url_for

from kiosk.actions.head_count import kinds_of_visitor
from kiosk.actions.open_day import choose_stop
from kiosk.actions.tally import Report
from kiosk.domain import tables
from kiosk.domain.day import read_day
from kiosk.domain.errors import Sentence
from kiosk.domain.event import CheckInQuestion
from kiosk.domain.statistics import Figures, HandCount, Marks, QuizFigures
from kiosk.domain.tables import MarkRows, Rows, Speech
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import say
from kiosk.web.staff import bp

DAYS = 14


@bp.get("/figures")
@audience("staff")
def figures():
    """The figures of the whole event, or of one of its days: on the morning after, today is no longer the day."""
    kiosk = this_kiosk()
    chosen, report = _report_asked_for()
    return render_template(
        "staff/figures.html",
        event=kiosk.event,
        chosen=chosen,
        figures=report.of_day if chosen else report.whole,
        days=kiosk.tally.days()[:DAYS],
        **BREAKDOWNS,
    )


def _report_asked_for() -> tuple[date | None, Report]:
    """Return the day in the address, None for the whole event, and the report with it."""
    kiosk = this_kiosk()
    chosen = read_day(request.args["day"]) if "day" in request.args else None
    if "day" in request.args and not chosen:
        abort(404)
    return chosen, kiosk.tally.report(kiosk.clock.now(), chosen)


def _speech() -> Speech:
    """Return the words of whoever looks at the page."""
    locale = g.locale
    return Speech(locale, lambda words: say(Sentence(words), locale))


def hours(figures: Figures) -> Rows:
    """Return (hour, visits)."""
    return tables.hours(figures, _speech())


def by_stop(figures: Figures) -> Rows:
    """Return (stop, visits)."""
    return tables.by_stop(figures, this_kiosk().event, _speech())


def by_answer(figures: Figures, question: CheckInQuestion) -> Rows:
    """Return (option, visits) of a question."""
    return tables.by_answer(figures, question, _speech())


def by_satisfaction(figures: Figures) -> Rows:
    """Return (step, feedback)."""
    return tables.by_satisfaction(figures, _speech())


def by_suggestion(figures: Figures) -> Rows:
    """Return (suggestion, feedback that makes it)."""
    return tables.by_suggestion(figures, this_kiosk().event, _speech())


def by_booth(counted: Counter) -> Rows:
    """Return (booth, count)."""
    return tables.by_booth(counted, this_kiosk().event, _speech())


def by_hand_kind(by_hand: HandCount) -> Rows:
    """Return (kind of visitor, people) of those counted by hand."""
    return tables.by_hand_kind(by_hand, kinds_of_visitor(this_kiosk().event), _speech())


def by_audience(counted: Counter) -> Rows:
    """Return (audience, count) of rounds or players of the quiz."""
    return tables.by_audience(counted, this_kiosk().event, _speech())


def by_topic(quiz: QuizFigures) -> MarkRows:
    """Return (topic, its answers)."""
    return tables.by_topic(quiz, this_kiosk().event, _speech())


def hardest(quiz: QuizFigures) -> MarkRows:
    """Return (question, its answers) of the few that were answered right least often."""
    return _in_words(quiz.hardest())


def _in_words(rows: list[tuple[str, Marks]]) -> MarkRows:
    return tables.in_words(rows, this_kiosk().pool.question, _speech())


@bp.get("/quiz")
@audience("staff")
def quiz_figures():
    """How each question of the quiz was answered, of the whole event or of a day."""
    chosen, report = _report_asked_for()
    quiz = (report.of_day if chosen else report.whole).quiz
    telling, few = quiz.from_the_hardest()
    return render_template(
        "staff/quiz_figures.html",
        chosen=chosen,
        rows=_in_words(telling),
        few=_in_words(few),
        all=len(this_kiosk().pool),
    )


BREAKDOWNS = {
    "by_audience": by_audience,
    "by_booth": by_booth,
    "by_hand_kind": by_hand_kind,
    "by_topic": by_topic,
    "hardest": hardest,
    "hours": hours,
    "by_stop": by_stop,
    "by_answer": by_answer,
    "by_satisfaction": by_satisfaction,
    "by_suggestion": by_suggestion,
}


@bp.get("/stop")
@audience("staff")
def stop_page():
    return render_template("staff/stop.html", kiosk=this_kiosk(), event=this_kiosk().event)


@bp.post("/stop")
@audience("staff")
def stop():
    choose_stop(this_kiosk(), request.form.get("stop", ""))
    return redirect(url_for("staff.day"), 303)
