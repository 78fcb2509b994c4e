"""The staff's pages, for signed-in staff at the touchscreen or on their own machine: a module per thing they do."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

from kiosk.web.staff import day, display, entries, files, pack, pack_words, pictures, prints, secrets, signing  # noqa: E402, F401
