"""What the browser tests share: one browser, a kiosk served on loopback for the touchscreen and as a phone sees it, and
pages that may neither complain nor ask for anything elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import SCREENS, Kiosks
from tests.browser.served import AS_A_TOUCHSCREEN, Served, chromium, serving
from tests.waiting import PATIENCE

expect.set_options(timeout=PATIENCE * 1_000)


@pytest.fixture(scope="session", autouse=True)
def _no_wait_that_fails_by_chance() -> Iterator[None]:
    """Pages let nobody evaluate text, so that `wait_for_function` works only where there is nothing to wait for."""

    def refuse(*_, **__):
        raise AssertionError("the page's policy forbids wait_for_function: use `expect` or `wait_in`")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "wait_for_function", refuse)
        yield


@pytest.fixture(scope="module")
def serve(tmp_path_factory) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a pack until a file's tests are over; `settings` are those of `Config`."""
    with serving(lambda: tmp_path_factory.mktemp("data")) as start:
        yield start


@pytest.fixture(scope="session")
def kiosks(tmp_path_factory) -> Iterator[Kiosks]:
    with serving(lambda: tmp_path_factory.mktemp("data")) as start:
        yield Kiosks(start)


@pytest.fixture(scope="session")
def served(kiosks: Kiosks) -> Served:
    return kiosks.at()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@dataclass
class Watched:
    """What pages said and asked for while a test looked on."""

    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # what the browser may complain of, whenever it gets round to it

    def listen_to(self, page: Page) -> None:
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, kind: str, text: str) -> None:
        # A page that says "nothing here" is told with 404, which the console repeats.
        if kind in ("error", "warning") and "responded with a status of 4" not in text:
            self.complaints.append(text)

    def check(self) -> None:
        assert [said for said in self.complaints if not any(one in said for one in self.expected)] == []
        own = ("http://127.0.0.1:", "data:", "blob:")
        assert [url for url in self.asked if not url.startswith(own)] == []


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Everything that went wrong in this test's pages; at its end there must be nothing."""
    watched = Watched()
    yield watched
    watched.check()


@pytest.fixture
def new_page(browser: Browser, watched: Watched) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an empty page of a size, as a touchscreen has it."""
    contexts = []

    def make(size: tuple[int, int] = (1280, 800), **options) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **{**AS_A_TOUCHSCREEN, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1_000)
        page = context.new_page()
        watched.listen_to(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def _gallery(browser: Browser) -> Iterator[tuple[Page, Watched]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **AS_A_TOUCHSCREEN)
    watched, page = Watched(), context.new_page()
    watched.listen_to(page)
    yield page, watched
    context.close()


@pytest.fixture
def gallery(_gallery: tuple[Page, Watched]) -> Iterator[Page]:
    """A page that goes from screen to screen, so that a browser need not be set up for each."""
    page, watched = _gallery
    watched.complaints.clear()
    watched.asked.clear()
    page.set_viewport_size({"width": 1280, "height": 800})
    yield page
    watched.check()


@pytest.fixture(scope="session")
def addresses(kiosks: Kiosks) -> dict[str, str]:
    """The path, by its name, of every screen that the kiosk shows while nothing is on its display."""
    return {name: kiosks.path(name) for name, screen in SCREENS.items() if screen.display == "running"}
