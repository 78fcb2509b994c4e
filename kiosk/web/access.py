"""Who may ask for what: the audience of every route, the hosts we answer to, writes from other sites, other machines.

A route that does not say who may use it stops the kiosk from starting.
"""

import ipaddress
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.exceptions import BadRequest, Forbidden

from kiosk.actions.kiosk import Kiosk
from kiosk.actions.shifts import Shift, shift_of
from kiosk.actions.sign_in import signed_in
from kiosk.domain.budget import Budget, Rate, full
from kiosk.domain.errors import N_, FileUnusable, LogUnreadable, NotAllowed, NotRecorded, ShiftOver, SignedOut, TooMany
from kiosk.storage.machine import boottime_ms, names
from kiosk.storage.sessions import Session
from kiosk.web.address import read_address
from kiosk.web.current import this_display, this_kiosk
from kiosk.web.proxy import is_from_outside

AUDIENCES = {
    "visitor": "anyone at the touchscreen or with a phone",
    "check_in": "the touchscreen; phones where the pack allows it",
    "health": "anyone; details for this machine only",
    "static": "anyone",
    "sign_in": "anyone, to become staff",
    "touchscreen": "the touchscreen only",
    "duty": "anyone, to come on duty with a code; and to have gone off",
    "volunteer": "a volunteer's phone on duty",
    "staff": "signed-in staff",
    "staff_password": "staff signed in with the password; the PIN is not enough",
}
STAFF = ("staff", "staff_password")

WRITES = Rate(30, 2_000)  # from one other machine
MOST_REMEMBERED_MACHINES = 4_096

STAFF_COOKIE = "kiosk_staff"
VOLUNTEER_COOKIE = "kiosk_volunteer"

_HOST = re.compile(r"(?P<name>[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def audience(name: str, *, by_itself: bool = False) -> Callable:
    """Return a decorator that says who may use a view. It goes nearest to the function.

    `by_itself`: pages ask for it without anybody there, so it keeps nobody signed in.
    """
    if name not in AUDIENCES:
        raise LookupError(f"unknown audience {name}")

    def mark(view: Callable) -> Callable:
        view.audience, view.by_itself = name, by_itself
        return view

    return mark


def audiences(app: Flask) -> dict[str, str]:
    """Return the audience of every endpoint. Raises `LookupError` for a route that names none."""
    found = {}
    for endpoint, view in app.view_functions.items():
        who = "static" if endpoint == "static" else getattr(view, "audience", None)
        if who is None:
            raise LookupError(f"the route {endpoint} does not say who may use it")
        found[endpoint] = who
    return found


def init_access(app: Flask, kiosk: Kiosk, public_url: str | None) -> None:
    """Guard every request of `app`; to be called when all routes are there."""
    allowed_names = {"localhost", *names()}
    if public_url:
        allowed_names.add(urlsplit(public_url).hostname.lower())
    who_by_endpoint = audiences(app)
    writes = _Writes()

    @lru_cache(maxsize=1024)
    def is_ours(host: str) -> bool:
        shape = _HOST.fullmatch(host)
        if not shape or int(shape["port"] or 0) > 65535:
            return False
        name = shape["name"].strip("[]").lower()
        if name in allowed_names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    @app.before_request
    def guard():
        kiosk.screen.hold()
        this_display()  # together, so that they are of one event
        # One look at each context-local: every request passes here.
        asked, here = request._get_current_object(), g._get_current_object()
        environ = asked.environ
        machine = environ.get("REMOTE_ADDR", "")
        host = environ.get("HTTP_HOST", "")
        # A proxy on this machine comes from here too, but asks for the public name.
        here.at_kiosk = is_loopback(machine) and is_own_name(host) and not is_from_outside(environ)
        read_address(asked.args if environ.get("QUERY_STRING") else None, kiosk.event.locales)
        if not is_ours(host):
            raise BadRequest()
        who = who_by_endpoint.get(asked.endpoint)
        off_duty = None
        if who == "volunteer":
            here.shift, off_duty = _shift(kiosk)
        if environ["REQUEST_METHOD"] in UNSAFE:
            _refuse_other_sites(environ)
            # Staff send a pack in hundreds of pieces, and a phone on duty all that it kept; who is neither is a
            # stranger, whatever they ask for.
            is_known = here.shift is not None if who == "volunteer" else who in STAFF and is_staff()
            if not here.at_kiosk and not is_known and not writes.spend(machine):
                raise TooMany(N_("That was a little fast. Please wait a moment and try again."))
        if who == "check_in" and not here.at_kiosk and not kiosk.event.check_in.phones:
            raise NotAllowed(N_("Check-in is at the touchscreen. Thank you for coming."))
        if who == "touchscreen" and not here.at_kiosk:
            raise NotAllowed(N_("The PIN is for the touchscreen. Please sign in with the password."))
        if off_duty:
            raise off_duty
        if who in STAFF:
            here.staff = _staff(kiosk, not getattr(app.view_functions[asked.endpoint], "by_itself", False))
            if who == "staff_password" and here.staff.kind != "password":
                raise NotAllowed(N_("This needs the password: please sign in with it from a laptop or a phone."))

    @app.teardown_request
    def let_go(_error):
        kiosk.screen.let_go()


def _refuse_other_sites(environ: dict) -> None:
    """Refuse a write that another site's page sent. Tokens would expire on a kiosk that stays open for hours."""
    if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
        raise Forbidden()
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        scheme, _, host = origin.partition("://")
        if scheme not in ("http", "https") or host.lower() != environ.get("HTTP_HOST", "").lower():
            raise Forbidden()


@lru_cache(maxsize=4096)
def is_loopback(address: str) -> bool:
    """Return whether a request from `address` comes from the kiosk itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


@lru_cache(maxsize=1024)
def is_own_name(host: str) -> bool:
    """Return whether a Host header is what this machine calls itself: `localhost` or a loopback address."""
    shape = _HOST.fullmatch(host)
    return bool(shape) and (shape["name"].lower() == "localhost" or is_loopback(shape["name"].strip("[]")))


def source() -> str:
    """Return the `source` of an entry made by this request; never taken from the form."""
    return "touch" if g.at_kiosk else "phone"


def cookie_name(name: str) -> str:
    """Return what a cookie of ours is called over this connection.

    A browser lets nobody overwrite over http what came over https: under one name, whoever had signed in with https
    could not with http. The prefix keeps the one for https from being set any other way.
    """
    return f"__Host-{name}" if request.is_secure else name


def _staff(kiosk: Kiosk, someone_is_there: bool) -> Session:
    token = request.cookies.get(cookie_name(STAFF_COOKIE), "")
    return signed_in(kiosk, token, at_touchscreen=g.at_kiosk, someone_is_there=someone_is_there)


def volunteer_token() -> str:
    """Return what the phone that asks was given when it came on duty, an empty text for any other one."""
    return request.cookies.get(cookie_name(VOLUNTEER_COOKIE), "")


def volunteer_shift(kiosk: Kiosk) -> Shift | None:
    """Return the shift of the phone that asks, None for any other one."""
    with suppress(ShiftOver):
        return shift_or_over(kiosk)
    return None


def shift_or_over(kiosk: Kiosk) -> Shift | None:
    """Return the same. Raises `ShiftOver` for a phone that was on duty and does not know that it is over."""
    try:
        return shift_of(kiosk, volunteer_token()) if volunteer_token() else None
    except ShiftOver as error:
        if error.shift_id:
            raise
    except (LogUnreadable, NotRecorded):
        pass
    return None


def _shift(kiosk: Kiosk) -> tuple[Shift | None, ShiftOver | None]:
    """Return the shift of who asks, or why there is none."""
    try:
        return shift_of(kiosk, volunteer_token()), None
    except ShiftOver as error:
        return None, error


def is_staff() -> bool:
    """Return whether this request comes from signed-in staff; keeps nobody signed in."""
    try:
        _staff(this_kiosk(), False)
    except (SignedOut, FileUnusable):
        return False
    return True


class _Writes:
    """Writes left to each other machine. In memory: it guards against haste, not against guessing."""

    def __init__(self):
        self._left: OrderedDict[str, Budget] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, machine: str) -> bool:
        now = boottime_ms()
        with self._lock:
            budget = (self._left.pop(machine, None) or full(WRITES, now, "")).now(WRITES, now, "")
            self._left[machine] = budget.spent() if budget.allows else budget
            while len(self._left) > MOST_REMEMBERED_MACHINES:
                self._left.popitem(last=False)
            return budget.allows
