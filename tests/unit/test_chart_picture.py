"""Charts as pictures for a document: bars as long as their numbers, every word and number in its place, few bytes."""

import io
from itertools import combinations, pairwise

import pytest
from PIL import Image, ImageDraw

from kiosk.domain.errors import CannotDraw
from kiosk.domain.tables import Speech
from kiosk.exports.chart_picture import (
    BAR,
    COLUMN_PLOT,
    DPI,
    MOST_BYTES,
    TALLEST,
    WIDTH,
    Chart,
    chart_picture,
    chart_words,
)
from kiosk.exports.scale import Scale
from kiosk.exports.typeface import Faces, find_faces
from kiosk.web.locale import translations

STOPS = Chart(
    "各站点人次", "单位：人次", (("新城区", 320), ("回民区", 160), ("没有选站点，或在别处", 0), ("赛罕区", 640))
)
COUNTS = (5, 80, 160, 40, 0, 120, 98, 7)
HOURS = Chart(
    "各时段人次",
    "单位：人次",
    (*((f"{hour:02d}:00", count) for hour, count in enumerate(COUNTS, 9)), ("时间不详", 14)),
    upright=True,
)
WORDS = ("多一些动手体验", "多讲讲身边的科技，请本地的科技工作者来讲" * 2, "More things to try yourself, please" * 3)
LONG = Chart("很长的标题，看看它怎样换行" * 3, "单位：份", tuple((WORDS[at % 3], 9**6 - at) for at in range(24)))
DAY = Chart("各时段人次", "单位：人次", tuple((f"{hour:02d}:00", hour * 1000) for hour in range(24)), upright=True)
CHARTS = {"stops": STOPS, "hours": HOURS, "long words": LONG, "a whole day": DAY}


@pytest.fixture(scope="module")
def faces() -> Faces:
    return find_faces()


@pytest.fixture
def written(monkeypatch) -> dict[str, list[tuple[float, float, float, float]]]:
    """Where each text was drawn: left, top, right, bottom of it."""
    found, real = {}, ImageDraw.ImageDraw.text

    def watched(self, place, text, fill, font, anchor):
        left, top, right, bottom = font.getbbox(text, anchor=anchor)
        found.setdefault(text, []).append((place[0] + left, place[1] + top, place[0] + right, place[1] + bottom))
        real(self, place, text, fill, font, anchor=anchor)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", watched)
    return found


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def runs(line: bytes) -> list[int]:
    """Return how long each run of a bar's grey is in a line of pixels, but for the edges of letters."""
    found, length = [], 0
    for grey in [*line, 255]:
        if grey == BAR:
            length += 1
        elif length:
            found.append(length)
            length = 0
    return [one for one in found if one > 12]


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_it_fits_a_page_and_a_letter(chart, faces):
    content = chart_picture(chart, faces)
    image = opened(content)
    assert image.width == WIDTH and image.height <= TALLEST
    assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    assert len(content) <= MOST_BYTES
    assert content == chart_picture(chart, faces), "the same each time"
    colours = {colour[:3] for _, colour in image.convert("RGB").getcolors()}
    assert len(colours) <= 4 and all(len(set(colour)) == 1 for colour in colours), "greys only"


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_nothing_is_cut_off_or_on_top_of_another(chart, faces, written):
    image = opened(chart_picture(chart, faces))
    boxes = [box for places in written.values() for box in places]
    for left, top, right, bottom in boxes:
        assert left >= -1 and top >= 0 and right <= image.width + 1 and bottom <= image.height
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    for _, count in chart.rows:
        assert str(count) in written or (count == 0 and chart is HOURS)


def test_bars_are_as_long_as_their_numbers(faces):
    image = opened(chart_picture(STOPS, faces)).convert("L")
    lines = [max(runs(image.crop((0, y, WIDTH, y + 1)).tobytes()), default=0) for y in range(image.height)]
    lines = [long if long > 60 else 0 for long in lines]  # strokes of letters are shorter
    found = [long for before, long in pairwise([0, *lines]) if long and not before]
    assert len(found) == 3, "nothing counted has no bar"
    assert [round(640 * one / max(found)) for one in found] == pytest.approx([320, 160, 640], abs=1)


def test_columns_are_as_high_as_their_numbers(faces):
    image = opened(chart_picture(HOURS, faces)).convert("L")
    for at, (_, count) in enumerate(HOURS.rows):
        x = round(WIDTH / len(HOURS.rows) * (at + 0.5)) - 40
        column = runs(image.crop((x, 0, x + 1, image.height)).tobytes())
        assert sum(column) == pytest.approx(COLUMN_PLOT * count / 160, abs=14 if count < 10 else 2), count


def test_columns_without_room_lie_as_bars(faces, written):
    chart_picture(DAY, faces)
    assert {box[2] for hour in range(24) for box in written[f"{hour:02d}:00"]} == {written["09:00"][0][2]}


def test_a_label_is_set_on_two_lines_and_only_then_shortened(faces, written):
    text = "多讲讲身边的科技，多请本地的科技工作者来讲一讲他们正在做的事"
    chart_picture(Chart("", "", ((text, 3), (text * 3, 2))), faces)
    said = [one for one in written if not one.isdigit()]
    assert text in said or any(first + second == text for first in said for second in said)
    (shortened,) = [one for one in said if one.endswith("…")]
    assert shortened[:-1] in text * 3


@pytest.mark.parametrize("upright", [True, False])
def test_no_rows_and_one_row_are_charts_all_the_same(faces, upright):
    for rows in ((), (("一", 1),), (("一", 0),), (("一", -4), ("二", 3))):
        assert opened(chart_picture(Chart("图", "单位：人次", rows, upright), faces)).width == WIDTH


def test_many_more_rows_are_drawn_too(faces, written):
    content = chart_picture(Chart("盖章", "单位：枚", tuple((f"活动点{at}", at) for at in range(50))), faces)
    assert len(content) <= MOST_BYTES
    assert {f"活动点{at}" for at in range(50)} <= written.keys()


def test_a_character_without_a_shape_is_told(faces):
    with pytest.raises(CannotDraw, match="ᠮ"):
        chart_picture(Chart("图", "", (("ᠮ", 1),)), faces)


def test_the_words_tell_every_number():
    zh, en = (Speech(locale, translations(locale).gettext) for locale in ("zh", "en"))
    assert chart_words(STOPS, zh) == (
        "统计图：各站点人次（单位：人次）。新城区：320；回民区：160；没有选站点，或在别处：0；赛罕区：640。"
    )
    assert chart_words(Chart("Visits", "", (("a", 1),)), en) == "Chart: Visits. a: 1."
    assert chart_words(Chart("图", "单位：人次", ()), zh) == "统计图：图（单位：人次）。没有数据。"


def test_the_scale_begins_at_nothing():
    assert [Scale.of((-3, 5, 20)).share(count) for count in (-3, 5, 20)] == [0, 0.25, 1]
    assert Scale.of(()).share(0) == Scale.of((0,)).share(0) == 0
