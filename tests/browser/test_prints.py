"""Sheets as the printer gets them: one page of A4 each, nothing cut off, the theme whole, the codes readable."""

import io
import re
import shutil
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.screens import in_language
from tests.browser.staff import open_desk, sign_in_elsewhere
from tests.conftest import SHIPPED

A4 = (595, 842)  # in points
CONTEST = "https://contest.example.org/2018/start?from=kiosk&lang=zh"
# What is cut off by the edge of a sheet, runs into what follows, or breaks where it must not.
FAULTS = """() => [...document.querySelectorAll(".sheet")].flatMap((sheet, at) => {
  const found = [], edge = sheet.getBoundingClientRect();
  if (sheet.scrollHeight > sheet.clientHeight) found.push(`${at}: too full`);
  if (sheet.scrollWidth > sheet.clientWidth) found.push(`${at}: too wide`);
  for (const one of sheet.querySelectorAll("p, h2, h3, li, dt, dd, figcaption, blockquote, .code-picture")) {
    const box = one.getBoundingClientRect();
    if (box.height && (box.top < edge.top + 15 || box.bottom > edge.bottom - 15 || box.left < edge.left + 30 ||
        box.right > edge.right - 30)) found.push(`${at}: ${one.className || one.tagName} stands at the edge`);
    if (one.scrollWidth > one.clientWidth + 1) found.push(`${at}: ${one.className || one.tagName} is cut off`);
  }
  for (const one of sheet.querySelectorAll(".whole")) {
    if (one.getClientRects().length > 1) found.push(`${at}: ${one.textContent} is broken`);
  }
  return found;
})"""


@pytest.fixture(scope="module")
def public(serve, tmp_path_factory):
    """A kiosk with a public address and a contest that has one: sheets with every kind of code."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("public") / "pack"))
    file = folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[quiz.official]\n", f'[quiz.official]\naddress = "{CONTEST}"\n'), encoding="utf-8")
    return open_desk(lambda: serve(folder, public_url="https://kiosk.example.org"))


@pytest.fixture(scope="module")
def plain(serve):
    return open_desk(serve)


@pytest.fixture
def look(new_page):
    """Return a function that opens a sheet as paper."""

    def open_one(desk, path: str, locale: str, **options) -> Page:
        page = new_page((1000, 1200), **options)
        sign_in_elsewhere(page, desk)
        page.goto(desk.elsewhere + in_language(f"/prints/{path}", locale))
        page.evaluate("document.fonts.ready.then(() => true)")
        page.emulate_media(media="print")
        return page

    return open_one


def pages_of(page: Page) -> int:
    """Return how many pages come out of the printer; each must be A4."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = {tuple(round(float(one)) for one in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)}
    assert {box[2:] for box in boxes} == {A4}
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def codes_on(page: Page) -> set[str]:
    """Return what the codes say, read from the sheets as they look."""
    said = set()
    for sheet in page.query_selector_all(".sheet"):
        picture = Image.open(io.BytesIO(sheet.screenshot()))
        said |= {code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)}
    return said


@pytest.mark.parametrize(
    ("path", "locale"),
    [
        *[("poster", "zh"), ("scientists/yuan-longping", "en")],
        *[
            pytest.param(path, locale, marks=pytest.mark.long)
            for path in ("poster", "scientists", "codes")
            for locale in ("zh", "en")
        ],
    ],
)
@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["script", "no script"])
def test_every_sheet_is_one_page_with_everything_on_it(look, plain, path, locale, script):
    page = look(plain, path, locale, java_script_enabled=script)
    people = len(plain.kiosk.pack.scientists)
    assert pages_of(page) == page.locator(".sheet").count() == (people if path == "scientists" else 1)
    if script:
        assert page.evaluate(FAULTS) == []
    assert not page.locator(".tools").is_visible(), "on paper nothing is there to be tapped"


@pytest.mark.long
@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("path", ["poster", "scientists", "codes"])
def test_sheets_with_many_codes_are_one_page_each_too(look, public, path, locale):
    page = look(public, path, locale)
    assert page.evaluate(FAULTS) == []
    assert pages_of(page) == page.locator(".sheet").count()
    addresses = page.eval_on_selector_all("[data-code]", "(all) => all.map((one) => one.dataset.code)")
    assert codes_on(page) == set(addresses)


def test_codes_on_paper_say_what_stands_beside_them(look, public):
    page = look(public, "codes", "en")
    own = [f"https://kiosk.example.org{path}?lang=en" for path in ("/", "/scientists", "/quiz")]
    assert codes_on(page) == {*own, CONTEST}
    words = page.locator("[data-code]").all_inner_texts()
    for address, said in zip([*own, CONTEST], words, strict=True):
        assert address in said.replace("\n", "")
    assert pages_of(page) == 2
    page.goto(public.elsewhere + "/prints/scientists/wu-wenjun")
    assert codes_on(page) == {
        "https://kiosk.example.org/scientists/wu-wenjun",
        "http://www.amss.cas.cn/ryszl/wwj/rwjs/",
    }


def test_the_button_prints(look, plain):
    page = look(plain, "codes", "zh")
    page.emulate_media(media="screen")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="打印").click()
    assert page.title() == "printed"
