"""The scientists on screen: by field, one after the other, with portraits, credits and codes where they belong."""

import io
import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from kiosk.domain.scientist import AREAS
from tests.conftest import remove_people
from tests.web.conftest import set_up
from tests.web.page import Page, Visitor
from tests.web.spoiled import PICTURE, png, write

A_YEAR = "public, max-age=31536000, immutable"
LINK = "http://www.example.org/people/tu?id=1"


def people(page: Page) -> list[str]:
    """Return the ids of the people on a grid, in order."""
    links = [one for one in page.all("a") if one.get("class") == "person"]
    return [urlsplit(one.get("href")).path.rpartition("/")[2] for one in links]


def photograph() -> bytes:
    exif, content = Image.Exif(), io.BytesIO()
    exif[0x010F] = "SECRET"
    Image.new("RGB", (1000, 1250), (90, 80, 70)).save(content, "JPEG", exif=exif, comment="SECRET")
    return content.getvalue()


@pytest.fixture
def rich(tmp_path: Path, pack_folder: Path, open_at) -> Visitor:
    """Someone at a kiosk whose pack has a portrait and a link for Tu Youyou and a ready-made code."""
    write("pictures/code.png", png(90, 90), PICTURE)(pack_folder)
    (pack_folder / "pictures" / "tu.jpg").write_bytes(photograph())
    file = pack_folder / "scientists" / "tu-youyou.toml"
    credit = 'author = "A. Author"\nlicence = "CC BY-SA 4.0"\nsource = "Archive <1>"\n'
    portrait = f'[portrait]\nfile = "pictures/tu.jpg"\n{credit}'
    file.write_text(f'link = "{LINK}"\n' + file.read_text(encoding="utf-8") + f"\n{portrait}", encoding="utf-8")
    return Visitor(set_up(open_at(tmp_path / "data", pack_folder)))


def pictures(page: Page) -> list[str]:
    return [one.get("src") for one in page.all("img")]


def test_the_grid_shows_everyone_and_how_many_there_are_in_each_field(at_kiosk, shipped_pack):
    page = at_kiosk.get("/scientists")
    assert people(page) == [person.id for person in shipped_pack.scientists]
    assert page.link("全部") == "/scientists"
    assert f"全部 {len(shipped_pack.scientists)}" in page.text
    there = {person.area for person in shipped_pack.scientists}
    fields = [parse_qs(urlsplit(href).query)["area"][0] for _, href in page.links() if "area=" in href]
    assert fields == [area for area in AREAS if area in there]
    assert f"天文航天 {sum(person.area == 'space' for person in shipped_pack.scientists)}" in page.text


@pytest.mark.parametrize("area", AREAS)
def test_a_field_shows_its_own_people_only(at_kiosk, shipped_pack, area):
    page = at_kiosk.get(f"/scientists?area={area}")
    assert people(page) == [person.id for person in shipped_pack.scientists if person.area == area]
    (current,) = [one for one in page.all("a") if one.get("aria-current")]
    assert current.get("href") == f"/scientists?area={area}"


@pytest.mark.parametrize("query", ["area=alchemy", "area=", "area=SPACE", "area=space%00", "area=" + "x" * 3000])
@pytest.mark.parametrize("path", ["/scientists", "/scientists/tu-youyou"])
def test_a_field_that_nobody_works_in_is_not_there(at_kiosk, path, query):
    at_kiosk.get(f"{path}?{query}", status=404)


def test_a_field_without_people_is_neither_offered_nor_there(tmp_path, pack_folder, open_at):
    remove_people(pack_folder, lambda file: 'area = "mathematics"' in file.read_text(encoding="utf-8"))
    visitor = Visitor(set_up(open_at(tmp_path / "data", pack_folder)))
    assert "area=mathematics" not in visitor.get("/scientists").html
    visitor.get("/scientists?area=mathematics", status=404)


def test_a_pack_without_scientists_says_so(tmp_path, pack_folder, open_at):
    remove_people(pack_folder)
    page = Visitor(set_up(open_at(tmp_path / "data", pack_folder))).get("/scientists")
    assert people(page) == []
    assert "area=" not in page.html


@pytest.mark.parametrize("query", ["", "?area=life", "?lang=en&area=life"])
def test_one_gets_from_each_to_the_next_and_back_within_the_field(at_kiosk, query):
    grid = at_kiosk.get(f"/scientists{query}")
    ids = people(grid)
    first = next(one.get("href") for one in grid.all("a") if one.get("class") == "person")
    for rel, order in (("next", ids), ("prev", [ids[0], *reversed(ids[1:])])):
        seen, address = [], first
        for _ in ids:
            page = at_kiosk.get(address)
            seen.append(urlsplit(address).path.rpartition("/")[2])
            (up,) = [one.get("href") for one in page.all("a") if one.get("rel") == "up"]
            there = urlsplit(up)
            assert parse_qs(there.query) == parse_qs(query.lstrip("?"))
            assert there.path == "/scientists"
            assert there.fragment in at_kiosk.get(up).carries("id"), "back to where one was in the grid"
            (address,) = [one.get("href") for one in page.all("a") if one.get("rel") == rel]
        assert seen == order
        assert urlsplit(address).path.endswith(ids[0]), "round and round"


@pytest.mark.parametrize(("keep", "ways"), [(1, []), (2, ["next"]), (3, ["prev", "next"])])
def test_nobody_is_their_own_neighbour(tmp_path, pack_folder, open_at, keep, ways):
    kept, *others = sorted((pack_folder / "scientists").glob("*.toml"))
    remove_people(pack_folder, lambda file: file in others[keep - 1 :])
    visitor = Visitor(set_up(open_at(tmp_path / "data", pack_folder)))
    page = visitor.get(f"/scientists/{kept.stem}")
    assert [one.get("rel") for one in page.all("a") if one.get("rel") in ("prev", "next")] == ways
    assert not [one for one in page.all("a") if one.get("rel") in ways and kept.stem in one.get("href")]


def test_someone_of_another_field_is_not_there_in_this_one(at_kiosk):
    at_kiosk.get("/scientists/tu-youyou?area=medicine")
    at_kiosk.get("/scientists/tu-youyou?area=space", status=404)


def test_those_without_a_picture_have_a_drawn_one_that_is_kept_for_a_year(at_kiosk, shipped_pack):
    pages = [f"/scientists/{person.id}" for person in shipped_pack.scientists]
    addresses = [address for page in pages for address in pictures(at_kiosk.get(page))]
    assert len(addresses) == len(set(addresses)) == len(shipped_pack.scientists)
    for address in addresses:
        response = at_kiosk.open(address)
        assert response.headers["Content-Type"].split(";")[0] == "image/svg+xml"
        assert response.headers["Cache-Control"] == A_YEAR
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert pictures(at_kiosk.get(f"{pages[0]}?lang=en")) == addresses[:1], "one picture for all languages"


def test_the_wall_has_the_drawn_portraits_in_it(at_kiosk, shipped_pack):
    page = at_kiosk.get("/scientists")
    assert not pictures(page), "each file of its own would be a page of its own to the browser"
    assert page.html.count("</text></svg>") == len(shipped_pack.scientists)
    plates = re.findall(r'<clipPath id="([^"]+)"', page.html)
    assert len(set(plates)) == len(shipped_pack.scientists), "one cut by another's plate"


def test_a_picture_whose_address_has_no_version_is_not_kept(rich):
    (small,) = [one for one in pictures(rich.get("/scientists")) if ".jpg" in one]
    for address in (small, "/pictures/portraits/li-bo.svg", "/pictures/code.png"):
        plain = address.partition("?")[0]
        for query in ("", "?lang=en", "?x=1&v=1"):
            assert rich.open(plain + query).headers["Cache-Control"] == "no-cache"
    for address in ("/pictures/portraits/nobody.svg?v=1", "/pictures/none.png?v=1"):
        response = rich.open(address)
        assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")


def test_a_drawn_portrait_is_that_of_the_chinese_name(at_kiosk):
    assert "屠</text>" in at_kiosk.open("/pictures/portraits/tu-youyou.svg?lang=en").get_data(as_text=True)


def test_a_picture_is_shown_in_two_sizes_with_its_credit_and_without_its_notes(rich):
    (small,) = [one for one in pictures(rich.get("/scientists")) if ".jpg" in one]
    page = rich.get("/scientists/tu-youyou")
    (large,) = pictures(page)
    assert pictures(rich.get("/scientists/tu-youyou?lang=en")) == [large], "one picture for all languages"
    widths = []
    for address in (small, large):
        response = rich.open(address)
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Cache-Control"] == A_YEAR
        assert b"SECRET" not in response.data
        image = Image.open(io.BytesIO(response.data))
        assert dict(image.getexif()) == {} and "comment" not in image.info
        widths.append(image.width)
    assert widths[0] < widths[1] < 1000
    (caption,) = [one for one in page.all("figcaption") if "A. Author" in "".join(one.itertext())]
    assert "".join(caption.itertext()) == "图片：A. Author，CC BY-SA 4.0，Archive <1>"
    assert page.all("img")[0].get("alt") == "屠呦呦的肖像"


def test_someone_with_a_picture_no_pack_may_show_is_drawn(rich):
    rich.app.extensions["kiosk"].pictures.kept.clear()
    assert [one for one in pictures(rich.get("/scientists/tu-youyou")) if "tu-youyou.svg?v=" in one]


def test_a_ready_made_code_is_sent_sharp_and_kept(rich):
    (address,) = pictures(rich.get("/about?lang=en"))
    assert address.startswith("/pictures/code.png?v=")
    response = rich.open(address)
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == ("image/png", A_YEAR)
    assert Image.open(io.BytesIO(response.data)).size == (630, 630)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "code.jpg",
            "..%2fevent.toml",
            "event.toml",
            "CODE.png",
            "code.png%00",
            "tu.jpg",
            os.path.relpath("/etc/passwd"),
        ),
        *("portraits/tu-youyou/huge.jpg", "portraits/tu-youyou/code.jpg", "portraits/nobody/small.jpg"),
        *(
            "portraits/li-bo/small.jpg",
            "portraits/nobody.svg",
            "portraits/..%2ftu-youyou.svg",
            "portraits/tu-youyou.png",
        ),
    ],
)
def test_no_other_picture_can_be_had(rich, name):
    assert rich.open(f"/pictures/{name}").status_code == 404


def codes(page: Page) -> dict[str, str]:
    """Return what stands on each card with a code, by the code's address."""
    return {
        one.get("data-code"): " ".join("".join(one.itertext()).split())
        for one in page.all("figure")
        if one.get("data-code")
    }


@pytest.mark.parametrize(("locale", "network"), [("zh", "流量"), ("en", "mobile data")])
def test_who_has_a_page_elsewhere_has_a_second_code_that_says_whose_it_is(rich, locale, network):
    page = rich.get(f"/scientists/tu-youyou?lang={locale}")
    own, link = codes(page)
    assert "/scientists/tu-youyou" in own
    assert link == LINK
    said = codes(page)[LINK]
    assert network in said and "www.example.org" in said and LINK in said


def test_who_has_none_has_no_second_code(rich):
    assert len(codes(rich.get("/scientists/li-bo"))) == 1


def test_a_phone_sees_no_code_and_the_same_portrait(rich):
    page = Visitor(rich.app, "10.0.0.7").get("/scientists/tu-youyou")
    assert codes(page) == {}
    assert pictures(page) == pictures(rich.get("/scientists/tu-youyou"))
