"""Playing a practice round. The key of a question leaves this module only once the question is answered."""

from dataclasses import dataclass

from kiosk.actions.kiosk import Kiosk
from kiosk.domain import quiz
from kiosk.domain.entry import entry_id
from kiosk.domain.errors import N_, InvalidInput, UnknownEntry
from kiosk.domain.quiz import Question


@dataclass(frozen=True)
class Step:
    """One question of a round; `answer` is None until it is given, `number` counts from 1."""

    round_id: str
    question: Question
    number: int
    length: int
    answer: bool | None

    @property
    def right(self) -> bool | None:
        return None if self.answer is None else self.answer == self.question.key


@dataclass(frozen=True)
class Result:
    """A finished round as the log has it: each question with whether it was answered right."""

    round_id: str
    right: int
    marks: tuple[tuple[Question | None, bool], ...]


def all_questions(kiosk: Kiosk) -> tuple[Question, ...]:
    """Return the questions of every bank of the pack."""
    return tuple(question for bank in kiosk.pack.banks for question in bank.questions)


def _draw(kiosk: Kiosk, round_id: str) -> quiz.Round:
    questions = all_questions(kiosk)
    if not questions:
        raise UnknownEntry(N_("There are no practice questions in this event."))
    return quiz.draw(entry_id(round_id), questions, kiosk.event.quiz.questions_per_round)


def step(kiosk: Kiosk, round_id: str, number: int) -> Step:
    """Return question `number` (from 1) of a round. Raises `UnknownEntry` past its end or ahead of the player."""
    played = _draw(kiosk, round_id)
    given = kiosk.rounds.answers(round_id)
    if not 1 <= number <= len(played.questions) or number > len(given) + 1:
        raise UnknownEntry(N_("This question is not open yet."))
    answer = given[number - 1] if number <= len(given) else None
    return Step(round_id, played.questions[number - 1], number, len(played.questions), answer)


def answer(kiosk: Kiosk, round_id: str, number: int, choice: str, source: str) -> Step:
    """Keep the answer (`true` or `false`) to a question and return it answered; the first answer stays.

    The last one makes the round an entry. Raises `InvalidInput`, `UnknownEntry`, `NotRecorded`.
    """
    if choice not in ("true", "false"):
        raise InvalidInput(N_("One of the choices is not on offer here. Please start again."))
    step(kiosk, round_id, number)
    played = _draw(kiosk, round_id)
    given = kiosk.rounds.answer(round_id, number - 1, choice == "true")
    if len(given) == len(played.questions):
        kiosk.log.append(kiosk.draft(round_id, "quiz", source, details=quiz.outcome(played, given)))
    return step(kiosk, round_id, number)


def result(kiosk: Kiosk, round_id: str) -> Result:
    """Return a finished round. Raises `UnknownEntry`."""
    entry = kiosk.log.entry(entry_id(round_id))
    if entry is None or entry.kind != "quiz":
        raise UnknownEntry(N_("This round is not finished."))
    known = {question.id: question for question in all_questions(kiosk)}
    marks = tuple((known.get(mark["question"]), mark["right"]) for mark in entry.details["questions"])
    return Result(round_id, entry.details["right"], marks)
