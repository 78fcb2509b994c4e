"""The commands about banks of questions: taking them in and out as GIFT, and looking for what is weak in them."""

import sys
from pathlib import Path

import click

from kiosk.cli.telling import Words, pack_or_none, told
from kiosk.config import Config
from kiosk.domain.errors import N_, Sentence
from kiosk.domain.text import LOCALES
from kiosk.web.locale import say

_LOST = {
    "translations": N_("texts in other languages: %(count)s"),
    "source": N_("sources: %(count)s"),
    "reasoning": N_("reasons: %(count)s"),
    "classic": N_("names of surveys: %(count)s"),
    "scientists": N_("ties to scientists: %(count)s"),
}

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def quiz() -> None:
    """Banks of quiz questions: import and export as Moodle GIFT, and a look at what is weak."""


@quiz.command("import")
@click.argument("file", type=_FILE)
@click.option("--output", type=_FILE, required=True, help="The new bank, a .toml file; its name is its id.")
@click.option("--lang", "language", type=click.Choice(LOCALES), default="zh", show_default=True)
@click.option("--topic", help="The topic of all of them; else the last part of their category.")
@click.option("--audience", "audiences", multiple=True, help="Whom they are for, where no tag says it; several times.")
@click.option("--level", type=click.IntRange(1, 3), help="How hard they are, where no tag says it.")
@click.option("--source", help="Where they come from, as it is to be shown beside each.")
@click.pass_obj
def import_(
    given: tuple[Config, Words],
    file: Path,
    output: Path,
    language: str,
    topic: str | None,
    audiences: tuple[str, ...],
    level: int | None,
    source: str | None,
) -> None:
    """Make a bank out of a Moodle GIFT FILE. What it lacks for a pack is marked in the new file."""
    from kiosk.actions.quiz_banks import Defaults, import_gift

    _, words = given
    with told(words):
        lacking = say(Sentence(N_("still missing: %(keys)s"), {"keys": "%(keys)s"}), words.locale)
        defaults = Defaults(language, topic, audiences, level, source)
        done = import_gift(file, output.absolute(), defaults, lacking)
        for remark in (*done.left_out, *done.lost):
            kind = N_("left out: %(what)s") if remark in done.left_out else N_("kept in part: %(what)s")
            click.echo(f"{file.name}: {remark.line}: {words(kind, what=remark.what)}", err=True)
        click.echo(words(N_("%(count)s questions written to %(path)s."), count=done.questions, path=output))
        click.echo(
            words(N_("They are in one language, %(locale)s; a pack needs them in all of its own."), locale=language)
        )
        if done.incomplete:
            click.echo(words(N_("%(count)s of them still lack something; check-pack names it."), count=done.incomplete))


@quiz.command()
@click.option("--output", type=_FILE, required=True, help="The new GIFT file.")
@click.option("--lang", "language", help="The language of its texts; else the pack's first.")
@click.option("--bank", metavar="ID", help="Only the bank of this id.")
@click.pass_obj
def export(given: tuple[Config, Words], output: Path, language: str | None, bank: str | None) -> None:
    """Write the questions of the pack in use as Moodle GIFT, and tell what it has no place for."""
    from kiosk.actions.quiz_banks import export_gift

    config, words = given
    with told(words):
        pack = pack_or_none(config, words, needed=True)
        locale = language or pack.event.locales[0]
        done = export_gift(
            pack, output.absolute(), locale=locale, bank=bank, say=lambda text: say(Sentence(text), locale)
        )
        click.echo(words(N_("%(count)s questions written to %(path)s."), count=done.questions, path=output))
        lost = [words(text, count=done.left_out[name]) for name, text in _LOST.items() if done.left_out[name]]
        if lost:
            click.echo(words(N_("GIFT has no place for: %(what)s"), what=words(N_(", ")).join(lost)))


@quiz.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--lang",
    "language",
    type=click.Choice(LOCALES),
    help="The language of a GIFT file, else zh; of a bank the only one.",
)
@click.pass_obj
def check(given: tuple[Config, Words], place: Path, language: str | None) -> None:
    """Look for doubles, keys that can be guessed, texts too long and missing translations: in a pack (a folder or a
    zip), in one bank (.toml) or in a GIFT file. Exit status 1 if there is anything to look at.
    """
    from kiosk.actions.quiz_banks import check_banks

    _, words = given
    with told(words):
        found = check_banks(place, language)
        for remark in found.left_out:
            click.echo(f"{place.name}: {remark.line}: {words(N_('left out: %(what)s'), what=remark.what)}", err=True)
        for finding in found.findings:
            where = f"{found.files[finding.question]}: {finding.question}: " if finding.question else ""
            click.echo(where + say(finding.what, words.locale), err=True)
        if found.findings:
            click.echo(
                words(
                    N_("%(count)s questions, %(found)s to look at."), count=found.questions, found=len(found.findings)
                )
            )
            sys.exit(1)
        click.echo(words(N_("%(count)s questions, nothing to look at."), count=found.questions))
