"""The scanner page served with a stub in the place of the volunteers' pages: it answers scans as the kiosk would, and
goes wrong in the ways a test asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import waitress
from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from kiosk.actions.kiosk import open_kiosk
from kiosk.app import create_app
from kiosk.config import Config
from kiosk.domain.cards import CardKey, short_code, short_code_in, spaced, token_in
from kiosk.domain.entry import mint_id
from kiosk.web import volunteer
from kiosk.web.access import audience
from tests.browser.served import PHONES_OPEN, run_until_ended
from tests.conftest import SHIPPED

DEVICE = "0f7c5a3e-1b2d-4c4e-8f60-718293a4b5c6"
STATION = {"zh": "机器人操作", "en": "Robots by hand"}
SAID = {
    "zh": {"stamped": "盖章成功", "already": "已盖过章", "unknown": "不是本次活动的卡", "refused": "没有记上"},
    "en": {
        "stamped": "Stamped",
        "already": "Stamped before",
        "unknown": "No card of this event",
        "refused": "Not recorded",
    },
}
MORE = {"zh": ("第 3 枚，共 5 枚", "这里 14:02 已盖过章"), "en": ("Stamp 3 of 5", "Stamped here at 14:02")}


@dataclass
class ScanStub:
    """What the stub knows of the scans it was sent, and how it is to go wrong."""

    url: str = ""
    shift: int = 3  # one for each test: what a page of the one before still sends is not taken
    key: CardKey = field(default_factory=lambda: CardKey(bytes(32), "hohhot-2018"))
    sent: list[list[dict]] = field(default_factory=list)  # every request's rows
    scans: dict[str, dict] = field(default_factory=dict)  # by id, as first sent
    cards: dict[str, str] = field(default_factory=dict)  # card number: id of the scan that stamped it
    undone: list[str] = field(default_factory=list)
    left: int = 0
    portal: bool = False  # a captive portal answers 200 with its own page
    other_kiosk: bool = False
    over: bool = False
    complete: bool = False
    keep_waiting: Callable[[dict], bool] = lambda row: False
    choke_on: Callable[[dict], bool] = lambda row: False  # such a row has the whole request refused
    result: str | None = None  # instead of what the card is worth

    def reset(self) -> None:
        """Forget all scans, and answer as it should be again."""
        for name, value in vars(ScanStub(self.url, self.shift + 1, self.key)).items():
            setattr(self, name, value)

    def answer(self, row: dict, lang: str) -> dict:
        words = SAID[lang]
        if self.over:
            return {"id": row["id"], "result": "refused", "words": words["refused"]}
        if self.keep_waiting(row):
            return {"id": row["id"], "result": "waiting", "words": ""}
        number = self._number(row["read"])
        first = self.cards.setdefault(number, row["id"]) if number else None
        self.scans.setdefault(row["id"], row)
        result = "unknown" if not number else "stamped" if first == row["id"] else "already"
        result = self.result or result
        stamped = result == "stamped"
        return {
            "id": row["id"],
            "result": result,
            "words": words[result],
            "more": {"stamped": MORE[lang][0], "already": MORE[lang][1]}.get(result, ""),
            "complete": stamped and self.complete,
            "card": spaced(short_code(token_in(row["read"]) or row["read"])) if number else "",
            "souvenir": number if stamped and self.complete else None,
            "undo": row["id"] if stamped else None,
            "undo_ms": 10_000,
        }

    def _number(self, read: str) -> str | None:
        token, short = token_in(read), short_code_in(read)
        card = (self.key.card(token) if token else None) or (self.key.card_of_short(short) if short else None)
        return card.number if card else None


def _pages(stub: ScanStub) -> Blueprint:
    bp = Blueprint("volunteer", __name__)

    @bp.get("/volunteer/scan")
    @audience("visitor")
    def scan():
        return _page()

    def _page(answer=None):
        return render_template(
            "volunteer/scan.html",
            shift=SimpleNamespace(number=3, id=str(stub.shift)),
            station=SimpleNamespace(name=STATION),
            counts=SimpleNamespace(scans=12, people=57),
            kiosk_device=DEVICE,
            fresh_id=mint_id(),
            answer=answer,
        )

    @bp.post("/volunteer/scans")
    @audience("visitor")
    def scans():
        if stub.portal:
            return "<!doctype html><title>Wi-Fi</title><p>Please sign in"
        rows = request.get_json()["scans"]
        if {row["shift"] for row in rows} != {str(stub.shift)}:
            return "<!doctype html><title>410</title>", 410
        stub.sent.append(rows)
        if any(stub.choke_on(row) for row in rows):
            return "<!doctype html><title>400</title>", 400
        told = {"kiosk": "somebody-else" if stub.other_kiosk else DEVICE, "shift": str(stub.shift)}
        lang = request.args.get("lang", "zh")
        answers = [stub.answer(row, lang) for row in rows]
        if stub.over:
            return jsonify(told | {"over": True, "words": "本班已结束", "answers": answers}), 403
        return jsonify(told | {"answers": answers, "counts": {"scans": 12 + len(stub.scans), "people": 57}})

    @bp.post("/volunteer/undo")
    @audience("visitor")
    def undo():
        stub.undone.append(request.form["entry"])
        return jsonify({"kiosk": DEVICE, "ok": True, "words": "已撤销"})

    @bp.post("/volunteer/stamp-code")
    @audience("visitor")
    def stamp_code():
        lang = request.args.get("lang", "zh")
        return _page(SimpleNamespace(**stub.answer({"id": request.form["id"], "read": request.form["code"]}, lang)))

    @bp.get("/volunteer/tally")
    @audience("visitor")
    def tally():
        return "<!doctype html><title>tally</title>"

    @bp.post("/volunteer/souvenir")
    @audience("visitor")
    def souvenir():
        return jsonify({"kiosk": DEVICE, "ok": True, "words": "已记下，纪念品已发"})

    @bp.post("/volunteer/leave")
    @audience("visitor")
    def leave():
        stub.left += 1
        return redirect(url_for("volunteer.tally"), 303)

    return bp


@contextmanager
def serving_scans(folder: Path) -> Iterator[ScanStub]:
    """Serve the scanner page on loopback, with the policy that the kiosk sends with it."""
    stub = ScanStub()
    kiosk = open_kiosk(folder, SHIPPED)
    with patch.object(volunteer, "bp", _pages(stub)):
        app = create_app(Config(host=PHONES_OPEN, port=8000, data=folder, public_url=None), kiosk=kiosk)

    def allows_wasm(environ, start_response):
        def start(status, headers, exc_info=None):
            if environ["PATH_INFO"] in ("/volunteer/scan", "/volunteer/stamp-code"):
                wasm = "script-src 'self' 'wasm-unsafe-eval'"
                headers = [(name, value.replace("script-src 'self'", wasm)) for name, value in headers]
            return start_response(status, headers, exc_info)

        return app(environ, start)

    server = waitress.create_server(allows_wasm, listen="127.0.0.1:0", threads=4, ident=None, asyncore_use_poll=True)
    end = run_until_ended(server)
    stub.url = f"http://127.0.0.1:{server.effective_port}/volunteer/scan"
    try:
        yield stub
    finally:
        end()
        kiosk.close()
