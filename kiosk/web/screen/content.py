"""What visitors read: home, programme, scientists, about, privacy."""

from collections.abc import Callable
from functools import wraps

from flask import Response, abort, current_app, g, render_template, request

from kiosk.domain.scientist import AREAS, Scientist
from kiosk.web.access import audience
from kiosk.web.address import LOOKS, looks
from kiosk.web.current import this_display, this_kiosk
from kiosk.web.screen import bp
from kiosk.web.screen.codes import code_of, link_code, own_code
from kiosk.web.screen.voices import tribute_to

MOST_DATED = 4  # activities on a start screen; the rest is in the programme


def remembered(view: Callable[..., str]) -> Callable[..., Response]:
    """Render a page once for each look, place, network address and field, until the pack or the display is another."""

    @wraps(view)
    def page(**values: str) -> Response:
        pages: dict[tuple, bytes] = current_app.extensions["pages"]
        said = [(name, value) for name, value in request.args.items(multi=True) if name not in LOOKS]
        # The page links to itself in other languages, so what else a visitor put into the address must not be kept.
        if said and not (len(said) == 1 and said[0][0] == "area" and said[0][1] in AREAS):
            return Response(view(**values), mimetype="text/html")
        shown = (this_kiosk().pack.digest, this_display().digest, this_kiosk().log.is_failing())
        key = (view.__name__, *shown, *looks(), g.at_kiosk, current_app.extensions["here"](), *values.values(), *said)
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
    event, display = this_kiosk().event, this_display()
    return render_template(
        f"screen/{display.start(g.at_kiosk)}.html",
        event=event,
        pack=this_kiosk().pack,
        # What has a time or a place, for who stands before a closed door.
        dated=[one for one in event.programme if one.when or one.place or one.id in display.changes][:MOST_DATED]
        if display.state in ("before", "closed")
        else [],
    )


@bp.get("/programme")
@audience("visitor")
@remembered
def programme():
    return render_template("screen/programme.html", event=this_kiosk().event)


@bp.get("/scientists")
@audience("visitor")
@remembered
def scientists():
    people = this_kiosk().pack.scientists
    counts = {area: sum(person.area == area for person in people) for area in AREAS}
    return render_template(
        "screen/scientists.html",
        scientists=_chosen(),
        total=len(people),
        counts={area: count for area, count in counts.items() if count},
        chosen=request.args.get("area"),
    )


@bp.get("/scientists/<scientist_id>")
@audience("visitor")
def scientist(scientist_id: str):
    """A profile. Rendered each time: it carries a visit's own number, and a page like this takes a millisecond."""
    people = _chosen()
    person = next((one for one in people if one.id == scientist_id), None)
    if person is None:
        abort(404)
    at = people.index(person)
    return render_template(
        "screen/scientist.html",
        person=person,
        # Round and round, but nobody is their own neighbour, nor the same person on both sides.
        before=people[at - 1] if len(people) > 2 else None,
        after=people[(at + 1) % len(people)] if len(people) > 1 else None,
        chosen=request.args.get("area"),
        code=own_code(person.names[g.locale], "screen.scientist", scientist_id=person.id),
        link=link_code(person),
        tribute=tribute_to(person),
    )


def _chosen() -> list[Scientist]:
    """Return the people of the field in the address, everyone without one; 404 if nobody works in it."""
    people, area = this_kiosk().pack.scientists, request.args.get("area")
    chosen = [person for person in people if area in (None, person.area)]
    if area is not None and not chosen:
        abort(404)
    return chosen


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


@bp.app_context_processor
def surroundings() -> dict:
    """What every page knows: the event's short name, and whether check-in and feedback are offered."""
    event = this_kiosk().event
    return {
        "event_words": event.short_title,
        "may_give_feedback": event.feedback.ask,
        "has_cards": bool(event.stations),
        "may_check_in": (g.at_kiosk or event.check_in.phones) and this_display().is_open,
    }
