"""The command that makes the official summary without a browser."""

from pathlib import Path

import click

from kiosk.cli.telling import Words, pack_or_none, progress_lines, told
from kiosk.config import Config
from kiosk.domain.errors import N_, InvalidInput
from kiosk.web.locale import say, translations


@click.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--begun-by", hidden=True, help="Of which period: the entry whose closing began it.")
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
        now = summary_now(log, pack, Tally(log, pack.event), speech, begun_by)
        if ending == ".docx":
            write_summary_document(now, log, speech, output.absolute())
        else:
            write_package(now, log, pack, clock_of(log).now(), speech, output.absolute())
        if progress:
            progress(entries, entries)
            return
        click.echo(words(N_("The summary is in %(path)s."), path=output))
        if now.missing:
            click.echo(words(N_("What it still lacks:")))
        for lack in now.missing:
            click.echo(f"  {say(lack.sentence, words.locale)}")


COMMANDS = (summary,)
