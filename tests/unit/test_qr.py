"""QR codes decode to what was asked and are drawn once."""

import re

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.exports import qr

addresses = st.from_regex(r"\Ahttps?://[a-z0-9.]{1,40}(:[0-9]{2,5})?/[A-Za-z0-9/_?=&%.-]{0,120}\Z")


def picture_of(svg: str) -> Image.Image:
    """Draw the SVG's path, eight pixels a module."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    picture = Image.new("L", (size * 8, size * 8), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg.split("#000")[1]):
        x, y, width = int(x) * 8, int(y) * 8, int(width) * 8
        picture.paste(0, (x, y, x + width, y + 8))
    return picture


@given(addresses)
@settings(max_examples=25)
def test_codes_decode_to_their_address(address):
    assert [code.text for code in zxingcpp.read_barcodes(picture_of(qr.svg(address)))] == [address]


def test_a_code_is_drawn_once():
    assert qr.svg("https://a.example/") is qr.svg("https://a.example/")


def test_the_quiet_zone_is_white():
    picture = picture_of(qr.svg("https://a.example/"))
    edge = qr.QUIET_ZONE * 8
    assert picture.crop((0, 0, picture.width, edge)).getextrema() == (255, 255)
    assert picture.crop((0, 0, edge, picture.height)).getextrema() == (255, 255)
