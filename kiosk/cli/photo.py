"""The command that the kiosk gives a photo of a note to, to make it ready in a process of its own."""

import sys
from pathlib import Path

import click

from kiosk.cli.telling import Words, progress_lines, told
from kiosk.config import Config


@click.command("prepare-photo")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--background", is_flag=True, help="Give way to all else.")
@click.pass_obj
def prepare_photo(given: tuple[Config, Words], source: Path, into: Path, background: bool) -> None:
    """Make a photo of a note small and plain, or say why it cannot be; the kiosk calls this itself."""
    from kiosk.actions.photo_work import hold_back, make_ready

    _, words = given
    if background:
        progress_lines()
    hold_back()
    with told(words):
        fault = make_ready(source, into)
    if fault:
        click.echo(words(fault.text, **fault.values), err=True)
        sys.exit(2)


COMMANDS = (prepare_photo,)
