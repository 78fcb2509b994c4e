"""A day as staff type it, in whatever form asks for one. Knows no clock: what is today is not asked here."""

import re
from datetime import date

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def read_day(said: str) -> date | None:
    """Return the day that is written as `2018-05-30`, None for anything else or for one that no form means.

    `date.fromisoformat` alone would take `20180530` and `2018-W22-3` too, which nobody means to type.
    """
    said = said.strip()
    if not _WRITTEN.fullmatch(said):
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
