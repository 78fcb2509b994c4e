"""The visitors' pages, on the touchscreen and on a phone: one blueprint, a module per thing visitors do."""

from flask import Blueprint

bp = Blueprint("screen", __name__)

from kiosk.web.screen import card, check_in, content, display, pictures, quiz, reading, scenes, voices  # noqa: E402, F401
