"""Pictures to share: their size, what is kept free, that everything said is set and nothing cut, and what they need."""

import io
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.actions.share import event_card, make_share_pictures, person_card, share_names
from kiosk.domain.errors import CannotDraw, InvalidInput
from kiosk.exports import dawn, monogram, motif, share, typeface
from kiosk.exports.lines import NOT_FIRST, NOT_LAST
from kiosk.exports.share import Block, set_type
from kiosk.exports.typeface import Face, Faces, find_faces
from kiosk.web.locale import translations
from tests.conftest import PROJECT

LOCALES = ("zh", "en")


@pytest.fixture(scope="module")
def faces() -> Faces:
    return find_faces()


@pytest.fixture
def written(monkeypatch) -> list[tuple[Block, tuple[str, ...], float, float]]:
    """What a picture's texts came to: the block, its lines, where the column ends below, and how high it got."""
    found, real = [], share.set_type

    def watched(blocks, faces, column, height, largest=1.0):
        done, scale = real(blocks, faces, column, height, largest)
        used = sum(one.height + one.block.before * scale * bool(at) for at, one in enumerate(done))
        assert used <= height
        found.extend((one.block, one.lines, one.size, scale) for one in done)
        return done, scale

    monkeypatch.setattr(share, "set_type", watched)
    return found


def say(locale: str):
    return translations(locale).gettext


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def check_lines(written) -> None:
    assert written
    for block, lines, _size, _scale in written:
        said = "".join(block.phrases) or block.text
        assert "".join(lines).replace(" ", "") == said.replace(" ", "").replace("\n", "")
        for word in block.whole:
            assert said.count(word) == sum(line.count(word) for line in lines), word
        if block.language == "zh":
            assert not [line for line in lines[1:] if line[0] in NOT_FIRST]
            assert not [line for line in lines[:-1] if line[-1] in NOT_LAST]


def check_free(image: Image.Image, colours: tuple[str, ...]) -> None:
    """No text above or below: none of the colours that only texts have."""
    assert image.size == (1080, 1920)
    assert image.mode == "RGB"
    texts = {tuple(bytes.fromhex(colour[1:])) for colour in colours}
    for band in ((0, 0, 1080, share.FREE), (0, 1920 - share.FREE, 1080, 1920)):
        assert not texts & {colour for _, colour in image.crop(band).getcolors(1 << 21)}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_events_picture_says_the_theme_word_for_word(shipped_pack, faces, written, locale):
    content = share.event_picture(event_card(shipped_pack.event, locale, say(locale)), faces)
    check_lines(written)
    theme = next(lines for block, lines, _, _ in written if block.text == shipped_pack.event.theme.text)
    assert "".join(theme) == shipped_pack.event.theme.text
    assert all(any(word in line for line in theme) for word in ("习近平", "党的十九大", "中国科学家精神"))
    texts = [block.text for block, _, _, _ in written]
    assert [one for one in texts if shipped_pack.event.organisers[1].name[locale] in one]
    assert (shipped_pack.event.theme.description["en"] in texts) == (locale == "en")
    check_free(opened(content), (share.INK, share.EMBER))
    assert len(content) < 600_000


PEOPLE = [
    *[("sun-jiadong", "zh"), ("zhu-kezhen", "en")],
    *[
        pytest.param(path.stem, locale, marks=pytest.mark.long)
        for path in sorted((PROJECT / "events/hohhot-2018/scientists").glob("*.toml"))
        for locale in LOCALES
    ],
]


@pytest.mark.parametrize(("who", "locale"), PEOPLE)
def test_a_scientists_picture_says_what_they_did(shipped_pack, faces, written, who, locale):
    person = shipped_pack.scientist(who)
    content = share.person_picture(person_card(shipped_pack, person, locale, say(locale)), faces)
    check_lines(written)
    said = {block.text: size for block, _, size, _ in written}
    assert {person.names[locale], person.did[locale], shipped_pack.event.short_title[locale]} <= said.keys()
    assert said[person.did[locale]] >= 36, "read on a phone at arm's length"
    if person.quotation:
        words = person.quotation.translation["en"] if locale == "en" else person.quotation.text
        assert {f"“{words}”", person.quotation.source[locale]} <= said.keys()
    image = opened(content)
    check_free(image, (share.INK, share.INK_SOFT))
    ground = max(image.crop((0, 0, 1080, share.HERO - 60)).getcolors(1 << 21))[1]
    assert ground == tuple(bytes.fromhex(monogram.GROUNDS[person.area][1:])), "the field's colour above"
    assert len(content) < 600_000


@pytest.mark.long
def test_a_picture_is_the_same_each_time(shipped_pack, faces):
    card = person_card(shipped_pack, shipped_pack.scientist("tu-youyou"), "zh", say("zh"))
    assert share.person_picture(card, faces) == share.person_picture(card, faces)


def test_long_texts_are_set_smaller_and_never_cut(shipped_pack, faces, written):
    card = person_card(shipped_pack, shipped_pack.scientist("tu-youyou"), "zh", say("zh"))
    share.person_picture(replace(card, did=card.did * 5, name=card.name * 4, quotation=card.quotation * 3), faces)
    check_lines(written)
    assert min(scale for _, _, _, scale in written) < 0.7


def test_someone_with_a_picture_is_shown_with_it_and_its_maker_named(shipped_pack, faces, written):
    card = person_card(shipped_pack, shipped_pack.scientist("tu-youyou"), "zh", say("zh"))
    photo = io.BytesIO()
    Image.new("RGB", (900, 1200), (10, 200, 30)).save(photo, "JPEG")
    image = opened(share.person_picture(replace(card, portrait=photo.getvalue(), credit="图片：某人，CC BY"), faces))
    assert all(abs(a - b) < 8 for a, b in zip(image.getpixel((540, 500)), (10, 200, 30), strict=True))
    assert "图片：某人，CC BY" in [block.text for block, _, _, _ in written]


def test_colours_are_those_of_the_screens():
    tokens = (PROJECT / "static/css/tokens.css").read_text(encoding="utf-8").split("[data-theme")[0]
    for name in ("paper", "dawn-pale", "sun", "ink", "ink-soft", "land", "ember"):
        colour = {"dawn-pale": dawn.DAWN}.get(name) or getattr(dawn, name.upper().replace("-", "_"))
        assert f"--{name}: {colour};" in tokens
    sheet = (PROJECT / "static/css/print.css").read_text(encoding="utf-8")
    for area, ground in monogram.GROUNDS.items():
        assert f'[data-area="{area}"] {{ --tint: {ground}; }}' in sheet


@pytest.mark.parametrize("area", monogram.GROUNDS)
def test_the_motif_is_the_one_of_the_drawn_portrait(area):
    lines = motif.painted("tu-youyou", area, 2, 0, 300)
    assert lines.size == (480, 600)
    shades = lines.getcolors(256)
    drawn = 1 - next(count for count, shade in shades if shade == 0) / (480 * 600)
    assert 0.01 < drawn < 0.4, "lines, and not a plain"
    assert motif.suns("tu-youyou", area), "every motif has its sun"
    commands = set(re.findall("[A-Za-z]", "".join(re.findall(r' d="([^"]*)"', _inside(area)))))
    assert commands <= set(motif._ARGUMENTS)


def _inside(area: str) -> str:
    drawn = [monogram.svg(f"person-{at}", area, "-") for at in range(9)]
    return "".join(one[one.index("<g clip-path") : one.rindex("</g>")] for one in drawn)


def test_without_a_chinese_font_the_package_is_named(tmp_path):
    with pytest.raises(CannotDraw, match="fonts-noto-cjk"):
        find_faces([tmp_path, tmp_path / "nowhere"])


def test_a_user_without_a_home_has_no_fonts_there(monkeypatch, tmp_path, faces):
    def nobody(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nobody)
    runpy.run_path(typeface.__file__)  # nothing is looked for before it is needed
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~/.fonts").mkdir(parents=True)
    for name in ("NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"):
        (tmp_path / "~/.fonts" / name).symlink_to(faces.sans.path)
    with pytest.raises(CannotDraw, match="fonts-noto-cjk"):
        find_faces([Path("~/.fonts")])


def test_a_broken_font_is_passed_over(tmp_path, faces):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "NotoSerifCJKsc-Bold.otf").write_bytes(b"not a font")
    for name in ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"):
        (tmp_path / name).symlink_to(faces.sans.path)
    found = find_faces([tmp_path])
    assert found.serif.path.name == "NotoSansCJK-Bold.ttc"
    assert found.sans.at(20).getname()[0] == "Noto Sans CJK SC"


def test_characters_that_a_font_lacks_are_named_and_nothing_is_drawn(shipped_pack, faces):
    card = person_card(shipped_pack, shipped_pack.scientist("xurigan"), "zh", say("zh"))
    with pytest.raises(CannotDraw, match=re.escape("ᠮ (U+182E)")):
        share.person_picture(replace(card, did=card.did + "ᠮ"), faces)
    latin = _latin()
    if latin:
        with pytest.raises(CannotDraw, match="旭"):
            share.person_picture(card, Faces(latin, latin))


def _latin() -> Face | None:
    found = sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))
    return Face(found[0]) if found else None


@pytest.mark.parametrize("text", ["旭侗蕃曚", "ǖǘǚǜüĀáǎàŌ", "“”—…·–℃％", "Xùrìgān Lǚ"])
def test_what_names_are_made_of_is_there(faces, text):
    faces.check([text])


def test_a_face_keeps_few_sizes(faces):
    face = Face(faces.serif.path, faces.serif.index)
    for size in range(10, 60):
        face.at(size)
    assert len(face._sizes) <= typeface._MOST_SIZES


def test_type_that_cannot_fit_ends_as_small_as_there_is(faces):
    done, _ = set_type([Block("字" * 90, "serif", 40, "#000", "zh")], faces, 9, 9)
    assert done[0].size == 1


def test_pictures_in_another_language_lie_beside_the_first_ones(shipped_pack):
    first, second = (share_names(shipped_pack.event, shipped_pack.scientists, locale) for locale in LOCALES)
    assert first["hohhot-2018"] == "hohhot-2018-share.png"
    assert first["tu-youyou"] == "hohhot-2018-tu-youyou.png"
    assert not set(first.values()) & set(second.values())
    assert len(first) == len(set(first.values())) == 20


@pytest.mark.parametrize("values", [{"locale": "mn"}, {"only": "nobody"}])
def test_what_the_pack_lacks_is_refused(shipped_pack, tmp_path, values):
    with pytest.raises(InvalidInput):
        make_share_pictures(shipped_pack, tmp_path / "out", say=say("zh"), **values)
    assert list(tmp_path.iterdir()) == []
