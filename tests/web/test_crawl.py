"""Every page that links and buttons reach from the home screen, whatever was chosen, at the kiosk and from a phone.

The visitor of these tests lints each page and tries every address in it; here we only make sure to get everywhere.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest

from kiosk.actions.kiosk import open_kiosk
from tests.conftest import SHIPPED
from tests.web.conftest import set_up
from tests.web.page import UUID, Page, Visitor

CHOSEN = {"lang": "en", "text": "large", "contrast": "high", "visit": "00000000-0000-4000-8000-00000000beef"}

# Enough to see every screen; without a bound the way of a group is a million pages.
MOST_PAGES = 600


def place(address: str) -> tuple:
    """Return what makes an address another place: its path and which fields it carries, not how many people."""
    parts = urlsplit(address)
    names = {re.sub(r"(\w+)\.\w+", r"\1.", name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    # In a visit that began on the way, the pages are the same ones; so are those of one more round of the quiz.
    path = re.sub(r"(/quiz/<id>/)[1-9]\d*", r"\g<1>1", UUID.sub("<id>", parts.path))
    return path, tuple(sorted(names - {"visit"}))


def crawl(visitor: Visitor, start: str, *, press: bool = True) -> list[Page]:
    """Follow every link, and press every button, of each place once; return every page seen on the way."""
    pages: list[Page] = []
    seen, pressed = {place(start)}, set()
    waiting = [lambda: visitor.get(start)]
    while waiting:
        page = waiting.pop(0)()
        pages.append(page)
        assert len(pages) < MOST_PAGES
        for _, href in stays(page):
            address = urljoin(page.address, href).partition("#")[0]
            if place(address) not in seen and is_page(address):
                seen.add(place(address))
                waiting.append(lambda address=address: visitor.get(address))
        for form in page.forms():
            action = urljoin(page.address, form.action)
            # One tribute stands for all: another machine may not send as many forms as there are scientists.
            kind = place(re.sub(r"/scientists/[^/]+/", "/scientists/<id>/", action))
            if press and kind not in pressed:
                pressed.add(kind)
                _, own = form.buttons[0]
                waiting.append(lambda action=action, fields=(*form.fields, *own): visitor.post(action, fields))
    return pages


def stays(page: Page) -> list[tuple[str, str]]:
    """Return the links of a page that should keep what a visitor chose: not those that change it, nor starting over."""
    return [(name, href) for name, href in page.links() if href != "/" and not is_switch(page, href)]


def is_switch(page: Page, href: str) -> bool:
    """Return whether a link leads to the page it stands on, perhaps looking otherwise."""
    if href.startswith("#"):
        return True
    here, there = urlsplit(page.address), urlsplit(urljoin(page.address, href))
    said = [[(name, value) for name, value in parse_qsl(one.query) if name not in CHOSEN] for one in (here, there)]
    return here.path == there.path and said[0] == said[1] and not there.fragment


def paths(pages: list[Page]) -> set[str]:
    return {place(page.address)[0] for page in pages}


def is_page(address: str) -> bool:
    return not urlsplit(address).path.startswith(("/static/", "/pictures/"))


SCREENS = {
    "/",
    "/about",
    "/check-in",
    "/check-in/<id>",
    "/check-in/group",
    "/check-in/group/0",
    "/check-in/group/1",
    "/check-in/group/2",
    "/check-in/one/1",
    "/check-in/one/2",
    "/feedback",
    "/feedback/thanks",
    "/feedback/very_dissatisfied",
    "/privacy",
    "/programme",
    "/quiz",
    "/quiz/<id>/0",
    "/quiz/<id>/0/1",
    "/quiz/<id>/0/5",
    "/quiz/<id>/1/1",
    "/scientists",
    "/scientists/tu-youyou",
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Page]]]:
    """Every page of one kiosk, by language."""
    kiosk = open_kiosk(tmp_path_factory.mktemp("data"), SHIPPED)
    visitor = Visitor(set_up(kiosk))
    yield {
        "zh": crawl(visitor, "/"),
        "en": crawl(visitor, "/?lang=en"),
        "chosen": crawl(visitor, f"/?{urlencode(CHOSEN)}"),
    }
    kiosk.close()


@pytest.mark.parametrize("locale", ["zh", "en", "chosen"])
def test_every_page_of_the_kiosk_is_reached_and_sound(seen, locale):
    assert paths(seen[locale]) >= SCREENS


@pytest.mark.parametrize("start", ["/", pytest.param("/?lang=en", marks=pytest.mark.long)])
def test_every_page_of_a_phone_that_may_check_in_is_reached_and_sound(phone, start):
    assert paths(crawl(phone, start)) >= SCREENS


@pytest.mark.parametrize("start", ["/", "/?lang=en"])
def test_a_phone_that_may_not_check_in_is_led_nowhere_that_refuses_it(app, start):
    assert paths(crawl(Visitor(app, "10.0.0.7"), start)) >= {one for one in SCREENS if "check-in" not in one}


def test_what_a_visitor_chose_stays_on_every_link_and_form_of_every_page(seen):
    for page in seen["chosen"]:
        for address in [href for _, href in stays(page)] + [form.action for form in page.forms()]:
            said = dict(parse_qsl(urlsplit(address).query))
            assert CHOSEN.items() <= said.items(), f"{page.address}: {address}"


def test_who_chose_nothing_has_nothing_in_the_address(seen):
    for page in seen["zh"]:
        for address in [href for _, href in stays(page)] + [form.action for form in page.forms()]:
            said = dict(parse_qsl(urlsplit(address).query))
            assert not {"lang", "text", "contrast"} & said.keys(), f"{page.address}: {address}"


@pytest.mark.parametrize(("locale", "other", "its_name"), [("zh", "en", "English"), ("en", "zh", "中文")])
def test_every_page_that_can_be_opened_again_leads_to_itself_in_the_other_language(seen, locale, other, its_name):
    for page in seen[locale]:
        there = urljoin(page.address, page.link(its_name))
        assert (("lang", other) in parse_qsl(urlsplit(there).query)) == (other != "zh")
        own, its = place(page.address), place(there)
        assert own[0] == its[0]
        assert set(own[1]) ^ set(its[1]) == {"lang"}


def test_going_home_without_a_language_starts_again_in_the_first_one(at_kiosk):
    assert at_kiosk.get("/?lang=en").all("html")[0].get("lang") == "en"
    assert at_kiosk.get("/").all("html")[0].get("lang") == "zh-CN"


@pytest.mark.parametrize(
    "lang", ["de", "", "EN", "zh-CN", "<script>", "en&lang=zh", "../../etc/passwd", "%00", "x" * 3000]
)
def test_an_unknown_language_is_the_first_one(at_kiosk, lang):
    at_kiosk.locale = None
    page = at_kiosk.open(f"/programme?lang={lang}")
    assert page.status_code == 200
    assert 'lang="zh-CN"' in page.get_data(as_text=True) or lang == "en&lang=zh"
