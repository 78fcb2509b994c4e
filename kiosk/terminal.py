"""The figures of an event as lines for a terminal, and as JSON for other programs. Counts nothing itself."""

import json
from collections import Counter
from collections.abc import Callable, Iterator

from kiosk.actions.tally import Report
from kiosk.domain.errors import N_
from kiosk.domain.event import Event, Pack
from kiosk.domain.statistics import Figures, Marks, QuizFigures
from kiosk.domain.voices import SATISFACTION


def report_lines(report: Report, pack: Pack, words: Callable[..., str], locale: str) -> Iterator[str]:
    """Yield the report for a person."""
    event = pack.event
    locale = locale if locale in event.locales else event.locales[0]
    yield event.title[locale]
    yield words(N_("Figures are visits: someone who comes back tomorrow counts again. Recorded by this kiosk only."))
    yield ""
    if report.day:
        yield words(N_("On %(day)s"), day=report.day.isoformat())
    else:
        yield words(N_("Since this machine was switched on (it does not know today’s date)"))
    yield from _lines(report.of_day, pack, words, locale)
    yield ""
    yield words(N_("The whole event"))
    yield from _lines(report.whole, pack, words, locale)


def _lines(figures: Figures, pack: Pack, words: Callable[..., str], locale: str) -> Iterator[str]:
    event = pack.event
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
    yield from _card_lines(figures, event, words, locale)
    yield from _quiz_lines(figures.quiz, pack, words, locale)
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


def _card_lines(figures: Figures, event: Event, words: Callable[..., str], locale: str) -> Iterator[str]:
    booths = {station.id: station.name[locale] for station in event.stations} | {None: words(N_("no booth"))}

    def by_booth(counted: Counter) -> Iterator[str]:
        for booth, count in sorted(counted.items(), key=lambda item: item[0] or ""):
            if count:
                yield f"    {booths.get(booth, booth)}  {count}"

    cards, by_hand = figures.cards, figures.by_hand
    if event.stations or cards.stamps:
        yield f"  {words(N_('Stamps'))}: {cards.stamps}"
        yield from by_booth(cards.by_station)
    if cards.souvenirs:
        yield f"  {words(N_('Souvenirs'))}: {cards.souvenirs}"
    if by_hand.people:
        yield f"  {words(N_('Counted by hand, beside the visits'))}: {by_hand.people}"
        yield from by_booth(by_hand.by_station)


def _quiz_lines(quiz: QuizFigures, pack: Pack, words: Callable[..., str], locale: str) -> Iterator[str]:
    players = words(N_("by %(count)s players"), count=quiz.players)
    left = words(N_("%(count)s more begun and not finished"), count=quiz.left)
    yield f"  {words(N_('Quiz rounds'))}: {quiz.rounds} ({players}{words(N_('; '))}{left})"
    plan = pack.event.quiz
    audiences = {one.id: one.label[locale] for one in plan.audiences} | {None: words(N_("A bit of everything"))}
    for audience, count in sorted(quiz.rounds_by_audience.items(), key=lambda item: item[0] or ""):
        if count:
            yield f"    {audiences.get(audience, audience)}  {count}"
    topics = {topic.id: topic.label[locale] for topic in plan.topics}
    if asked := [(topic, marks) for topic, marks in quiz.by_topic.items() if marks.asked]:
        yield f"  {words(N_('Answered right, by topic'))}"
        for topic, marks in sorted(asked, key=lambda item: item[0] or ""):
            yield f"    {topics.get(topic, topic or words(N_('topic not known')))}  {_share(marks)}"
    if hardest := quiz.hardest():
        questions = {question.id: question.text[locale] for question in pack.questions}
        yield f"  {words(N_('Hardest questions'))}"
        for question, marks in hardest:
            yield f"    {questions.get(question, question)}  {_share(marks)}"


def _share(marks: Marks) -> str:
    return f"{marks.share:.0%} ({marks.right}/{marks.asked})"


def report_json(report: Report, event: Event) -> str:
    """Return the report as one JSON object."""

    def marks(found: dict[str | None, Marks]) -> dict:
        asked = sorted((key or "", one) for key, one in found.items() if one.asked)
        return {key: {"asked": one.asked, "right": one.right} for key, one in asked}

    def counts(counted: Counter) -> dict:
        return {key or "": count for key, count in counted.items() if count}

    def figures(one: Figures) -> dict:
        return {
            "visits": one.visits,
            "check_ins": one.check_ins,
            "time_not_known": one.visits_time_unknown,
            "by_hour": {str(hour): count for hour, count in sorted(one.visits_by_hour.items()) if count},
            "by_stop": counts(one.visits_by_stop),
            "by_answer": {
                question: {option: count for option, count in sorted(counts.items()) if count}
                for question, counts in sorted(one.visits_by_answer.items())
            },
            "stamps": one.cards.stamps,
            "stamps_people": one.cards.people,
            "stamps_by_station": counts(one.cards.by_station),
            "souvenirs": one.cards.souvenirs,
            "by_hand": one.by_hand.people,
            "by_hand_by_station": counts(one.by_hand.by_station),
            "by_hand_by_answer": {
                question: {option: count for option, count in sorted(counted.items()) if count}
                for question, counted in sorted(one.by_hand.by_answer.items())
            },
            "quiz_rounds": one.quiz.rounds,
            "quiz_begun": max(0, one.quiz.begun),
            "quiz_players": one.quiz.players,
            "quiz_rounds_by_audience": counts(one.quiz.rounds_by_audience),
            "quiz_players_by_audience": counts(one.quiz.players_by_audience),
            "quiz_by_topic": marks(one.quiz.by_topic),
            "quiz_by_question": marks(one.quiz.by_question),
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
