"""What visitors read: home, programme, scientists, about, privacy, and the pictures of the pack."""

import io
from collections.abc import Callable
from functools import wraps
from urllib.parse import quote, urlencode

from flask import Response, abort, current_app, g, render_template, request, send_file

from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.screen import bp
from kiosk.web.screen.codes import code_of, own_code

PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}


def remembered(view: Callable[..., str]) -> Callable[..., Response]:
    """Render a page once for each language, place and network address: its content changes only with the pack."""

    @wraps(view)
    def page(**values: str) -> Response:
        pages: dict[tuple, bytes] = current_app.extensions["pages"]
        key = (view.__name__, g.locale, g.at_kiosk, current_app.extensions["here"](), *values.values())
        # The page links to itself in other languages, so what else a visitor put into the address must not be kept.
        if not request.args.keys() <= {"lang"}:
            return Response(view(**values), mimetype="text/html")
        html = pages.get(key)
        if html is None:
            html = view(**values).encode()
            # Only what exists gets here (the rest raises); old network addresses are forgotten now and then.
            if len(pages) > 500:
                pages.clear()
            pages[key] = html
        return Response(html, mimetype="text/html")

    return page


@bp.get("/")
@audience("visitor")
@remembered
def home():
    return render_template("screen/home.html", event=this_kiosk().event)


@bp.get("/programme")
@audience("visitor")
@remembered
def programme():
    return render_template("screen/programme.html", event=this_kiosk().event)


@bp.get("/scientists")
@audience("visitor")
@remembered
def scientists():
    return render_template("screen/scientists.html", scientists=this_kiosk().pack.scientists)


@bp.get("/scientists/<scientist_id>")
@audience("visitor")
@remembered
def scientist(scientist_id: str):
    person = this_kiosk().pack.scientist(scientist_id)
    if person is None:
        abort(404)
    people = this_kiosk().pack.scientists
    at = people.index(person)
    return render_template(
        "screen/scientist.html",
        person=person,
        before=people[at - 1],
        after=people[(at + 1) % len(people)],
        code=own_code(person.names[g.locale], "screen.scientist", scientist_id=person.id),
    )


@bp.get("/about")
@audience("visitor")
@remembered
def about():
    event = this_kiosk().event
    channels = [(channel, code_of(channel)) for channel in event.channels]
    return render_template("screen/about.html", event=event, channels=channels, pack=this_kiosk().pack)


@bp.get("/privacy")
@audience("visitor")
@remembered
def privacy():
    return render_template("screen/privacy.html", event=this_kiosk().event)


@bp.get("/pictures/<name>")
@audience("visitor")
def picture(name: str):
    content = this_kiosk().pack.pictures.get(f"pictures/{name}")
    if content is None:
        abort(404)
    return send_file(io.BytesIO(content), mimetype=PICTURE_TYPES[name.rpartition(".")[2]])


@bp.app_context_processor
def surroundings() -> dict:
    """What every page knows: the event's short name, the page in other languages, whether check-in is offered."""
    event = this_kiosk().event
    return {
        "event_words": event.short_title,
        "other_languages": _other_languages,
        "may_check_in": g.at_kiosk or event.check_in.phones,
    }


def _other_languages() -> list[tuple[str, str]]:
    """Return (language, address of this page in it) for the languages it is not in."""
    if request.method not in ("GET", "HEAD"):
        return []
    default = this_kiosk().event.locales[0]
    found = []
    for locale in this_kiosk().event.locales:
        if locale != g.locale:
            kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
            if locale != default:
                kept.append(("lang", locale))
            found.append((locale, _address(kept)))
    return found


def _address(arguments: list[tuple[str, str]]) -> str:
    return quote(request.path) + ("?" + urlencode(arguments) if arguments else "")
