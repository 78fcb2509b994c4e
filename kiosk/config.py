"""The settings, read once from the environment and frozen. Only `app` and `cli` read this; lower rooms get values."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.domain.errors import N_, BadSetting
from kiosk.domain.secret import LONGEST_PASSWORD

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """Every setting of the kiosk. The README's table lists the same names; a test compares them."""

    host: str = "0.0.0.0"
    port: int = 8000
    data: Path = PROJECT / "data"
    event: Path = PROJECT / "events" / "hohhot-2018"
    public_url: str | None = None
    staff_password: str | None = field(default=None, repr=False)
    switch_off: Path | None = None


VARIABLES = {
    "KIOSK_HOST": "host",
    "KIOSK_PORT": "port",
    "KIOSK_DATA": "data",
    "KIOSK_EVENT": "event",
    "KIOSK_PUBLIC_URL": "public_url",
    "KIOSK_STAFF_PASSWORD": "staff_password",
    "KIOSK_SWITCH_OFF": "switch_off",
}


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings. Raises `BadSetting` naming the variable that has no usable value."""
    values: dict[str, object] = {}
    for variable, name in VARIABLES.items():
        text = environment.get(variable, "").strip()
        if text:
            values[name] = _READERS[name](text)
    return Config(**values)


def read_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the commands, `zh` or `en`, from the locale of the shell."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", text):
        raise BadSetting(N_("KIOSK_HOST=%(text)s is not an address to listen on."), text=text)
    return text


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or not 1 <= int(text) <= 65535:
        raise BadSetting(N_("KIOSK_PORT=%(text)s is not a port: a number from 1 to 65535."), text=text)
    return int(text)


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise BadSetting(N_("%(text)s is not a folder: there is no such user."), text=text) from None


def is_address(text: str) -> bool:
    """Return whether a text is an address that pages can follow: http or https, a host, at most a port and a path."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.port != 0
        usable = usable and re.fullmatch(r"[0-9A-Za-z.:-]+", parts.hostname or "")
    except ValueError:
        return False
    return bool(usable and not (parts.query or parts.fragment or parts.username) and text.isascii())


def _public_url(text: str) -> str:
    if not is_address(text):
        raise BadSetting(N_("KIOSK_PUBLIC_URL=%(text)s is not an address like http://kiosk.example:8000."), text=text)
    return text.rstrip("/")


def _staff_password(text: str) -> str:
    if len(text) > LONGEST_PASSWORD:
        raise BadSetting(N_("KIOSK_STAFF_PASSWORD has more than %(most)s characters."), most=LONGEST_PASSWORD)
    return text


_READERS = {
    "host": _host,
    "port": _port,
    "data": _path,
    "event": _path,
    "public_url": _public_url,
    "staff_password": _staff_password,
    "switch_off": _path,
}
