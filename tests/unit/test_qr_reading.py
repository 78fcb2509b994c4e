"""Reading codes back: what is drawn says what it should, and what is no code says nothing."""

import io

import pytest
from PIL import Image

from kiosk.exports import qr, qr_reading

ADDRESS = "http://192.0.2.10:8000/scientists?lang=en"


@pytest.mark.parametrize("content", [ADDRESS, "HTTP://KIOSK:8000/P/ABCDEF", "科普", "x" * 900])
def test_a_drawn_code_says_its_content(content):
    assert qr_reading.read_drawn(content) == content


def test_a_drawing_that_went_wrong_is_seen(monkeypatch):
    monkeypatch.setattr(qr, "modules", lambda content: [[False] * 33] * 33)
    assert qr_reading.read_drawn(ADDRESS) is None


def test_what_no_code_holds_is_told_and_not_raised():
    assert qr_reading.read_drawn("x" * 5_000) is None


def picture_of(content: str) -> bytes:
    rows = qr.modules(content)
    image = Image.new("RGBA", (len(rows), len(rows)))
    image.putdata([(0, 0, 0, 255) if dark else (255, 255, 255, 255) for row in rows for dark in row])
    file = io.BytesIO()
    image.resize((300, 300), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def test_a_picture_says_what_its_code_says():
    assert qr_reading.read_picture(picture_of(ADDRESS)) == ADDRESS
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")
    assert qr_reading.read_picture(blank.getvalue()) is None
    assert qr_reading.read_picture(b"no picture") is None
