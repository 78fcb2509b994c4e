"""Where phones find this kiosk: the public address that was set, or the machine's address in its network right now."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.storage.machine import Remembered, addresses

_LOOKED_UP_SECONDS = 10


@dataclass(frozen=True)
class Here:
    """`url` without a slash at its end; `network` that a phone must be in: `any` for a public address, else `kiosk`."""

    url: str
    network: str


def find_here(host: str, port: int, public_url: str | None) -> Callable[[], Here | None]:
    """Return a function that gives the address for phones, None while there is none."""
    if public_url:
        fixed = Here(public_url, "any")
        return lambda: fixed

    def look() -> Here | None:
        found = addresses() if host in ("0.0.0.0", "::", "") else [host]
        for address in found:
            if not _is_for_phones(address):
                continue
            name = f"[{address}]" if ":" in address else address
            return Here(f"http://{name}" + ("" if port == 80 else f":{port}"), "kiosk")
        return None

    return Remembered(look, _LOOKED_UP_SECONDS)


def _is_for_phones(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address != "localhost"
