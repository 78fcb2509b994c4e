"""The kiosk that the current request is about, and what is on its screens."""

from flask import current_app, g

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.display import Display


def this_kiosk() -> Kiosk:
    """Return the kiosk of the application that answers this request."""
    return current_app.extensions["kiosk"]


def this_display() -> Display:
    """Return what is on the screens: the same from the first look of a request to its last, whatever staff do."""
    if "display" not in g:
        g.display = this_kiosk().display
    return g.display
