"""What staff write and fill in for the official summary: texts, quantities that no log can know, which photos.

Owns what may be in one version, the digest that its entry names, what still lacks, and which numbers changed since.
Counts nothing and writes no sentence of the document (`summary_text` does).
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.day import read_day
from kiosk.domain.errors import N_, FormRefused, Sentence
from kiosk.domain.numbers import family_of, unit_of
from kiosk.domain.statistics import MISSED_BY_MANY
from kiosk.domain.text import clean, clean_line

# The texts, by the sections that the organisers' notice asks for.
TEXTS = {
    "opening": N_("How it was organised"),
    "practice": N_("What was done"),
    "results": N_("What came of it"),
    "experience": N_("Experience worth passing on"),
    "problems": N_("Problems met"),
    "advice": N_("Comments and advice"),
    "plans": N_("What comes next"),
}


@dataclass(frozen=True)
class Quantity:
    """Something that offices report and no log can know: its name and its unit."""

    name: str
    unit: str


QUANTITIES = {
    "sessions": Quantity(N_("Activities held"), N_("(unit) sessions")),
    "panels": Quantity(N_("Display panels shown"), N_("(unit) panels")),
    "leaflets": Quantity(N_("Leaflets handed out"), N_("(unit) copies")),
    "volunteers": Quantity(N_("Volunteers taking part"), N_("(unit) people")),
    "partners": Quantity(N_("Organisations taking part"), N_("(unit) organisations")),
    "help": Quantity(N_("Practical help given"), N_("(unit) matters")),
    "media": Quantity(N_("Media reports"), N_("(unit) reports")),
}

LONGEST_TEXT = 2_000
# A form that a browser sends packed as it likes takes up to nine bytes for a character; the server takes in 64 kB.
LONGEST_TOGETHER = 6_000
LONGEST_LINE = 80
MOST_COUNTED = 9_999_999
MOST_CHOSEN = 24
"""Photos in one summary."""

_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ID = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class Summary:
    """What one version says. A text or quantity that is not in it was not filled in; a quantity of 0 was.

    `activities`: of the pack's programme, those that were held; `photos`: digests of those chosen from the notes.
    """

    title: str = ""
    recipient: str = ""
    signed_by: str = ""
    day: date | None = None
    texts: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, int] = field(default_factory=dict)
    activities: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()

    def content(self) -> dict:
        """Return it as JSON has it."""
        return {
            "title": self.title,
            "recipient": self.recipient,
            "signed_by": self.signed_by,
            "day": self.day.isoformat() if self.day else None,
            "texts": self.texts,
            "quantities": self.quantities,
            "activities": list(self.activities),
            "photos": list(self.photos),
        }


def summary_from(content: dict) -> Summary:
    """Return the summary of a content."""
    return Summary(
        **{
            **content,
            "day": date.fromisoformat(content["day"]) if content["day"] else None,
            "activities": tuple(content["activities"]),
            "photos": tuple(content["photos"]),
        }
    )


def read_summary(given: Mapping[str, str]) -> Summary:
    """Return what a form's fields say: `title`, `recipient`, `signed_by`, `day`, `text.<id>`, `quantity.<id>`, and,
    each there or not, `activity.<id>` and `photo.<digest>`, in the order in which they come.

    Raises `FormRefused` with every fault, by the name of its field; `texts` and `photos` for all of them together.
    """
    faults: dict[str, Sentence] = {}
    lines = {name: clean_line(given.get(name, "")) for name in ("title", "recipient", "signed_by")}
    lines["recipient"] = lines["recipient"].rstrip("：: ")  # the document sets one of its own
    for name, said in lines.items():
        if len(said) > LONGEST_LINE:
            faults[name] = Sentence(
                N_("This line has %(length)s characters; at most %(most)s fit."),
                {"length": len(said), "most": LONGEST_LINE},
            )
    said_day = given.get("day", "").strip()
    day = read_day(said_day) if said_day else None
    if said_day and day is None:
        faults["day"] = Sentence(N_("Please give the day of the summary as YYYY-MM-DD, such as 2018-06-04."))
    texts = {one: text for one in TEXTS if (text := clean(given.get(f"text.{one}", "")))}
    for one, text in texts.items():
        if len(text) > LONGEST_TEXT:
            faults[f"text.{one}"] = Sentence(
                N_("This text has %(length)s characters; at most %(most)s fit. Add the rest in WPS or Word."),
                {"length": len(text), "most": LONGEST_TEXT},
            )
    together = sum(map(len, texts.values()))
    if together > LONGEST_TOGETHER:
        faults["texts"] = Sentence(
            N_("All texts together have %(length)s characters; at most %(most)s fit."),
            {"length": together, "most": LONGEST_TOGETHER},
        )
    quantities: dict[str, int] = {}
    for one in QUANTITIES:
        said = unicodedata.normalize("NFKC", given.get(f"quantity.{one}", "")).strip()
        if said and not _NUMBER.fullmatch(said):
            faults[f"quantity.{one}"] = Sentence(
                N_("Please give a whole number from 0 to %(most)s."), {"most": MOST_COUNTED}
            )
        elif said:
            quantities[one] = int(said)
    activities = tuple(name for name in _chosen(given, "activity.") if _ID.fullmatch(name))
    photos = tuple(name for name in _chosen(given, "photo.") if _DIGEST.fullmatch(name))
    if len(photos) > MOST_CHOSEN:
        faults["photos"] = Sentence(N_("A summary shows at most %(most)s photos."), {"most": MOST_CHOSEN})
    if faults:
        raise FormRefused(faults)
    return Summary(**lines, day=day, texts=texts, quantities=quantities, activities=activities, photos=photos)


def _chosen(given: Mapping[str, str], prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in given if name.startswith(prefix)]


@dataclass(frozen=True)
class Lack:
    """What is not there yet: in which field of the form, and what to tell staff."""

    field: str
    sentence: Sentence


def missing(
    summary: Summary,
    *,
    programme: Collection[str] = (),
    has_notes: bool = True,
    has_suggestions: bool = True,
    photos_there: Collection[str] = (),
) -> list[Lack]:
    """Return what still lacks before the summary can be handed in, in the order of the form.

    `has_suggestions`: visitors chose some, so that the section of advice is not empty without words. `programme`:
    the ids of the activities that the pack has (still); `photos_there`: the digests that the notes have.
    """
    gone_activities = sum(1 for one in summary.activities if one not in programme)
    found = [
        Lack(name, Sentence(text))
        for name, text, is_there in (
            (
                "title",
                N_("The title is not filled in: without it, it is called after the organisation that signs."),
                summary.title or summary.signed_by,
            ),
            ("recipient", N_("To whom the summary goes is not filled in."), summary.recipient),
            ("signed_by", N_("Which organisation signs it is not filled in."), summary.signed_by),
            ("day", N_("The date under it is not filled in."), summary.day),
            (
                "activities",
                N_("Which activities were held is not chosen yet."),
                len(summary.activities) > gone_activities or not programme,
            ),
        )
        if not is_there
    ]
    found += [
        Lack(
            f"quantity.{one}",
            Sentence(N_("Not filled in yet: %(what)s."), {"what": Sentence(item.name)}),
        )
        for one, item in QUANTITIES.items()
        if one not in summary.quantities
    ]
    found += [
        Lack(f"text.{one}", Sentence(text))
        for one, text, is_covered in (
            ("practice", N_("“What was done” has no words yet, and no note tells it either."), has_notes),
            ("experience", N_("“Experience worth passing on” has no words yet; the notice asks for it."), False),
            ("advice", N_("“Comments and advice” has no words yet; the notice asks for it."), has_suggestions),
        )
        if one not in summary.texts and not is_covered
    ]
    if gone_activities:
        text = N_("%(count)s chosen activities are no longer in the event pack.")
        found.append(Lack("activities", Sentence(text, {"count": gone_activities})))
    gone = sum(1 for one in summary.photos if one not in photos_there)
    if gone:
        found.append(
            Lack("photos", Sentence(N_("%(count)s chosen photo(s) are in no note any more."), {"count": gone}))
        )
    return found


@dataclass(frozen=True)
class Change:
    """A number that differs from when the summary was last saved; 0 for none, None for a share that nobody told."""

    key: str
    then: int | float | None
    now: int | float | None


def changed(then: Mapping[str, int | float], now: Mapping[str, int | float]) -> list[Change]:
    """Return which numbers differ, in the order of those of now, then those that are no more."""
    keys = dict.fromkeys([*now, *sorted(then)])
    found = [Change(key, _value(then, key), _value(now, key)) for key in keys]
    return [one for one in found if one.then != one.now and _may_be_told(one)]


def _may_be_told(change: Change) -> bool:
    """Return whether a number is told of on either side: of the many questions only those that many missed are."""
    if family_of(change.key) != "quiz.question":
        return True
    return None not in (change.then, change.now) and min(change.then, change.now) <= MISSED_BY_MANY


def _value(numbers: Mapping[str, int | float], key: str) -> int | float | None:
    # A share of nought is one that was told; one that is not there was of too few.
    return numbers.get(key, None if unit_of(key) == "%" else 0)
