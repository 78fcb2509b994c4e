"""Stamp cards to print: sheets of A4, codes that read as what they are, words that stay where they belong."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kiosk.actions.print_cards import card_words, make_cards, new_tokens
from kiosk.domain.cards import CardKey, card_content, short_code, spaced, token_in
from kiosk.domain.errors import CannotDraw, InvalidInput
from kiosk.domain.event import Place
from kiosk.exports import card_sheet, qr, typeface
from kiosk.exports.card_sheet import CODE, CODE_BOX, CORNER, FINE, PLATE, WORDS, CardCode, write_sheets
from kiosk.exports.typeface import Faces, find_faces
from kiosk.storage.event_key import read_key
from kiosk.web.locale import translations
from tests.printed import pages

KEY = CardKey(b"k" * 16, "hohhot-2018")
ADDRESS = "http://192.168.4.1:8000"
LOCALES = ("zh", "en")
LONG_TITLE = {
    "zh": "呼和浩特市2018年“全国科技工作者日”系列活动暨第三十二届青少年科技创新大赛开幕式",
    "en": "National Science and Technology Workers’ Day 2018 in Hohhot and Opening of the 32nd Youth Science Contest",
}
LONG_NAME = {
    "zh": "机器人与人工智能互动体验区（一层东侧）",
    "en": "Robotics and artificial intelligence experience zone (ground floor, east)",
}


@pytest.fixture(scope="module")
def faces() -> Faces:
    return find_faces()


def say(locale: str):
    return translations(locale).gettext


def words_of(pack, locale: str, group: int | None = None, places: int = 0, long: bool = False):
    """Return the words of a card of the shipped event, with so many stations and, if wanted, all of them long."""
    name = LONG_NAME if long else {"zh": "机器人", "en": "Robots"}
    stations = tuple(Place(id=f"s{at}", name=name) for at in range(places))
    title = LONG_TITLE if long else pack.event.short_title
    event = pack.event.model_copy(update={"stations": stations, "short_title": title})
    return card_words(event, locale, say(locale), group)


def drawn(words, count: int, faces: Faces, address: str | None = ADDRESS, size: int = 1) -> tuple[list[str], bytes]:
    """Return what the codes are to say, and the file."""
    tokens = new_tokens(KEY, count, size)
    contents = [card_content(address, token) for token in tokens]
    codes = (CardCode(said, spaced(short_code(token))) for said, token in zip(contents, tokens, strict=True))
    file = io.BytesIO()
    write_sheets(words, codes, faces, file)
    return contents, file.getvalue()


def place_of(code) -> tuple[int, int]:
    """Return the row and column of the card in which a code was found."""
    at = code.position.top_left
    return (at.y - CORNER[1]) // card_sheet.CARD[1], (at.x - CORNER[0]) // card_sheet.CARD[0]


@pytest.mark.parametrize("address", [ADDRESS, None, "https://kiosk.science.museum.example.org/2018-05-30"])
def test_every_code_of_every_page_says_what_it_is_to_say(shipped_pack, faces, address):
    contents, content = drawn(words_of(shipped_pack, "zh", places=4), 11, faces, address)
    sheets = pages(content)  # which looks at the size of A4 as well
    assert [sheet.size for sheet in sheets] == [(2480, 3508)] * 2
    read = []
    for sheet in sheets:
        found = sorted(zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode), key=place_of)
        assert [place_of(code) for code in found] == [divmod(at, 2) for at in range(len(found))]
        read += [code.text for code in found]
    assert read == contents
    assert len(set(read)) == 11


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_cards_are_on_a_page_and_the_last_may_have_fewer(shipped_pack, faces, count, sheets):
    assert card_sheet.pages_of(count) == len(pages(drawn(words_of(shipped_pack, "zh"), count, faces)[1])) == sheets


def test_an_address_in_capitals_takes_the_narrow_mode():
    said = card_content(ADDRESS, KEY.new())
    assert said.startswith("HTTP://192.168.4.1:8000/P/")
    assert token_in(said) == said[-24:]
    assert len(qr.modules(said)) == 29 + 8, "version 3, which holds 61 such characters and 42 of others"
    assert len(qr.modules(said.lower())) == 33 + 8
    assert len(qr.modules(card_content(None, KEY.new()))) == 25 + 8


@pytest.mark.parametrize("address", [ADDRESS, None, "http://a.example/" + "b" * 200])
def test_a_code_is_pure_black_in_whole_dots_with_white_around_it(faces, address):
    token = KEY.new()
    content = card_content(address, token)
    rows = qr.modules(content)
    image = card_sheet.code_picture(CardCode(content, spaced(short_code(token))), faces)
    assert image.mode == "1"
    module = CODE_BOX // len(rows)
    assert module >= card_sheet.SMALLEST_MODULE
    side = len(rows) * module * FINE
    left, top = (CODE_BOX * FINE - side) // 2, CODE_BOX * FINE - side
    exact = Image.new("1", (len(rows), len(rows)))
    exact.putdata([not dark for row in rows for dark in row])
    exact = exact.resize((side, side), Image.Resampling.NEAREST)
    assert image.crop((left, top, left + side, top + side)).tobytes() == exact.tobytes()
    # The quiet zone ends inside the card, and the words begin beyond it.
    assert PLATE[2] <= CODE[0] and CODE[2] <= card_sheet.CARD[0] and CODE[1] >= 0
    below = image.crop((0, CODE_BOX * FINE, image.width, image.height))
    x, y, right, bottom = below.convert("L").point(lambda shade: 255 - shade).getbbox()
    assert x > 0 and y > 0 and right < image.width and bottom < below.height, "the short code is whole"
    assert bottom - y > 30 * FINE, "as high as type of ten points"


def test_an_address_that_is_too_long_for_a_card_is_refused(shipped_pack, faces):
    for long in (1500, 5000):
        with pytest.raises(CannotDraw, match="too long"):
            drawn(words_of(shipped_pack, "zh"), 1, faces, "http://a.example/" + "b" * long)


def texts(words):
    return [card_sheet._head(words), card_sheet._sentences(words), *card_sheet._names(words)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("places", [0, 1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize(("long", "group"), [(False, None), (True, 200)])
def test_words_stay_in_their_places_and_all_are_said(shipped_pack, faces, monkeypatch, locale, places, long, group):
    words = words_of(shipped_pack, locale, group, places, long)
    boxes = [text.box for text in texts(words)]
    assert len(boxes) == places + 2
    for left, top, right, bottom in boxes:
        inside = PLATE if right <= PLATE[2] else WORDS
        assert inside[0] <= left < right <= inside[2] and inside[1] <= top < bottom <= inside[3]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]

    said = []
    real = card_sheet.set_type

    def watched(blocks, *arguments):
        done, scale = real(blocks, *arguments)
        said.extend((one.block.text, one.lines) for one in done)
        return done, scale

    monkeypatch.setattr(card_sheet, "set_type", watched)
    layers = card_sheet.word_layers(words, faces)
    for text, lines in said:
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(any(word in line for line in lines) for word in re.findall("[A-Za-z]+", text)), "no word is cut"
    assert {words.event, words.title, words.what_to_do, words.privacy, *words.places} <= {text for text, _ in said}
    assert (group is None) or words.group in {text for text, _ in said}

    for layer in layers.values():
        assert layer.size == (card_sheet.CARD[0] * FINE, card_sheet.CARD[1] * FINE)
        assert layer.convert("L").getextrema() == (0, 255)
        draw = ImageDraw.Draw(layer)
        for box in boxes:
            draw.rectangle([one * FINE for one in box], fill=1)
        assert layer.convert("L").getextrema() == (255, 255), "something stands outside its box"


def test_names_of_stations_are_about_as_large_as_each_other_and_no_word_is_cut(shipped_pack, faces, monkeypatch):
    set_names, real = {}, card_sheet.set_type

    def watched(blocks, *arguments):
        done, scale = real(blocks, *arguments)
        set_names.update({one.block.text: one for one in done})  # the last time counts
        return done, scale

    monkeypatch.setattr(card_sheet, "set_type", watched)
    names = ("Space", "Thermodynamics of tea", *("Robots",) * 6)
    card_sheet.word_layers(replace(words_of(shipped_pack, "en"), places=names), faces)
    assert set_names["Thermodynamics of tea"].lines == ("Thermodynamics", "of tea")
    usual = card_sheet._names(replace(words_of(shipped_pack, "en"), places=("Space",)))
    most = next(usual).blocks[0].size
    assert set_names["Thermodynamics of tea"].size <= set_names["Space"].size == set_names["Robots"].size < most
    assert set_names["Space"].size >= card_sheet.EVEN * most - 1


@pytest.mark.parametrize(("locale", "said"), [("zh", "团体卡 · 45 人"), ("en", "Group card · 45 people")])
def test_a_groups_card_says_for_how_many_it_is(shipped_pack, faces, locale, said):
    words = words_of(shipped_pack, locale, 45)
    assert words.group == said
    assert said in [block.text for text in texts(words) for block in text.blocks]
    assert words_of(shipped_pack, locale).group == ""
    contents, _ = drawn(words, 2, faces, size=45)
    assert [KEY.card(token_in(one)).party_size for one in contents] == [45, 45]


def test_more_stations_than_places_leave_the_places_without_names(shipped_pack, faces):
    words = words_of(shipped_pack, "zh", places=9)
    assert words.places == ("",) * 8
    assert len(texts(words)) == 2
    with pytest.raises(ValueError):
        write_sheets(replace(words, places=("甲",) * 9), [], faces, io.BytesIO())


@pytest.mark.parametrize("places", range(9))
def test_places_for_stamps_are_white_wide_enough_and_inside_the_plate(shipped_pack, places):
    words = words_of(shipped_pack, "zh", 45, places)
    boxes = card_sheet._places(words).boxes
    assert len(boxes) == places
    plate = card_sheet.plate_picture(words)
    assert plate.size == (PLATE[2] - PLATE[0], PLATE[3] - PLATE[1])
    for x, y, wide, high in boxes:
        assert wide >= 118 and high * 0.52 >= 94, "a stamp of ten millimetres, and its name below"
        inner = [round(one) for one in (x + 6, y + 34, x + wide - 6, y + high - 12)]
        shown = plate.crop((inner[0] - PLATE[0], inner[1] - PLATE[1], inner[2] - PLATE[0], inner[3] - PLATE[1]))
        assert shown.getextrema() == ((255, 255),) * 3


def test_a_file_of_ten_pages_is_small_and_each_page_adds_little(shipped_pack, faces):
    words = words_of(shipped_pack, "zh", places=8)
    one, ten = (len(drawn(words, count, faces)[1]) for count in (8, 80))
    assert one < 100_000
    assert (ten - one) / 9 < 30_000


def test_nothing_of_a_page_is_kept(shipped_pack, faces):
    """Cards are asked for as a page needs them, and a page is in the file before the next one is begun."""
    file, asked = io.BytesIO(), []

    def codes():
        for token in new_tokens(KEY, 24, 1):
            asked.append(file.tell())
            yield CardCode(token, spaced(short_code(token)))

    write_sheets(words_of(shipped_pack, "zh"), codes(), faces, file)
    starts = asked[::8]
    assert starts == sorted(set(starts)) and len(set(asked)) == 3


def test_without_a_font_or_with_a_character_it_lacks_nothing_is_written(shipped_pack, faces, monkeypatch, tmp_path):
    file = io.BytesIO()
    with pytest.raises(CannotDraw, match=re.escape("ᠮ (U+182E)")):
        write_sheets(replace(words_of(shipped_pack, "zh"), places=("ᠮ",)), [], faces, file)
    assert file.getvalue() == b""
    monkeypatch.setattr(typeface, "FOLDERS", (tmp_path / "none",))
    with pytest.raises(CannotDraw, match="fonts-noto-cjk"):
        make(shipped_pack, tmp_path / "cards.pdf", count=1)
    assert list(tmp_path.iterdir()) == []


def make(pack, target: Path, **values) -> int:
    return make_cards(pack.event, target, key=KEY, say=say(values.get("locale") or "zh"), **values)


@pytest.mark.parametrize(
    "values",
    [{"count": 0}, {"count": 2001}, {"count": 1, "group": 1}, {"count": 1, "group": 201}, {"count": 1, "locale": "mn"}],
)
def test_what_no_card_can_be_is_refused(shipped_pack, tmp_path, values):
    with pytest.raises(InvalidInput):
        make_cards(shipped_pack.event, tmp_path / "cards.pdf", key=KEY, say=say("zh"), **values)
    assert list(tmp_path.iterdir()) == []


def test_no_two_cards_of_a_batch_have_the_same_number():
    class Forgetful(CardKey):
        """Draws each number twice, under a MAC that no longer tells them apart."""

        def __init__(self):
            self.drawn = iter(f"{at // 2:08d}{at:016d}" for at in range(100))

        def new(self, party_size=1):
            return next(self.drawn)

    assert [int(token[:8]) for token in new_tokens(Forgetful(), 10, 1)] == list(range(10))


def test_the_key_of_a_set_up_is_made_once_and_a_damaged_one_is_told(tmp_path):
    key = read_key(tmp_path)
    assert len(key) >= 16
    assert read_key(tmp_path) == key
    assert (tmp_path / "event-key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "event-key").write_text("half")
    with pytest.raises(Exception, match="event-key") as told:
        read_key(tmp_path)
    assert type(told.value).__name__ == "FileUnusable"
    assert (tmp_path / "event-key").read_text() == "half", "and left as it is"
