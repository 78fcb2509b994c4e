"""The operator's commands: `python -m kiosk …`. Parses, calls an action, prints. No rules here.

Exit status: 0 done, 1 `verify`, `quiz check` or `preflight` found something, 2 bad usage or bad input with one clear
line on standard error.
"""

import gc
import logging
import sys

import click

from kiosk.cli import cards, closing, event_key, log, pack, photo, preflight, quiz, secrets, summary
from kiosk.cli.telling import Words, told
from kiosk.config import Config, read_config, read_language


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """The event kiosk. Settings come from the environment; see the README."""
    if context.invoked_subcommand != "serve":
        gc.enable()
    words = Words(read_language())
    with told(words):
        context.obj = (read_config(), words)


@main.command()
@click.pass_obj
def serve(given: tuple[Config, Words]) -> None:
    """Serve the kiosk until it is told to stop."""
    from kiosk.serving import serve as serve_until_stopped

    config, words = given
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    with told(words):
        serve_until_stopped(config, lambda text, /, **values: click.echo(words(text, **values)))


for module in (log, closing, summary, pack, cards, event_key, secrets, preflight, photo):
    for command in module.COMMANDS:
        main.add_command(command)
main.add_command(quiz.quiz)
