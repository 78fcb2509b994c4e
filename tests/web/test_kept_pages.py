"""Pages are rendered once and kept; nothing that one visitor sent may show up in what another one sees."""

import pytest


def test_a_look_at_the_head_alone_leaves_the_page_whole(at_kiosk):
    at_kiosk.open("/programme", method="HEAD")
    assert "English" in at_kiosk.get("/programme").html


@pytest.mark.parametrize(
    "query", ["lang=zh&x=POISON", "x=POISON", "lang=POISON", "lang=en&lang=POISON", "lang=xx", "area=POISON"]
)
def test_what_a_visitor_put_into_the_address_is_not_kept(at_kiosk, query):
    at_kiosk.open(f"/about?{query}")
    assert "POISON" not in at_kiosk.get("/about").html
    assert at_kiosk.get("/about").html.count('lang="zh-CN"') == at_kiosk.get("/about?").html.count('lang="zh-CN"')


@pytest.mark.parametrize("query", ["area=space&area=POISON", "area=space&x=POISON", "area=POISON"])
def test_what_stands_beside_a_field_in_the_address_is_not_kept(at_kiosk, query):
    at_kiosk.open(f"/scientists?{query}")
    for address in ("/scientists", "/scientists?area=space"):
        assert "POISON" not in at_kiosk.get(address).html
    assert not [key for key in at_kiosk.app.extensions["pages"] if "POISON" in str(key)], "nor is memory filled with it"


@pytest.mark.parametrize("address", ["/scientists", "/scientists?area=space", "/about"])
def test_a_page_is_rendered_once(at_kiosk, app, monkeypatch, address):
    first = at_kiosk.get(address).html
    monkeypatch.setattr("kiosk.web.screen.content.render_template", lambda *_, **__: pytest.fail("rendered again"))
    assert at_kiosk.get(address).html == first


def test_a_proxy_on_this_machine_is_not_the_touchscreen(kiosk):
    from tests.web.conftest import set_up
    from tests.web.page import Visitor

    visitor = Visitor(set_up(kiosk, public_url="http://kiosk.example"))
    assert set(visitor.open("/healthz").get_json()) > {"device", "entries"}
    away = {"headers": {"Host": "kiosk.example"}}
    assert set(visitor.open("/healthz", **away).get_json()) == {"status"}
    assert visitor.open("/check-in", **away).status_code == 403
    assert visitor.open("/check-in", method="POST", data={"party_size": "1"}, **away).status_code == 403
