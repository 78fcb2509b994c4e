"""A keyboard, and a scanner that types like one, for pages under test."""

import re
import time
from contextlib import suppress
from functools import cache

from playwright.sync_api import Error, Page

from tests.conftest import PROJECT

# What a US layout has on each key, and what a German one makes of the same key.
CODES = {"/": ("Slash", False, "-"), ":": ("Semicolon", True, "Ö"), ".": ("Period", False, ".")}
GERMAN = {"Y": "Z", "Z": "Y"}

# A scanner's keys are in the system's queue within moments, whatever the page does meanwhile; here each waits until the
# one before has been told. While they are on their way, the silence that ends a scan (SILENT_MS in wedge.js) waits too.
SILENCE_WAITS = """() => {
    const [later, forget, moved] = [setTimeout, clearTimeout, new Map()];
    window.setTimeout = (call, ms, ...given) => {
        const silent = () => window.keysCome ? moved.set(id, later(silent, 50)) : call(...given);
        const id = ms === %d ? later(silent, ms) : later(call, ms, ...given);
        return id;
    };
    window.clearTimeout = (id) => [id, moved.get(id)].forEach((one) => forget(one));
}"""


@cache
def silent_ms() -> int:
    script = (PROJECT / "static" / "js" / "scan" / "wedge.js").read_text(encoding="utf-8")
    return int(re.search(r"SILENT_MS = (\d+)", script)[1])


class Keyboard:
    """Keys as the system sends them, with the time of each said, so that a slow machine under test changes nothing."""

    def __init__(self, page: Page):
        self._page = page
        self._devtools = page.context.new_cdp_session(page)
        self.now = time.time()

    def press(self, code: str, key: str, shift: bool = False, wait: float = 0, **more) -> None:
        self.now += wait / 1000
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        said = {"code": code, "key": key, "modifiers": 8 if shift else 0, "timestamp": self.now, **more}
        number = {"Enter": 13, "Tab": 9}.get(key) or ord(key[0].upper())
        self._devtools.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "windowsVirtualKeyCode": number, **text, **said}
        )
        self._devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", "windowsVirtualKeyCode": number, **said})

    def type(self, text: str, waits: list[float], german: bool = False) -> None:
        """Type characters by their place on a US keyboard, as scanners do; `waits` go round."""
        for at, character in enumerate(text):
            if character.isdigit():
                code, shift, key = f"Digit{character}", False, character
            elif character in CODES:
                code, shift, key = CODES[character]
                key = key if german else character
            else:
                code, shift, key = f"Key{character.upper()}", character.isupper(), character
                key = GERMAN.get(key, key) if german else key
            self.press(code, key, shift, waits[at % len(waits)])

    def scan(self, text: str, waits=(4,), german: bool = False, end: str = "Enter") -> None:
        self.now += 1
        self._page.evaluate(f"window.keysCome ?? ({SILENCE_WAITS % silent_ms()})(); window.keysCome = true")
        self.type(text, list(waits), german)
        if end:
            self.press(end, end, wait=waits[0])
        with suppress(Error):  # the last key may have led to another page
            self._page.evaluate("window.keysCome = false")
