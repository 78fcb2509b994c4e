"""The kiosk that the current request is about."""

from flask import current_app

from kiosk.actions.kiosk import Kiosk


def this_kiosk() -> Kiosk:
    """Return the kiosk of the application that answers this request."""
    return current_app.extensions["kiosk"]
