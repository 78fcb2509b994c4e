"""Text as an event pack may hold it: plain, visible, and present in every language of the pack. And what is left of any
text, typed or pasted, without what nobody can see; and where a text may be broken.

The languages a pack declares reach the validators through pydantic's context (`{"locales": [...]}`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_

# The kiosk's own words exist in these; a pack may use a part of them.
LOCALES = ("zh", "en")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$", max_length=40)]


Flag = Annotated[bool, Field(strict=True)]
"""True or false, and nothing that could be read as one of them."""


class Model(BaseModel):
    """Base of the pack's models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


# Zero-width and direction-changing characters can make a text look like another one.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def visible(text: str) -> str:
    """Return `text`; refuses an empty one and characters nobody can see (line breaks excepted)."""
    if not text:
        raise PydanticCustomError("empty_text", N_("the text is empty"))
    if text.replace("\n", "").isprintable():  # knows all of `_UNSEEN`, and looks a hundred times as fast
        return text
    for character in text:
        if character != "\n" and unicodedata.category(character) in _UNSEEN:
            raise PydanticCustomError(
                "unseen_character",
                N_("the text holds an invisible character, %(character)s"),
                {"character": f"U+{ord(character):04X}"},
            )
    return text


# Letters take another form beside these, in Mongolian and in emoji.
_JOINERS = {"\u180e", "\u200c", "\u200d"}
_BREAKS = {"\r\n": "\n"} | dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n")
_BREAK = re.compile("|".join(_BREAKS))


def without_unseen(text: str) -> str:
    """Return `text` fit to be kept and shown: line breaks are \\n, tabs are spaces, half a surrogate pair
    is the sign for a lost character, and other characters nobody can see are gone.
    """
    text = _BREAK.sub("\n", text).replace("\t", " ")
    if text.replace("\n", "").isprintable():
        return text
    return "".join(map(_seen, text))


def clean(text: str) -> str:
    """Return `text` as `without_unseen` does, composed (NFC) and without the space around it.

    Pasted text brings along what nobody sees, and whoever pasted it could not find it.
    """
    return unicodedata.normalize("NFC", without_unseen(text)).strip()


def clean_line(text: str) -> str:
    """Return `text` as `clean` does, on one line."""
    return " ".join(clean(text).split())


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category == "Cc":
        return "\n" if character == "\n" else ""
    if category == "Cf":
        return character if character in _JOINERS else ""
    # Code points without a character yet (Cn) may be characters to a newer machine; those of the last two of each plane
    # and of U+FDD0 to U+FDEF never will. Private ones (Co) are letters of older Mongolian fonts.
    is_none = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return "" if is_none else character


def on_one_line(text: str, locale: str) -> str:
    """Return a text of a pack, which may be broken into lines for a screen, as it stands in a sentence or a cell."""
    return ("" if locale == "zh" else " ").join(map(str.strip, text.split("\n")))


Plain = Annotated[str, StringConstraints(max_length=4000), AfterValidator(visible)]


def _every_locale(words: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    locales = (info.context or {}).get("locales") or LOCALES
    missing = [locale for locale in locales if locale not in words]
    if missing:
        raise PydanticCustomError(
            "missing_translation", N_("no text for language %(locales)s"), {"locales": ", ".join(missing)}
        )
    return _known_locales(words, info)


def _known_locales(words: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    locales = (info.context or {}).get("locales") or LOCALES
    unknown = [locale for locale in words if locale not in locales]
    if unknown:
        raise PydanticCustomError(
            "unknown_locale",
            N_("language %(locales)s is not among the pack's locales"),
            {"locales": ", ".join(unknown)},
        )
    return words


Words = Annotated[dict[str, Plain], AfterValidator(_every_locale)]
"""A visible text in every language of the pack: `{"zh": "…", "en": "…"}`."""

SomeWords = Annotated[dict[str, Plain], AfterValidator(_known_locales)]
"""A visible text in some languages of the pack."""


def _web_address(address: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", address) or not address.isascii():
        raise PydanticCustomError("address", N_("not an http(s) address in plain ASCII"))
    return address


Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_web_address)]
"""An http or https address without user name, as it goes into a QR code."""


def _partial_date(text: str) -> str:
    if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        raise PydanticCustomError("partial_date", N_("not a date: write 1940, 1940-08 or 1940-08-24"))
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    try:
        date(year, month, day)
    except ValueError:
        raise PydanticCustomError("partial_date", N_("there is no such day in the calendar")) from None
    return text


PartialDate = Annotated[str, AfterValidator(_partial_date)]
"""A date as far as it is known: `1940`, `1940-08` or `1940-08-24`."""


Network = Literal["mobile", "kiosk", "any"]
"""Which network a phone needs to open an address: its own mobile data, the kiosk's, or either."""


PictureName = Annotated[str, Field(pattern=r"^pictures/[A-Za-z0-9][A-Za-z0-9_-]*\.(?:png|jpg|jpeg|webp)$")]
"""A picture of the pack, by its name in it: it lies in `pictures/`."""


def unbroken_pieces(text: str, unbroken: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text as (piece, may not be broken)."""
    rest = text
    while rest:
        # The first one; of two at the same place the longer.
        found = [(rest.find(word), -len(word), word) for word in unbroken if word in rest]
        at, _, word = min(found, default=(-1, 0, ""))
        if at < 0:
            yield rest, False
            return
        if at:
            yield rest[:at], False
        yield word, True
        rest = rest[at + len(word) :]
