"""QR codes as they stand on a screen: the picture, the address in words, whose it is, and which network it needs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, g, url_for
from markupsafe import Markup

from kiosk.domain.event import Channel
from kiosk.domain.quiz import OfficialContest
from kiosk.domain.scientist import Scientist
from kiosk.exports import qr
from kiosk.web.current import this_kiosk
from kiosk.web.screen.pictures import code_address


@dataclass(frozen=True)
class Code:
    """`network`: `mobile`, `kiosk` or `any`; `picture`: the address of a ready-made code, or None."""

    name: str
    owner: str
    network: str
    address: str | None
    picture: str | None = None

    @property
    def svg(self) -> Markup:
        # Made by us from an address that was checked: nothing in it comes from a visitor.
        return Markup(qr.svg(self.address))


def own_code(name: str, endpoint: str, **values: str) -> Code | None:
    """Return the code for one of this kiosk's own pages, None while no phone could reach it."""
    here = current_app.extensions["here"]()
    if here is None:
        return None
    organiser = this_kiosk().event.organisers[0]
    address = url_for(endpoint, **values, visit=None)  # a phone's visit is its own
    return Code(name, organiser.name[g.locale], here.network, here.url + address)


def code_of(thing: Channel | OfficialContest) -> Code | None:
    """Return the code of a channel or contest of the pack, None if it has no address."""
    picture = code_address(thing) if isinstance(thing, Channel) else None
    if not thing.address and not picture:
        return None
    return Code(thing.name[g.locale], thing.owner[g.locale], thing.network, thing.address, picture)


def link_code(person: Scientist) -> Code | None:
    """Return the code of the page elsewhere that tells more about a person, None without one.

    Its owner is named by the address itself: that is who answers.
    """
    if not person.link:
        return None
    return Code(person.names[g.locale], urlsplit(person.link).hostname, "mobile", person.link)
