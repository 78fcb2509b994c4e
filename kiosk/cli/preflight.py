"""The command for the morning: can doors open?"""

import json
import sys

import click

from kiosk.cli.telling import Words, told
from kiosk.config import Config
from kiosk.domain.errors import N_, PackBroken
from kiosk.domain.preflight import PARTS
from kiosk.web.locale import say


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def preflight(given: tuple[Config, Words], as_json: bool) -> None:
    """Tell whether doors can open, part by part. Exit status 1 if not. Works while the kiosk serves."""
    from kiosk.actions.preflight import check_beside
    from kiosk.storage.packs_in_use import read_pack_in_use
    from kiosk.storage.pictures import PictureShelf
    from kiosk.web.staff.preflight import STATES, VERDICTS

    config, words = given
    with told(words):
        try:
            sound = PictureShelf(config.data / "pictures").originals()
            found = read_pack_in_use(config.data, config.event, keep=False, sound=sound)
        except PackBroken as broken:
            found = broken
        outcome = check_beside(config.data, found, _codes_of(config, words)).outcome
    if as_json:
        checks = [
            {
                "id": check.id,
                "state": check.state,
                "said": [say(sentence, words.locale) for sentence in check.sentences],
                "todo": say(check.todo, words.locale) if check.todo else None,
            }
            for check in outcome.checks
        ]
        said = {"ready": outcome.is_ready, "verdict": outcome.verdict, "checks": checks}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        space = "" if words.locale == "zh" else " "
        for check in outcome.checks:
            state = words(STATES[check.state])
            sentences = "" if check.state == "absent" else space.join(say(one, words.locale) for one in check.sentences)
            click.echo(f"[{state}] {words(PARTS[check.id])}{words(N_(': '))}{sentences}".rstrip("：: "))
            if check.todo:
                click.echo(f"    → {say(check.todo, words.locale)}")
        click.echo(words(VERDICTS[outcome.verdict]))
    sys.exit(0 if outcome.is_ready else 1)


def _codes_of(config: Config, words: Words):
    """Return a function that lists the codes of a pack, with the addresses that a kiosk with these settings gives."""
    from flask import Flask

    from kiosk.web import screen
    from kiosk.web.codes_shown import codes_shown
    from kiosk.web.here import find_here

    # For its list of pages only: it serves nothing.
    pages = Flask("kiosk", static_folder=None)
    pages.register_blueprint(screen.bp)
    build = pages.url_map.bind("localhost").build
    here = find_here(config.host, config.port, config.public_url)()

    def codes_of(pack, cards):
        def picture_of(channel):
            return pack.pictures.get(channel.picture)

        return codes_shown(pack, words.locale, here, lambda one, **values: build(one, values), picture_of, cards)

    return codes_of


COMMANDS = (preflight,)
