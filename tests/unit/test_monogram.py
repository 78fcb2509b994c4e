"""Drawn portraits: always the same for a person, another for another, readable, and nothing in them but our lines."""

import re
from xml.etree import ElementTree

import pytest

from kiosk.domain.scientist import AREAS
from kiosk.exports import monogram
from tests.conftest import PROJECT

PEOPLE = ("tu-youyou", "qian-xuesen", "li-siguang", "a", "hua-luogeng", "wang-xuan")
EVERYONE = [(person, area) for person in PEOPLE for area in AREAS]


def luminance(colour: tuple[float, ...]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_field_has_a_motif_and_the_colour_of_the_screens():
    sheet = (PROJECT / "static/css/screens.css").read_text(encoding="utf-8")
    assert set(monogram.GROUNDS) == set(AREAS)
    for area, ground in monogram.GROUNDS.items():
        assert f"[data-area={area}] {{ --tint: {ground}; }}" in sheet


@pytest.mark.parametrize(("person", "area"), EVERYONE)
def test_a_portrait_is_small_and_well_formed_and_the_same_each_time(person, area):
    drawn = monogram.svg(person, area, "屠")
    monogram.svg.cache_clear()
    assert monogram.svg(person, area, "屠") == drawn
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") == "0 0 240 300"
    assert len(drawn.encode()) < 7_000
    for lines in root.iter("{http://www.w3.org/2000/svg}path"):
        assert re.fullmatch(r"[MQahvlqtz0-9 .-]+", lines.get("d")), "numbers and nothing else"


def test_a_portrait_is_drawn_once():
    assert monogram.svg("tu-youyou", "medicine", "屠") is monogram.svg("tu-youyou", "medicine", "屠")


@pytest.mark.parametrize("area", AREAS)
def test_no_two_people_of_a_field_have_the_same_motif(area):
    assert len({monogram.svg(person, area, "李") for person in PEOPLE}) == len(PEOPLE)


def test_no_two_fields_have_the_same_motif():
    motifs = {re.sub("#[0-9a-f]{6}", "", monogram.svg("tu-youyou", area, "屠")) for area in AREAS}
    assert len(motifs) == len(AREAS)


@pytest.mark.parametrize("character", ["<", "&", '"', "'"])
def test_a_name_that_begins_with_markup_is_shown_as_it_stands(character):
    root = ElementTree.fromstring(monogram.svg("a", "life", character))
    assert [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")] == [character]


@pytest.mark.parametrize(("person", "area"), EVERYONE)
def test_the_character_stands_out_from_the_ground_and_keeps_the_motif_off(person, area):
    assert contrast(rgb(monogram.INK), rgb(monogram.GROUNDS[area])) >= 8.5
    drawn = monogram.svg(person, area, "屠")
    text = ElementTree.fromstring(drawn)[-1]
    assert (text.get("fill"), text.get("stroke")) == (monogram.INK, monogram.GROUNDS[area])
    assert (text.get("paint-order"), float(text.get("stroke-width")) >= 20) == ("stroke", True)
    for x, y in re.findall(rf'<circle cx="([0-9.-]+)" cy="([0-9.-]+)" r="[0-9.]+" fill="{monogram.SUN}"', drawn):
        away = max(abs(float(x) - monogram.MIDDLE[0]), abs(float(y) - monogram.MIDDLE[1]))
        assert away > 40, "what shines would hide in a character of the same brightness"
