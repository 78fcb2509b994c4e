"""What the tests of the staff's pages share: a kiosk with a clock and known secrets, its pages, and signing in."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Page, expect

from kiosk.actions.correct import void
from kiosk.actions.exports_asked import Asked
from kiosk.actions.open_day import choose_stop
from kiosk.domain.entry import mint_id
from tests.browser.conftest import Served
from tests.conftest import SetClock

PASSWORD, PIN = "thermos-blue-desk", "482915"


@dataclass
class Desk:
    """A served kiosk whose clock the test moves."""

    served: Served
    clock: SetClock

    @property
    def kiosk(self):
        return self.served.kiosk

    @property
    def touchscreen(self) -> str:
        return self.served.url + "/staff"

    @property
    def elsewhere(self) -> str:
        return self.served.phone_url + "/staff"

    def check_in(self, party_size: int = 1, **answers: dict[str, int]) -> str:
        entry_id = mint_id()
        self.kiosk.log.append(self.kiosk.draft(entry_id, "check_in", "touch", party_size=party_size, answers=answers))
        return entry_id

    def new_secrets(self) -> None:
        for kind, text in (("password", PASSWORD), ("pin", PIN)):
            self.kiosk.accounts.put_secret(kind, text, made=True)


def open_desk(serve) -> Desk:
    """Return a kiosk of its own: what staff do there meets no other test."""
    desk = Desk(serve(), SetClock())
    desk.kiosk.clock = desk.clock
    desk.kiosk.log._now = desk.clock.now
    desk.new_secrets()
    return desk


def tap_pin(page: Page, pin: str = PIN) -> None:
    for digit in pin:
        page.locator(f"[data-key='{digit}']").tap()


def sign_in_at_touchscreen(page: Page, desk: Desk) -> None:
    page.goto(desk.touchscreen + "/pin")
    tap_pin(page)
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


def sign_in_elsewhere(page: Page, desk: Desk, password: str = PASSWORD) -> None:
    page.goto(desk.elsewhere)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


# Every page and every state of it, in the order they are looked at: the name, who looks ("anyone" signed in nowhere, at
# the touchscreen or elsewhere), and where.
PAGES = {
    "sign-in": ("anyone elsewhere", "/sign-in"),
    "signed out": ("anyone elsewhere", "/sign-in?told=out"),
    "sign-in at the touchscreen": ("anyone at the touchscreen", "/sign-in"),
    "pin": ("anyone at the touchscreen", "/pin"),
    "day empty": ("touchscreen", ""),
    "day": ("elsewhere", ""),
    "day at the touchscreen": ("touchscreen", ""),
    "day without a date": ("touchscreen", ""),
    "day degraded": ("elsewhere", ""),
    "day failing": ("elsewhere", ""),
    "figures of the whole event": ("elsewhere", "/figures"),
    "figures of a day": ("touchscreen", "/figures?day=2027-05-30"),
    "figures of a quiet day": ("elsewhere", "/figures?day=2027-05-01"),
    "stop": ("touchscreen", "/stop"),
    "entries": ("elsewhere", "/entries"),
    "entries failing": ("touchscreen", "/entries"),
    "entry": ("elsewhere", "/entries/{entry}"),
    "voided entry": ("elsewhere", "/entries/{voided}"),
    "correction": ("elsewhere", "/entries/{void}"),
    "opening": ("touchscreen", "/entries/{opening}"),
    "refusals": ("elsewhere", "/refusals"),
    "files": ("elsewhere", "/files"),
    "file making": ("elsewhere", "/files/csv"),
    "file ready": ("elsewhere", "/files/csv"),
    "file failed": ("elsewhere", "/files/csv"),
    "secrets": ("elsewhere", "/secrets"),
    "failure": ("elsewhere", "/entries/00000000-0000-4000-8000-000000000000"),
}


def fill(desk: Desk) -> dict[str, str]:
    """Fill the log with a morning and return the ids that `PAGES` asks for."""
    kiosk = desk.kiosk
    choose_stop(kiosk, "horinger")
    for _ in range(3):
        desk.clock.forward(3_600_000)
        for size in (1, 12, 41):
            desk.check_in(
                size,
                visitor_type={"science_worker": size - 1, "official": 1} if size > 1 else {"science_worker": 1},
                age_band={"adult": size},
                district={"elsewhere": size},
            )
    desk.check_in()
    entry, voided = desk.check_in(2, age_band={"senior": 1}), desk.check_in(200, district={"tumed_left": 200})
    correction = void(kiosk.log, voided, reason="有小朋友点着玩" * 6, actor="staff", source="staff").entry.id
    for what, subject in (("conflict", entry), ("wrong_pin", None), ("not_allowed", None), ("invalid", None)):
        kiosk.log.refusals.add(what, subject, {}, "touch" if subject else "phone")
    opening = next(one.entry.id for one in kiosk.log.newest(100) if one.entry.kind == "opening")
    return {"entry": entry, "voided": voided, "void": correction, "opening": opening}


@contextmanager
def in_state(desk: Desk, name: str):
    """Put the kiosk into the state that a page of `PAGES` shows, for as long as it is looked at."""
    kiosk, log = desk.kiosk, desk.kiosk.log
    if name.endswith("degraded"):
        kiosk.set_aside = Path("damaged-1")
    if name.endswith("failing"):
        log.failure, log.can_record = "FullError: database or disk is full", lambda: False
    if name.endswith("without a date"):
        desk.clock.trust = "unknown"
    if name.startswith("file "):
        asked = Asked("csv", kiosk.exports.folder / "log.csv", 60_000)
        asked.child = SimpleNamespace(done=36_000, total=60_000)
        asked.is_ready = name == "file ready"
        asked.failure = "OSError: No space left on device" if name == "file failed" else ""
        kiosk.exports._asked["csv"] = asked
    try:
        yield
    finally:
        kiosk.set_aside, log.failure, desk.clock.trust = None, None, "ntp"
        log.__dict__.pop("can_record", None)
        kiosk.exports._asked.clear()
