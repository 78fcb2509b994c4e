"""The commands about the log: getting it out, counting, correcting, copying, checking."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from kiosk.cli.telling import Words, date_said, pack_or_none, progress_bar, progress_lines, told
from kiosk.config import Config
from kiosk.domain.errors import N_
from kiosk.web.locale import translations

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
    "local_time": N_("Local time"),
    "voided": N_("Voided"),
    "visits": N_("Counted visits"),
    "by_hand": N_("Counted by hand, with its sign"),
}


@click.command()
@click.option("--format", "format_", type=click.Choice(["csv", "xlsx", "ndjson"]), required=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--event", help="Only the entries of this event.")
@click.option("--labels", is_flag=True, help="Add the pack's words beside the ids.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def export(
    given: tuple[Config, Words], format_: str, output: Path, event: str | None, labels: bool, background: bool
) -> None:
    """Write the log as a table. Works while the kiosk serves."""
    from kiosk.actions.export import export as export_log
    from kiosk.actions.kiosk import clock_of, open_log

    config, words = given
    with told(words):
        log = open_log(config.data)
        count = export_log(
            log,
            output.absolute(),
            format=format_,
            event=event,
            pack=pack_or_none(config, words, needed=labels and not background),
            labels=labels,
            heading=headings(),
            say=translations("zh").gettext,
            now=clock_of(log).now(),
            progress=progress_lines() if background else progress_bar(words(N_("Exporting"))),
        )
        if not background:
            click.echo(words(N_("%(count)s entries written to %(path)s."), count=count, path=output))


def headings() -> Callable[[str], str]:
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


@click.command()
@click.option("--day", metavar="YYYY-MM-DD", help="Another day than today.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def stats(given: tuple[Config, Words], day: str | None, as_json: bool) -> None:
    """Print the figures of today and of the whole event."""
    from kiosk.actions.kiosk import clock_of, open_log
    from kiosk.actions.tally import Tally
    from kiosk.terminal import report_json, report_lines

    config, words = given
    with told(words):
        log = open_log(config.data)
        pack = pack_or_none(config, words, needed=True)
        found = Tally(log, pack.event).report(clock_of(log).now(), date_said(day, words))
        if as_json:
            click.echo(report_json(found, pack.event))
        else:
            for line in report_lines(found, pack, words, words.locale):
                click.echo(line)


@click.command()
@click.argument("entry_id")
@click.option("--reason", required=True, help="Why; it is kept with the correction.")
@click.pass_obj
def void(given: tuple[Config, Words], entry_id: str, reason: str) -> None:
    """Correct the log: record that ENTRY_ID does not count. Works while the kiosk serves."""
    from kiosk.actions.correct import kept_by_closing
    from kiosk.actions.correct import void as void_entry
    from kiosk.actions.kiosk import open_log

    config, words = given
    with told(words):
        log = open_log(config.data)
        recorded = void_entry(log, entry_id, reason=reason, actor="staff", source="staff")
        closing = kept_by_closing(log, log.entry(entry_id), recorded.entry)
        text = N_("%(id)s no longer counts; the correction is %(void)s.")
        if not recorded.fresh:
            text = N_("%(id)s was voided before, by %(void)s; nothing was changed.")
        elif closing:
            text = N_(
                "%(id)s is voided by %(void)s; its event is closed and counts it until %(closing)s is voided too."
            )
        click.echo(words(text, id=entry_id, void=recorded.entry.id, closing=closing))


@click.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to; else KIOSK_DATA/backups.")
@click.pass_obj
def backup(given: tuple[Config, Words], output: Path | None) -> None:
    """Write a checked copy of the log. Works while the kiosk serves."""
    from kiosk.actions.backup import back_up

    config, words = given
    with told(words):
        path = back_up(config.data, output.absolute() if output else None, progress_bar(words(N_("Backing up"))))
        click.echo(words(N_("The log was copied to %(path)s and checked."), path=path))


@click.command()
@click.argument("copy", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(given: tuple[Config, Words], copy: Path) -> None:
    """Make a copy the log again. The log that was there is set aside, and the device gets a new id."""
    from kiosk.actions.backup import restore as restore_copy

    config, words = given
    with told(words):
        old = restore_copy(copy, config.data, progress_bar(words(N_("Restoring"))))
        click.echo(words(N_("The log is restored from %(path)s."), path=copy))
        if old:
            click.echo(words(N_("The previous log is now in %(path)s."), path=old))


@click.command()
@click.argument("copy", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def verify(given: tuple[Config, Words], copy: Path | None) -> None:
    """Read every entry of the log, or of a COPY, and tell whether it is what was written."""
    from kiosk.actions.backup import verify as verify_log

    config, words = given
    with told(words):
        verdict = verify_log(config.data, copy, progress_bar(words(N_("Verifying"))))
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


COMMANDS = (export, stats, void, backup, restore, verify)
