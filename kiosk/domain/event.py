"""The event pack's models: theme, organisers, programme, channels, check-in, places, scientists, quiz.

Owns what a pack may say and the rules inside one file and between files. Reads no files: `storage/packs` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_, Fault, Sentence
from kiosk.domain.quiz import Bank
from kiosk.domain.text import (
    LOCALES,
    Address,
    Flag,
    Id,
    Model,
    PartialDate,
    Plain,
    SomeWords,
    Words,
)

# Form fields of a check-in that a question's id may not shadow.
RESERVED_QUESTION_IDS = {"id", "party_size"}

# The question that the kiosk itself asks, in feedback: entries and exports know it by this id.
SATISFACTION_QUESTION = "satisfaction"

Network = Literal["mobile", "kiosk", "any"]
"""Which network a phone needs to open an address: its own mobile data, the kiosk's, or either."""

PictureName = Annotated[str, Field(pattern=r"^pictures/[A-Za-z0-9][A-Za-z0-9_-]*\.(?:png|jpg|jpeg|webp)$")]


class Source(Model):
    """Where a fact was found."""

    title: Plain
    address: Address | None = None
    note: Plain | None = None


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

    def runs(self) -> list[list[tuple[str, bool]]]:
        """Return the text as phrases, each a list of (piece, may not be broken)."""
        return [list(self._pieces(phrase)) for phrase in self.phrases or (self.text,)]

    def _pieces(self, phrase: str) -> Iterator[tuple[str, bool]]:
        rest = phrase
        while rest:
            # The first one; of two at the same place the longer.
            found = [(rest.find(word), -len(word), word) for word in self.unbroken if word in rest]
            at, _, word = min(found, default=(-1, 0, ""))
            if at < 0:
                yield rest, False
                return
            if at:
                yield rest[:at], False
            yield word, True
            rest = rest[at + len(word) :]


class Dates(Model):
    """When the event is: the day itself, the words for the whole, and when the summary is due."""

    day: date
    when: Words
    summary_due: date | None = None


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
    """A stop of a tour, or a station (booth, activity) at a stop."""

    id: Id
    name: Words


class OfficialContest(Model):
    """The contest that the quiz leads to. Without an address no code is shown."""

    name: Words
    owner: Words
    address: Address | None = None
    network: Network = "mobile"


class QuizPlan(Model):
    official: OfficialContest | None = None
    questions_per_round: Annotated[int, Field(ge=1, le=20, strict=True)] = 5


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
    stations: tuple[Place, ...] = ()
    quiz: QuizPlan = QuizPlan()
    feedback: FeedbackPlan = FeedbackPlan()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Honour(Model):
    year: Annotated[int, Field(ge=1800, le=2100, strict=True)]
    name: Words


class Quotation(Model):
    """Somebody's own words, in the language they were said, with where they stand and who remembers them."""

    text: Plain
    language: Literal["zh", "en"] = "zh"
    source: Words
    translation: SomeWords = Field(default_factory=dict)


class Portrait(Model):
    file: PictureName
    author: Plain
    licence: Plain
    source: Plain


# The fields of science, in the order in which visitors choose from them.
AREAS = ("space", "physics", "mathematics", "life", "medicine", "earth", "engineering")

SHORTEST_PROFILE, LONGEST_PROFILE = 80, 160  # Chinese characters: read standing, in half a minute


class Scientist(Model):
    """`scientists/<id>.toml`."""

    id: Id
    names: Words
    pinyin: Plain
    pronoun: Literal["he", "she"]
    born: PartialDate
    died: PartialDate | None = None
    area: Literal[AREAS]
    field: Words
    tie: Words | None = None  # what ties them to the event's region
    did: Words  # one sentence for a nine-year-old
    text: Words
    honours: tuple[Honour, ...] = ()
    quotation: Quotation | None = None
    portrait: Portrait | None = None
    hard_words: dict[str, str] = Field(default_factory=dict)  # hard characters and their pinyin
    link: Address | None = None
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _text_fits_the_screen(self):
        length = len(self.text.get("zh", "").replace("\n", ""))
        if length and not SHORTEST_PROFILE <= length <= LONGEST_PROFILE:
            raise PydanticCustomError(
                "profile_length",
                N_("the Chinese text has %(length)s characters; 80 to 160 are wanted"),
                {"length": length},
            )
        if self.died and self.died < self.born:
            raise PydanticCustomError("died_before_birth", N_("died before birth"))
        return self


@dataclass(frozen=True)
class Pack:
    """A whole event folder, checked: `digest` names exactly this content."""

    event: Event
    scientists: tuple[Scientist, ...]
    banks: tuple[Bank, ...]
    pictures: dict[str, bytes]  # as they came, by the name the pack uses: "pictures/code.png"; never shown like this
    digest: str  # 16 hexadecimal digits

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
    _twice([one.id for one in event.feedback.suggestions], "feedback.suggestions", fault)
    questions = event.check_in.questions
    _twice([question.id for question in questions], "check_in.questions", fault)
    for at, question in enumerate(questions):
        key = f"check_in.questions[{at}]"
        if question.id in RESERVED_QUESTION_IDS:
            fault(f"{key}.id", N_("“%(id)s” is a field of the form itself"), id=question.id)
        if question.id == SATISFACTION_QUESTION:
            fault(f"{key}.id", N_("“%(id)s” is what the kiosk itself asks, in feedback"), id=question.id)
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
