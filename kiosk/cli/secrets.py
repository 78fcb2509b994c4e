"""The commands about the staff's password and PIN."""

import click

from kiosk.cli.telling import Words, told
from kiosk.config import Config
from kiosk.domain.errors import N_


@click.command()
@click.pass_obj
def password(given: tuple[Config, Words]) -> None:
    """Make a new staff password and print it. The old one ends at once, in the running kiosk too."""
    _renew(given, "password")


@click.command()
@click.pass_obj
def pin(given: tuple[Config, Words]) -> None:
    """Make a new PIN for the touchscreen and print it."""
    _renew(given, "pin")


def _renew(given: tuple[Config, Words], kind: str) -> None:
    from kiosk.actions.sign_in import change_secret
    from kiosk.storage.accounts import Accounts
    from kiosk.storage.folder import prepare_folder

    config, words = given
    with told(words):
        prepare_folder(config.data)
        accounts = Accounts(config.data)
        if kind == "password":
            click.echo(words(N_("The new staff password: %(text)s"), text=change_secret(accounts, config.data, kind)))
        else:
            click.echo(
                words(N_("The new PIN for the touchscreen: %(text)s"), text=change_secret(accounts, config.data, kind))
            )


COMMANDS = (password, pin)
