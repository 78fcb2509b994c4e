"""The command about the set-up's key, by which cards and volunteers' phones are known."""

from pathlib import Path

import click

from kiosk.cli.telling import Words, told
from kiosk.config import Config
from kiosk.domain.errors import N_, FileUnusable

_OTHER = N_(
    "This kiosk has another key. With --replace it takes the new one, and no longer knows the cards made before."
)


@click.command("event-key")
@click.option(
    "--take",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="A file with another kiosk's key; - reads it.",
)
@click.option("--replace", is_flag=True, help="Even where this kiosk has another one, whose cards it then forgets.")
@click.pass_obj
def event_key(given: tuple[Config, Words], take: Path | None, replace: bool) -> None:
    """Print the key that this kiosk knows its stamp cards by, or take another kiosk's: then each knows the other's."""
    from kiosk.storage.event_key import parse_key, read_key, take_key, written
    from kiosk.storage.folder import prepare_folder

    config, words = given
    with told(words):
        folder = prepare_folder(config.data)
        if take is None:
            click.echo(written(read_key(folder)))
            return
        try:
            text = click.get_text_stream("stdin").read() if str(take) == "-" else take.read_text(errors="replace")
        except OSError as error:
            raise FileUnusable(
                N_("%(path)s cannot be read or written: %(cause)s."), path=take, cause=error.strerror
            ) from None
        key = parse_key(text, str(take))
        if (folder / "event-key").exists() and not replace and read_key(folder) != key:
            raise FileUnusable(_OTHER)
        take_key(folder, written(key))
        click.echo(words(N_("This kiosk has that key now. Restart it.")))


COMMANDS = (event_key,)
