"""The command that makes the official summary without a browser."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.telling import Words, pack_or_none, progress_lines, told
from kiosk.config import Config
from kiosk.domain.errors import N_, InvalidInput
from kiosk.web.locale import say, show_date, translations

if TYPE_CHECKING:
    from kiosk.actions.summary import SummaryNow
    from kiosk.domain.event import Event
    from kiosk.domain.period import Period
    from kiosk.storage.log import Log


@click.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option(
    "--begun-by",
    metavar="ID",
    help="Another period of an event that was closed: the entry whose closing came before it, empty for the first one."
    " Without it, what was closed last; what is running if none was, or once its summary was saved or a day closed.",
)
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def summary(given: tuple[Config, Words], output: Path, begun_by: str | None, background: bool) -> None:
    """Write the official summary, in Chinese: a .docx, or a .zip with all that is handed in. Works while the kiosk
    serves.

    It has the words that staff saved on the summary's page, and the figures as they are now.
    """
    from kiosk.actions.kiosk import clock_of, open_log
    from kiosk.actions.summary import summary_now
    from kiosk.actions.summary_file import write_package, write_summary_document
    from kiosk.actions.tally import Tally
    from kiosk.domain.tables import Speech

    config, words = given
    with told(words):
        progress = progress_lines() if background else None
        ending = output.suffix.lower()
        if ending not in (".docx", ".zip"):
            raise InvalidInput(
                N_("The name of the file ends in .docx or .zip, not as %(path)s does."), path=output.name
            )
        log, speech = open_log(config.data), Speech("zh", translations("zh").gettext)
        entries = log.size()[0]
        pack = pack_or_none(config, words, needed=True)
        now = summary_now(log, pack, Tally(log, pack.event), speech, begun_by, progress)
        if ending == ".docx":
            write_summary_document(now, log, speech, output.absolute())
        else:
            write_package(now, log, pack, clock_of(log).now(), speech, output.absolute())
        if progress:
            progress(entries, entries)
            return
        click.echo(words(N_("The summary is in %(path)s."), path=output))
        _tell_period(now, log, pack.event, words)
        if now.missing:
            click.echo(words(N_("What it still lacks:")))
        for lack in now.missing:
            click.echo(f"  {say(lack.sentence, words.locale)}")


def _tell_period(now: "SummaryNow", log: "Log", event: "Event", words: Words) -> None:
    """Say which event and which days of it the file tells of, and how to ask for the others."""
    days = [show_date(day, words.locale) for day in now.overview.event_days]
    if len(days) > 1:
        told_days = words(N_("%(first)s to %(last)s"), first=days[0], last=days[-1])
    else:
        told_days = days[0] if days else words(N_("no day known"))
    title = event.title.get(words.locale) or next(iter(event.title.values()))
    which = _period_said(now.period, log, event, words)
    click.echo(words(N_("It tells of: %(event)s, %(days)s (%(which)s)."), event=title, days=told_days, which=which))
    if others := [one for one in now.periods if one != now.period]:
        click.echo(words(N_("The event was closed before; of its other periods:")))
    for one in others:
        asked = one.begun_by or "''"  # as a shell takes an empty word
        click.echo(f"  --begun-by {asked}  {_period_said(one, log, event, words)}")


def _period_said(period: "Period", log: "Log", event: "Event", words: Words) -> str:
    from kiosk.actions.periods import closed_on, period_said

    day = closed_on(log, event, period.closed_by)
    return say(period_said(period, show_date(day, words.locale) if day else ""), words.locale)


COMMANDS = (summary,)
