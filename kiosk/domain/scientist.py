"""A scientist as the pack tells of them: dates, field, honours, words of their own, and where all of it was found."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_
from kiosk.domain.source import Source
from kiosk.domain.text import Address, Id, Model, PartialDate, PictureName, Plain, SomeWords, Words


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
