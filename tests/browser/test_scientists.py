"""A scientist with a picture and a page elsewhere, at every size; and the wall, where everyone is really to be seen."""

import io
import shutil
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.browser import eyes
from tests.browser.screens import in_language
from tests.browser.served import SIZES, Served
from tests.conftest import SHIPPED

LINK = "http://www.example.org/people/" + "a" * 60
CREDIT = """
[portrait]
file = "pictures/tu.jpg"
author = "An author with a rather long name"
licence = "CC BY-SA 4.0"
source = "https://pictures.example.org/wiki/File:A_name_without_any_space_as_they_are_usual_there_1956.jpg"
"""


@pytest.fixture(scope="module", params=[(1200, 1500), (1600, 700), (500, 2000)], ids=["usual", "wide", "tall"])
def pictured(serve, tmp_path_factory, request) -> Served:
    """A kiosk whose pack has a picture of Tu Youyou, and an address that tells more."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("pictured") / "pack"))
    (folder / "pictures").mkdir(exist_ok=True)
    Image.linear_gradient("L").resize(request.param).save(folder / "pictures" / "tu.jpg")
    file = folder / "scientists" / "tu-youyou.toml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("link = ")]
    file.write_text("\n".join([f'link = "{LINK}"', *lines, CREDIT]), encoding="utf-8")
    return serve(folder)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_profile_with_a_picture_and_two_codes_fits_every_size(gallery, pictured, locale):
    found = []
    gallery.goto(pictured.url + in_language("/scientists/tu-youyou", locale))
    for width, height in SIZES:
        gallery.set_viewport_size({"width": width, "height": height})
        found += [f"{width}×{height}: {fault}" for fault in eyes.layout(gallery)[0]]
        box = gallery.locator("img.portrait").bounding_box()
        if not (64 <= box["width"] <= width / 2 and 40 <= box["height"] <= height):
            found.append(f"{width}×{height}: the picture is {box['width']:.0f}×{box['height']:.0f}")
    assert found == []
    assert eyes.violations(gallery) == []
    said = set()
    for card in gallery.query_selector_all("figure[data-code]"):
        card.scroll_into_view_if_needed()
        said |= {code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(gallery.screenshot())))}
    assert LINK in said
    assert len(said) == 2


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_wall_shows_whole_portraits_and_cuts_through_the_next(new_page, served, size, locale):
    page = new_page(size)
    page.goto(served.url + in_language("/scientists", locale))
    edge, portraits, people = page.evaluate(
        """() => {
            const boxes = (what) => [...document.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
            const bar = boxes(".bar")[0];
            const spans = (all) => all.map((box) => [box.top, box.bottom]);
            return [bar.top > 0 ? bar.top : innerHeight, spans(boxes(".person .portrait")), spans(boxes(".person"))];
        }"""
    )
    assert portraits[0][1] < edge, "the first row is whole"
    assert any(top < edge - 24 and bottom > edge for top, bottom in people), "nobody would know that there are more"


def test_every_portrait_is_really_drawn(new_page, served):
    page = new_page()
    page.goto(served.url + "/scientists")
    shown = page.eval_on_selector_all(".person .portrait svg", "(all) => all.map((one) => one.getBBox().width)")
    assert len(shown) == len(served.kiosk.pack.scientists)
    assert all(shown)
    page.goto(served.url + "/scientists/tu-youyou")
    page.wait_for_load_state("networkidle")
    assert page.locator("img.portrait").evaluate("(one) => one.complete && one.naturalWidth")
