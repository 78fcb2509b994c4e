"""Figures of the screens as visitors meet them: a real browser whose processor is slowed six times, which makes a
laptop about as slow as a small Raspberry Pi, and the kiosk in another process.

- Largest paint: from asking for the page, with nothing kept, to its largest picture or words painted (LCP).
- Shift: what moved by itself after it was painted. All of it is added up, which is at least what CLS would say.
- Tap: from the finger to the next paint (INP), by a touch as the browser gets it from a screen; for each screen the
  first of every kind of link and button in its window. A tap that brings in another page is over for INP when it is
  seen to have been felt (the pressed look); the page itself comes later and is told as "next page".
- The floor is the same words as plain HTML without our styles and scripts, from the same server software; its tap is
  one on its text, which does nothing.

Before each, the bench waits for the machine to come to rest: time that something else takes would count as ours.

Browsers round these times to 8 ms and report no tap below 16 ms, so 16 also means less.
"""

import re
import statistics
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
from playwright.sync_api import Browser, CDPSession, Page

from kiosk.storage.packs import read_pack
from tests.browser.screens import SCREENS, Screen, begin
from tests.browser.served import chromium
from tests.conftest import SHIPPED

ROUNDS = 3
SLOWED = 6
WINDOW = {"width": 1280, "height": 800}
AROUND = 200  # pixels that are more than enough for the bars of a browser's window
KINDS_OF_TAPS = 3  # on each screen, those that stand first in its main part
SETTLE_MS = 900
NEXT_PAGE_MS = 6000
BUSY_PERCENT, PATIENCE_SECONDS = 12, 60  # of all processors
LARGEST_MS, SHIFT, TAP_MS = 800, 0.02, 100
SCRIPT_KB, STYLE_KB = 30, 40

# Put into every document before it begins. A page that is left at a tap hands on what it saw.
WATCH = """(() => {
    const seen = { largest: 0, shift: 0, taps: {}, next: 0 };
    const watch = (type, each, options) => {
        const observer = new PerformanceObserver((list) => list.getEntries().forEach(each));
        observer.observe({ type, buffered: true, ...options });
        addEventListener("pagehide", () => observer.takeRecords().forEach(each));
    };
    watch("largest-contentful-paint", (one) => { seen.largest = one.startTime; });
    watch("layout-shift", (one) => { if (!one.hadRecentInput) seen.shift += one.value; });
    const tap = ({ interactionId: id, duration }) => {
        if (id) seen.taps[id] = Math.max(seen.taps[id] ?? 16, duration);
    };
    watch("event", tap, { durationThreshold: 16 });
    watch("first-input", tap);
    addEventListener("click", (event) => {
        const changes = new MutationObserver(() => {
            changes.disconnect();
            requestAnimationFrame(() => setTimeout(() => { seen.next = performance.now() - event.timeStamp; }));
        });
        changes.observe(document.body, { childList: true, attributeFilter: ["data-screen"] });
    }, { capture: true });
    addEventListener("pagehide", () => sessionStorage.setItem("seen", JSON.stringify(seen)));
    window.seen = seen;
})();"""

# The middle of the first of each kind of link, button and tick in the window, the bar's last: what visitors would tap.
TARGETS = """(most) => {
    const kinds = new Map();
    const all = (what) => [...document.querySelectorAll(what)];
    for (const one of [...all("main :is(a[href], button, label)"), ...all("a[href], button")]) {
        const box = one.getBoundingClientRect();
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        const top = document.elementFromPoint(x, y);
        if (box.width < 8 || !top || !(one.contains(top) || top.contains(one))) continue;
        if (one.matches("[href^='/staff'], [download], [href^='#'], .skip")) continue;
        const kind = one.localName + "." + [...one.classList].join(".");
        if (!kinds.has(kind)) kinds.set(kind, [kind, x, y]);
    }
    return [...kinds.values()].slice(0, most);
}"""


@dataclass
class Figures:
    """What was measured of one screen, a value each round: milliseconds, but for `shift`."""

    largest: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    shift: list[float] = field(default_factory=list)
    taps: dict[str, list[float]] = field(default_factory=dict)
    next_page: dict[str, list[float]] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)

    @property
    def tap(self) -> float:
        return max((statistics.median(took) for took in self.taps.values()), default=0)

    @property
    def next(self) -> float:
        return max((statistics.median(took) for took in self.next_page.values()), default=0)


def plain(html: str) -> str:
    """Return a page's words as plain HTML: no styles, scripts, pictures or drawings."""
    html = re.sub(r"(?is)<(script|svg|style|noscript)\b.*?</\1>", "", html)
    return re.sub(r"(?i)<(?:link|img|meta (?:http-equiv|name))[^>]*>", "", html)


def get(url: str) -> bytes:
    """Return what is at an address, be it the page that says that nothing is there."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()
    except HTTPError as answer:
        with answer:
            return answer.read()


@contextmanager
def new_page(browser: Browser) -> Iterator[tuple[Page, CDPSession]]:
    """Give a page in a browser that has kept nothing, and the way to its workings."""
    context = browser.new_context(viewport=WINDOW, has_touch=True, locale="zh-CN")
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        workings = context.new_cdp_session(page)
        # Headless Chromium counts its own bars into the size of the window. What a page paints below its edge is never
        # presented: to a tap there the next paint would be whatever is presented next, however long after.
        window = workings.send("Browser.getWindowForTarget")["windowId"]
        bounds = {side: pixels + AROUND for side, pixels in WINDOW.items()}
        workings.send("Browser.setWindowBounds", {"windowId": window, "bounds": bounds})
        yield page, workings
    finally:
        context.close()


def wait_for_rest() -> None:
    """Return once the machine does hardly anything, or after a while all the same."""
    for _ in range(2 * PATIENCE_SECONDS):
        if psutil.cpu_percent(0.5) < BUSY_PERCENT:
            return


def slow_down(workings: CDPSession, times: float) -> None:
    workings.send("Emulation.setCPUThrottlingRate", {"rate": times})


def load(browser: Browser, url: str, figures: Figures | None = None) -> tuple[float, float]:
    """Open a page for the first time; return its largest paint in milliseconds and its shift."""
    wait_for_rest()
    with new_page(browser) as (page, workings):
        if figures:
            page.on("request", lambda request: figures.loaded.add(request.url))
        slow_down(workings, SLOWED)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(SETTLE_MS)
        assert urlsplit(page.url).path == urlsplit(url).path, f"{url} led to {page.url}"
        seen = page.evaluate("window.seen")
        assert seen["largest"], f"nothing was painted at {url}"
        return seen["largest"], seen["shift"]


def tap(page: Page, workings: CDPSession, x: float, y: float) -> tuple[float | None, float]:
    """Touch the open page; return the milliseconds to the next paint, None if the page was left before, and to the next
    page in place of this one, 0 if none came."""
    asked = []

    def note(request) -> None:
        asked.append(urlsplit(request.url).path)

    page.on("request", note)
    slow_down(workings, SLOWED)
    touch = {"x": x, "y": y, "radiusX": 6, "radiusY": 6}
    workings.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    page.wait_for_timeout(60)  # a finger rests that long
    workings.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    waited = 0
    while True:
        page.wait_for_timeout(SETTLE_MS)
        waited += SETTLE_MS
        seen = page.evaluate("JSON.parse(sessionStorage.getItem('seen')) ?? window.seen")
        comes = any(path != "/display" for path in asked) and not seen["next"]
        if not comes or waited > NEXT_PAGE_MS:
            break
    page.remove_listener("request", note)
    slow_down(workings, 1)
    return max(seen["taps"].values(), default=None), seen["next"]


def measure_taps(browser: Browser, address: Callable[[], str], figures: Figures) -> None:
    with new_page(browser) as (page, workings):

        def open_again() -> list[list]:
            # Not the page as it is after a tap, and no other visitor's.
            page.goto("about:blank")
            page.goto(address(), wait_until="load")
            page.evaluate("sessionStorage.clear()")
            page.wait_for_timeout(150)
            return page.evaluate(TARGETS, KINDS_OF_TAPS)

        for kind, *_ in open_again():
            for _ in range(ROUNDS):
                place = next((place for name, *place in open_again() if name == kind), None)
                wait_for_rest()
                took, next_page = tap(page, workings, *place) if place else (None, 0)
                if took is None:
                    figures.unseen.append(kind)
                    break
                figures.taps.setdefault(kind, []).append(took)
                if next_page:
                    figures.next_page.setdefault(kind, []).append(next_page)


def tap_on_text(browser: Browser, url: str) -> float:
    """Return the milliseconds of a tap that nothing answers."""
    took = []
    for _ in range(ROUNDS):
        with new_page(browser) as (page, workings):
            page.goto(url, wait_until="load")
            took.append(tap(page, workings, 300, 200)[0] or 0)
    return statistics.median(took)


def heap_of(browser: Browser, url: str) -> float:
    """Return the kilobytes that the scripts of a page at rest hold."""
    with new_page(browser) as (page, workings):
        page.goto(url, wait_until="load")
        page.wait_for_timeout(SETTLE_MS)
        workings.send("HeapProfiler.collectGarbage")
        workings.send("Performance.enable")
        metrics = {one["name"]: one["value"] for one in workings.send("Performance.getMetrics")["metrics"]}
        return metrics["JSHeapUsedSize"] / 1000


@contextmanager
def kiosk_showing(work: Path, display: str, screens: dict[str, Screen]) -> Iterator[dict[str, tuple]]:
    """Run a kiosk with a display, and the floor; give for each screen what makes its address, and its floor's."""
    from tests.bench.__main__ import server

    pages = work / display / "pages"
    pages.mkdir(parents=True)
    with server("kiosk", work / display / "data", "--display", display) as (port, _):
        url = f"http://127.0.0.1:{port}"
        ids = begin(url, read_pack(SHIPPED)) if display == "running" else {}

        def address(path: str) -> Callable[[], str]:
            # Every visit its own id: what is said twice under one id would be refused.
            return lambda: url + path.format(**{**ids, "new": uuid4()})

        with server("pages", pages, "--pages", str(pages)) as (floor, _):
            found = {}
            for at, (name, screen) in enumerate(screens.items()):
                ours = address(screen.path)
                (pages / f"{at}.html").write_text(plain(get(ours()).decode()), encoding="utf-8")
                found[name] = ours, f"http://127.0.0.1:{floor}/{at}.html"
            yield found


def measure(work: Path, wanted: Iterable[str]) -> tuple[dict[str, Figures], float, float, dict[str, int]]:
    """Return the figures of each screen, the floor's tap in milliseconds, the heap of the first screen in kilobytes,
    and the bytes of whatever any of them loaded."""
    found = {name: Figures() for name in wanted}
    displays = dict.fromkeys(SCREENS[name].display for name in found)
    floors_tap = heap = 0.0
    weights: dict[str, int] = {}
    with chromium() as browser:
        for display in displays:
            screens = {name: SCREENS[name] for name in found if SCREENS[name].display == display}
            with kiosk_showing(work, display, screens) as addresses:
                for _ in range(ROUNDS):
                    for name, (ours, floor) in addresses.items():
                        figures = found[name]
                        largest, shift = load(browser, ours(), figures)
                        figures.largest.append(largest)
                        figures.shift.append(shift)
                        figures.floor.append(load(browser, floor)[0])
                for name, (ours, _) in addresses.items():
                    measure_taps(browser, ours, found[name])
                    paint, moved = statistics.median(found[name].largest), statistics.median(found[name].shift)
                    told = f"{name}: paint {paint:.0f} ms, shift {moved:.4f}, tap {found[name].tap:.0f} ms"
                    print(told, file=sys.stderr, flush=True)
                ours, floor = next(iter(addresses.values()))
                floors_tap = floors_tap or tap_on_text(browser, floor)
                heap = heap or heap_of(browser, ours())
                for url in {url for name in addresses for url in found[name].loaded}:
                    weights[urlsplit(url).path] = len(get(url))
    return found, floors_tap, heap, weights


def of_kind(figures: Figures, ending: str) -> set[str]:
    return {path for path in map(lambda url: urlsplit(url).path, figures.loaded) if path.endswith(ending)}


def show(work: Path, wanted: Iterable[str] = SCREENS) -> None:
    """Measure the screens and print the worst of each figure as lines of the table, then all of them."""
    from tests.bench.__main__ import row

    found, floors_tap, heap, weights = measure(work, list(wanted))
    largest = {name: statistics.median(one.largest) for name, one in found.items()}
    floors = {name: statistics.median(one.floor) for name, one in found.items()}
    shift = {name: statistics.median(one.shift) for name, one in found.items()}

    def kilobytes(paths: Iterable[str]) -> float:
        return sum(weights[path] for path in paths) / 1000

    worst = max(largest, key=largest.get)
    note = f"the worst of {len(found)} screens: {worst}; floor: its words as plain HTML"
    row("largest paint, processor slowed six times", largest[worst], floors[worst], "ms", f"≤ {LARGEST_MS}", note)
    worst = max(shift, key=shift.get)
    row("layout shift", shift[worst], None, "", f"≤ {SHIFT}", worst)
    worst = max(found, key=lambda name: found[name].tap)
    note = f"{worst}; floor: a tap on plain text"
    row("tap to next paint, processor slowed six times", found[worst].tap, floors_tap, "ms", f"≤ {TAP_MS}", note)
    worst = max(found, key=lambda name: found[name].next)
    row("tap to the next page in place", found[worst].next, None, "ms", "—", worst)
    scripts = set().union(*(of_kind(one, ".js") for one in found.values()))
    row("scripts of all screens", kilobytes(scripts), None, "kB", f"≤ {SCRIPT_KB}", f"{len(scripts)} files")
    styles = {name: kilobytes(of_kind(one, ".css")) for name, one in found.items()}
    worst = max(styles, key=styles.get)
    every = set().union(*(of_kind(one, ".css") for one in found.values()))
    note = f"{worst}; all {len(every)} sheets of all screens: {kilobytes(every):.1f} kB"
    row("styles of a screen", styles[worst], None, "kB", f"≤ {STYLE_KB}", note)
    row("heap of the start screen's scripts", heap, None, "kB", "—", "at rest, after collecting garbage")

    print("\n| screen | largest paint | plain | shift | tap | next page | taps |\n|---|---|---|---|---|---|---|")
    for name, one in found.items():
        taps = ", ".join(f"{kind} {statistics.median(took):.0f}" for kind, took in one.taps.items())
        unseen = "".join(f", {kind}: left before a paint" for kind in one.unseen)
        print(
            f"| {name} | {largest[name]:.0f} | {floors[name]:.0f} | {shift[name]:.3f} | {one.tap:.0f} | {one.next:.0f} "
            f"| {taps}{unseen} |"
        )
