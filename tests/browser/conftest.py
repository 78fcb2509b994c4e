"""What the browser tests share: one browser, a kiosk served on loopback for the touchscreen and as a phone sees it, and
pages that may neither complain nor ask for anything elsewhere."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

import pytest
import waitress
from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.actions.kiosk import Kiosk, open_kiosk
from kiosk.app import create_app
from kiosk.config import Config
from tests.conftest import SHIPPED

SIZES = [(800, 480), (1280, 800), (1920, 1080), (720, 1280), (1080, 1920)]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# An address for phones that is surely nobody's (TEST-NET-1).
PHONES_OPEN = "192.0.2.10"


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@dataclass
class Served:
    """A kiosk in this process, at `url` for the touchscreen and at `phone_url` as another machine sees it."""

    kiosk: Kiosk
    url: str
    phone_url: str
    _stop: list = field(default_factory=list)

    def post(self, path: str, **fields: str) -> str:
        """Send a form without a browser and return where it leads."""
        try:
            build_opener(_StayHere).open(Request(self.url + path, data=urlencode(fields).encode()), timeout=10)
        except HTTPError as answer:
            with answer:
                assert answer.code == 303, (answer.code, path)
                return answer.headers["Location"]
        raise AssertionError("it did not lead anywhere")

    def screens(self) -> dict[str, str]:
        """Return the address of every screen there is, each ready to be opened; ids are minted anew each time."""
        new_id, one, taken, round_id, played = (str(uuid4()) for _ in range(5))
        self.post("/check-in", id=one, party_size="1")
        self.post("/check-in", id=taken, party_size="3")
        self.post(f"/check-in/{taken}/undo")
        self.post(f"/quiz/{round_id}/1", answer="true")
        for number in range(1, self.kiosk.event.quiz.questions_per_round + 1):
            self.post(f"/quiz/{played}/{number}", answer="false")
        group = f"id={new_id}&party_size=46&visitor_type.primary_pupil=45"
        return {
            "home": "/",
            "programme": "/programme",
            "scientists": "/scientists",
            "scientists of a field": "/scientists?area=space",
            "scientist": "/scientists/tu-youyou",
            "scientist of a field": "/scientists/nan-rendong?area=space",
            "another scientist": "/scientists/qian-xuesen",
            "about": "/about",
            "privacy": "/privacy",
            "quiz": "/quiz",
            "question": f"/quiz/{uuid4()}/1",
            "answer": f"/quiz/{round_id}/1",
            "result": f"/quiz/{played}",
            "check-in": "/check-in",
            "check-in age": f"/check-in/one/1?id={new_id}&party_size=1&visitor_type=teacher",
            "check-in district": f"/check-in/one/2?id={new_id}&party_size=1&visitor_type=teacher",
            "group size": f"/check-in/group?id={new_id}&typed=46",
            "group question": f"/check-in/group/0?{group}",
            "group pad": f"/check-in/group/0?{group}&pad=teacher",
            "group district": f"/check-in/group/2?{group}",
            "checked in": f"/check-in/{one}?stay=",
            "taken back": f"/check-in/{taken}",
            "nothing": "/nothing",
        }


def in_language(path: str, locale: str) -> str:
    if locale == "zh":
        return path
    return path + ("&" if "?" in path else "?") + f"lang={locale}"


@pytest.fixture(scope="session")
def serve(tmp_path_factory) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a pack; `settings` are those of `Config`."""
    begun: list[tuple] = []

    def start(pack: Path = SHIPPED, **settings) -> Served:
        kiosk = open_kiosk(tmp_path_factory.mktemp("data"), pack)
        config = Config(**{"host": PHONES_OPEN, "port": 8000, "data": kiosk.data, "public_url": None, **settings})
        app = create_app(config, kiosk=kiosk)

        def from_elsewhere(environ, start_response):
            return app({**environ, "REMOTE_ADDR": "10.0.0.7"}, start_response)

        urls = []
        for one in (app, from_elsewhere):
            server = waitress.create_server(one, listen="127.0.0.1:0", threads=4, ident=None)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            urls.append(f"http://127.0.0.1:{server.effective_port}")
            begun.append((server, thread))
        begun.append((kiosk, None))
        return Served(kiosk, *urls)

    yield start
    for one, _thread in begun:
        one.close()


@pytest.fixture(scope="session")
def served(serve) -> Served:
    return serve()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What pages said and asked for while a test looked on."""

    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen_to(self, page: Page) -> None:
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, kind: str, text: str) -> None:
        # A page that says "nothing here" is told with 404, which the console repeats.
        if kind in ("error", "warning") and "responded with a status of 4" not in text:
            self.complaints.append(text)

    def check(self) -> None:
        assert self.complaints == []
        own = ("http://127.0.0.1:", "data:", "blob:")
        assert [url for url in self.asked if not url.startswith(own)] == []


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Everything that went wrong in this test's pages; at its end there must be nothing."""
    watched = Watched()
    yield watched
    watched.check()


AS_A_TOUCHSCREEN = {"has_touch": True, "locale": "zh-CN", "reduced_motion": "reduce"}


@pytest.fixture
def new_page(browser: Browser, watched: Watched) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an empty page of a size, as a touchscreen has it."""
    contexts = []

    def make(size: tuple[int, int] = (1280, 800), **options) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **{**AS_A_TOUCHSCREEN, **options})
        contexts.append(context)
        context.set_default_timeout(8_000)
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
def addresses(served: Served) -> dict[str, str]:
    """The address of every screen by its name."""
    return served.screens()
