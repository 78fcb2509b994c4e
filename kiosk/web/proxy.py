"""Behind nginx on this machine: who really asks, and through which door.

nginx reaches the application through a Unix socket that nobody else may open, so what it says is believed there, and
nowhere else: a connection over TCP always has an address of its own. There such headers only show that it comes through
some proxy, so that it is not the touchscreen, whatever name it asks for.
"""

from collections.abc import Callable, Iterable

from flask import Flask

_OUTSIDE = "kiosk.from_outside"
_SAID_BY_NGINX = ("HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO", "HTTP_X_KIOSK_DOOR")
_SAID_BY_PROXIES = {*_SAID_BY_NGINX, "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA"}


def init_proxy(app: Flask) -> None:
    """Put the visitor's own address, scheme and door in place of the socket's; drop what a visitor made up."""
    inner = app.wsgi_app

    def unwrapped(environ: dict, start_response: Callable) -> Iterable[bytes]:
        proxied = not _SAID_BY_PROXIES.isdisjoint(environ)
        address, scheme, door = (environ.pop(name, "") for name in _SAID_BY_NGINX)
        if environ.get("REMOTE_ADDR"):
            environ[_OUTSIDE] = proxied
        else:
            environ["REMOTE_ADDR"] = address
            environ["wsgi.url_scheme"] = "https" if scheme == "https" else "http"
            environ[_OUTSIDE] = door != "touchscreen"
        return inner(environ, start_response)

    app.wsgi_app = unwrapped


def is_from_outside(environ: dict) -> bool:
    """Return whether the request came through a door for other machines, whatever its address looks like."""
    return environ.get(_OUTSIDE, False)
