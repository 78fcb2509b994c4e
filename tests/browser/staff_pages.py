"""Every page of the staff's in every state it can be in, and how a browser gets there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, expect

from kiosk.actions.close_day import DayClosed
from kiosk.actions.close_event import FinalCopy
from kiosk.actions.correct import void
from kiosk.actions.exports_asked import CLOSE_DAY, Asked
from kiosk.actions.incoming import Arrival
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.preflights import Done
from kiosk.domain import preflight
from kiosk.domain.burst import FEWEST
from kiosk.domain.closing import STEPS
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import Fault, PackBroken, Sentence
from kiosk.domain.preflight import CodeSeen, Outcome
from kiosk.domain.statistics import plain
from kiosk.storage.copies_kept import CopyKept
from kiosk.storage.lookup import Line
from kiosk.storage.sticks import Stick
from kiosk.web.staff import closing
from tests.browser.screens import in_language
from tests.browser.served import AS_A_TOUCHSCREEN, Served
from tests.browser.staff import Desk, fill, open_desk, sign_in_at_touchscreen, sign_in_elsewhere

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
    "day with a burst": ("touchscreen", ""),
    "figures of the whole event": ("elsewhere", "/figures"),
    "figures of a day": ("touchscreen", "/figures?day=2027-05-30"),
    "figures of a quiet day": ("elsewhere", "/figures?day=2027-05-01"),
    "figures of the quiz": ("elsewhere", "/quiz"),
    "preflight never": ("elsewhere", "/preflight"),
    "preflight": ("elsewhere", "/preflight"),
    "preflight without a time": ("elsewhere", "/preflight"),
    "preflight failing": ("touchscreen", "/preflight"),
    "preflight never done": ("elsewhere", "/preflight"),
    "stop": ("touchscreen", "/stop"),
    "display": ("elsewhere", "/display"),
    "display at the touchscreen": ("touchscreen", "/display"),
    "display without a time": ("touchscreen", "/display?told=done"),
    "entries": ("elsewhere", "/entries"),
    "entries failing": ("touchscreen", "/entries"),
    "entry": ("elsewhere", "/entries/{entry}"),
    "voided entry": ("elsewhere", "/entries/{voided}"),
    "correction": ("elsewhere", "/entries/{void}"),
    "opening": ("touchscreen", "/entries/{opening}"),
    "notes at the touchscreen": ("touchscreen", "/notes"),
    "notes": ("elsewhere", "/notes"),
    "note": ("elsewhere", "/notes/{note}"),
    "note corrected": ("touchscreen", "/notes/{earlier}"),
    "note form": ("elsewhere", "/notes/{note}/correct"),
    "note form at the touchscreen": ("touchscreen", "/notes/new"),
    "summary": ("elsewhere", "/summary"),
    "summary not begun": ("elsewhere", "/summary?of="),
    "summary at the touchscreen": ("touchscreen with the password", "/summary"),
    "summary version": ("elsewhere", "/summary/{summary}"),
    "summary making": ("elsewhere", "/summary/file/docx?of="),
    "summary ready": ("elsewhere", "/summary/file/docx?of="),
    "summary failed": ("elsewhere", "/summary/file/docx?of="),
    "refusals": ("elsewhere", "/refusals"),
    "files": ("elsewhere", "/files"),
    "file making": ("elsewhere", "/files/csv"),
    "file ready": ("elsewhere", "/files/csv"),
    "file failed": ("elsewhere", "/files/csv"),
    "volunteers": ("elsewhere", "/volunteers"),
    "volunteers at the touchscreen": ("touchscreen", "/volunteers"),
    "pack": ("elsewhere", "/pack"),
    "pack at the touchscreen": ("touchscreen", "/pack"),
    "pack that broke": ("elsewhere", "/pack"),
    "new pack checking": ("elsewhere", "/pack/new"),
    "new pack refused": ("elsewhere", "/pack/new"),
    "new pack sound": ("elsewhere", "/pack/new"),
    "review sheet": ("elsewhere", "/pack/review"),
    "prints": ("elsewhere", "/prints"),
    "pictures": ("elsewhere", "/pictures"),
    "cards to print": ("elsewhere", "/prints/cards"),
    "secrets": ("elsewhere", "/secrets"),
    "closing": ("touchscreen", "/closing"),
    "closing under way": ("touchscreen", "/closing"),
    "closing that failed": ("elsewhere", "/closing"),
    "closing done": ("touchscreen", "/closing"),
    "closing an earlier day": ("elsewhere", "/closing"),
    "closing the event": ("elsewhere", "/closing/event"),
    "closing the event, proven": ("elsewhere", "/closing/event"),
    "switching off": ("touchscreen", "/closing/switch-off"),
    "failure": ("elsewhere", "/entries/00000000-0000-4000-8000-000000000000"),
}


FAULTS = [
    Fault("", "", Sentence("unpacked, it holds more than %(most)s MB", {"most": 64})),
    Fault("../../somewhere/else/" + "a" * 150, "", Sentence("the name leads out of the pack")),
    Fault(
        "scientists/tu-youyou.toml", "honours[3].name", Sentence("no text for language %(locales)s", {"locales": "en"})
    ),
]


def _arrival(kiosk: Kiosk, name: str) -> Arrival:
    """Return a pack on its way that is as far as the page's name says."""
    arrival = Arrival(mint_id(), 100, kiosk.data / "nowhere", received=100)
    if name.endswith("checking"):
        arrival.child = SimpleNamespace(done=3, total=10, stop=lambda: None)
        return arrival
    if name.endswith("refused"):
        arrival.faults = FAULTS
    else:
        event = kiosk.event
        first, _, *rest = event.programme
        moved = first.model_copy(update={"place": {"zh": "内蒙古科技馆二楼报告厅", "en": "The lecture hall"}})
        other = event.model_copy(update={"id": "fair", "programme": (moved, *rest)})
        arrival.pack = replace(kiosk.pack, event=other, digest="3fa91c20" * 2)
        arrival.pictures = kiosk.pictures
    arrival.over.set()
    return arrival


def _evening(desk: Desk, name: str) -> Iterator[object]:
    """Yield what stands in for the evening that a page's name says: nothing is really closed, other pages go on."""
    kiosk = desk.kiosk
    yield patch.object(closing, "can_switch_off", lambda _: True)
    morning = kiosk.log.lookup.newest(1).lines[0].entry
    report = kiosk.tally.report(desk.clock.now())
    figures = plain(report.of_day)
    through = {kiosk.log.device: report.through}
    if "event" in name:
        steps = {step: {"file": "log.zip", "sha256": "0" * 64, "bytes": 14_200_000} for step in STEPS["event"]}
        proof = {"how": "browser", "sha256": "0" * 64} if name.endswith("proven") else None
        copy = CopyKept("event-00000314", "event", kiosk.event.id, "", 314, through, figures, steps=steps, proof=proof)
        found = FinalCopy(copy, 3, False) if "," in name else None
        details = {"figures": figures, "entries": 314, "sha256": "0f3c" * 16, "how": "stick"}
        closed = [Line(n, replace(morning, details=details), n == 1) for n in (2, 1)]
        yield patch.object(closing.events, "final_copy", lambda _: found)
        yield patch.object(closing.events, "closed_events", lambda _: closed)
        yield patch.object(
            closing,
            "sticks",
            lambda: [Stick(Path(f"/media/{one}"), one > "L", 3_800_000_000) for one in ("KIOSK", "USB 2018")],
        )
    elif name != "closing":
        yield patch.object(kiosk, "display", replace(kiosk.display, state="closed"))
        done = STEPS["day"][: 4 if name.endswith("done") or name.startswith("switching") else 2]
        copy = CopyKept(
            "day-2027-05-30-00000314", "day", kiosk.event.id, entries=314, steps={step: {} for step in done}
        )
        details = {"day": "2027-05-30", "figures": figures}
        since = 3 if name.endswith("done") else 0
        found = DayClosed(replace(morning, details=details), copy, since, not since)
        yield patch.object(closing.days, "day_closed", lambda *_: found)
        yield patch.object(closing, "briefed_day", lambda: found.entry)
        if name.endswith("earlier day"):
            yield patch.object(closing.days, "day_closed_late", lambda *_: date(2027, 5, 29))
            yield patch.object(closing.days, "day_left_open", lambda *_: date(2027, 5, 28))
            yield patch.object(closing.events, "closed_today", lambda _: found.entry)
        if name.endswith(("under way", "failed")):
            asked = Asked(CLOSE_DAY, Path("nowhere"), 0)
            asked.child = SimpleNamespace(done=2_400, total=4_000)
            asked.failure = "空间不足：剩余 12 MB，需要 200 MB。" if name.endswith("failed") else ""
            yield patch.dict(kiosk.exports._asked, {CLOSE_DAY: asked})


def _outcome(name: str) -> Outcome:
    """Return a check in which every part has as much to say as it can."""
    failing, address = name.endswith("failing"), "https://" + "a-long-name." * 6 + "example/"
    codes = [CodeSeen("草原科普微信公众号", address, decodes, False) for decodes in (True, None, not failing)]
    checks = (
        preflight.recording("FullError: database or disk is full" if failing else None),
        preflight.space(80 << 20, 64 << 20, 1_000, 600_000, 61_234),
        preflight.time_trust("unknown"),
        preflight.content(fault=None, other=None, signed_off=None, gaps=8, code="3fa9-1c20"),
        preflight.codes(codes),
        preflight.temperature(86.2 if failing else 48.2),
        preflight.power(0x50005 if failing else 0x50000, None),
        preflight.card(3),
        preflight.hotspot(None),
    )
    return Outcome(checks)


@contextmanager
def in_state(desk: Desk, name: str):
    """Put the kiosk into the state that a page of `PAGES` shows, for as long as it is looked at."""
    kiosk, log = desk.kiosk, desk.kiosk.log
    if name == "preflight never done":
        kiosk.preflights.failure = "ZeroDivisionError: division by zero"
    elif name.startswith("preflight") and not name.endswith("never"):
        kiosk.preflights.last = Done(_outcome(name), desk.clock.now())
    if name.endswith("degraded"):
        kiosk.set_aside = Path("damaged-1")
    if name.endswith("failing"):
        log.failure, log.can_record = "FullError: database or disk is full", lambda: False
    if name.endswith(("without a date", "without a time")):
        desk.clock.trust = "unknown"
    if name.startswith("file "):
        asked = Asked("csv", kiosk.exports.folder / "log.csv", 60_000)
        asked.child = SimpleNamespace(done=36_000, total=60_000)
        asked.is_ready = name == "file ready"
        asked.failure = "OSError: No space left on device" if name == "file failed" else ""
        kiosk.exports._asked["csv"] = asked
    if name.startswith("summary ") and name.endswith(("making", "ready", "failed")):
        asked = Asked("summary-docx", Path(__file__), 60_000)  # a file that is there
        asked.child = SimpleNamespace(done=36_000, total=60_000)
        asked.is_ready = name.endswith("ready")
        asked.failure = "OSError: No space left on device" if name.endswith("failed") else ""
        kiosk.exports._asked["summary-docx"] = asked
    if name.startswith("new pack "):
        kiosk.incoming._arrival = _arrival(kiosk, name)
    played = []
    if name == "day with a burst":
        for _ in range(FEWEST):
            desk.clock.forward(3_000)
            played.append(desk.check_in(visitor_type={"primary_pupil": 1}, age_band={"child": 1}))
    if name == "pack that broke":
        kiosk.swap_fault, kiosk.signed_off = PackBroken("pack", FAULTS), "0" * 16
    try:
        with ExitStack() as evening:
            for stand_in in _evening(desk, name) if name.startswith(("closing", "switching")) else ():
                evening.enter_context(stand_in)
            yield
    finally:
        kiosk.incoming._arrival, kiosk.swap_fault, kiosk.signed_off = None, None, None
        kiosk.preflights.last, kiosk.preflights.failure = None, ""
        kiosk.set_aside, log.failure, desk.clock.trust = None, None, "ntp"
        log.__dict__.pop("can_record", None)
        for one in played:
            void(log, one, reason="burst", actor="staff", source="staff")
        kiosk.exports._asked.clear()


def _go(page: Page, address: str) -> None:
    """Go to an address, also from a page that goes somewhere by itself in that very moment."""
    try:
        page.goto(address)
    except Error as error:
        if "ERR_ABORTED" not in error.message:
            raise
        page.goto(address)


class Visits:
    """Goes to any of `PAGES`, as whoever looks at it: in its own browser window, signed in where that is needed.

    There is a kiosk that has recorded nothing yet (`desks[True]`), and one with a morning in its log.
    """

    def __init__(self, browser: Browser, serve: Callable[..., Served], listen_to: Callable[[Page], None] | None = None):
        empty, full = open_desk(serve), open_desk(serve)
        self.desks: dict[bool, tuple[Desk, dict[str, str]]] = {True: (empty, {}), False: (full, fill(full))}
        self._browser, self._listen_to = browser, listen_to
        self._pages: dict[tuple[str, bool], Page] = {}
        self._contexts = ExitStack()

    def __enter__(self) -> "Visits":
        return self

    def __exit__(self, *_) -> None:
        self._contexts.close()

    def _page_of(self, who: str, empty: bool) -> Page:
        if (who, empty) not in self._pages:
            context = self._contexts.enter_context(self._browser.new_context(**AS_A_TOUCHSCREEN))
            page = self._pages[who, empty] = context.new_page()
            if self._listen_to:
                self._listen_to(page)
            self._sign_in(page, who, empty)
        return self._pages[who, empty]

    def _sign_in(self, page: Page, who: str, empty: bool) -> None:
        if who == "touchscreen with the password":
            sign_in_elsewhere(page, self.desks[empty][0], at=self.desks[empty][0].touchscreen + "/sign-in")
        elif who == "touchscreen":
            sign_in_at_touchscreen(page, self.desks[empty][0])
        elif who == "elsewhere":
            sign_in_elsewhere(page, self.desks[empty][0])

    def visit(self, name: str, locale: str, size: tuple[int, int] = (1280, 800)) -> Page:
        """Return the page `name` of `PAGES`, open in a language and a window of a size."""
        who, path = PAGES[name]
        empty = name in ("day empty", "summary not begun")
        desk, ids = self.desks[empty]
        page = self._page_of(who, empty)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        base = desk.touchscreen if "touchscreen" in who else desk.elsewhere
        with in_state(desk, name):
            _go(page, base + in_language(path.format(**ids), locale))
            if "to=" in urlsplit(page.url).query and not who.startswith("anyone"):
                # Left for long, a page signs out by itself.
                self._sign_in(page, who, empty)
                page.goto(base + in_language(path.format(**ids), locale))
        if hold := page.locator(".live-now button").all():
            hold[0].click()  # or the page would tell how things stand after this
        expect(page.locator("h1, .gate h1").first).to_be_visible()
        return page
