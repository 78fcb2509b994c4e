"""`python -m tests.gallery FOLDER`: pictures of every screen in every size and language, one sheet of them all, and
what does not fit. Exit status 1 if anything overflows, is cut off, small or hard to hit.

Starts its own kiosks on loopback; what stands in the folder under other names stays.
"""

import argparse
import logging
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import eyes
from tests.browser.screens import LOCALES, SCREENS, TEXTS, THEMES, Kiosks, Look, open_screen
from tests.browser.served import AS_A_TOUCHSCREEN, SIZES, chromium, serving
from tests.browser.staff_pages import PAGES, Visits

Size = tuple[int, int]


@dataclass(frozen=True)
class Shot:
    """One picture: of what, how large, in which look, in which file, and what is wrong with it."""

    screen: str
    size: Size
    look: Look
    file: str
    faults: tuple[str, ...]


def file_name(screen: str, size: Size, look: Look) -> str:
    """Return a name such as `home-1280x800-zh.png` or `check-in-age-800x480-en-large-contrast.png`."""
    name = re.sub(r"[^a-z0-9]+", "-", screen.lower()).strip("-")
    return f"{name}-{size[0]}x{size[1]}-{look}.png"


DRAWN = """() => Promise.all([...document.images]
    .filter((one) => one.getBoundingClientRect().top < innerHeight && one.checkVisibility())
    .map((one) => one.decode().catch(() => null)))"""


def shoot(page: Page, folder: Path, screen: str, look: Look, sizes: Sequence[Size], **wanted) -> Iterator[Shot]:
    """Take the page that is open at each size: only the window, because that is what a visitor sees."""
    for size in sizes:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate(DRAWN)
        file = file_name(screen, size, look)
        faults, _ = eyes.layout(page, **wanted)
        page.screenshot(path=folder / file)
        yield Shot(screen, size, look, file, tuple(faults))


def visitors(browser: Browser, serve, folder: Path, given: argparse.Namespace) -> Iterator[Shot]:
    kiosks = Kiosks(serve)
    page = browser.new_context(**AS_A_TOUCHSCREEN).new_page()
    for screen in given.screens:
        for look in given.looks:
            page.set_viewport_size({"width": given.sizes[0][0], "height": given.sizes[0][1]})
            try:
                open_screen(page, kiosks, screen, look)
            except AssertionError as error:
                yield Shot(screen, given.sizes[0], look, "", (str(error),))
                continue
            yield from shoot(page, folder, screen, look, given.sizes, whole=kiosks.unbroken)


def staff(browser: Browser, serve, folder: Path, given: argparse.Namespace) -> Iterator[Shot]:
    with Visits(browser, serve) as visits:
        for name, locale in product(PAGES, given.locales):
            page = visits.visit(name, locale, given.sizes[0])
            yield from shoot(page, folder, f"staff {name}", Look(locale), given.sizes, target=eyes.ELSEWHERE, letters=0)


STYLE = """
body { margin: 1rem; font: 14px/1.4 system-ui, sans-serif; background: #222; color: #eee }
section { display: flex; flex-wrap: wrap; gap: 12px; align-items: start; margin-bottom: 2rem }
figure { margin: 0; max-width: 420px } img { height: 220px; max-width: 100%; object-fit: contain; background: #444 }
a { color: inherit } .bad figcaption { color: #ff9c8a } ul { margin: 0; padding-left: 1.2em }
"""


def sheet(shots: Sequence[Shot]) -> str:
    """Return a page that shows every picture beside the others of its screen, with what is wrong in red."""
    parts = [f"<!doctype html><meta charset=utf-8><title>{len(shots)}</title><style>{STYLE}</style>"]
    for screen in dict.fromkeys(shot.screen for shot in shots):
        parts.append(f"<h2 id='{escape(screen)}'>{escape(screen)}</h2><section>")
        for shot in shots:
            if shot.screen != screen:
                continue
            faults = "".join(f"<li>{escape(fault)}</li>" for fault in shot.faults)
            parts.append(
                f"<figure{' class=bad' if faults else ''}>"
                f"<a href='{shot.file}'><img loading=lazy src='{shot.file}' alt=''></a>"
                f"<figcaption>{shot.size[0]}×{shot.size[1]} {shot.look}<ul>{faults}</ul></figcaption></figure>"
            )
        parts.append("</section>")
    return "\n".join(parts)


def a_size(text: str) -> Size:
    found = re.fullmatch(r"(\d{3,4})[x×](\d{3,4})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no size such as 1280x800")
    return int(found[1]), int(found[2])


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__.partition("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--screens", nargs="+", metavar="NAME", help=f"some of: {', '.join(SCREENS)}")
    parser.add_argument("--sizes", nargs="+", type=a_size, default=SIZES, metavar="WxH")
    parser.add_argument("--locales", nargs="+", choices=LOCALES, default=LOCALES)
    parser.add_argument("--texts", "--text", nargs="+", choices=TEXTS, default=TEXTS[:1])
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=THEMES[:1])
    parser.add_argument("--staff", action="store_true", help="the pages of staff as well")
    found = parser.parse_args(given)
    if unknown := set(found.screens or ()) - set(SCREENS):
        parser.error(f"no such screen: {', '.join(sorted(unknown))}; there are: {', '.join(SCREENS)}")
    found.screens = found.screens or list(SCREENS)
    found.looks = [Look(*look) for look in product(found.locales, found.texts, found.themes)]
    return found


def main(words: Sequence[str]) -> int:
    """Take the pictures that `words` ask for; return 1 if anything is wrong with one of them."""
    given = arguments(words)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    given.folder.mkdir(parents=True, exist_ok=True)
    shots: list[Shot] = []
    with ExitStack() as until_the_end:
        work = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-gallery-")))
        serve = until_the_end.enter_context(serving(lambda: Path(tempfile.mkdtemp(dir=work))))
        browser = until_the_end.enter_context(chromium())
        for takes in [visitors, *([staff] if given.staff else [])]:
            for shot in takes(browser, serve, given.folder, given):
                shots.append(shot)
                for fault in shot.faults:
                    print(f"{shot.file or shot.screen}: {fault}", flush=True)
    (given.folder / "index.html").write_text(sheet(shots), encoding="utf-8")
    wrong = sum(bool(shot.faults) for shot in shots)
    print(f"{len(shots)} pictures in {given.folder}, {wrong} with something wrong; all together: index.html")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
