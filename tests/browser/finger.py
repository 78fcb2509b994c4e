"""A finger on the glass, as the browser itself feels it: touches with a place and a way, not clicks on elements."""

from contextlib import contextmanager

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Watched


class Finger:
    """One finger on a page. Places are CSS pixels."""

    def __init__(self, page: Page):
        self._to = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", x, y)

    def move(self, x: float, y: float) -> None:
        self._send("touchMove", x, y)

    def up(self, at: float | None = None) -> None:
        """Lift, now or `at` a time past (seconds since 1970) that the page only hears of now."""
        when = {} if at is None else {"timestamp": at}
        self._to.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [], **when})

    def tap(self, x: float, y: float) -> None:
        self.down(x, y)
        self.up()

    def slide(self, x: float, y: float, by: float) -> None:
        """Press, slide to the right in steps, and lift."""
        self.down(x, y)
        for step in range(1, 6):
            self.move(x + by * step / 5, y)
        self.up()

    def _send(self, kind: str, x: float, y: float) -> None:
        self._to.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


def middle(element: Locator) -> tuple[float, float]:
    """Return the place where a finger would press an element."""
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def server_gone(page: Page, watched: Watched):
    """Nobody answers for a while. The browser says so on its console in its own time, which is no complaint of ours."""
    watched.expected.append("net::ERR_")
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)
