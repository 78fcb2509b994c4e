"""The event pack and its first file, `event.toml`: theme, organisers, programme, channels, check-in, places.

Owns what that file may say and the rules between its parts and between files; scientists, the quiz and who gets the
summary have modules of their own. Reads no files: `storage/packs` does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_, Fault, Sentence
from kiosk.domain.quiz import AUDIENCE_QUESTION, Bank, Question, QuizPlan, quiz_faults
from kiosk.domain.recipient import SummaryPlan
from kiosk.domain.scientist import Scientist
from kiosk.domain.source import Source
from kiosk.domain.text import (
    LOCALES,
    Address,
    Flag,
    Id,
    Model,
    Network,
    PictureName,
    Plain,
    SomeWords,
    Words,
    unbroken_pieces,
)

# Form fields of a check-in that a question's id may not shadow.
RESERVED_QUESTION_IDS = {"id", "party_size"}

# The question that the kiosk itself asks, in feedback: entries and exports know it by this id.
SATISFACTION_QUESTION = "satisfaction"

# What the kiosk itself asks, and where: a question of the pack may not be called the same.
_ASKED_BY_THE_KIOSK = {
    SATISFACTION_QUESTION: N_("“%(id)s” is what the kiosk itself asks, in feedback"),
    AUDIENCE_QUESTION: N_("“%(id)s” is what the kiosk itself asks, before a quiz"),
}


class Theme(Model):
    """The theme, word for word, and how it may be broken into lines."""

    text: Plain
    language: Literal["zh", "en"]
    phrases: tuple[str, ...] = ()  # where a line may end; joined they are `text`
    unbroken: tuple[Plain, ...] = ()  # words that no line break may cut
    approved: SomeWords = Field(default_factory=dict)  # translations that the organisers approved
    description: SomeWords = Field(default_factory=dict)  # what it is about, for other languages; not a translation

    @model_validator(mode="after")
    def _phrases_are_the_text(self):
        if self.phrases and "".join(self.phrases) != self.text:
            raise PydanticCustomError("theme_phrases", N_("the phrases joined are not the theme's text"))
        for word in self.unbroken:
            if word not in self.text:
                raise PydanticCustomError("theme_unbroken", N_("“%(word)s” is not in the theme"), {"word": word})
            if self.phrases and not any(word in phrase for phrase in self.phrases):
                raise PydanticCustomError("theme_cut", N_("“%(word)s” is cut by a phrase"), {"word": word})
        return self

    def text_in(self, locale: str) -> str:
        """Return the theme word for word in a language, as far as its organisers approved it; else nothing."""
        return self.text if self.language == locale else self.approved.get(locale, "")

    def runs(self) -> list[list[tuple[str, bool]]]:
        """Return the text as phrases, each a list of (piece, may not be broken)."""
        return [list(unbroken_pieces(phrase, self.unbroken)) for phrase in self.phrases or (self.text,)]


class Dates(Model):
    """When the event is: the day itself, the words for the whole, and when the summary is due."""

    day: date
    when: Words
    summary_due: date | None = None


# What organisers do, in words, in the order in which they are named.
ROLES = {
    "host": N_("Host"),
    "undertaker": N_("Organised by"),
    "co_organiser": N_("Co-organised by"),
    "supporter": N_("Supported by"),
}


class Organiser(Model):
    role: Literal["host", "undertaker", "co_organiser", "supporter"]
    name: Words


class Activity(Model):
    """One activity of the programme; `when` and `place` only as announced."""

    id: Id
    kind: Literal[
        "meeting", "award", "tour", "contest", "forum", "exhibition", "service", "visit", "publicity", "activity"
    ]
    title: Words
    when: Words | None = None
    place: Words | None = None
    text: Words | None = None
    link: Address | None = None


class Channel(Model):
    """A way to follow the event: with an address or a ready-made code it gets a QR code, otherwise words only."""

    id: Id
    kind: Literal["newspaper", "television", "radio", "website", "wechat", "mini_program", "mobile", "other"]
    name: Words
    owner: Words
    about: Words | None = None
    address: Address | None = None
    picture: PictureName | None = None
    network: Network = "mobile"

    @model_validator(mode="after")
    def _one_code(self):
        if self.address and self.picture:
            raise PydanticCustomError(
                "two_codes", N_("give either an address or a picture of a ready-made code, not both")
            )
        return self


class Option(Model):
    """An answer to a check-in question; `implies` answers other questions with it."""

    id: Id
    label: Words
    minor: Flag = False
    implies: dict[str, str] = Field(default_factory=dict)


class CheckInQuestion(Model):
    id: Id
    label: Words
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=16)]

    @cached_property
    def _by_id(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}

    def option(self, option_id: str) -> Option | None:
        """Return the option with that id, or None."""
        return self._by_id.get(option_id)


class CheckIn(Model):
    max_party: Annotated[int, Field(ge=1, le=200, strict=True)]
    phones: Flag = False
    questions: Annotated[tuple[CheckInQuestion, ...], Field(max_length=6)]

    @cached_property
    def _by_id(self) -> dict[str, CheckInQuestion]:
        return {question.id: question for question in self.questions}

    def question(self, question_id: str) -> CheckInQuestion | None:
        """Return the question with that id, or None."""
        return self._by_id.get(question_id)


class Place(Model):
    """A stop of a tour."""

    id: Id
    name: Words


class Station(Place):
    """Where cards are stamped: a booth, an experiment, a lecture, a stop of a tour.

    `rule`: how often one card is stamped here.
    """

    kind: Literal["booth", "experiment", "lecture", "stop"] = "booth"
    rule: Literal["once", "daily", "always"] = "once"


class CardPlan(Model):
    """What stamp cards are worth. There are cards where there are stations.

    `counts_visit`: the first stamp on a card printed beforehand counts its people as visitors. `full_at`: at so many
    different stations a card is full, and its holder gets the `souvenir`.
    """

    counts_visit: Flag = False
    full_at: Annotated[int, Field(ge=1, le=50, strict=True)] | None = None
    souvenir: Words | None = None


class Suggestion(Model):
    """A ready-made thing to say to the organisers, chosen with one tap."""

    id: Id
    label: Words


class FeedbackPlan(Model):
    """What visitors may tell the organisers: `ask` for feedback at all, and the suggestions offered with it.

    `tribute`: whether they may pay tribute to scientists.
    """

    ask: Flag = True
    tribute: Flag = True
    suggestions: Annotated[tuple[Suggestion, ...], Field(max_length=12)] = ()


class Event(Model):
    """`event.toml`."""

    id: Id
    title: Words
    short_title: Words
    theme: Theme
    dates: Dates
    organisers: Annotated[tuple[Organiser, ...], Field(min_length=1)]
    locales: Annotated[tuple[Literal[LOCALES], ...], Field(min_length=1)]
    timezone: str
    about: Words
    sources: tuple[Source, ...] = ()
    programme: tuple[Activity, ...] = ()
    channels: tuple[Channel, ...] = ()
    check_in: CheckIn
    stops: tuple[Place, ...] = ()
    stations: Annotated[tuple[Station, ...], Field(max_length=50)] = ()
    cards: CardPlan = CardPlan()
    quiz: QuizPlan = QuizPlan()
    feedback: FeedbackPlan = FeedbackPlan()
    summary: SummaryPlan = SummaryPlan()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def stamps_of_a_full_card(self) -> int:
        """How many stamps a card is to get: until it is full, or all there are where none ever is."""
        return self.cards.full_at or len(self.stations)

    def station(self, station_id: str | None) -> Station | None:
        """Return the station with that id, or None."""
        return next((station for station in self.stations if station.id == station_id), None)


@dataclass(frozen=True)
class Pack:
    """A whole event folder, checked: `digest` names exactly this content."""

    event: Event
    scientists: tuple[Scientist, ...]
    banks: tuple[Bank, ...]
    pictures: dict[str, bytes]  # as they came, by the name the pack uses: "pictures/code.png"; never shown like this
    digest: str  # 16 hexadecimal digits

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions of every bank."""
        return tuple(question for bank in self.banks for question in bank.questions)

    @property
    def code(self) -> str:
        """Return the digest short enough to be compared by eye, on the screen and on paper: `3fa9-1c20`."""
        return short_code(self.digest)

    def without_pictures(self) -> "Pack":
        """Return the pack as it is kept in memory: the originals are megabytes that nobody is shown."""
        return replace(self, pictures={})

    def scientist(self, scientist_id: str) -> Scientist | None:
        """Return the scientist with that id, or None."""
        return next((person for person in self.scientists if person.id == scientist_id), None)


def short_code(digest: str) -> str:
    """Return the `code` of the pack with that digest."""
    return f"{digest[:4]}-{digest[4:8]}"


def faults_between(event: Event, scientists: Collection[str], banks: Sequence[Bank]) -> list[Fault]:
    """Return what is wrong between files: whatever names something in another one that is not there.

    `scientists` are the ids of those who have a file, be it sound or not: its own faults are told there.
    """
    return quiz_faults(event.quiz, banks, scientists)


def event_faults(event: Event) -> list[Fault]:
    """Return what is wrong between the parts of `event.toml`."""
    faults: list[Fault] = []

    def fault(key: str, text: str, **values: object) -> None:
        faults.append(Fault("event.toml", key, Sentence(text, values)))

    try:
        event.zone  # noqa: B018
    except (KeyError, ValueError, OSError):
        fault("timezone", N_("unknown time zone “%(zone)s”"), zone=event.timezone)
    if len(set(event.locales)) != len(event.locales):
        fault("locales", N_("a language is listed twice"))
    for locale in event.locales:
        shown = {event.theme.language, *event.theme.approved, *event.theme.description}
        if locale not in shown:
            fault("theme", N_("nothing to show in language %(locale)s: add a description"), locale=locale)
    for name in ("programme", "channels", "stops", "stations"):
        _twice([part.id for part in getattr(event, name)], name, fault)
    if event.cards.full_at and event.cards.full_at > len(event.stations):
        fault("cards.full_at", N_("a card can have at most %(stations)s stamps"), stations=len(event.stations))
    if event.cards.souvenir and not event.cards.full_at:
        fault("cards.souvenir", N_("nobody gets it: say at how many stamps a card is full (full_at)"))
    _twice([one.id for one in event.feedback.suggestions], "feedback.suggestions", fault)
    _twice([one.id for one in event.summary.units], "summary.units", fault)
    _twice([one.id for one in event.quiz.topics], "quiz.topics", fault)
    _twice([one.id for one in event.quiz.audiences], "quiz.audiences", fault)
    questions = event.check_in.questions
    _twice([question.id for question in questions], "check_in.questions", fault)
    for at, question in enumerate(questions):
        key = f"check_in.questions[{at}]"
        if question.id in RESERVED_QUESTION_IDS:
            fault(f"{key}.id", N_("“%(id)s” is a field of the form itself"), id=question.id)
        if question.id in _ASKED_BY_THE_KIOSK:
            fault(f"{key}.id", _ASKED_BY_THE_KIOSK[question.id], id=question.id)
        _twice([option.id for option in question.options], f"{key}.options", fault)
        for number, option in enumerate(question.options):
            for other, choice in option.implies.items():
                target = event.check_in.question(other)
                if target is None or target is question or target.option(choice) is None:
                    fault(
                        f"{key}.options[{number}].implies",
                        N_("there is no other question “%(question)s” with option “%(option)s”"),
                        question=other,
                        option=choice,
                    )
    return faults


def _twice(ids: list[str], key: str, fault) -> None:
    for repeated in sorted({one for one in ids if ids.count(one) > 1}):
        fault(key, N_("the id “%(id)s” is listed twice"), id=repeated)
