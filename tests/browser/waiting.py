"""Waits for what a page comes to, where neither Playwright's own waits nor `expect` can see it."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.waiting import wait_for


def wait_in(page: Page, there: Callable[[], object]) -> None:
    """Let the page go on until `there` is true."""
    # Not Page.wait_for_function: the page's policy lets nobody evaluate text.
    wait_for(there, every=0.05, sleep=lambda seconds: page.wait_for_timeout(seconds * 1_000))
