"""A kiosk served on loopback, for the touchscreen and as a phone sees it, and how a browser is set up to look at it.

For tests, the gallery and the figures alike, so it knows no pytest.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import waitress
from playwright.sync_api import Browser, sync_playwright

from kiosk.actions.kiosk import Kiosk, open_kiosk
from kiosk.app import create_app
from kiosk.config import Config
from tests.conftest import SHIPPED

SIZES = [(800, 480), (1280, 800), (1920, 1080), (720, 1280), (1080, 1920)]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
AS_A_TOUCHSCREEN = {"has_touch": True, "locale": "zh-CN", "reduced_motion": "reduce"}
# An address for phones that is surely nobody's (TEST-NET-1).
PHONES_OPEN = "192.0.2.10"


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def post(url: str, **fields: str) -> str:
    """Send a form without a browser and return where it leads; raise AssertionError if it leads nowhere."""
    try:
        build_opener(_StayHere).open(Request(url, data=urlencode(fields).encode()), timeout=10)
    except HTTPError as answer:
        with answer:
            assert answer.code == 303, (answer.code, url)
            return answer.headers["Location"]
    raise AssertionError(f"{url} did not lead anywhere")


@dataclass(frozen=True)
class Served:
    """A kiosk in this process, at `url` for the touchscreen and at `phone_url` as another machine sees it."""

    kiosk: Kiosk
    url: str
    phone_url: str

    def post(self, path: str, **fields: str) -> str:
        """Send a form at the touchscreen and return where it leads."""
        return post(self.url + path, **fields)


@contextmanager
def serving(new_folder: Callable[[], Path]) -> Iterator[Callable[..., Served]]:
    """Give a function that serves a pack until the end; `settings` are those of `Config`."""
    with ExitStack() as at_the_end:

        def start(pack: Path = SHIPPED, **settings) -> Served:
            kiosk = open_kiosk(new_folder(), pack)
            at_the_end.callback(kiosk.close)
            config = Config(**{"host": PHONES_OPEN, "port": 8000, "data": kiosk.data, "public_url": None, **settings})
            app = create_app(config, kiosk=kiosk)

            def from_elsewhere(environ, start_response):
                return app({**environ, "REMOTE_ADDR": "10.0.0.7"}, start_response)

            urls = []
            for one in (app, from_elsewhere):
                server = waitress.create_server(
                    one, listen="127.0.0.1:0", threads=4, ident=None, asyncore_use_poll=True
                )
                urls.append(f"http://127.0.0.1:{server.effective_port}")
                at_the_end.callback(run_until_ended(server))
            return Served(kiosk, *urls)

        yield start


def run_until_ended(server) -> Callable[[], None]:
    """Run a server in a thread, and return what closes it."""
    ending = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:  # closed while it waits for a connection, the loop finds its socket gone
            if not ending.is_set():
                raise

    threading.Thread(target=run, daemon=True).start()

    def end() -> None:
        # Not waited for: connections that a browser keeps hold the loop for minutes.
        ending.set()
        server.close()

    return end


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run the browser of the appliance without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS, *arguments])
        yield browser
        browser.close()
