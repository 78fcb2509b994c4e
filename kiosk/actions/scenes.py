"""What the touchscreen shows while nobody is there: one idea a scene, others at each turn.

Chooses; neither counts (`actions/tally` does) nor records. The same turn of the same pack shows the same people and
activities on every machine; only the round that the quiz scene begins is new each time.
"""

from dataclasses import dataclass

from kiosk.actions import quiz
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.quiz import Step
from kiosk.domain.display import Display
from kiosk.domain.errors import LogUnreadable
from kiosk.domain.statistics import SMALLEST_ORDINAL

ACTIVITIES_A_SCENE = 3
TEASERS_TRIED = 12


@dataclass(frozen=True)
class Scene:
    """`kind`: `notice`, `theme`, `scientist`, `quiz`, `programme` or `visitors`; `about`: what it shows of that kind.

    That is a `Scientist`, a `Step` of a round that nobody has begun, activities, or a number of visits; None for the
    theme and the notice.
    """

    kind: str
    about: object = None


def scenes(kiosk: Kiosk, display: Display, turn: int) -> list[Scene]:
    """Return the scenes of a turn (counted from 0), in order; none while staff gave the screen another use."""
    if display.mode != "all":
        return []
    pack = kiosk.pack
    found = [Scene("notice")] if display.notice else []
    found.append(Scene("theme"))
    if pack.scientists:
        found.append(Scene("scientist", pack.scientists[turn % len(pack.scientists)]))
    if display.is_open and quiz.has_questions(kiosk):
        found.append(Scene("quiz", _teaser(kiosk)))
    if pack.event.programme and display.state != "over":
        found.append(Scene("programme", _some(pack.event.programme, turn)))
    if display.is_open and (visits := _visits_today(kiosk)):
        found.append(Scene("visitors", visits))
    return found


def _teaser(kiosk: Kiosk) -> Step:
    """Return the first question of a round that nobody has begun: a statement if it can be, to be judged in passing."""
    plan = quiz.plan_for(kiosk, None, None)
    for _ in range(TEASERS_TRIED):
        found = quiz.step(kiosk, quiz.new_place(), 1, plan)
        if found.question.kind == "true_false":
            break
    return found


def _some(activities: tuple, turn: int) -> tuple:
    """Return the activities of a turn: as many as can be read in passing, each turn those that follow."""
    parts = -(-len(activities) // ACTIVITIES_A_SCENE)
    first = turn % parts * ACTIVITIES_A_SCENE
    return activities[first : first + ACTIVITIES_A_SCENE]


def _visits_today(kiosk: Kiosk) -> int | None:
    """Return today's visits, None while they say more about the few who came than about the day, or nobody can tell."""
    try:
        visits = kiosk.tally.visits_at_a_glance(kiosk.clock.now())
    except LogUnreadable:
        return None
    return visits if visits and visits >= SMALLEST_ORDINAL else None
