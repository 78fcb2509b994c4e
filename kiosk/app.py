"""`create_app(config)`: wires the kiosk's rooms into one Flask application. Only wiring."""

import hashlib
from pathlib import Path

from flask import Flask, url_for
from flask.sessions import NullSession, SessionInterface

from kiosk.actions.kiosk import Kiosk, open_kiosk
from kiosk.actions.live import Live
from kiosk.config import PROJECT, Config, read_config
from kiosk.web import health as health_pages
from kiosk.web import locale, screen, staff, volunteer
from kiosk.web.access import init_access
from kiosk.web.address import init_address
from kiosk.web.compiled import TemplateCache
from kiosk.web.failures import init_failures
from kiosk.web.headers import init_headers
from kiosk.web.here import find_here
from kiosk.web.locale import check_catalogues, init_locale
from kiosk.web.proxy import init_proxy

LARGEST_BODY_BYTES = 64 * 1024


class _NoSessions(SessionInterface):
    """Visitors get no cookie; `web/staff/signing` sets the staff's own."""

    def open_session(self, app, request):
        return _NO_SESSION

    def save_session(self, app, session, response):
        pass


_NO_SESSION = NullSession()


def create_app(config: Config | None = None, kiosk: Kiosk | None = None) -> Flask:
    """Return the kiosk's application; opens the kiosk that `config` describes unless one is given.

    Raises `KioskError` for what keeps it from serving, `LookupError` for a route without audience or a missing word.
    """
    config = config or read_config()
    kiosk = kiosk or open_kiosk(config.data, config.event, config.staff_password)
    app = Flask("kiosk", static_folder=str(PROJECT / "static"), template_folder=str(PROJECT / "templates"))
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY_BYTES,
        MAX_FORM_PARTS=200,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.session_interface = _NoSessions()
    app.extensions["kiosk"] = kiosk
    app.extensions["live"] = Live(kiosk)
    app.extensions["pages"] = {}
    app.extensions["switch_off"] = config.switch_off
    app.extensions["here"] = find_here(config.host, config.port, config.public_url)
    app.jinja_env.bytecode_cache = TemplateCache([__file__, locale.__file__])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static"] = _static_addresses(app)
    init_locale(app)
    init_address(app)
    init_headers(app)
    init_proxy(app)
    init_failures(app)
    app.register_blueprint(screen.bp)
    app.register_blueprint(staff.bp)
    app.register_blueprint(volunteer.bp)
    app.register_blueprint(health_pages.bp)
    init_access(app, kiosk, config.public_url)
    # In every language there is: staff may put a pack on screen that has others.
    check_catalogues(PROJECT / "templates")
    return app


def _static_addresses(app: Flask):
    """Return a function that gives the address of a static file, with its digest, so that it can be kept for a year."""
    known: dict[str, str] = {}

    def static(name: str) -> str:
        if name not in known:
            content = (Path(app.static_folder) / name).read_bytes()
            known[name] = url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:12])
        return known[name]

    return static
