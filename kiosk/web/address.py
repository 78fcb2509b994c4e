"""What a visitor chose, as it travels in the address: language, text size, contrast, and the visit itself.

Read once per request and put on every link here, centrally; no cookie, no storage. The start screen's plain address
has none of it, so going there forgets everything.
"""

from urllib.parse import quote, urlencode

from flask import Flask, g, request

from kiosk.domain.entry import is_entry_id
from kiosk.web.current import this_display, this_kiosk

LOOKS = ("lang", "text", "contrast")
CARRIED = (*LOOKS, "visit")


def read_address(arguments, locales: tuple[str, ...]) -> None:
    """Put what the address says on `g`; what it says wrongly counts as not said. Empty `arguments` for none."""
    here = g._get_current_object()  # one look: every request passes here
    wanted = arguments.get("lang") if arguments else None
    here.locale = wanted if wanted in locales else locales[0]
    here.text = "large" if arguments and arguments.get("text") == "large" else "normal"
    here.contrast = "high" if arguments and arguments.get("contrast") == "high" else "normal"
    visit = arguments.get("visit") if arguments else None
    here.visit = visit if visit and is_entry_id(visit) else None


def carried() -> list[tuple[str, str]]:
    """Return what this request's links carry on: only what differs from the start."""
    kept = []
    if g.locale != default_locale():
        kept.append(("lang", g.locale))
    if g.text == "large":
        kept.append(("text", "large"))
    if g.contrast == "high":
        kept.append(("contrast", "high"))
    if g.visit:
        kept.append(("visit", g.visit))
    return kept


def carried_query() -> str:
    """Return `carried()` as it stands behind an address without other arguments: `?lang=en`, or nothing."""
    kept = carried()
    return "?" + urlencode(kept) if kept else ""


def default_locale() -> str:
    """Return the language that needs no mention: the first of the pack on screen."""
    return this_kiosk().event.locales[0]


def init_address(app: Flask) -> None:
    """Let every link that `app` makes to one of its pages carry what the visitor chose."""

    @app.url_defaults
    def carry(endpoint: str, values: dict) -> None:
        if endpoint == "static" or "lang" in values:  # `lang=None`: an address that is the same for everyone
            return
        for name, value in carried():
            values.setdefault(name, value)

    app.jinja_env.globals |= {
        "other_languages": other_languages,
        "text_switch": text_switch,
        "contrast_switch": contrast_switch,
        "theme": theme,
        "is_at_start": lambda: not carried(),
    }


def theme() -> str:
    """Return how the page is coloured: `contrast` for who chose it, else what suits the place."""
    return "contrast" if g.contrast == "high" else this_display().theme


def other_languages() -> list[tuple[str, str]]:
    """Return (language, address of this page in it) for the languages it is not in."""
    if not _is_page():
        return []
    default = default_locale()
    return [
        (locale, _this_page(lang=None if locale == default else locale))
        for locale in this_kiosk().event.locales
        if locale != g.locale
    ]


def text_switch() -> tuple[bool, str] | None:
    """Return whether the text is large, and the address of this page the other way; None on the answer to a form."""
    if not _is_page():
        return None
    return g.text == "large", _this_page(text=None if g.text == "large" else "large")


def contrast_switch() -> tuple[bool, str] | None:
    """Return whether the contrast is high, and the address of this page the other way; None as for the text."""
    if not _is_page():
        return None
    return g.contrast == "high", _this_page(contrast=None if g.contrast == "high" else "high")


def _is_page() -> bool:
    return request.method in ("GET", "HEAD")


def _this_page(**changed: str | None) -> str:
    """Return this page's address with one choice changed, None for leaving it out."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in CARRIED]
    chosen = {**dict(carried()), **changed}
    kept += [(name, chosen[name]) for name in CARRIED if chosen.get(name)]
    return quote(request.path) + ("?" + urlencode(kept) if kept else "")


def looks() -> tuple[str, str, str]:
    """Return what of the address changes how a page looks, but not what it is about."""
    return g.locale, g.text, theme()
