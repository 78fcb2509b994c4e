"""The commands of the evening: closing the day and telling of it, and the copy that goes home when the event closes."""

from pathlib import Path

import click

from kiosk.cli.log import headings
from kiosk.cli.telling import Words, date_said, pack_or_none, progress_bar, progress_lines, told
from kiosk.config import Config
from kiosk.domain.errors import N_
from kiosk.web.locale import show_day, translations


def _office(pack):
    from kiosk.actions.office import Office

    return Office(pack, headings(), translations("zh").gettext)


@click.command("close-day")
@click.option("--day", metavar="YYYY-MM-DD", help="An earlier day that nobody closed.")
@click.option("--entry", "entry_id", hidden=True, help="Only the copy that belongs to this entry.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def close_day(given: tuple[Config, Words], day: str | None, entry_id: str | None, background: bool) -> None:
    """Freeze today's figures and make a copy of everything, read back from the disk. Works while the kiosk serves.

    What is on the screens stays as it is; the page for staff changes that too.
    """
    from kiosk.actions import close_day as closing
    from kiosk.actions.kiosk import clock_of, open_log

    config, words = given
    with told(words):
        progress = progress_lines() if background else progress_bar(words(N_("Closing the day")))
        log = open_log(config.data)
        pack = pack_or_none(config, words, needed=entry_id is None)
        if entry_id is None:
            entry_id = closing.close_day_beside(log, pack, clock_of(log).now(), date_said(day, words)).id
        copy = closing.copy_of_day(config.data, log, entry_id, _office(pack), progress)
        if not background:
            folder = config.data / "backups" / copy.name
            said = N_("The day is closed: %(count)s entries are in %(path)s, read back and sound.")
            if day:
                said = N_("%(day)s is closed: %(count)s entries are in %(path)s, read back and sound.")
            click.echo(words(said, day=day, count=copy.entries, path=folder))


@click.command()
@click.option("--day", metavar="YYYY-MM-DD", help="Another closed day than the last one.")
@click.option("--entry", "entry_id", hidden=True, help="The day that this entry closed.")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw it too, into this PNG.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def brief(
    given: tuple[Config, Words], day: str | None, entry_id: str | None, picture: Path | None, background: bool
) -> None:
    """Print what a message to the office says of a closed day, in at most 300 characters: Chinese where the pack is.

    With --picture its theme and figures are drawn too, which needs a Chinese font.
    """
    from kiosk.actions import brief as briefs
    from kiosk.actions.kiosk import open_log
    from kiosk.domain.brief import brief_locale

    config, words = given
    with told(words):
        progress = progress_lines() if background else lambda done, total: None
        log = open_log(config.data)
        pack = pack_or_none(config, words, needed=True)
        locale = brief_locale(pack.event)
        spoken = briefs.Words(locale, translations(locale).gettext, lambda one: show_day(one, locale))
        entry = briefs.closed_day(log, pack, date_said(day, words), entry_id)
        if picture:
            progress(0, 1)
            briefs.draw_brief(pack, entry, spoken, picture.absolute())
            progress(1, 1)
        if not background:
            click.echo(briefs.brief_of(log, pack, entry, spoken).text)


@click.command("final-copy")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Copy it there, on another disk."
)
@click.option("--name", hidden=True, help="Of a copy that is there already.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def final_copy(given: tuple[Config, Words], to: Path | None, name: str | None, background: bool) -> None:
    """Make the one file with everything that goes home when the event closes. Works while the kiosk serves."""
    from kiosk.actions import close_event as closing
    from kiosk.actions.kiosk import clock_of, open_log
    from kiosk.storage.copies_kept import CopyShelf

    config, words = given
    with told(words):
        progress = progress_lines() if background else progress_bar(words(N_("Copying")))
        log = open_log(config.data)
        pack = pack_or_none(config, words, needed=True)
        if name is None:
            readme = "\n".join(_read_me(pack, locale) for locale in ("zh", "en"))
            now = clock_of(log).now()
            copy = closing.make_final_copy(config.data, log, pack, _office(pack), now, readme, progress)
            name = copy.name
        if to is not None:
            closing.copy_to_stick(config.data, pack.event.id, name, to, progress)
        copy = CopyShelf(config.data).read(name)
        if not background:
            path = closing.zip_of(config.data, copy)
            click.echo(words(N_("%(count)s entries are in %(path)s, read back."), count=copy.entries, path=path))
            click.echo(f"SHA-256 {copy.steps['zip']['sha256']}")


# What lies in the file, each with a line on it. The names are the same in every language.
IN_THE_FILE = {
    "log.xlsx": N_("the whole log as a table for Excel, WPS and LibreOffice"),
    "log.csv": N_("the same for any program: UTF-8, one line an entry"),
    "kiosk.db": N_(
        "the log itself with the notes and their photos, an SQLite file; “kiosk restore” makes it a kiosk’s log again"
    ),
    "figures.json": N_("the figures of the event, and which entries they count"),
    "SHA256SUMS": N_("checksums of these files; “sha256sum -c SHA256SUMS” compares them"),
}


def _read_me(pack, locale: str) -> str:
    words = Words(locale)
    event = pack.event
    lines = [
        event.title.get(locale) or event.title[event.locales[0]],
        "",
        words(N_("This is everything that the kiosk has recorded. It holds no visitor’s name and no phone number.")),
        words(N_("It is raw data, for the organiser’s own use. Please do not pass it on or publish it as it is.")),
        "",
        *(f"{name}{words(N_(': '))}{words(said)}" for name, said in IN_THE_FILE.items()),
        "",
        words(N_("Figures are visits: someone who comes back tomorrow counts again. Recorded by this kiosk only.")),
        "",
    ]
    return "\n".join(lines)


COMMANDS = (close_day, brief, final_copy)
