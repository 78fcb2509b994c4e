"""The operator's commands: `python -m kiosk …`. Parses, calls an action, prints. No rules here.

Exit status: 0 done, 1 `verify` found faults, 2 bad usage or bad input with one clear line on standard error.
"""

import gc
import logging
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from kiosk.config import Config, read_config, read_language
from kiosk.domain.errors import N_, KioskError, PackBroken, Sentence
from kiosk.storage.machine import give_way
from kiosk.web.locale import say, translations

HEADINGS = {
    "id": N_("Entry id"),
    "device": N_("Device"),
    "seq": N_("Number on the device"),
    "event": N_("Event"),
    "stop": N_("Stop"),
    "station": N_("Station"),
    "kind": N_("Kind"),
    "party_size": N_("People"),
    "subject": N_("About (entry)"),
    "details": N_("Details"),
    "voids": N_("Corrects entry"),
    "actor": N_("By (role)"),
    "reason": N_("Reason"),
    "pack": N_("Content version"),
    "source": N_("Entered through"),
    "wall_ms": N_("Clock (ms since 1970)"),
    "boot": N_("Boot"),
    "boottime_ms": N_("Since boot (ms)"),
    "clock": N_("Clock reliability"),
    "digest": N_("Digest"),
    "suggestions": N_("Suggestions"),
}

_IN_ORDER = N_("%(id)s is in order: %(activities)s activities, %(people)s people, %(questions)s questions; %(digest)s.")


class _Words:
    """The commands' own language, from the shell's locale."""

    def __init__(self, locale: str):
        self.locale = locale

    def __call__(self, text: str, /, **values: object) -> str:
        return say(Sentence(text, values), self.locale)


@contextmanager
def _told(words: Callable):
    """Turn what a person must hear into one line on standard error and exit status 2."""
    try:
        yield
    except PackBroken as broken:
        for fault in broken.faults:
            click.echo(_fault_line(fault, words), err=True)
        sys.exit(2)
    except KioskError as error:
        cause = getattr(error, "cause", None)
        click.echo(say(error.sentence, words.locale) + (f" ({cause})" if cause else ""), err=True)
        sys.exit(2)
    except UnicodeEncodeError:
        click.echo(words(N_("One of the arguments is not UTF-8 text.")), err=True)
        sys.exit(2)


def _fault_line(fault, words: _Words) -> str:
    place = ": ".join(part for part in (fault.file, fault.key) if part)
    return f"{place}: {say(fault.reason, words.locale)}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """The event kiosk. Settings come from the environment; see the README."""
    if context.invoked_subcommand != "serve":
        gc.enable()
    words = _Words(read_language())
    with _told(words):
        context.obj = (read_config(), words)


@main.command()
@click.pass_obj
def serve(given: tuple[Config, _Words]) -> None:
    """Serve the kiosk until it is told to stop."""
    from kiosk.serving import serve as serve_until_stopped

    config, words = given
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    with _told(words):
        serve_until_stopped(config, lambda text, /, **values: click.echo(words(text, **values)))


@main.command("check-pack")
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="Leave a zip there unpacked, with the verdict."
)
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def check_pack(given: tuple[Config, _Words], place: Path, into: Path | None, background: bool) -> None:
    """Check an event pack, a folder or a zip, and name every fault: file, key and reason."""
    from kiosk.actions.check_pack import check, check_into
    from kiosk.storage.pictures import PictureShelf

    config, words = given
    progress = _progress_lines() if background else lambda done, total: None
    with _told(words):
        pack = check_into(place, into, PictureShelf(config.data / "pictures"), progress) if into else check(place)
        questions = sum(len(bank.questions) for bank in pack.banks)
        click.echo(
            words(
                _IN_ORDER,
                id=pack.event.id,
                activities=len(pack.event.programme),
                people=len(pack.scientists),
                questions=questions,
                digest=pack.digest,
            )
        )


@main.command()
@click.option("--format", "format_", type=click.Choice(["csv", "xlsx", "ndjson"]), required=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--event", help="Only the entries of this event.")
@click.option("--labels", is_flag=True, help="Add the pack's words beside the ids.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def export(
    given: tuple[Config, _Words], format_: str, output: Path, event: str | None, labels: bool, background: bool
) -> None:
    """Write the log as a table. Works while the kiosk serves."""
    from kiosk.actions.export import export as export_log
    from kiosk.actions.kiosk import open_log

    config, words = given
    with _told(words):
        log = open_log(config.data)
        count = export_log(
            log,
            output.absolute(),
            format=format_,
            event=event,
            pack=_pack_or_none(config, words, needed=labels and not background),
            labels=labels,
            heading=_headings(),
            say=translations("zh").gettext,
            progress=_progress_lines() if background else _progress(words(N_("Exporting"))),
        )
        if not background:
            click.echo(words(N_("%(count)s entries written to %(path)s."), count=count, path=output))


@main.command("share-pictures")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or a file ending in .zip.")
@click.option("--lang", "language", help="Their language; else the pack's first.")
@click.option("--only", metavar="ID", help="Only the one of this scientist, or of the event by its id.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def share_pictures(
    given: tuple[Config, _Words], output: Path, language: str | None, only: str | None, background: bool
) -> None:
    """Draw the pictures to share from a phone: one of the event, one of each scientist."""
    from kiosk.actions.share import make_share_pictures

    config, words = given
    with _told(words):
        pack = _pack_or_none(config, words, needed=True)
        language = language or pack.event.locales[0]
        names = make_share_pictures(
            pack,
            output.absolute(),
            locale=language,
            say=lambda text: say(Sentence(text), language),
            only=only,
            progress=_progress_lines() if background else _progress(words(N_("Drawing"))),
        )
        if not background:
            click.echo(words(N_("%(count)s pictures written to %(path)s."), count=len(names), path=output))


def _headings() -> Callable[[str], str]:
    """Return Chinese headings for the office's spreadsheet, whatever the language of the shell."""
    chinese = translations("zh").gettext

    def heading(name: str) -> str:
        field, _, question = name.partition(".")
        if field == "answers":
            return f"{chinese(N_('Answers'))} {question}"
        if question == "label":
            return f"{chinese(HEADINGS[field])} {chinese(N_('(words)'))}"
        return chinese(HEADINGS[field])

    return heading


@main.command()
@click.option("--day", metavar="YYYY-MM-DD", help="Another day than today.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def stats(given: tuple[Config, _Words], day: str | None, as_json: bool) -> None:
    """Print the figures of today and of the whole event."""
    from kiosk.actions.kiosk import open_log
    from kiosk.actions.tally import Tally
    from kiosk.storage.machine import Clock
    from kiosk.terminal import report_json, report_lines

    config, words = given
    with _told(words):
        log = open_log(config.data)
        pack = _pack_or_none(config, words, needed=True)
        try:
            chosen = date.fromisoformat(day) if day else None
            if chosen and not 1970 <= chosen.year <= 9998:
                raise ValueError
        except ValueError:
            raise click.BadParameter(words(N_("%(day)s is not a date such as 2018-05-30."), day=day)) from None
        found = Tally(log, pack.event).report(Clock().now(), chosen)
        if as_json:
            click.echo(report_json(found, pack.event))
        else:
            for line in report_lines(found, pack.event, words, words.locale):
                click.echo(line)


@main.command()
@click.argument("entry_id")
@click.option("--reason", required=True, help="Why; it is kept with the correction.")
@click.pass_obj
def void(given: tuple[Config, _Words], entry_id: str, reason: str) -> None:
    """Correct the log: record that ENTRY_ID does not count. Works while the kiosk serves."""
    from kiosk.actions.correct import void as void_entry
    from kiosk.actions.kiosk import open_log

    config, words = given
    with _told(words):
        recorded = void_entry(open_log(config.data), entry_id, reason=reason, actor="staff", source="staff")
        text = N_("%(id)s no longer counts; the correction is %(void)s.")
        if not recorded.fresh:
            text = N_("%(id)s was voided before, by %(void)s; nothing was changed.")
        click.echo(words(text, id=entry_id, void=recorded.entry.id))


@main.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to; else KIOSK_DATA/backups.")
@click.pass_obj
def backup(given: tuple[Config, _Words], output: Path | None) -> None:
    """Write a checked copy of the log. Works while the kiosk serves."""
    from kiosk.actions.backup import back_up

    config, words = given
    with _told(words):
        path = back_up(config.data, output.absolute() if output else None, _progress(words(N_("Backing up"))))
        click.echo(words(N_("The log was copied to %(path)s and checked."), path=path))


@main.command()
@click.pass_obj
def password(given: tuple[Config, _Words]) -> None:
    """Make a new staff password and print it. The old one ends at once, in the running kiosk too."""
    _renew(given, "password")


@main.command()
@click.pass_obj
def pin(given: tuple[Config, _Words]) -> None:
    """Make a new PIN for the touchscreen and print it."""
    _renew(given, "pin")


def _renew(given: tuple[Config, _Words], kind: str) -> None:
    from kiosk.actions.sign_in import change_secret
    from kiosk.storage.accounts import Accounts
    from kiosk.storage.folder import prepare_folder

    config, words = given
    with _told(words):
        prepare_folder(config.data)
        accounts = Accounts(config.data)
        if kind == "password":
            click.echo(words(N_("The new staff password: %(text)s"), text=change_secret(accounts, config.data, kind)))
        else:
            click.echo(
                words(N_("The new PIN for the touchscreen: %(text)s"), text=change_secret(accounts, config.data, kind))
            )


@main.command()
@click.argument("copy", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(given: tuple[Config, _Words], copy: Path) -> None:
    """Make a copy the log again. The log that was there is set aside, and the device gets a new id."""
    from kiosk.actions.backup import restore as restore_copy

    config, words = given
    with _told(words):
        old = restore_copy(copy, config.data, _progress(words(N_("Restoring"))))
        click.echo(words(N_("The log is restored from %(path)s."), path=copy))
        if old:
            click.echo(words(N_("The previous log is now in %(path)s."), path=old))


@main.command()
@click.argument("copy", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def verify(given: tuple[Config, _Words], copy: Path | None) -> None:
    """Read every entry of the log, or of a COPY, and tell whether it is what was written."""
    from kiosk.actions.backup import verify as verify_log

    config, words = given
    with _told(words):
        verdict = verify_log(config.data, copy, _progress(words(N_("Verifying"))))
        if not verdict.is_sound:
            for fault in verdict.faults:
                click.echo(fault, err=True)
            click.echo(words(N_("%(path)s is NOT sound."), path=verdict.path), err=True)
            sys.exit(1)
        click.echo(
            words(
                N_("%(path)s is sound: %(count)s entries of %(devices)s device(s)."),
                path=verdict.path,
                count=verdict.entries,
                devices=len(verdict.devices),
            )
        )


def _pack_or_none(config: Config, words: _Words, *, needed: bool):
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


def _progress_lines() -> Callable[[int, int], None]:
    """Give way to the kiosk from now on, and return a progress for the program that started this one."""
    give_way()
    return lambda done, total: click.echo(f"{done} {total}")


def _progress(label: str) -> Callable[[int, int], None] | None:
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
