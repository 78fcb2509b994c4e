"""The headers on every response: nothing but our own files runs or loads, nobody frames us, pages are not kept.

Put on at the WSGI edge, so that no answer of any kind can miss them; it also costs a tenth of doing it in Flask.
"""

import re
from collections.abc import Callable, Iterable

from flask import Flask

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # Not no-referrer: forms would then send `Origin: null`, which is refused.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]

# The scanner page reads codes with a WebAssembly library, also as the answer to a form. No other page may.
SCANNER_PAGES = re.compile(r"/volunteer(?:/code)?|/P/[^/]+/stamp")
SCANNER_HEADERS = [
    (name, value.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")) for name, value in HEADERS
]

KEEP_NOTHING = ("Cache-Control", "no-store")
# What lies here may carry the version of what it gives in its address. What style sheets and modules load does not.
VERSIONED = ("/static/", "/pictures/")
ASK_AGAIN = ("Cache-Control", "no-cache")
KEEP_A_YEAR = ("Cache-Control", "public, max-age=31536000, immutable")


def init_headers(app: Flask) -> None:
    """Put the headers on every response of `app`."""
    inner = app.wsgi_app

    def dressed(environ: dict, start_response: Callable) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info=None):
            # With its version in the address, what an address gives never changes.
            keep = KEEP_NOTHING
            if environ.get("PATH_INFO", "").startswith(VERSIONED) and status.startswith(("200", "304")):
                keep = KEEP_A_YEAR if environ.get("QUERY_STRING", "").startswith("v=") else ASK_AGAIN
            kept = [header for header in headers if header[0] != "Cache-Control"]
            kept += SCANNER_HEADERS if SCANNER_PAGES.fullmatch(environ.get("PATH_INFO", "")) else HEADERS
            kept.append(keep)
            return start_response(status, kept, exc_info)

        return inner(environ, start)

    app.wsgi_app = dressed
