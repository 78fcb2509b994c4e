"""The commands about event packs: checking one, and the pictures to share that are drawn from it."""

from pathlib import Path

import click

from kiosk.cli.telling import Words, pack_or_none, progress_bar, progress_lines, told
from kiosk.config import Config
from kiosk.domain.errors import N_, Sentence
from kiosk.web.locale import say

_IN_ORDER = N_("%(id)s is in order: %(activities)s activities, %(people)s people, %(questions)s questions; %(digest)s.")


@click.command("check-pack")
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="Leave a zip there unpacked, with the verdict."
)
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def check_pack(given: tuple[Config, Words], place: Path, into: Path | None, background: bool) -> None:
    """Check an event pack, a folder or a zip, and name every fault: file, key and reason."""
    from kiosk.actions.check_pack import check, check_into
    from kiosk.storage.pictures import PictureShelf

    config, words = given
    progress = progress_lines() if background else lambda done, total: None
    with told(words):
        pack = check_into(place, into, PictureShelf(config.data / "pictures"), progress) if into else check(place)
        click.echo(
            words(
                _IN_ORDER,
                id=pack.event.id,
                activities=len(pack.event.programme),
                people=len(pack.scientists),
                questions=len(pack.questions),
                digest=pack.digest,
            )
        )


@click.command("share-pictures")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or a file ending in .zip.")
@click.option("--lang", "language", help="Their language; else the pack's first.")
@click.option("--only", metavar="ID", help="Only the one of this scientist, or of the event by its id.")
@click.option("--background", is_flag=True, help="Give way to all else; print progress as lines “done total”.")
@click.pass_obj
def share_pictures(
    given: tuple[Config, Words], output: Path, language: str | None, only: str | None, background: bool
) -> None:
    """Draw the pictures to share from a phone: one of the event, one of each scientist."""
    from kiosk.actions.share import make_share_pictures

    config, words = given
    with told(words):
        pack = pack_or_none(config, words, needed=True)
        language = language or pack.event.locales[0]
        names = make_share_pictures(
            pack,
            output.absolute(),
            locale=language,
            say=lambda text: say(Sentence(text), language),
            only=only,
            progress=progress_lines() if background else progress_bar(words(N_("Drawing"))),
        )
        if not background:
            click.echo(words(N_("%(count)s pictures written to %(path)s."), count=len(names), path=output))


COMMANDS = (check_pack, share_pictures)
