"""The figures in words, of the whole event or one of its days; and where the kiosk stands today."""

from collections import Counter
from datetime import date

from flask import abort, g, redirect, render_template, request, url_for

from kiosk.actions.head_count import kinds_of_visitor
from kiosk.actions.open_day import choose_stop
from kiosk.actions.tally import Report
from kiosk.domain.errors import N_, Sentence
from kiosk.domain.event import CheckInQuestion
from kiosk.domain.statistics import Figures, HandCount, Marks, QuizFigures
from kiosk.domain.voices import SATISFACTION
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick, say
from kiosk.web.staff import bp
from kiosk.web.staff.entries import satisfaction_words

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
    try:
        chosen = date.fromisoformat(request.args["day"]) if "day" in request.args else None
    except ValueError:
        abort(404)
    return chosen, kiosk.tally.report(kiosk.clock.now(), chosen)


def hours(figures: Figures) -> list[tuple[str, int]]:
    """Return (hour, visits) from the first hour with any to the last, those without in between too."""
    seen = [hour for hour, count in figures.visits_by_hour.items() if count]
    rows = (
        [(f"{hour:02d}:00", figures.visits_by_hour[hour]) for hour in range(min(seen), max(seen) + 1)] if seen else []
    )
    return _with(rows, N_("time not known"), figures.visits_time_unknown)


def by_stop(figures: Figures) -> list[tuple[str, int]]:
    """Return (stop, visits), those of a stop that the pack no longer has too."""
    names = {place.id: pick(place.name, g.locale) for place in this_kiosk().event.stops}
    counted = {stop: count for stop, count in figures.visits_by_stop.items() if count}
    rows = [(name, counted[stop]) for stop, name in names.items() if stop in counted]
    rows += [(stop, count) for stop, count in counted.items() if stop and stop not in names]
    return _with(rows, N_("no stop chosen, or elsewhere"), counted.get(None, 0))


def by_answer(figures: Figures, question: CheckInQuestion) -> list[tuple[str, int]]:
    """Return (option, visits) of a question, those that left it out last."""
    counted = figures.visits_by_answer.get(question.id, {})
    rows = [(pick(option.label, g.locale), counted.get(option.id, 0)) for option in question.options]
    return _with(rows, N_("not answered"), figures.declined(question.id))


def by_satisfaction(figures: Figures) -> list[tuple[str, int]]:
    """Return (step, feedback) from the best to the worst."""
    return [(satisfaction_words(level), figures.satisfaction[level]) for level in SATISFACTION]


def by_suggestion(figures: Figures) -> list[tuple[str, int]]:
    """Return (suggestion, feedback that makes it) in the pack's order, then those that the pack no longer offers."""
    offered = {one.id: pick(one.label, g.locale) for one in this_kiosk().event.feedback.suggestions}
    rows = [(words, figures.suggestions[one]) for one, words in offered.items()]
    return rows + sorted((one, count) for one, count in figures.suggestions.items() if count and one not in offered)


def by_booth(counted: Counter) -> list[tuple[str, int]]:
    """Return (booth, count) in the pack's order, then those it no longer has, and none last."""
    names = {station.id: pick(station.name, g.locale) for station in this_kiosk().event.stations}
    rows = [(name, counted[one]) for one, name in names.items() if counted.get(one)]
    rows += sorted((one, count) for one, count in counted.items() if count and one and one not in names)
    return _with(rows, N_("no booth"), counted.get(None, 0))


def by_hand_kind(by_hand: HandCount) -> list[tuple[str, int]]:
    """Return (kind of visitor, people) of those counted by hand, those of no kind last; nothing where none has one."""
    question = kinds_of_visitor(this_kiosk().event)
    counted = by_hand.by_answer.get(question.id, Counter()) if question else Counter()
    rows = (
        [(pick(option.label, g.locale), counted[option.id]) for option in question.options if counted[option.id]]
        if counted
        else []
    )
    return _with(rows, N_("Any kind"), by_hand.people - sum(counted.values())) if rows else []


def by_audience(counted: Counter) -> list[tuple[str, int]]:
    """Return (audience, count) of rounds or players of the quiz, those who chose none last."""
    known = {one.id: pick(one.label, g.locale) for one in this_kiosk().event.quiz.audiences}
    rows = [(words, counted.get(one, 0)) for one, words in known.items()]
    rows += sorted((one, count) for one, count in counted.items() if count and one and one not in known)
    return _with(rows, N_("A bit of everything"), counted.get(None, 0))


def by_topic(quiz: QuizFigures) -> list[tuple[str, Marks]]:
    """Return (topic, its answers) of the topics that were asked, in the pack's order, then those it no longer has."""
    known = {one.id: pick(one.label, g.locale) for one in this_kiosk().event.quiz.topics}
    asked = {one: marks for one, marks in quiz.by_topic.items() if marks.asked}
    rows = [(words, asked[one]) for one, words in known.items() if one in asked]
    unknown = say(Sentence(N_("topic not known")), g.locale)
    return rows + [(one or unknown, marks) for one, marks in asked.items() if one not in known]


def hardest(quiz: QuizFigures) -> list[tuple[str, Marks]]:
    """Return (question, its answers) of the few that were answered right least often."""
    return _in_words(quiz.hardest())


def _in_words(rows: list[tuple[str, Marks]]) -> list[tuple[str, Marks]]:
    """Return rows of questions with their words for ids; of those that the pack no longer has the ids stay."""
    found = ((one, this_kiosk().pool.question(one), marks) for one, marks in rows)
    return [(pick(question.text, g.locale) if question else one, marks) for one, question, marks in found]


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


def _with(rows: list[tuple[str, int]], words: str, count: int) -> list[tuple[str, int]]:
    return [*rows, (say(Sentence(words), g.locale), count)] if count else rows


@bp.get("/stop")
@audience("staff")
def stop_page():
    return render_template("staff/stop.html", kiosk=this_kiosk(), event=this_kiosk().event)


@bp.post("/stop")
@audience("staff")
def stop():
    choose_stop(this_kiosk(), request.form.get("stop", ""))
    return redirect(url_for("staff.day"), 303)
