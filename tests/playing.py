"""Playing the quiz as a browser does, for tests, the gallery and figures alike."""

import re
from collections.abc import Iterator

from kiosk.actions import quiz
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import mint_id
from kiosk.domain.quiz import Question
from kiosk.domain.quiz_round import Place, Plan, choices, right_choice

_OFFERED = re.compile(r'name="answer" value="([^"]+)"')


def offered(html: str) -> list[str]:
    """Return the values that the page of a question offers, in order; none once it is answered."""
    return _OFFERED.findall(html)


def plan_of(kiosk: Kiosk, audience: str | None = None, length: int | None = None) -> Plan:
    return Plan(audience, length or kiosk.event.quiz.questions_per_round[0])


def questions_of(kiosk: Kiosk, place: Place, plan: Plan | None = None) -> tuple[Question, ...]:
    """Return what a round asks, in order."""
    return kiosk.pool.draw(place, plan or plan_of(kiosk)).questions


def said(place: Place, question: Question, is_right: bool) -> str:
    """Return a choice that is right, or one that is not."""
    right = right_choice(place, question)
    return right if is_right else next(one for one in choices(question) if one != right)


def answers(kiosk: Kiosk, place: Place, is_right: bool = True, plan: Plan | None = None) -> Iterator[tuple[int, str]]:
    """Yield (number, choice) of a whole round, all right or all wrong."""
    for number, question in enumerate(questions_of(kiosk, place, plan), 1):
        yield number, said(place, question, is_right)


def play(kiosk: Kiosk, audience: str | None = None, is_right: bool = True, upto: int = 20, turn: int = 0) -> Place:
    """Play a round without a browser, up to a question, and return its place."""
    place, plan = Place(mint_id(), turn), plan_of(kiosk, audience)
    for number, choice in answers(kiosk, place, is_right, plan):
        if number <= upto:
            quiz.answer(kiosk, place, number, plan, choice, "touch")
    return place
