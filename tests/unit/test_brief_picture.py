"""The picture of the daily brief: its size, what is kept free, that nothing is cut and nothing shown that is zero."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from kiosk.domain.errors import CannotDraw
from kiosk.exports import brief_picture, share
from kiosk.exports.brief_picture import BriefCard
from kiosk.exports.typeface import Faces, find_faces

ROWS = (("参与人次（设备记录）", 1328), ("工作人员登记（人次）", 460), ("签到（次）", 861), ("答题（轮）", 302))
LONG = tuple((words, count * 99_991) for words, count in (*ROWS, *ROWS[1:], ROWS[1]))


@pytest.fixture(scope="module")
def faces() -> Faces:
    return find_faces()


@pytest.fixture
def card(shipped_pack) -> BriefCard:
    event = shipped_pack.event
    return BriefCard(
        "zh", "当日简报", "5月30日", event.title["zh"], "活动主题", event.theme, ROWS, "分别统计，不相加。"
    )


@pytest.fixture
def written(monkeypatch) -> list[tuple[str, tuple[str, ...], int]]:
    """What was set: each text, its lines and its size."""
    found, real = [], share.set_type

    def watched(blocks, faces, column, height, largest=1.0):
        done, scale = real(blocks, faces, column, height, largest)
        assert sum(one.height + one.block.before * scale * bool(at) for at, one in enumerate(done)) <= height
        found.extend((one.block.text, one.lines, one.size) for one in done)
        return done, scale

    monkeypatch.setattr(share, "set_type", watched)
    monkeypatch.setattr(brief_picture, "set_type", watched)
    return found


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def check(content: bytes) -> None:
    image = opened(content)
    assert (image.size, image.mode) == ((1080, 1920), "RGB")
    texts = {tuple(bytes.fromhex(colour[1:])) for colour in (brief_picture.INK, brief_picture.INK_SOFT)}
    for band in ((0, 0, 1080, share.FREE), (0, 1920 - share.FREE, 1080, 1920)):
        assert not texts & {colour for _, colour in image.crop(band).getcolors(1 << 21)}
    assert len(content) < 600_000


def test_it_says_the_theme_word_for_word_and_every_figure(card, faces, written):
    check(brief_picture.brief_picture(card, faces))
    said = {text: lines for text, lines, _ in written}
    assert "".join(said[card.theme.text]) == card.theme.text
    assert all(any(word in line for line in said[card.theme.text]) for word in ("习近平", "党的十九大"))
    for words, count in ROWS:
        assert said[words] == (words,) and said[str(count)] == (str(count),)
    assert {"当日简报　5月30日", card.title, card.note} <= said.keys()


def test_long_names_and_numbers_are_set_smaller_and_never_cut(card, faces, written):
    long = replace(card, title=card.title * 3, rows=LONG)
    check(brief_picture.brief_picture(long, faces))
    for text, lines, size in written:
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert size >= 16, text
    assert sum(len(lines) for text, lines, _ in written if text.isdigit()) == len(LONG)


@pytest.mark.parametrize("rows", [(), ROWS[1:2], ROWS[:3]])
def test_with_fewer_figures_nothing_stands_empty(card, faces, written, rows):
    check(brief_picture.brief_picture(replace(card, rows=rows, note="", day=""), faces))
    assert sorted(text for text, _, _ in written if text.isdigit()) == sorted(str(count) for _, count in rows)


def test_without_a_theme_in_that_language_there_is_none(card, faces, written):
    check(brief_picture.brief_picture(replace(card, theme=None), faces))
    assert "活动主题" not in {text for text, _, _ in written}


def test_it_is_the_same_each_time(card, faces):
    assert brief_picture.brief_picture(card, faces) == brief_picture.brief_picture(card, faces)


def test_a_character_without_a_shape_is_told(card, faces):
    with pytest.raises(CannotDraw, match="ᠮ"):
        brief_picture.brief_picture(replace(card, title="ᠮ"), faces)
