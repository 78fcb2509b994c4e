"""Every QR code on every screen, read back from screenshots: it says exactly the address printed beside it, and its
network and its owner stand there too."""

import io
import shutil
from pathlib import Path

import pytest
import qrcode
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.screens import in_language
from tests.browser.served import PHONES_OPEN, SIZES, Served
from tests.conftest import SHIPPED

CONTEST = "https://contest.example.org/2018/start?from=kiosk&lang=zh"
WEBSITE = "http://www.example.org/news/" + "a" * 90
MINI_PROGRAM = "https://mini.example.org/ready-made"
NETWORKS = {
    "mobile": {"zh": "流量", "en": "mobile data"},
    "kiosk": {"zh": "Wi‑Fi", "en": "Wi-Fi"},
    "any": {"zh": "网络", "en": "any network"},
}


@pytest.fixture(scope="module")
def rich_pack(tmp_path_factory) -> Path:
    """The shipped pack with a contest that has an address, a website, and a ready-made code of a mini program."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("rich") / "pack"))
    (folder / "pictures").mkdir(exist_ok=True)
    qrcode.make(MINI_PROGRAM, box_size=12).save(folder / "pictures" / "mini.png")
    channels = f"""
[[channels]]
id = "site"
kind = "website"
name = {{ zh = "活动网站", en = "Event website" }}
owner = {{ zh = "网站主人", en = "Website owner" }}
address = "{WEBSITE}"

[[channels]]
id = "mini"
kind = "mini_program"
name = {{ zh = "小程序", en = "Mini program" }}
owner = {{ zh = "小程序主人", en = "Mini program owner" }}
picture = "pictures/mini.png"
network = "any"

[check_in]
"""
    file = folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count("\n[check_in]\n") == text.count("[quiz.official]\n") == 1
    text = text.replace("\n[check_in]\n", channels)
    text = text.replace("[quiz.official]\n", f'[quiz.official]\naddress = "{CONTEST}"\n')
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rich(serve, rich_pack) -> Served:
    """A kiosk with that pack and a public address."""
    return serve(rich_pack, public_url="https://kiosk.example.org")


def read_back(page: Page) -> set[str]:
    """Return what the QR codes on a page say, read from screenshots as each one stands in the middle of the screen."""
    said = set()
    for card in [None, *page.query_selector_all("figure")]:
        if card:
            card.evaluate("(one) => one.scrollIntoView({ block: 'center', behavior: 'instant' })")
        picture = Image.open(io.BytesIO(page.screenshot()))
        said |= {code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)}
    return said


def cards(page: Page) -> list[dict[str, str]]:
    """Return what stands on each card that carries a code."""
    return page.eval_on_selector_all(
        "figure[data-code]",
        """(all) => all.map((one) => ({
            code: one.dataset.code,
            network: one.querySelector("[data-network]")?.dataset.network ?? "",
            network_words: one.querySelector("[data-network]")?.innerText ?? "",
            words: one.innerText,
        }))""",
    )


def look(page: Page, locale: str) -> dict[str, dict[str, str]]:
    """Return the cards of a page by what their codes say, after reading every one of them back."""
    found = {card["code"]: card for card in cards(page)}
    assert read_back(page) == {MINI_PROGRAM if code.startswith("/pictures/") else code for code in found}
    for code, card in found.items():
        assert card["network_words"].strip()
        assert NETWORKS[card["network"]][locale] in card["network_words"]
        if not code.startswith("/pictures/"):
            assert code in card["words"].replace("\n", ""), "the address stands beside its code, whole"
    return found


@pytest.mark.parametrize(
    "size", [SIZES[0], SIZES[1], pytest.param(SIZES[3], marks=pytest.mark.long), SIZES[4]], ids=str
)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_codes_of_a_rich_pack_say_what_stands_beside_them(new_page, rich, locale, size):
    page = new_page(size)
    suffix = f"?lang={locale}" if locale != "zh" else ""
    own = "https://kiosk.example.org"
    page.goto(rich.url + "/quiz" + suffix)
    found = look(page, locale)
    assert {code: card["network"] for code, card in found.items()} == {CONTEST: "mobile", f"{own}/quiz{suffix}": "any"}
    assert ("内蒙古自治区" if locale == "zh" else "Inner Mongolia Autonomous Region") in found[CONTEST]["words"]
    page.goto(rich.url + "/about" + suffix)
    found = look(page, locale)
    assert {code.partition("?")[0]: card["network"] for code, card in found.items()} == {
        WEBSITE: "mobile",
        "/pictures/mini.png": "any",
    }
    owner = "网站主人" if locale == "zh" else "Website owner"
    assert owner in found[WEBSITE]["words"]
    page.goto(rich.url + "/scientists/tu-youyou" + suffix)
    assert list(look(page, locale)) == [f"{own}/scientists/tu-youyou{suffix}"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_without_a_public_address_codes_lead_into_the_kiosks_own_network(gallery, served, locale):
    suffix = f"?lang={locale}" if locale != "zh" else ""
    for path in ("/quiz", "/scientists/tu-youyou"):
        gallery.goto(served.url + path + suffix)
        ((code, card),) = look(gallery, locale).items()
        assert code == f"http://{PHONES_OPEN}:8000{path}{suffix}"
        assert card["network"] == "kiosk"
        organiser = served.kiosk.event.organisers[0].name[locale]
        assert organiser in card["words"]


PROFILES = {"scientist", "scientist of a field", "another scientist", "profile after a tribute"}
A_FEW = {"home", "about", "programme", "checked in", "quiz", "scientist", "another scientist"}


@pytest.mark.parametrize("which", ["a few", pytest.param("all", marks=pytest.mark.long)])
def test_a_screen_has_exactly_the_codes_that_stand_on_its_cards(gallery, served, addresses, which):
    screens = A_FEW if which == "a few" else addresses.keys() - {"card"}  # that one is for volunteers' phones
    with_codes = set()
    for screen in screens:
        path = addresses[screen]
        gallery.goto(served.url + path)
        if look(gallery, "zh"):
            with_codes.add(screen)
    assert with_codes == {"quiz", *PROFILES} & set(screens)


def test_the_code_of_a_stamp_card_holds_the_card_and_its_short_code_stands_under_it(gallery, served, addresses):
    gallery.goto(served.url + addresses["card"])
    content, token = (gallery.get_attribute(".card-code", f"data-{name}") for name in ("code", "token"))
    assert content.endswith(f"/P/{token}")
    assert content == content.upper()
    assert read_back(gallery) == {content}
    assert gallery.inner_text(".card-short").replace(" ", "") == token[:12]


def test_a_channel_or_contest_without_an_address_shows_no_code(gallery, served):
    gallery.goto(served.url + "/about")
    assert cards(gallery) == []
    assert read_back(gallery) == set()
    gallery.goto(served.url + "/quiz")
    assert not [card for card in cards(gallery) if PHONES_OPEN not in card["code"]]
    assert "自治区公民科学素质知识网络大赛" in gallery.inner_text("main")


@pytest.mark.parametrize(
    ("found", "expected"), [(["203.0.113.5", "198.51.100.7"], "http://203.0.113.5:8000"), ([], None)]
)
def test_listening_everywhere_codes_name_the_address_in_the_network_or_there_is_none(
    new_page, serve, monkeypatch, found, expected
):
    monkeypatch.setattr("kiosk.web.here.addresses", lambda: found)
    kiosk = serve(host="0.0.0.0")
    page = new_page()
    page.goto(kiosk.url + "/quiz")
    assert list(look(page, "zh")) == ([f"{expected}/quiz"] if expected else [])


def test_a_kiosk_that_keeps_to_itself_shows_no_code_of_its_own(new_page, serve):
    page = new_page()
    kiosk = serve(host="127.0.0.1")
    for path in ("/quiz", "/scientists/tu-youyou"):
        page.goto(kiosk.url + path)
        assert cards(page) == []


def test_a_phone_needs_no_code_to_where_it_is(new_page, served):
    page = new_page((390, 844))
    for path in ("/quiz", "/scientists/tu-youyou"):
        page.goto(served.phone_url + in_language(path, "en"))
        assert cards(page) == []
