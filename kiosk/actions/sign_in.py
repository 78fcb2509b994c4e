"""Signing in and out: which guesses are still allowed, who is signed in and until when, and changing the secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.first_secrets import forget_first_secret
from kiosk.actions.kiosk import Kiosk
from kiosk.domain import secret as rules
from kiosk.domain.budget import Rate, full
from kiosk.domain.errors import N_, NotAllowed, SignedOut, TooMany, WrongSecret
from kiosk.domain.secret import Kind
from kiosk.storage.accounts import Accounts
from kiosk.storage.sessions import Session

# Nobody is asked at the touchscreen whether they are still there: a visitor may be the next to touch it.
IDLE_MS, IDLE_AT_TOUCHSCREEN_MS = 15 * 60_000, 2 * 60_000
LONGEST_SESSION_MS = 14 * 3_600_000

_STRANGERS, _PIN = "strangers", "pin"


@dataclass(frozen=True)
class Guesser:
    """Where a guess comes from: the touchscreen or another machine, and the token it got when it signed in before."""

    address: str
    at_touchscreen: bool
    machine_token: str = ""


@dataclass(frozen=True)
class SignedIn:
    """The token of the session, and the one by which this machine is known from now on (None at the touchscreen)."""

    session_token: str
    machine_token: str | None


def sign_in(kiosk: Kiosk, kind: Kind, text: str, guesser: Guesser) -> SignedIn:
    """Return the session of someone who knows the secret.

    Raises `WrongSecret`, `TooMany` when there were too many guesses, `NotAllowed` for the PIN from another machine,
    `FileUnusable`.
    """
    if kind == "pin" and not guesser.at_touchscreen:
        raise NotAllowed(N_("The PIN is for the touchscreen. Please sign in with the password."))
    now = kiosk.clock.now()
    with _turn(kiosk, guesser):
        secret = kiosk.accounts.secret(kind)
        if secret is None:
            raise NotAllowed(N_("Nobody can sign in: %(cause)s"), cause=kiosk.accounts.failure or "?")
        left, spent, waits_ms = {}, {}, []
        for who, rate in _budgets(kiosk.accounts, kind, guesser).items():
            before = kiosk.accounts.budget(who) or full(rate, now.boottime_ms, now.boot)
            budget = before.now(rate, now.boottime_ms, now.boot)
            left[who], spent[who] = budget, budget.spent()
            if not budget.allows:
                waits_ms.append(budget.wait_ms(rate))
        if waits_ms:
            seconds = max(1, -(-max(waits_ms) // 1000))
            raise TooMany(
                N_("There were too many wrong tries. Please wait %(seconds)s seconds and try again."), seconds=seconds
            )
        # Before the guess is tried: nobody gets one back by pulling the plug.
        kiosk.accounts.put_budgets(spent)
        right = secret.is_(text)
        if right:
            # All of one's own; to the strangers just this one, so that nobody's coming in lets others guess on.
            given_back = {who: before if who == _STRANGERS else None for who, before in left.items()}
            if kind == "password":
                given_back[_PIN] = None  # children may have used it up
            kiosk.accounts.put_budgets(given_back)
    if not right:
        last = min(budget.left for budget in spent.values()) < 1
        kiosk.log.refusals.add(
            "wrong_pin" if kind == "pin" else "wrong_password",
            None,
            {"at_touchscreen": guesser.at_touchscreen, "last_try": last},
            "touch" if guesser.at_touchscreen else "phone",
        )
        raise WrongSecret(N_("That is not the PIN.") if kind == "pin" else N_("That is not the password."))
    forget_first_secret(kiosk.data, kind)
    idle_ms = IDLE_AT_TOUCHSCREEN_MS if guesser.at_touchscreen else IDLE_MS
    session = Session(kind, secret.version, guesser.at_touchscreen, idle_ms, now.boottime_ms, now.boottime_ms)
    known = None if guesser.at_touchscreen else kiosk.accounts.know_machine(guesser.machine_token)
    return SignedIn(kiosk.sessions.begin(session), known)


@contextmanager
def _turn(kiosk: Kiosk, guesser: Guesser) -> Iterator[None]:
    """Let one guess at a time be tried: together they could spend more than there is, and each costs 32 MB.

    Whoever waits holds one of the server's threads, and twenty phones at once would hold them all for seconds, the
    touchscreen's too. So only a few strangers may wait. Raises `TooMany` for the others.
    """
    if not _is_stranger(kiosk.accounts, guesser):
        with kiosk.guessing:
            yield
        return
    if not kiosk.strangers_in_line.acquire(blocking=False):
        raise TooMany(N_("That was a little fast. Please wait a moment and try again."))
    try:
        with kiosk.guessing:
            yield
    finally:
        kiosk.strangers_in_line.release()


def _is_stranger(accounts: Accounts, guesser: Guesser) -> bool:
    if guesser.at_touchscreen:
        return False
    return not (guesser.machine_token and accounts.knows_machine(guesser.machine_token))


def _budgets(accounts: Accounts, kind: Kind, guesser: Guesser) -> dict[str, Rate]:
    """Return whose budgets a guess is taken from."""
    if guesser.at_touchscreen:
        return {_PIN: rules.TOUCHSCREEN_PIN} if kind == "pin" else {"touchscreen": rules.TOUCHSCREEN_PASSWORD}
    if _is_stranger(accounts, guesser):
        return {"stranger " + accounts.name_for(guesser.address): rules.STRANGER, _STRANGERS: rules.ALL_STRANGERS}
    return {"known " + accounts.name_for(guesser.machine_token): rules.KNOWN_MACHINE}


def signed_in(kiosk: Kiosk, token: str, *, at_touchscreen: bool, someone_is_there: bool = True) -> Session:
    """Return the session of a token. Raises `SignedOut` when there is none (any more), `FileUnusable`.

    `someone_is_there`: the request comes from a person, and not from a page that looks by itself.
    """
    session = kiosk.sessions.find(token) if token else None
    if session is None:
        raise SignedOut(N_("Please sign in."))
    now = kiosk.clock.now().boottime_ms
    secret = kiosk.accounts.secret(session.kind)
    too_long = now - session.seen_ms >= session.idle_ms or now - session.begun_ms >= LONGEST_SESSION_MS
    # A session never moves between the touchscreen and another machine.
    if secret is None or secret.version != session.version or session.at_touchscreen != at_touchscreen or too_long:
        kiosk.sessions.end(token)
        raise SignedOut(N_("You were signed out. Please sign in again."))
    if someone_is_there:
        kiosk.sessions.see(token, now)
    return session


def change_secret(accounts: Accounts, folder: Path, kind: Kind, text: str | None = None) -> str:
    """Make `text`, or a new one made here, the password or PIN, and return it; everyone who used the old is signed out.

    Raises `InvalidInput` for one that is too easily guessed, `FileUnusable`.
    """
    if text is None:
        text = rules.mint_password() if kind == "password" else rules.mint_pin()
        accounts.put_secret(kind, text, made=True)
    else:
        accounts.put_secret(kind, (rules.check_password if kind == "password" else rules.check_pin)(text))
    forget_first_secret(folder, kind)
    return text
