"""Quiz questions, how a round is drawn from them, and how it is scored.

A round is a pure function of its id and the bank: the same id always draws the same questions, so nothing has to be
stored to show a question again. What was answered is kept elsewhere.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_
from kiosk.domain.text import Address, Flag, Id, Model, Plain, Words


class QuizSource(Model):
    """Where a key was found."""

    title: Plain
    address: Address | None = None


class Question(Model):
    """A statement to judge: `key` is whether it is true."""

    id: Id
    kind: Literal["true_false"] = "true_false"
    topic: Id
    classic: Flag = False  # a well-known survey item, reworded
    text: Words
    key: Flag
    explanation: Words
    source: QuizSource | None = None
    reasoning: Words | None = None  # what anyone can redo, where no source is needed

    @model_validator(mode="after")
    def _key_can_be_checked(self):
        if self.source is None and self.reasoning is None:
            raise PydanticCustomError("no_ground", N_("the key has neither a source nor a reason"))
        return self


class Bank(Model):
    """`quiz/<id>.toml`."""

    id: Id
    title: Words
    about: Words | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Round:
    """The questions of one round, in order."""

    id: str
    questions: tuple[Question, ...]


def draw(round_id: str, questions: tuple[Question, ...], length: int) -> Round:
    """Return the round with that id: up to `length` of `questions`, none twice.

    The order follows a hash of round and question, so it is the same on every machine and Python version.
    """
    ordered = sorted(questions, key=lambda one: hashlib.sha256(f"{round_id} {one.id}".encode()).digest())
    return Round(round_id, tuple(ordered[:length]))


def outcome(played: Round, answers: tuple[bool, ...]) -> dict:
    """Return what the log keeps of a finished round: question ids, each right or wrong, and the score."""
    marks = [
        {"question": question.id, "right": answer == question.key}
        for question, answer in zip(played.questions, answers, strict=True)
    ]
    return {"questions": marks, "right": sum(mark["right"] for mark in marks), "asked": len(marks)}
