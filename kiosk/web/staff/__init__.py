"""The staff's pages, for signed-in staff at the touchscreen or on their own machine: a module per thing they do."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

from kiosk.web.staff import (  # noqa: E402
    brief,  # noqa: F401
    cards,  # noqa: F401
    closing,  # noqa: F401
    day,  # noqa: F401
    display,  # noqa: F401
    entries,  # noqa: F401
    files,  # noqa: F401
    live,  # noqa: F401
    notes,  # noqa: F401
    pack,  # noqa: F401
    pack_words,  # noqa: F401
    pictures,  # noqa: F401
    preflight,  # noqa: F401
    prints,  # noqa: F401
    refusals,  # noqa: F401
    secrets,  # noqa: F401
    signing,  # noqa: F401
    summary,  # noqa: F401
    summary_files,  # noqa: F401
    summary_words,  # noqa: F401
    volunteers,  # noqa: F401
)
