"""Pictures as visitors get them: portraits, drawn ones for those without, and ready-made codes.

Their addresses carry a version and no language, so that browsers may keep them. Nothing is drawn from a pack's picture
while someone waits: that was done before the kiosk opened.
"""

import hashlib
from dataclasses import dataclass

from flask import Response, abort, url_for
from markupsafe import Markup

from kiosk.domain.event import Channel
from kiosk.domain.scientist import Scientist
from kiosk.exports import monogram
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.screen import bp


@dataclass(frozen=True)
class Portrait:
    """`drawing`: ours, because there is no picture of the person that may be shown."""

    address: str
    drawing: Markup | None = None

    @property
    def is_drawn(self) -> bool:
        return self.drawing is not None


@bp.app_template_global()
def portrait_of(person: Scientist, size: str) -> Portrait:
    """Return the portrait to show of a person, `small` or `large`."""
    version = person.portrait and this_kiosk().pictures.version(person.portrait.file, size)
    if version:
        address = url_for("screen.portrait", scientist_id=person.id, size=size, v=version, lang=None)
        return Portrait(address)
    drawing = _drawn(person)
    version = hashlib.sha256(drawing.encode()).hexdigest()[:12]
    address = url_for("screen.drawn_portrait", scientist_id=person.id, v=version, lang=None)
    return Portrait(address, Markup(drawing))


def code_address(channel: Channel) -> str | None:
    """Return where the picture of a channel's ready-made code is, None if there is none to show."""
    version = channel.picture and this_kiosk().pictures.version(channel.picture, "code")
    if not version:
        return None
    return url_for("screen.picture", name=channel.picture.removeprefix("pictures/"), v=version, lang=None)


@bp.get("/pictures/<name>")
@audience("visitor")
def picture(name: str):
    return _sent(this_kiosk().pictures.content(f"pictures/{name}", "code"), "image/png")


@bp.get("/pictures/portraits/<scientist_id>/<size>.jpg")
@audience("visitor")
def portrait(scientist_id: str, size: str):
    person = this_kiosk().pack.scientist(scientist_id)
    if person is None or person.portrait is None:
        abort(404)
    return _sent(this_kiosk().pictures.content(person.portrait.file, size), "image/jpeg")


@bp.get("/pictures/portraits/<scientist_id>.svg")
@audience("visitor")
def drawn_portrait(scientist_id: str):
    person = this_kiosk().pack.scientist(scientist_id)
    if person is None:
        abort(404)
    return _sent(_drawn(person).encode(), "image/svg+xml")


def _drawn(person: Scientist) -> str:
    name = person.names.get("zh") or next(iter(person.names.values()))
    return monogram.svg(person.id, person.area, name[0])


def _sent(content: bytes | None, mimetype: str) -> Response:
    if content is None:
        abort(404)
    return Response(content, mimetype=mimetype)
