"""What a pack says of the quiz: the questions of its banks, their topics and audiences, the official contest.

Owns what makes a question one that can be asked and checked, and the rules between banks and `event.toml`. How a round
is drawn and scored stands in `quiz_round`.
"""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.entry import Answers
from kiosk.domain.errors import N_, Fault, Sentence
from kiosk.domain.source import Source
from kiosk.domain.text import Address, Flag, Id, Model, Network, Plain, Words

# Whom a round was drawn for, as entries and exports know it.
AUDIENCE_QUESTION = "quiz_audience"


# How the options of a question are called in a pack's file; on the screen they are shuffled.
LETTERS = "ABCDEF"

Level = Annotated[int, Field(ge=1, le=3, strict=True)]
"""1 easy, 2 medium, 3 hard."""


class QuizSource(Model):
    """Where a key was found, and the fact that stands there and decides it, for those who review the question."""

    title: Words
    fact: Plain | None = None
    address: Address | None = None


def _key(said: object) -> object:
    if isinstance(said, bool) or (isinstance(said, str) and len(said) == 1 and said in LETTERS):
        return said
    raise PydanticCustomError("quiz_key", N_("is neither true nor false nor the letter of an option"))


class Question(Model):
    """A statement to judge, whose `key` is whether it is true, or a question with options, whose `key` is the letter of
    the right one in the order of the file.
    """

    id: Id
    kind: Literal["true_false", "single_choice"] = "true_false"
    topic: Id
    audiences: tuple[Id, ...] = ()  # for whom it is; nobody named: for everyone
    level: Level = 2
    local: Flag = False  # about the event's own region
    classic: Words | None = None  # the survey that it is adapted from
    text: Words
    options: Annotated[tuple[Words, ...], Field(max_length=len(LETTERS))] = ()
    key: Annotated[bool | str, BeforeValidator(_key)]
    explanation: Words
    source: QuizSource | None = None
    reasoning: Words | None = None  # what anyone can redo, where no source is needed
    scientists: tuple[Id, ...] = ()  # whose pages tell more

    @model_validator(mode="after")
    def _can_be_asked(self):
        if self.kind == "true_false":
            if self.options or not isinstance(self.key, bool):
                raise PydanticCustomError("statement", N_("a statement has no options, and its key is true or false"))
            return self
        if len(self.options) < 2:
            raise PydanticCustomError("few_options", N_("a choice needs two options at least"))
        if isinstance(self.key, bool) or self.right_option is None:
            raise PydanticCustomError("no_such_option", N_("the key is not the letter of one of the options"))
        for locale in self.text:
            words = [option.get(locale) for option in self.options]
            if len(set(words)) < len(words):
                raise PydanticCustomError("same_option", N_("two options are the same"))
        return self

    @model_validator(mode="after")
    def _key_can_be_checked(self):
        if self.source is None and self.reasoning is None:
            raise PydanticCustomError("no_ground", N_("the key has neither a source nor a reason"))
        return self

    @property
    def right_option(self) -> int | None:
        """Return the place of the right option among `options`, from 0; None for a statement."""
        at = LETTERS.index(self.key) if isinstance(self.key, str) else len(LETTERS)
        return at if at < len(self.options) else None


class Bank(Model):
    """`quiz/<id>.toml`."""

    id: Id
    title: Words
    about: Words | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class OfficialContest(Model):
    """The contest that the quiz leads to. Without an address no code is shown."""

    name: Words
    owner: Words
    address: Address | None = None
    network: Network = "mobile"


class Topic(Model):
    """What questions are about; `scientists` are those whose pages suit it."""

    id: Id
    label: Words
    scientists: tuple[Id, ...] = ()


class Audience(Model):
    """For whom questions are."""

    id: Id
    label: Words


class Share(Model):
    """One survey's result: so many percent, in a year."""

    year: Annotated[int, Field(ge=1900, le=2100, strict=True)]
    percent: Annotated[float, Field(gt=0, le=100, strict=True)]


class Literacy(Model):
    """How the share of citizens who are science-literate grew in one country, by one series of surveys."""

    text: Words
    survey: Words
    shares: Annotated[tuple[Share, ...], Field(min_length=2, max_length=12)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self):
        years = [share.year for share in self.shares]
        if years != sorted(set(years)):
            raise PydanticCustomError("years", N_("the years are not in order, or one is there twice"))
        return self


def _lengths(said: object) -> object:
    return (said,) if isinstance(said, int) else said


class QuizPlan(Model):
    """`[quiz]` of `event.toml`. `questions_per_round`: the lengths a visitor may choose from, the usual one first."""

    about: Words | None = None
    official: OfficialContest | None = None
    questions_per_round: Annotated[
        tuple[Annotated[int, Field(ge=1, le=20, strict=True)], ...],
        Field(min_length=1, max_length=3),
        BeforeValidator(_lengths),
    ] = (5,)
    topics: tuple[Topic, ...] = ()
    audiences: Annotated[tuple[Audience, ...], Field(max_length=6)] = ()
    literacy: Literacy | None = None

    @model_validator(mode="after")
    def _lengths_differ(self):
        if len(set(self.questions_per_round)) < len(self.questions_per_round):
            raise PydanticCustomError("same_length", N_("a number of questions is there twice"))
        return self


def audience_of(answers: Answers) -> str | None:
    """Return the audience in an entry's answers, None where none was chosen."""
    return next(iter(answers.get(AUDIENCE_QUESTION, {})), None)


def bank_faults(banks: Sequence[Bank]) -> list[Fault]:
    """Return where an id is taken, in the same bank or another one."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for bank in banks:
        for number, question in enumerate(bank.questions):
            if question.id in seen:
                reason = Sentence(N_("the id “%(id)s” is listed twice"), {"id": question.id})
                faults.append(Fault(f"quiz/{bank.id}.toml", f"questions[{number}].id", reason))
            seen.add(question.id)
    return faults


def quiz_faults(plan: QuizPlan, banks: Sequence[Bank], scientists: Collection[str]) -> list[Fault]:
    """Return what in the banks or the plan leads to nothing."""
    topics, audiences = {one.id for one in plan.topics}, {one.id for one in plan.audiences}
    faults: list[Fault] = []

    def unknown(file: str, key: str, said: Sequence[str], there: Collection[str], text: str) -> None:
        faults.extend(Fault(file, key, Sentence(text, {"id": one})) for one in said if one not in there)

    no_topic = N_("there is no topic “%(id)s” under [quiz] in event.toml")
    no_audience = N_("there is no audience “%(id)s” under [quiz] in event.toml")
    no_scientist = N_("there is no scientist “%(id)s”")
    for number, topic in enumerate(plan.topics):
        unknown("event.toml", f"quiz.topics[{number}].scientists", topic.scientists, scientists, no_scientist)
    for bank in banks:
        file = f"quiz/{bank.id}.toml"
        for number, question in enumerate(bank.questions):
            key = f"questions[{number}]"
            unknown(file, f"{key}.topic", (question.topic,), topics, no_topic)
            unknown(file, f"{key}.audiences", question.audiences, audiences, no_audience)
            unknown(file, f"{key}.scientists", question.scientists, scientists, no_scientist)
    return faults
