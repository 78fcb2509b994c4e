"""The note: what staff write down of a visit, a round table or a class that came, for the summary of the event.

Owns what may be in one, and the digest that its entry names. Counts nothing: the people in a note are no visits.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.day import read_day
from kiosk.domain.entry import json_digest
from kiosk.domain.errors import N_, FormRefused, Sentence
from kiosk.domain.text import clean, clean_line

# What was done, as the organisers' notices name it.
ABOUT = {
    "visit": N_("Visit to science workers"),
    "round_table": N_("Round table"),
    "group": N_("A class or group came"),
    "lecture": N_("Talk"),
    "outreach": N_("Outreach on the ground"),
    "award": N_("Award ceremony"),
    "media": N_("Media report"),
    "other": N_("Something else"),
}
ROLES = {
    "science_worker": N_("Science workers"),
    "pupil": N_("Pupils and students"),
    "public": N_("Members of the public"),
    "volunteer": N_("Helpers"),
    "guest": N_("Officials and guests"),
    "staff": N_("Staff members"),
}
# Whether a child can be recognised in a photo, and whether a guardian agreed.
CHILD = {
    "none": N_("No child is recognisable"),
    "agreed": N_("Yes, and a guardian has agreed"),
    "nobody_asked": N_("Yes, and nobody was asked"),
    "unsure": N_("I am not sure"),
}
KEPT = ("none", "agreed")
"""The answers with which a photo is kept; with any other one it is left out, and so it is without an answer."""

LONGEST_TITLE, LONGEST_TEXT, LONGEST_CAPTION = 60, 2_000, 60
MOST_PEOPLE = 99_999
MOST_PHOTOS = 6

_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)


@dataclass(frozen=True)
class Photo:
    """A photo of a note, by the SHA-256 of its bytes; `child` is one of `KEPT`."""

    digest: str
    caption: str
    child: str


@dataclass(frozen=True)
class Note:
    """`people` is None where nobody was counted; `title` may be empty, then `about` says it all."""

    about: str
    day: date
    title: str = ""
    text: str = ""
    people: int | None = None
    roles: dict[str, int] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()

    def content(self) -> dict:
        """Return it as JSON has it."""
        return {
            "about": self.about,
            "day": self.day.isoformat(),
            "title": self.title,
            "text": self.text,
            "people": self.people,
            "roles": self.roles,
            "photos": [{"digest": one.digest, "caption": one.caption, "child": one.child} for one in self.photos],
        }

    def digest(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        return json_digest(self.content())


def note_from(content: dict) -> Note:
    """Return the note of a content."""
    photos = tuple(Photo(one["digest"], one["caption"], one["child"]) for one in content["photos"])
    return Note(**{**content, "day": date.fromisoformat(content["day"]), "photos": photos})


def read_note(given: Mapping[str, str]) -> Note:
    """Return what a form's fields say: `about`, `day`, `title`, `text`, `people` and `people.<role>`; without photos.

    Where people are counted by role only, they are all there were. Raises `FormRefused` with every fault.
    """
    faults: dict[str, Sentence] = {}
    about, day = given.get("about", ""), read_day(given.get("day", ""))
    title, text = clean_line(given.get("title", "")), clean(given.get("text", ""))
    if about not in ABOUT:
        faults["about"] = Sentence(N_("Please choose what it was."))
    if day is None:
        faults["day"] = Sentence(N_("Please give the day it is about as YYYY-MM-DD, such as 2018-05-30."))
    if len(title) > LONGEST_TITLE:
        faults["title"] = Sentence(
            N_("The title has %(length)s characters; at most %(most)s fit."),
            {"length": len(title), "most": LONGEST_TITLE},
        )
    if len(text) > LONGEST_TEXT:
        faults["text"] = Sentence(
            N_("The text has %(length)s characters; at most %(most)s fit. Please make two notes of it."),
            {"length": len(text), "most": LONGEST_TEXT},
        )
    counted = {}
    for name in ("people", *(f"people.{role}" for role in ROLES)):
        said = unicodedata.normalize("NFKC", given.get(name, "")).strip()
        if said and not _NUMBER.fullmatch(said):
            faults[name] = Sentence(N_("Please give a whole number from 0 to %(most)s."), {"most": MOST_PEOPLE})
        elif said:
            counted[name] = int(said)
    people = counted.pop("people", None)
    roles = {name.partition(".")[2]: count for name, count in counted.items() if count}
    if people is None and roles:
        people = sum(roles.values())
    if "people" not in faults and roles and sum(roles.values()) > people:
        faults["people"] = Sentence(
            N_("By role it is %(sum)s people, more than the %(people)s altogether."),
            {"sum": sum(roles.values()), "people": people},
        )
    if people is not None and people > MOST_PEOPLE:
        faults["people"] = Sentence(N_("Please give a whole number from 0 to %(most)s."), {"most": MOST_PEOPLE})
    if not faults and about == "other" and not (title or text):
        faults["title"] = Sentence(N_("Please say in a few words what it was."))
    if faults:
        raise FormRefused(faults)
    return Note(about, day, title, text, people, roles)
