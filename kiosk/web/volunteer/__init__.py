"""The volunteers' pages, on phones and laptops on duty: joining, scanning, counting by hand, going off duty."""

from flask import Blueprint

bp = Blueprint("volunteer", __name__)

from kiosk.web.volunteer import counting, duty, scanning  # noqa: E402, F401
