"""Sheets for paper, printed by the browser of whoever looks: posters of the event and of scientists, codes to put up.

Every sheet is one page of A4, in the language of the address; how it is set stands in static/css/print.css.
"""

import unicodedata

from flask import abort, current_app, g, render_template

from kiosk.domain.scientist import Scientist
from kiosk.web.access import audience
from kiosk.web.address import default_locale
from kiosk.web.codes_shown import own_pages
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick
from kiosk.web.screen.codes import Code, code_of, link_code, own_code
from kiosk.web.staff import bp

CODES_ON_A_SHEET = 3
CODES_ON_A_POSTER = 3
ACTIVITIES_ON_A_POSTER = 16
ACTIVITIES_BESIDE_CODES = 12
HONOURS_ON_A_POSTER = 6
# So much text, counted in letters of English, makes a poster's type one step smaller, two, … without a script; with one
# the type is as large as the sheet allows.
CROWDED_PERSON = (1050, 1280, 1500, 1750, 2050)
CROWDED_EVENT = (800, 1200, 1500, 1800, 2200)
CODE = 300  # and a row of codes takes as much paper as so many letters
WIDE = 4  # how many letters of English take as much paper as a Chinese character


@bp.get("/prints")
@audience("staff")
def prints():
    kiosk = this_kiosk()
    with_code, without = _codes()
    return render_template(
        "staff/prints.html", scientists=kiosk.pack.scientists, with_code=with_code, without=without, here=_here()
    )


@bp.get("/prints/poster")
@audience("staff")
def poster():
    event = this_kiosk().event
    codes = [code for code in _public_codes() if code]
    activities = event.programme[: ACTIVITIES_BESIDE_CODES if codes else ACTIVITIES_ON_A_POSTER]
    said = [event.theme.text, event.theme.description.get(g.locale, "") if g.locale != event.theme.language else ""]
    return render_template(
        "prints/poster.html",
        event=event,
        activities=activities,
        left_out=len(event.programme) - len(activities),
        codes=codes[:CODES_ON_A_POSTER],
        crowded=_crowded(
            CROWDED_EVENT, *said, *(pick(one.title, g.locale) for one in activities), "-" * CODE if codes else ""
        ),
    )


@bp.get("/prints/scientists")
@audience("staff")
def scientist_posters():
    return _scientists(this_kiosk().pack.scientists)


@bp.get("/prints/scientists/<scientist_id>")
@audience("staff")
def scientist_poster(scientist_id: str):
    person = this_kiosk().pack.scientist(scientist_id)
    if person is None:
        abort(404)
    return _scientists((person,))


def _scientists(people: tuple[Scientist, ...]) -> str:
    return render_template(
        "prints/scientists.html",
        event=this_kiosk().event,
        people=people,
        codes_of=_codes_of,
        honours=HONOURS_ON_A_POSTER,
        crowded_by=_crowded_by,
    )


@bp.get("/prints/codes")
@audience("staff")
def code_sheets():
    with_code, without = _codes()
    return render_template(
        "prints/codes.html",
        event=this_kiosk().event,
        sheets=[with_code[at : at + CODES_ON_A_SHEET] for at in range(0, len(with_code), CODES_ON_A_SHEET)] or [[]],
        without=without,
        here=_here(),
    )


def _here():
    return current_app.extensions["here"]()


def _own(name: str, endpoint: str, **values: str) -> Code | None:
    """Return the code of one of the kiosk's own pages, in the language of the sheet and nothing else of the address."""
    return own_code(name, endpoint, lang=None if g.locale == default_locale() else g.locale, **values)


def _public(name: str, endpoint: str, **values: str) -> Code | None:
    """Return the same where a public address is set: paper outlasts the network that the kiosk is in today."""
    here = _here()
    return _own(name, endpoint, **values) if here and here.network == "any" else None


def _public_codes() -> list[Code | None]:
    event = this_kiosk().event
    official = event.quiz.official
    return [
        _public(pick(event.short_title, g.locale), "screen.home"),
        code_of(official) if official else None,
        *(code_of(channel) for channel in event.channels),
    ]


def _codes_of(person: Scientist) -> list[Code]:
    found = [_public(pick(person.names, g.locale), "screen.scientist", scientist_id=person.id), link_code(person)]
    return [code for code in found if code]


def _codes() -> tuple[list[Code], list[tuple[str, str]]]:
    """Return the codes there are, and (name, owner) of what has none."""
    kiosk = this_kiosk()
    event, words = kiosk.event, own_pages(kiosk.event, g.locale)
    own = [_own(name, endpoint) for endpoint, name in words.items()]
    given = [*([event.quiz.official] if event.quiz.official else []), *event.channels]
    codes = [(one, code_of(one)) for one in given]
    without = [(name, pick(event.organisers[0].name, g.locale)) for name in words.values()] if not _here() else []
    without += [(pick(one.name, g.locale), pick(one.owner, g.locale)) for one, code in codes if not code]
    return [code for code in [*own, *(code for _, code in codes)] if code], without


def _crowded(steps: tuple[int, ...], *texts: str) -> int:
    """Return how many steps smaller than usual a sheet with these texts is set."""
    length = sum(WIDE if unicodedata.east_asian_width(one) in "WF" else 1 for text in texts for one in text)
    return sum(length > most for most in steps)


def _crowded_by(person: Scientist) -> int:
    texts = [pick(person.did, g.locale), pick(person.text, g.locale)]
    texts += [pick(honour.name, g.locale) for honour in person.honours[:HONOURS_ON_A_POSTER]]
    if person.quotation:
        texts += [person.quotation.text, pick(person.quotation.source, g.locale)]
        if g.locale != person.quotation.language:
            texts.append(person.quotation.translation.get(g.locale, ""))
    return _crowded(CROWDED_PERSON, *texts, "-" * CODE if _codes_of(person) else "")
