"""Whether addresses answer, asked all at once and only so long. A part of the check before doors open.

An answer is any that is not "there is no such page" or "I am broken". Without a network, behind the appliance's fence
(its unit may not send anything) or after too long, it cannot be known: silence here says nothing of a phone's network.
"""

import threading
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

ONE_SECONDS, ALL_SECONDS = 2.5, 3.5
_AT_ONCE = 8
_GONE = (404, 410)


def reach(addresses: Iterable[str]) -> dict[str, bool | None]:
    """Return for each address whether it answers, None where that cannot be known here."""
    wanted = list(dict.fromkeys(addresses))
    answers: dict[str, bool | None] = dict.fromkeys(wanted)
    waiting, until = list(reversed(wanted)), time.monotonic() + ALL_SECONDS

    def work() -> None:
        while time.monotonic() < until:
            try:
                one = waiting.pop()
            except IndexError:
                return
            answers[one] = _answers(one)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(_AT_ONCE, len(wanted)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))
    return dict(answers)  # threads that are late may still write into theirs


def _answers(address: str) -> bool | None:
    """Return whether one address answers, None for no way there."""
    from http.client import HTTPException  # here, because a start should not wait for it

    try:
        status = _status(address, "HEAD")
        if status in (405, 501):
            status = _status(address, "GET")
    except (OSError, HTTPException, ValueError):
        # Refused, not found, not reached, too late: from here it looks the same as a network that is not there.
        return None
    return status not in _GONE and status < 500


def _status(address: str, method: str) -> int:
    import ssl
    from http.client import HTTPConnection, HTTPSConnection

    parts = urlsplit(address)
    _ = parts.port  # raises `ValueError` for a port beyond 65535, which systems take for a smaller one
    if parts.scheme == "https":
        # Whether somebody is there, not whether they are who they say: nothing is sent that anyone could misuse.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(parts.netloc, timeout=ONE_SECONDS, context=context)
    else:
        connection = HTTPConnection(parts.netloc, timeout=ONE_SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers={"User-Agent": "kiosk-preflight", "Accept": "*/*"})
        return connection.getresponse().status
    finally:
        connection.close()
