"""The figures of an event as lines for a terminal, and as JSON for other programs. Counts nothing itself."""

import json
from collections.abc import Callable, Iterator

from kiosk.actions.tally import Report
from kiosk.domain.errors import N_
from kiosk.domain.event import Event
from kiosk.domain.statistics import Figures
from kiosk.domain.voices import SATISFACTION


def report_lines(report: Report, event: Event, words: Callable[..., str], locale: str) -> Iterator[str]:
    """Yield the report for a person."""
    locale = locale if locale in event.locales else event.locales[0]
    yield event.title[locale]
    yield words(N_("Figures are visits: someone who comes back tomorrow counts again. Recorded by this kiosk only."))
    yield ""
    if report.day:
        yield words(N_("On %(day)s"), day=report.day.isoformat())
    else:
        yield words(N_("Since this machine was switched on (it does not know today’s date)"))
    yield from _lines(report.of_day, event, words, locale)
    yield ""
    yield words(N_("The whole event"))
    yield from _lines(report.whole, event, words, locale)


def _lines(figures: Figures, event: Event, words: Callable[..., str], locale: str) -> Iterator[str]:
    yield f"  {words(N_('Visits'))}: {figures.visits} ({words(N_('in %(count)s check-ins'), count=figures.check_ins)})"
    if figures.visits_time_unknown:
        yield f"  {words(N_('of these, time not known'))}: {figures.visits_time_unknown}"
    for hour in sorted(figures.visits_by_hour):
        yield f"    {hour:02d}:00  {figures.visits_by_hour[hour]}"
    stops = {place.id: place.name[locale] for place in event.stops}
    for stop, count in sorted(figures.visits_by_stop.items(), key=lambda item: item[0] or ""):
        if stop is not None and count:
            yield f"    {stops.get(stop, stop)}  {count}"
    for question in event.check_in.questions:
        yield f"  {question.label[locale]}"
        counts = figures.visits_by_answer.get(question.id, {})
        for option in question.options:
            if counts.get(option.id):
                yield f"    {option.label[locale]}  {counts[option.id]}"
        if declined := figures.declined(question.id):
            yield f"    {words(N_('not answered'))}  {declined}"
    yield f"  {words(N_('Quiz rounds'))}: {figures.quiz_rounds}"
    yield f"  {words(N_('Tributes'))}: {figures.tributes}"
    yield f"  {words(N_('Feedback received'))}: {figures.feedback}"
    for level, sentence in SATISFACTION.items():
        if figures.satisfaction[level]:
            yield f"    {words(sentence)}  {figures.satisfaction[level]}"
    if suggested := {one: count for one, count in sorted(figures.suggestions.items()) if count}:
        yield f"  {words(N_('Suggestions'))}"
        offered = {one.id: one.label[locale] for one in event.feedback.suggestions}
        for one in [*(one for one in offered if one in suggested), *(one for one in suggested if one not in offered)]:
            yield f"    {offered.get(one, one)}  {suggested[one]}"


def report_json(report: Report, event: Event) -> str:
    """Return the report as one JSON object."""

    def figures(one: Figures) -> dict:
        return {
            "visits": one.visits,
            "check_ins": one.check_ins,
            "time_not_known": one.visits_time_unknown,
            "by_hour": {str(hour): count for hour, count in sorted(one.visits_by_hour.items()) if count},
            "by_stop": {stop or "": count for stop, count in one.visits_by_stop.items() if count},
            "by_answer": {
                question: {option: count for option, count in sorted(counts.items()) if count}
                for question, counts in sorted(one.visits_by_answer.items())
            },
            "quiz_rounds": one.quiz_rounds,
            "tributes": one.tributes,
            "feedback": one.feedback,
            "satisfaction": {level: count for level, count in sorted(one.satisfaction.items()) if count},
            "suggestions": {suggestion: count for suggestion, count in sorted(one.suggestions.items()) if count},
        }

    return json.dumps(
        {
            "event": event.id,
            "day": report.day.isoformat() if report.day else None,
            "on_day" if report.day else "since_boot": figures(report.of_day),
            "whole": figures(report.whole),
        },
        ensure_ascii=False,
    )
