"""The command that makes stamp cards to print."""

from pathlib import Path

import click

from kiosk.cli.telling import Words, pack_or_none, progress_bar, progress_lines, told
from kiosk.config import Config, is_address
from kiosk.domain.errors import N_, InvalidInput, Sentence
from kiosk.web.locale import say

_NO_ADDRESS = N_("No address is known: only the scanner page reads these cards, no phone's own camera. See --address.")


@click.command()
@click.option("--count", type=int, required=True, help="How many, 1 to 2000; eight are on a page.")
@click.option("--group", type=int, metavar="PEOPLE", help="Each for a group of so many; else for one person.")
@click.option("--lang", "language", help="Their language; else the pack's first.")
@click.option("--address", help="Where their codes lead; else KIOSK_PUBLIC_URL.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The PDF to write.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def cards(
    given: tuple[Config, Words],
    count: int,
    group: int | None,
    language: str | None,
    address: str | None,
    output: Path,
    background: bool,
) -> None:
    """Make stamp cards to print and cut, eight on a sheet of A4. Each has a number of its own and holds no name."""
    from kiosk.actions.print_cards import make_cards
    from kiosk.domain.cards import CardKey
    from kiosk.storage.event_key import read_key
    from kiosk.storage.folder import prepare_folder

    config, words = given
    with told(words):
        if address is not None:
            address = address.strip().rstrip("/")
            if not is_address(address):
                raise InvalidInput(N_("“%(text)s” is not an address like http://kiosk.example:8000."), text=address)
        address = address or config.public_url
        pack = pack_or_none(config, words, needed=True)
        language = language or pack.event.locales[0]
        pages = make_cards(
            pack.event,
            output.absolute(),
            key=CardKey(read_key(prepare_folder(config.data)), pack.event.id),
            count=count,
            group=group,
            locale=language,
            say=lambda text: say(Sentence(text), language),
            address=address,
            progress=progress_lines() if background else progress_bar(words(N_("Drawing"))),
        )
        if not address:
            click.echo(
                words(_NO_ADDRESS),
                err=True,
            )
        if not background:
            click.echo(
                words(
                    N_("%(count)s cards on %(pages)s pages written to %(path)s."), count=count, pages=pages, path=output
                )
            )


COMMANDS = (cards,)
