"""Stamp cards: what a card's token says, how it is known to be of this event, and how it is found in what was read.

A card names nobody. Its token is a number drawn at random with a MAC of the event's key, in letters and digits that
every scanner types alike. Knows no files and no log.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

# Crockford's base 32: no letter that is read or said as a digit. Whatever is typed is folded into it.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FOLD = str.maketrans("OIL", "011")

NUMBER_LENGTH = 8  # characters, 40 bits: what kind of card it is, a group's size, and the rest drawn at random
SHORT_LENGTH = NUMBER_LENGTH + 4  # with 20 bits of the MAC: to be read aloud; guesses at it have a budget
TOKEN_LENGTH = NUMBER_LENGTH + 16  # with 80 bits of it: to be scanned

LARGEST_GROUP = 200

_BITS = 5 * NUMBER_LENGTH
_COUNTED, _GROUP = 1 << (_BITS - 1), 1 << (_BITS - 2)
_SIZE_AT = _BITS - 10  # a group's size less one, in the eight bits below the two above

_TRAILING = re.compile(r"[0-9A-Za-z]*$", re.ASCII)
_BETWEEN = re.compile(r"[\s\-‐-―·.]+")


@dataclass(frozen=True)
class Card:
    """A card by its `number`, eight characters that are no secret.

    `party_size` people share it. `is_counted`: made after a check-in, so that no scan of it counts them again.
    """

    number: str
    party_size: int = 1
    is_counted: bool = False

    @property
    def is_group(self) -> bool:
        return self.party_size > 1


class CardKey:
    """Makes the cards of one event and knows them again: the set-up's key, bound to the event's id."""

    def __init__(self, key: bytes, event_id: str):
        self._key = hmac.digest(key, b"stamp cards of " + event_id.encode(), hashlib.sha256)

    def new(self, party_size: int = 1) -> str:
        """Return the token of a card to be printed, drawn at random, for so many people."""
        return self._token(_number(secrets.randbits(_BITS), party_size, is_counted=False))

    def after(self, entry_id: str, party_size: int = 1) -> str:
        """Return the token of the card that belongs to a check-in: always the same one."""
        drawn = int.from_bytes(hmac.digest(self._key, b"card after " + entry_id.encode(), hashlib.sha256)[:5], "big")
        return self._token(_number(drawn, party_size, is_counted=True))

    def card(self, token: str) -> Card | None:
        """Return the card of a token as `token_in` gives it, None where it is none of this event."""
        if len(token) != TOKEN_LENGTH:
            return None
        return self._known(token)

    def card_of_short(self, code: str) -> Card | None:
        """Return the card of a short code as `short_code_in` gives it, None where it is none of this event."""
        return self._known(code) if len(code) == SHORT_LENGTH else None

    def of_number(self, number: str) -> Card | None:
        """Return the card of a number that was known before, as an entry holds it; None for what is none."""
        return _card(number) if len(number) == NUMBER_LENGTH and _is_written(number) else None

    def _known(self, text: str) -> Card | None:
        number, mac = text[:NUMBER_LENGTH], text[NUMBER_LENGTH:]
        if not hmac.compare_digest(mac.encode(), self._mac(number)[: len(mac)].encode()):
            return None
        return _card(number)

    def _token(self, number: str) -> str:
        return number + self._mac(number)

    def _mac(self, number: str) -> str:
        return _written(int.from_bytes(hmac.digest(self._key, number.encode(), hashlib.sha256)[:10], "big"), 16)


def short_code(token: str) -> str:
    """Return the code to read aloud: the beginning of the token."""
    return token[:SHORT_LENGTH]


def card_content(address: str | None, token: str) -> str:
    """Return what the QR code of a card says: where its page is, or the bare token where there is no address.

    All in capitals, because a QR code packs those and digits tightest. Hosts are read alike in either case; whoever
    serves the address must read its path so too. Signs that only a wider mode holds make the code bigger, nothing else.
    """
    return f"{address}/P/{token}".upper() if address else token


def spaced(code: str) -> str:
    """Return a code in groups of four, as it is shown and read aloud."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@lru_cache(maxsize=1024)
def token_in(read: str) -> str | None:
    """Return the token at the end of what a reader read, None where there is none.

    Whatever a keyboard layout did to the address before it: only the letters and digits at the end count.
    """
    found = _fold(_TRAILING.search(read.strip())[0][-TOKEN_LENGTH:])
    return found if len(found) == TOKEN_LENGTH and _is_written(found) else None


def short_code_in(typed: str) -> str | None:
    """Return the short code that somebody typed, with or without gaps, None where it is none."""
    found = _fold(_BETWEEN.sub("", typed))
    return found if len(found) == SHORT_LENGTH and _is_written(found) else None


def _fold(text: str) -> str:
    return text.upper().translate(_FOLD)


def _is_written(text: str) -> bool:
    return all(letter in ALPHABET for letter in text)


def _number(drawn: int, party_size: int, *, is_counted: bool) -> str:
    if not 1 <= party_size <= LARGEST_GROUP:
        raise ValueError(f"a card stands for 1 to {LARGEST_GROUP} people, not {party_size}")
    drawn &= (1 << (_BITS - 2)) - 1
    if party_size > 1:
        drawn = drawn & ((1 << _SIZE_AT) - 1) | (party_size - 1) << _SIZE_AT | _GROUP
    return _written(drawn | (_COUNTED if is_counted else 0), NUMBER_LENGTH)


def _card(number: str) -> Card:
    bits = 0
    for letter in number:
        bits = bits << 5 | ALPHABET.index(letter)
    size = ((bits >> _SIZE_AT) & 0xFF) + 1 if bits & _GROUP else 1
    return Card(number, size, bool(bits & _COUNTED))


def _written(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * at & 31] for at in reversed(range(length)))
