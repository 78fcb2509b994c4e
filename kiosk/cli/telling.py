"""What every command needs: the words of its shell, one clear line for what went wrong, the pack in use, progress."""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date

import click

from kiosk.config import Config
from kiosk.domain.day import read_day
from kiosk.domain.errors import N_, Fault, KioskError, PackBroken, Sentence
from kiosk.storage.machine import give_way
from kiosk.web.locale import say


class Words:
    """The commands' own language, from the shell's locale."""

    def __init__(self, locale: str):
        self.locale = locale

    def __call__(self, text: str, /, **values: object) -> str:
        return say(Sentence(text, values), self.locale)


@contextmanager
def told(words: Callable):
    """Turn what a person must hear into one line on standard error and exit status 2."""
    try:
        yield
    except PackBroken as broken:
        for fault in broken.faults:
            click.echo(fault_line(fault, words), err=True)
        sys.exit(2)
    except KioskError as error:
        cause = getattr(error, "cause", None)
        click.echo(say(error.sentence, words.locale) + (f" ({cause})" if cause else ""), err=True)
        sys.exit(2)
    except UnicodeEncodeError:
        click.echo(words(N_("One of the arguments is not UTF-8 text.")), err=True)
        sys.exit(2)


def date_said(day: str | None, words: Words) -> date | None:
    """Return the day that an option names, None for none. Raises `click.BadParameter`."""
    chosen = None if day is None else read_day(day)
    if day is not None and not chosen:
        raise click.BadParameter(words(N_("%(day)s is not a date such as 2018-05-30."), day=day))
    return chosen


def fault_line(fault: Fault, words: Words) -> str:
    place = ": ".join(part for part in (fault.file, fault.key) if part)
    return f"{place}: {say(fault.reason, words.locale)}"


def pack_or_none(config: Config, words: Words, *, needed: bool):
    """Return the pack in use; a broken one is said, and is no reason to keep the log back unless it is needed."""
    from kiosk.storage.packs_in_use import read_pack_in_use
    from kiosk.storage.pictures import PictureShelf

    try:
        sound = PictureShelf(config.data / "pictures").originals()
        return read_pack_in_use(config.data, config.event, keep=False, sound=sound).pack
    except PackBroken as broken:
        if needed:
            raise
        click.echo(say(broken.sentence, words.locale), err=True)
        return None


def progress_lines() -> Callable[[int, int], None]:
    """Give way to the kiosk from now on, and return a progress for the program that started this one."""
    give_way()
    return lambda done, total: click.echo(f"{done} {total}")


def progress_bar(label: str) -> Callable[[int, int], None] | None:
    """Return a progress line for a person at a terminal; files and pipes get none."""
    if not sys.stderr.isatty():
        return None
    shown = -1

    def report(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        if percent != shown:
            shown = percent
            click.echo(f"\r{label} {percent:3d} %", nl=done >= total, err=True)

    return report
