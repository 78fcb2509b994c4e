"""A round of the quiz: how it is drawn, what is a right answer, and what the log keeps of it.

A round is a pure function of its series, its turn in it and the pool: the same always gives the same questions in the
same order with the same shuffle, on every machine, so a question can be shown before anything is kept. Rounds of one
series do not repeat a question until all were asked. What was answered is kept elsewhere.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from kiosk.domain.entry import Answers, derived_id
from kiosk.domain.quiz import AUDIENCE_QUESTION, Question

MOST_TURNS = 999


@dataclass(frozen=True)
class Plan:
    """What a visitor chose: for whom, None for everyone, and how many questions."""

    audience: str | None
    length: int

    @property
    def answers(self) -> Answers:
        """Return the audience as an entry has it: people who did not choose one left it out."""
        return {AUDIENCE_QUESTION: {self.audience: 1}} if self.audience else {}


@dataclass(frozen=True)
class Place:
    """Which round: `series` is minted where somebody begins; `turn` counts its rounds from 0."""

    series: str
    turn: int

    @property
    def entry_id(self) -> str:
        """Return the id of the entry that the finished round becomes; from it nobody can tell the series."""
        return derived_id(self.series, "quiz", str(self.turn))

    @property
    def begun_id(self) -> str:
        """Return the id of the entry that says that the round was begun."""
        return derived_id(self.series, "quiz_begun", str(self.turn))


@dataclass(frozen=True)
class Round:
    """The questions of one round, in order."""

    place: Place
    plan: Plan
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Mark:
    """One answered question of a finished round."""

    question: str
    topic: str
    right: bool


class Pool:
    """The questions of a pack, sorted once so that a round is drawn from thousands in a millisecond or two."""

    def __init__(self, questions: Sequence[Question], audiences: Sequence[str]):
        self._by_id = {question.id: question for question in questions}
        self._piles = {None: _by_topic(questions)} | {
            audience: _by_topic([one for one in questions if not one.audiences or audience in one.audiences])
            for audience in audiences
        }

    def __len__(self) -> int:
        return len(self._by_id)

    def question(self, question_id: str) -> Question | None:
        """Return the question with that id, or None."""
        return self._by_id.get(question_id)

    def size(self, audience: str | None) -> int:
        """Return how many questions there are for an audience; 0 for one that nobody knows."""
        return sum(len(pile) for pile in self._piles.get(audience, ()))

    def draw(self, place: Place, plan: Plan) -> Round:
        """Return a round: as many of its audience's questions as there are up to its length, none twice, spread over
        the topics, easy ones first.
        """
        size = self.size(plan.audience)
        length = min(plan.length, size)
        if not length:
            return Round(place, plan, ())
        # Round and round through one sequence: whatever the length, a round shares no question with the one before.
        begin = place.turn * length % size
        drawn = list(islice(self._sequence(place.series, plan.audience), begin, begin + length))
        drawn += islice(self._sequence(place.series, plan.audience), length - len(drawn))
        return Round(place, plan, tuple(sorted(drawn, key=lambda one: one.level)))

    def _sequence(self, series: str, audience: str | None) -> Iterator[Question]:
        """Yield an audience's questions once, one topic after the other as long as they last."""
        chance = Random(f"{series} {audience}")
        piles = [list(pile) for pile in self._piles[audience]]
        _shuffle(piles, chance)
        while piles:
            for pile in piles:
                yield _take(pile, chance)
            piles = [pile for pile in piles if pile]


def _by_topic(questions: Sequence[Question]) -> tuple[tuple[Question, ...], ...]:
    piles: dict[str, list[Question]] = {}
    # By id, so that it does not matter in which file or order they stand.
    for question in sorted(questions, key=lambda one: one.id):
        piles.setdefault(question.topic, []).append(question)
    return tuple(tuple(piles[topic]) for topic in sorted(piles))


# Of the library's generator only `random()` is promised to stay the same in later versions of Python.
def _take(pile: list, chance: Random):
    at = int(chance.random() * len(pile))
    pile[at], pile[-1] = pile[-1], pile[at]
    return pile.pop()


def _shuffle(things: list, chance: Random) -> None:
    things[:] = [_take(things, chance) for _ in range(len(things))]


def choices(question: Question) -> tuple[str, ...]:
    """Return what can be answered, in the order of the screen: `true` and `false`, or the options' numbers from 1 as
    they are shuffled for this round; those numbers say nothing of the key.
    """
    return tuple(str(number + 1) for number in range(len(question.options))) or ("true", "false")


def order(place: Place, question: Question) -> tuple[int, ...]:
    """Return the options of a question (their places in the file, from 0) in the order in which a round shows them."""
    found = list(range(len(question.options)))
    _shuffle(found, Random(f"{place.series} {place.turn} {question.id}"))
    return tuple(found)


def right_choice(place: Place, question: Question) -> str:
    """Return which of `choices` is right."""
    if question.right_option is None:
        return "true" if question.key else "false"
    return str(order(place, question).index(question.right_option) + 1)


def marks(played: Round, answers: Sequence[str]) -> tuple[bool, ...]:
    """Return of the answers given so far whether each was right."""
    return tuple(said == right_choice(played.place, one) for one, said in zip(played.questions, answers, strict=False))


def outcome(played: Round, answers: Sequence[str], seconds: int) -> dict:
    """Return what the log keeps of a finished round beside its audience: each question with its topic and whether it
    was answered right, how many were, how long it took, and whether the same person had just played another one.
    """
    if len(answers) != len(played.questions):
        raise ValueError("a round that is not finished has no outcome")
    right = marks(played, answers)
    return {
        "questions": [
            {"question": one.id, "topic": one.topic, "right": mark}
            for one, mark in zip(played.questions, right, strict=True)
        ],
        "right": sum(right),
        "asked": len(right),
        "again": played.place.turn > 0,
        "duration_seconds": seconds,
    }


def by_topic(played: Sequence[Mark]) -> dict[str, tuple[int, int]]:
    """Return (right, asked) of each topic, in the order in which they came up."""
    asked = Counter(mark.topic for mark in played)
    right = Counter(mark.topic for mark in played if mark.right)
    return {topic: (right[topic], count) for topic, count in asked.items()}
