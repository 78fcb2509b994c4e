"""The facts that keep a person from getting what they asked for, each with the sentence they hear.

A sentence is an English message id with ``%(name)s`` places; whoever shows it looks it up in the catalogue.
Nothing here decides on a status code or an exit status.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


def N_(sentence: str) -> str:
    """Return `sentence` unchanged; marks it for the translation catalogues."""
    return sentence


@dataclass(frozen=True)
class Sentence:
    """A message id and the values that fill it."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


class KioskError(Exception):
    """Base of everything a person is told in words of their own."""

    def __init__(self, text: str, /, **values: object):
        super().__init__(text)
        self.sentence = Sentence(text, values)

    def __str__(self) -> str:
        return str(self.sentence)


class InvalidInput(KioskError):
    """What was sent is not an answer to what was asked; nothing was recorded."""


class FormRefused(InvalidInput):
    """What a form says cannot be kept yet. `faults`: by the name of its field, what is wrong there."""

    def __init__(self, faults: dict[str, Sentence]):
        first = next(iter(faults.values()))
        super().__init__(first.text, **first.values)
        self.faults = faults


class NotAllowed(KioskError):
    """The rules of this event say no to this person or machine."""


class TooMany(KioskError):
    """This machine has asked too often in too short a time."""


class WrongSecret(KioskError):
    """What was typed is not the password or the PIN."""


class SignedOut(KioskError):
    """Only signed-in staff may do that, and nobody is signed in."""


class ShiftOver(KioskError):
    """Only a volunteer's phone on duty may do that. `shift_id`: which one this was, None if it never was one."""

    def __init__(self, shift_id: str | None):
        super().__init__(N_("This phone is not on duty, or its shift has ended. Please ask the staff."))
        self.shift_id = shift_id


class UnknownEntry(KioskError):
    """There is no such thing here."""


class EntryConflict(KioskError):
    """The id is taken by an entry with other content."""

    def __init__(self, entry_id: str, kind: str):
        super().__init__(N_("This form was already recorded with other answers. Nothing was changed."))
        self.entry_id, self.kind = entry_id, kind


class NotRecorded(KioskError):
    """The entry could not be made durable; it is not in the log."""

    def __init__(self, cause: str):
        super().__init__(N_("That was not recorded just now. Please tap again; if it still fails, ask the staff."))
        self.cause = cause


class LogUnreadable(KioskError):
    """What was recorded cannot be looked up right now."""

    def __init__(self, cause: str):
        super().__init__(N_("The kiosk cannot look that up just now. Please try again, or ask the staff."))
        self.cause = cause


class StillCounting(KioskError):
    """The figures are being counted, which takes longer than anybody should wait. `counting` tells how far it is."""

    def __init__(self, counting: object):
        super().__init__(N_("The figures are still being counted. Your words are here: please save again in a moment."))
        self.counting = counting


class BadSetting(KioskError):
    """A setting in the environment has no usable value."""


class DataFolderUnusable(KioskError):
    """The data folder cannot be used as it is."""


class LogDamaged(KioskError):
    """The log file is not what was written."""


class FileUnusable(KioskError):
    """A file the operator named cannot be read or written."""


class CannotDraw(KioskError):
    """This machine has no font for what a picture is to say."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with an event pack: the file, the key in it (may be empty), and why."""

    file: str
    key: str
    reason: Sentence = field(compare=False)

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.reason}"


class PackBroken(KioskError):
    """An event pack has faults; `faults` holds every one, in the order of files and keys."""

    def __init__(self, folder: str, faults: Iterable[Fault]):
        self.faults = sorted(faults)
        super().__init__(
            N_("The event pack %(folder)s has %(count)s fault(s); the first: %(first)s"),
            folder=folder,
            count=len(self.faults),
            first=str(self.faults[0]) if self.faults else "",
        )
