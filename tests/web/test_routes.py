"""Who may ask for what: the whole list of routes, word for word, and that a route without audience never starts."""

from pathlib import Path

import pytest
from flask import Blueprint

from kiosk.app import create_app
from kiosk.config import Config
from kiosk.web import health as health_pages
from kiosk.web.access import audience, audiences

LIST = Path(__file__).with_name("routes.txt")


def test_the_routes_are_exactly_those_listed(app):
    who = audiences(app)
    found = sorted(
        f"{rule.rule:<40} {','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'})):<5} {who[rule.endpoint]}"
        for rule in app.url_map.iter_rules()
    )
    assert found == LIST.read_text(encoding="utf-8").splitlines()


def test_a_route_that_does_not_say_who_may_use_it_keeps_the_kiosk_from_starting(kiosk, monkeypatch):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.get("/forgotten")(lambda: "who am I for?")
    monkeypatch.setattr(health_pages, "bp", forgotten)
    with pytest.raises(LookupError, match=r"forgotten\.<lambda> does not say who may use it"):
        create_app(Config(data=kiosk.data), kiosk=kiosk)


def test_an_audience_that_nobody_knows_is_refused():
    with pytest.raises(LookupError, match="everyone"):
        audience("everyone")


def test_reading_a_page_records_nothing(app, kiosk, at_kiosk, form, entries):
    at_kiosk.post("/check-in", form())
    before = entries(kiosk)
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            kinds = {"format": "csv", "entry_id": before[0].id, "round_id": before[0].id}
            if "docx" in rule.rule:
                kinds["format"] = "docx"
            values = {name: kinds.get(name, "1") for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in ("GET", "HEAD", "OPTIONS"):
                assert at_kiosk.open(address, method).status_code < 500
    assert entries(kiosk) == before
