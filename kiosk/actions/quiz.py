"""Playing a practice round. Before a question is answered a `Step` tells nothing of what is right, and its page shows
neither the key nor the explanation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.actions.kiosk import Kiosk
from kiosk.domain import quiz_round
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput, KioskError, LogUnreadable, UnknownEntry
from kiosk.domain.quiz import Audience, Question, audience_of
from kiosk.domain.quiz_round import Mark, Place, Plan, Round
from kiosk.domain.scientist import Scientist
from kiosk.storage.rounds import OpenRound

SUGGESTED_SCIENTISTS = 3

_NOT_OPEN = N_("This question is not open yet.")
_CUT_SHORT = N_("This round was cut short. Please start a new one.")


class RoundOver(KioskError):
    """The round is finished; its result can be looked at."""

    def __init__(self):
        super().__init__(N_("This round is finished."))


@dataclass(frozen=True)
class Choice:
    """What can be tapped: `value` is what the form says, `words` (by language) are None for true and false."""

    value: str
    words: dict[str, str] | None


@dataclass(frozen=True)
class Step:
    """One question of a round; `answer` is None until it is given, `number` counts from 1.

    `right_choice` is the value of the right one, None until the question is answered.
    """

    place: Place
    plan: Plan
    question: Question
    number: int
    length: int
    choices: tuple[Choice, ...]
    answer: str | None
    right_choice: str | None
    marks: tuple[bool, ...]  # of the questions answered so far

    @property
    def right(self) -> bool | None:
        return None if self.answer is None else self.answer == self.right_choice


@dataclass(frozen=True)
class Result:
    """A finished round as the log has it, with what the pack still knows of its questions.

    `topics` holds (topic id, right, asked); `again` is the place of the next round of the series.
    """

    place: Place
    plan: Plan
    right: int
    marks: tuple[tuple[Question | None, bool], ...]
    topics: tuple[tuple[str, int, int], ...]
    scientists: tuple[Scientist, ...]
    again: Place
    again_is_new: bool  # whether the next round asks nothing that the series has asked

    @property
    def entry_id(self) -> str:
        return self.place.entry_id


def has_questions(kiosk: Kiosk) -> bool:
    """Return whether the pack has any practice questions."""
    return bool(len(kiosk.pool))


def new_place() -> Place:
    """Return the first round of a new series."""
    return Place(mint_id(), 0)


def audiences(kiosk: Kiosk) -> tuple[Audience, ...]:
    """Return the audiences that there are questions for."""
    return tuple(one for one in kiosk.event.quiz.audiences if kiosk.pool.size(one.id))


def plan_for(kiosk: Kiosk, audience: str | None, length: int | None) -> Plan:
    """Return what was asked for as far as the pack offers it, else what is usual: everyone, the first length."""
    known = any(one.id == audience for one in audiences(kiosk))
    offered = lengths(kiosk)
    return Plan(audience if known else None, length if length in offered else offered[0])


def lengths(kiosk: Kiosk) -> tuple[int, ...]:
    """Return the lengths that a visitor may choose from, the usual one first: those the questions are enough for."""
    there = len(kiosk.pool)
    enough = tuple(length for length in kiosk.event.quiz.questions_per_round if length <= there)
    return enough or (max(1, there),)


def step(kiosk: Kiosk, place: Place, number: int, plan: Plan) -> Step:
    """Return question `number` (from 1) of a round; `plan` counts as long as nothing was answered.

    Raises `UnknownEntry` past its end, ahead of the player, and for a round that a restart cut short; `RoundOver` for
    one that is finished and nobody remembers in detail.
    """
    there = kiosk.rounds.get(place)
    if there is None:
        _refuse_second_try(kiosk, place)
    played = there.played if there else _draw(kiosk, place, plan)
    return _step(played, there.answers if there else (), number)


def answer(kiosk: Kiosk, place: Place, number: int, plan: Plan, choice: str, source: str) -> Step:
    """Keep the answer to a question and return it answered; the first answer stays.

    The first one makes an entry that the round was begun, the last one makes the round an entry. Raises `InvalidInput`,
    `UnknownEntry`, `RoundOver`, `NotRecorded`.
    """
    asked = step(kiosk, place, number, plan)
    if choice not in [one.value for one in asked.choices]:
        raise InvalidInput(N_("One of the choices is not on offer here. Please start again."))
    now_ms = kiosk.clock.now().boottime_ms
    there = kiosk.rounds.get(place) if number > 1 else kiosk.rounds.begin(_draw(kiosk, place, plan), now_ms)
    if there is None:  # others have begun so many meanwhile that this one is forgotten
        raise UnknownEntry(_CUT_SHORT)
    if not there.answers:
        begun = kiosk.draft(place.begun_id, "quiz_begun", source, answers=there.played.plan.answers)
        kiosk.log.append(begun)
    there = kiosk.rounds.answer(place, number - 1, choice, now_ms) or there
    if there.is_finished:
        _record(kiosk, there, source)
    return _step(there.played, there.answers, number)


def result(kiosk: Kiosk, place: Place) -> Result:
    """Return a finished round. Raises `UnknownEntry`."""
    entry = kiosk.log.entry(place.entry_id)
    if entry is None or entry.kind != "quiz":
        raise UnknownEntry(N_("This round is not finished."))
    marks = [Mark(one["question"], one["topic"], one["right"]) for one in entry.details["questions"]]
    known = tuple((kiosk.pool.question(mark.question), mark.right) for mark in marks)
    topics = tuple((topic, right, asked) for topic, (right, asked) in quiz_round.by_topic(marks).items())
    asked = entry.details["asked"]
    longer = [length for length in lengths(kiosk) if length >= asked]  # of a few questions fewer were asked than chosen
    plan = plan_for(kiosk, audience_of(entry.answers), min(longer, default=None))
    return Result(
        place,
        plan,
        entry.details["right"],
        known,
        topics,
        _scientists(kiosk, known),
        Place(place.series, place.turn + 1) if place.turn < quiz_round.MOST_TURNS else new_place(),
        (place.turn + 2) * plan.length <= kiosk.pool.size(plan.audience),
    )


def _draw(kiosk: Kiosk, place: Place, plan: Plan) -> Round:
    played = kiosk.pool.draw(place, plan)
    if not played.questions:
        raise UnknownEntry(N_("There are no practice questions in this event."))
    return played


def _step(played: Round, answers: Sequence[str], number: int) -> Step:
    if not 1 <= number <= len(played.questions) or number > len(answers) + 1:
        raise UnknownEntry(_NOT_OPEN)
    question = played.questions[number - 1]
    order = quiz_round.order(played.place, question)
    values = quiz_round.choices(question)
    words = [question.options[at] for at in order] or [None] * len(values)
    given = answers[number - 1] if number <= len(answers) else None
    return Step(
        played.place,
        played.plan,
        question,
        number,
        len(played.questions),
        tuple(Choice(value, one) for value, one in zip(values, words, strict=True)),
        given,
        None if given is None else quiz_round.right_choice(played.place, question),
        quiz_round.marks(played, answers),
    )


def _refuse_second_try(kiosk: Kiosk, place: Place) -> None:
    """Raise `RoundOver` or `UnknownEntry` for a round that the log knows though nobody plays it now."""
    try:
        if kiosk.log.position(place.entry_id) is not None:
            raise RoundOver()
        if kiosk.log.position(place.begun_id) is not None:
            raise UnknownEntry(_CUT_SHORT)
    except LogUnreadable:
        return  # the questions can be read whatever state the log is in; an answer tells


def _record(kiosk: Kiosk, there: OpenRound, source: str) -> None:
    played = there.played
    details = quiz_round.outcome(played, there.answers, there.seconds)
    kiosk.log.append(kiosk.draft(played.place.entry_id, "quiz", source, answers=played.plan.answers, details=details))


def _scientists(kiosk: Kiosk, marks: Sequence[tuple[Question | None, bool]]) -> tuple[Scientist, ...]:
    """Return whose pages suit a round: those of its questions, the ones that were missed first, then of its topics."""
    asked = sorted((one for one in marks if one[0]), key=lambda mark: mark[1])
    topics = {topic.id: topic.scientists for topic in kiosk.event.quiz.topics}
    ids = [one for question, _ in asked for one in question.scientists]
    ids += [one for question, _ in asked for one in topics.get(question.topic, ())]
    people = [kiosk.pack.scientist(one) for one in dict.fromkeys(ids)]
    return tuple(person for person in people if person)[:SUGGESTED_SCIENTISTS]
