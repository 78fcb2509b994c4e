"""The display: what staff put on the screens for a while without touching the event pack.

Owns what can be put there, the rules for it, how it stands in the log, and which of its screens a visitor gets. Nothing
here ever changes by date: a Raspberry Pi without a clock battery would end the event the moment it is switched on.
"""

import hashlib
import re
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from kiosk.domain import clock
from kiosk.domain.clock import Stamp
from kiosk.domain.entry import canonical_json
from kiosk.domain.errors import N_, InvalidInput, Sentence
from kiosk.domain.event import Event
from kiosk.domain.text import visible

# Before the event, while it runs, over for today, over for good.
STATES = ("before", "running", "closed", "over")
# Everything; check-in only, when many wait; a backdrop for group photos; nothing at all.
MODES = ("all", "queue", "photo", "dark")
THEMES = ("light", "outdoor")

LONGEST_NOTICE = 60
LONGEST_CHANGE = 40  # of a time or a place

Texts = dict[str, str]
"""A text by language. The pack's first language is always there; who reads another one may have to read that."""

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True)
class Change:
    """Another time or place of one activity; an empty one is as announced."""

    when: Texts = field(default_factory=dict)
    place: Texts = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.when or self.place)


@dataclass(frozen=True)
class Display:
    """What is on the screens. `hours`: ("08:30", "18:00"), outside of which the touchscreen is dark; None for never."""

    state: str = "running"
    mode: str = "all"
    theme: str = "light"
    notice: Texts = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)  # by activity
    hours: tuple[str, str] | None = None
    souvenirs_gone: bool = False

    @property
    def is_open(self) -> bool:
        """Whether visitors may check in."""
        return self.state == "running"

    @property
    def is_queue(self) -> bool:
        """Whether the touchscreen is for check-in only. While nobody may check in, that would leave it with nothing."""
        return self.mode == "queue" and self.is_open

    def start(self, at_kiosk: bool) -> str:
        """Return the start screen of a visitor: `home`, `home_queue`, `photo` or `waiting`; phones know no modes."""
        if at_kiosk and self.mode == "photo":
            return "photo"
        if not self.is_open:
            return "waiting"
        return "home_queue" if at_kiosk and self.is_queue else "home"

    def details(self) -> dict:
        """Return the whole display as an entry's details hold it."""
        return {
            "state": self.state,
            "mode": self.mode,
            "theme": self.theme,
            "notice": dict(self.notice),
            "changes": {one: {"when": dict(to.when), "place": dict(to.place)} for one, to in self.changes.items()},
            "hours": list(self.hours) if self.hours else None,
            "souvenirs_gone": self.souvenirs_gone,
        }

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that are others as soon as anything on the screens is."""
        return hashlib.sha256(canonical_json(self.details()).encode()).hexdigest()[:12]


PARTS = tuple(one.name for one in fields(Display))
"""What of a display can be changed, in the order in which it is told."""


def changed(display: Display, event: Event, **wanted: object) -> Display:
    """Return the display with `wanted` parts of it, each as `Display` holds it. Raises `InvalidInput`.

    `changes` holds the activities to change, the others stay as they are; an empty `Change` takes one back. A state
    that ends the day takes the notice down with it.
    """
    if wanted.get("state") in ("closed", "over") and wanted["state"] != display.state:
        wanted.setdefault("notice", {})
    checked = {name: _CHECKS[name](value, display, event) for name, value in wanted.items()}
    return replace(display, **checked)


def parts_that_differ(before: Display, after: Display) -> list[str]:
    """Return the names of what is not the same in two displays."""
    return [name for name in PARTS if getattr(before, name) != getattr(after, name)]


def display_from(details: object, event: Event) -> Display:
    """Return the display that an entry's details tell, as far as it makes sense with the pack on screen.

    Never raises: what an older pack, another version or a damaged hand left there that does not fit is left out.
    """
    display = Display()
    if not isinstance(details, dict):
        return display
    for name in PARTS:
        if name == "changes":
            continue
        try:
            value = details.get(name, getattr(display, name))
            if name == "notice":
                value = _in_known_languages(value, event)
            if name == "hours" and isinstance(value, list):
                value = tuple(value)
            display = replace(display, **{name: _CHECKS[name](value, display, event)})
        except InvalidInput:
            continue
    changes = details.get("changes")
    for activity, change in changes.items() if isinstance(changes, dict) else ():
        try:
            texts = {name: _in_known_languages(change[name], event) for name in ("when", "place")}
            display = changed(display, event, changes={activity: Change(**texts)})
        except (InvalidInput, KeyError, TypeError):
            continue
    return display


def is_dark(display: Display, now: Stamp, zone: ZoneInfo) -> bool:
    """Return whether the touchscreen is to be dark: switched off, or outside hours as far as the time is known."""
    if display.mode == "dark":
        return True
    if display.hours is None or not clock.is_known(now.clock):
        return False
    begin, end = display.hours
    return not begin <= clock.local(now.wall_ms, zone).strftime("%H:%M") < end


def _in_known_languages(texts: object, event: Event) -> object:
    if not isinstance(texts, dict):
        return texts
    return {locale: text for locale, text in texts.items() if locale in event.locales}


def _one_of(known: tuple[str, ...]):
    def check(value: object, _display: Display, _event: Event) -> str:
        if value not in known:
            raise InvalidInput(N_("There is no such choice. Please choose again."))
        return value

    return check


def _notice(value: object, _display: Display, event: Event) -> Texts:
    return _texts(value, event, LONGEST_NOTICE)


def _changes(value: object, display: Display, event: Event) -> dict[str, Change]:
    if not isinstance(value, dict):
        raise InvalidInput(N_("There is no such choice. Please choose again."))
    known = [activity.id for activity in event.programme]
    merged = dict(display.changes)
    for activity, change in value.items():
        if activity not in known or not isinstance(change, Change):
            raise InvalidInput(N_("There is no such activity in the event pack."))
        when, place = _texts(change.when, event, LONGEST_CHANGE), _texts(change.place, event, LONGEST_CHANGE)
        # What is not said stays: a talk that was put off and then moved is both. An empty change takes all back.
        before = merged.get(activity, Change()) if when or place else Change()
        merged[activity] = Change(when or before.when, place or before.place)
    # In the order of the programme, so that the same changes are the same display whoever came first.
    return {activity: merged[activity] for activity in known if merged.get(activity)}


def _hours(value: object, _display: Display, _event: Event) -> tuple[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, tuple) or len(value) != 2 or not all(is_time(one) for one in value):
        raise InvalidInput(N_("Opening hours are two times such as 08:30 and 18:00."))
    if value[0] >= value[1]:
        raise InvalidInput(N_("The screen has to go on before it goes off: the first time must be the earlier one."))
    return value


def _flag(value: object, _display: Display, _event: Event) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(N_("There is no such choice. Please choose again."))
    return value


_CHECKS = {
    "state": _one_of(STATES),
    "mode": _one_of(MODES),
    "theme": _one_of(THEMES),
    "notice": _notice,
    "changes": _changes,
    "hours": _hours,
    "souvenirs_gone": _flag,
}


def is_time(value: object) -> bool:
    """Return whether `value` is a time of day such as `08:30`."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _texts(value: object, event: Event, longest: int) -> Texts:
    """Return the texts without empty ones. Raises `InvalidInput` for one that cannot stand on a screen."""
    if not isinstance(value, dict) or any(
        locale not in event.locales or not isinstance(text, str) for locale, text in value.items()
    ):
        raise InvalidInput(N_("The kiosk could not read these words. Please write them again."))
    said = {locale: value[locale].strip() for locale in event.locales if value.get(locale, "").strip()}
    if said and event.locales[0] not in said:
        raise InvalidInput(
            N_("Please write it in %(language)s too: whoever reads another language can then at least see that."),
            language=Sentence(_LANGUAGES[event.locales[0]]),
        )
    for text in said.values():
        if len(text.splitlines()) > 1:
            raise InvalidInput(N_("Please keep it on one line."))
        if len(text) > longest:
            raise InvalidInput(
                N_("That is too long: %(count)s characters, and %(most)s fit on the screen."),
                count=len(text),
                most=longest,
            )
        try:
            visible(text)
        except PydanticCustomError as error:
            reason = Sentence(error.message_template, dict(error.context or {}))
            raise InvalidInput(N_("That cannot be shown: %(reason)s"), reason=reason) from None
    return said


_LANGUAGES = {"zh": N_("Chinese"), "en": N_("English")}
