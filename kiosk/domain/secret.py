"""The two secrets of the staff, a password for any machine and a PIN for the touchscreen: what they must be, how they
are made, and how often they may be guessed. Keeps and compares nothing: `storage/accounts` does.
"""

import secrets
from itertools import pairwise
from typing import Literal

from kiosk.domain.budget import Rate
from kiosk.domain.errors import N_, InvalidInput

Kind = Literal["password", "pin"]

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
PIN_DIGITS = 6

# No letter or digit that is read or said as another one.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 4

# Guesses. A machine that signed in before has a budget of its own, so that strangers, who share one beside their own,
# cannot shut it out; nor the touchscreen. At one a minute, a million PINs take two years.
TOUCHSCREEN_PIN = Rate(5, 60_000)
TOUCHSCREEN_PASSWORD = Rate(10, 30_000)
KNOWN_MACHINE = Rate(10, 30_000)
STRANGER = Rate(5, 120_000)
ALL_STRANGERS = Rate(20, 30_000)


def mint_password() -> str:
    """Return a new password of 79 random bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def mint_pin() -> str:
    """Return a new PIN of six random digits that nobody would try first."""
    while is_plain_pin(pin := "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))):
        pass
    return pin


def is_plain_pin(pin: str) -> bool:
    """Return whether a PIN is among the first that anyone would try: repeated or counted digits, a group twice."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) == 1 or len(set(pin)) < 3 or pin[:3] == pin[3:]


def check_password(text: str) -> str:
    """Return a password that staff chose. Raises `InvalidInput`."""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD or len(set(text)) < 4:
        raise InvalidInput(
            N_("A password needs %(least)s to %(most)s characters, not all the same."),
            least=SHORTEST_PASSWORD,
            most=LONGEST_PASSWORD,
        )
    return text


def check_pin(text: str) -> str:
    """Return a PIN that staff chose. Raises `InvalidInput`."""
    if len(text) != PIN_DIGITS or not text.isascii() or not text.isdigit():
        raise InvalidInput(N_("A PIN has %(count)s digits."), count=PIN_DIGITS)
    if is_plain_pin(text):
        raise InvalidInput(N_("Anyone would try that PIN first. Please choose another one."))
    return text
