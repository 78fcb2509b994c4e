"""A visitor without a browser, who asks as a touchscreen or a phone would and holds every page to the house rules.

`Visitor` lints each page it gets; `Page` finds links and forms by what they say, never by how they look.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.waiting import wait_for

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TRACES = ("Traceback", 'File "', "werkzeug", "Exception", "jinja2")
LANGUAGES = {"zh": "zh-CN", "en": "en"}
FIELDS = ("input", "select", "textarea", "button")


def parse(html: str) -> tuple[Element, list[str]]:
    """Return the tree of a page and what a strict parser finds wrong with it."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    return tree, [f"{position}: {code} {details}" for position, code, details in parser.errors]


def words(element: Element) -> str:
    """Return what a person reads in an element, pieces hidden from them left out."""
    if element.get("aria-hidden") == "true" or element.get("hidden") is not None:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [words(child) if isinstance(child.tag, str) else "", child.tail or ""]
    return re.sub(r"\s+", " ", "".join(parts)).strip()


@dataclass(frozen=True)
class Form:
    """A form as it would be sent: `fields` are those it carries, `buttons` the words and the field of each button."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass
class Page:
    """One answer, looked at as a page."""

    address: str
    response: TestResponse
    html: str = field(init=False)
    tree: Element = field(init=False)
    errors: list[str] = field(init=False)

    def __post_init__(self):
        self.html = self.response.get_data(as_text=True)
        self.tree, self.errors = parse(self.html)

    @property
    def status(self) -> int:
        return self.response.status_code

    def all(self, tag: str) -> list[Element]:
        return list(self.tree.iter(tag))

    @property
    def title(self) -> str:
        return " ".join(words(one) for one in self.all("title"))

    @property
    def heading(self) -> str:
        return " ".join(words(one) for one in self.all("h1"))

    @property
    def text(self) -> str:
        return words(self.all("main")[0])

    def name(self, element: Element) -> str:
        """Return the name that a screen reader would say."""
        if label := element.get("aria-label"):
            return label.strip()
        if by := element.get("aria-labelledby"):
            labels = [words(one) for one in self.tree.iter() if one.get("id") in by.split()]
            if any(labels):
                return " ".join(labels)
        if own := element.get("id"):
            labels = [words(one) for one in self.tree.iter("label") if one.get("for") == own]
            if any(labels):
                return " ".join(labels)
        if around := [words(one) for one in self.all("label") if element in one.iter() and words(one)]:
            return around[0]
        pictures = [one.get("alt", "") for one in element.iter("img")]
        return (words(element) or " ".join(pictures) or element.get("value", "")).strip()

    def links(self) -> list[tuple[str, str]]:
        """Return (name, address) of every link."""
        return [(self.name(one), one.get("href", "")) for one in self.all("a")]

    def link(self, name: str) -> str:
        """Return where the one link whose name begins with `name` leads."""
        found = {href for said, href in self.links() if said.startswith(name)}
        assert len(found) == 1, f"{name!r}: {sorted(found)} among {[said for said, _ in self.links()]}"
        return found.pop()

    def forms(self) -> list[Form]:
        return [self._form(one) for one in self.all("form")]

    def _form(self, form: Element) -> Form:
        fields = [one for one in form.iter("input") if one.get("type") not in ("submit", "button", "image")]
        fields = [one for one in fields if one.get("type") != "checkbox" or one.get("checked") is not None]
        buttons = []
        for one in form.iter("button"):
            own = ((one.get("name"), one.get("value", "")),) if one.get("name") else ()
            buttons.append((self.name(one), own))
        carried = tuple((one.get("name", ""), one.get("value", "")) for one in fields)
        return Form(form.get("action", ""), form.get("method", ""), carried, tuple(buttons))

    def form(self, button: str) -> tuple[str, list[tuple[str, str]]]:
        """Return (address, fields) of the form with the button whose words begin with `button`."""
        for form in self.forms():
            for said, own in form.buttons:
                if said.startswith(button):
                    return form.action, [*form.fields, *own]
        said = [name for form in self.forms() for name, _ in form.buttons]
        raise AssertionError(f"no button {button!r} among {said}")

    def ways(self) -> list[str]:
        """Return the names of everything that can be tapped inside the page's main part."""
        main = self.all("main")[0]
        return [self.name(one) for one in main.iter() if one.tag in ("a", "button")]

    def carries(self, attribute: str) -> list[str]:
        """Return the values of an attribute, wherever it stands."""
        return [one.get(attribute) for one in self.tree.iter() if one.get(attribute) is not None]


def faults(page: Page, locale: str | None = None) -> list[str]:
    """Return what is wrong with a page by itself, in short phrases."""
    found = list(page.errors)
    language = page.all("html")[0].get("lang")
    expected = LANGUAGES.get(locale) if locale else None
    if language not in LANGUAGES.values() or (expected and language != expected):
        found.append(f"lang is {language}, not {expected}")
    for tag in ("h1", "main", "title"):
        if len(page.all(tag)) != 1:
            found.append(f"{len(page.all(tag))} elements {tag}")
    if not page.title.strip(" ·"):
        found.append("no title")
    if page.all("h1") and not page.name(page.all("h1")[0]):
        found.append("an empty heading")
    ids = [one.get("id") for one in page.tree.iter() if one.get("id") is not None]
    found += [f"id {one} stands twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    found += [f"{attribute} names {one}, which is not there" for attribute, one in _references(page) if one not in ids]
    for element in page.tree.iter():
        if isinstance(element.tag, str):
            found += _element_faults(page, element)
    for trace in TRACES:
        if trace in page.html:
            found.append(f"a trace: {trace}")
    if "%(" in page.html or "{{" in page.html:
        found.append("a place in a sentence that nothing filled")
    return found


def _references(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.tree.iter():
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for one in (element.get(attribute) or "").split():
                yield attribute, one


def _element_faults(page: Page, element: Element) -> Iterator[str]:
    tag = element.tag
    for attribute in element.keys():  # noqa: SIM118 - an element's own iteration gives its children
        if attribute == "style" or str(attribute).startswith("on"):
            yield f"inline {attribute} on {tag}"
    if tag == "style":
        yield "an inline style sheet"
    if tag == "script" and (not element.get("src") or (element.text or "").strip()):
        yield "an inline script"
    for attribute in ("src", "href", "action", "{http://www.w3.org/1999/xlink}href", "srcset", "poster", "data"):
        address = element.get(attribute)
        if address is not None and (urlsplit(address).scheme or address.startswith("//")):
            # A phone is its owner's: it may go on to the official contest. Nothing leads out of the touchscreen.
            if tag == "a" and element.get("rel") == "noopener" and page.carries("data-place") == ["phone"]:
                continue
            yield f"{tag} {attribute} leads away: {address}"
    if tag == "img" and element.get("alt") is None:
        yield f"a picture without words: {element.get('src')}"
    if tag == "form" and (element.get("method", "").lower() not in ("post", "get") or not element.get("action")):
        yield "a form without method or action"
    if tag == "a" and not element.get("href"):
        yield "a link that leads nowhere"
    if element.get("hidden") is not None:
        return
    wants_name = tag in ("a", "button", "select", "textarea", "summary")
    if (wants_name or (tag == "input" and element.get("type") != "hidden")) and not page.name(element):
        yield f"{tag} without a name: {dict(element.items())}"


class Visitor:
    """Someone at the kiosk, or at `address` with a phone. Every page is linted; nothing may ever be a 5xx unasked."""

    def __init__(self, app: Flask, address: str = "127.0.0.1", locale: str | None = "zh"):
        self.app, self.address, self.locale = app, address, locale
        self.client: FlaskClient = app.test_client(use_cookies=True)
        self._resolved: dict[str, int] = {}

    def open(self, address: str, method: str = "GET", **values) -> TestResponse:
        """Send one request, exactly as given."""
        environ = {"REMOTE_ADDR": self.address, **values.pop("environ_overrides", {})}
        response = self.client.open(address, method=method, environ_overrides=environ, buffered=True, **values)
        self._look_at_cookies(response)
        return response

    def _look_at_cookies(self, response: TestResponse) -> None:
        assert "Set-Cookie" not in response.headers, "a visitor got a cookie"

    def get(self, address: str, status: int = 200) -> Page:
        """Return a page that answers with `status`."""
        return self._page(address, self.open(address), status)

    def tap(self, page: Page, name: str) -> Page:
        """Follow the link of a page whose name begins with `name`."""
        return self.get(urljoin(page.address, page.link(name)))

    def press(self, page: Page, button: str, status: int = 303) -> Page:
        """Press a button of a page and return the page it leads to (for a redirect, the page behind it)."""
        address, fields = page.form(button)
        return self.post(urljoin(page.address, address), fields, status)

    def post(self, address: str, fields: Iterable[tuple[str, str]], status: int = 303, **values) -> Page:
        """Send form fields; `status` is that of the answer itself, the page returned the one at the end."""
        body = urlencode(list(fields))
        values.setdefault("content_type", "application/x-www-form-urlencoded")
        response = self.open(address, method="POST", data=body, **values)
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:3000])
        if status == 303:
            return self.get(response.headers["Location"])
        return self._page(address, response, status)

    def _page(self, address: str, response: TestResponse, status: int) -> Page:
        page = Page(address, response)
        assert page.status == status, f"{address}: {page.status}\n{page.html[:3000]}"
        locale = dict(parse_qsl(urlsplit(address).query)).get("lang") or self.locale
        found = faults(page, locale if locale in LANGUAGES else None)
        found += [f"{where} answers {was}" for where, was in self._dead_ends(page)]
        assert not found, f"{address}: {found}"
        return page

    def _dead_ends(self, page: Page) -> Iterator[tuple[str, int | str]]:
        """Yield the addresses in a page that lead to nothing."""
        for element in page.tree.iter():
            for attribute in ("href", "src"):
                given = element.get(attribute)
                if given is None or urlsplit(given).scheme:  # one that leads away is not ours to try
                    continue
                if given.startswith("#"):
                    if given[1:] not in page.carries("id"):
                        yield given, "no such part"
                    continue
                whole = urljoin(page.address, given)
                if page.status >= 400 and unquote(urlsplit(whole).path) == unquote(urlsplit(page.address).path):
                    continue  # the same failure in the other language
                address, _, part = whole.partition("#")
                known = UUID.sub("<id>", address)
                if known not in self._resolved:
                    self._resolved[known] = self.open(address).status_code
                if self._resolved[known] >= 400:
                    yield given, self._resolved[known]
                elif part and address.split("?")[0].endswith(".svg") and not self._holds(address, part):
                    yield given, "no such part"

    def _holds(self, address: str, part: str) -> bool:
        return f'id="{part}"' in self.open(address).get_data(as_text=True)


class Staff(Visitor):
    """Someone of the staff: at the touchscreen, or at `address` with a laptop of their own."""

    def _look_at_cookies(self, response: TestResponse) -> None:
        for cookie in response.headers.getlist("Set-Cookie"):
            assert cookie.split("=")[0] in ("kiosk_staff", "kiosk_machine")
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie

    def sign_in(self, password: str, status: int = 303) -> Page:
        """Sign in with the password on the page for it."""
        return self.post("/staff/sign-in", [("password", password)], status)

    def come_in(self, kind: str, secret: str) -> None:
        """Sign in without a look at the page behind it, which is tried link by link wherever it is the matter."""
        address = {"password": "/staff/sign-in", "pin": "/staff/pin"}[kind]
        assert self.open(address, method="POST", data={kind: secret}).status_code == 303

    def type_pin(self, pin: str, status: int = 303) -> Page:
        """Type the PIN at the touchscreen."""
        return self.post("/staff/pin", [("pin", pin)], status)

    def log_as(self, format: str) -> TestResponse:
        """Ask for the whole log until it is made, and return the answer that holds it."""
        ask = partial(self.open, f"/staff/log.{format}")
        return wait_for(lambda: (answer := ask()).status_code == 200 and answer, every=0, told=lambda: ask().text)


class Volunteer(Visitor):
    """A volunteer with a phone: a visitor until it comes on duty."""

    def _look_at_cookies(self, response: TestResponse) -> None:
        for cookie in response.headers.getlist("Set-Cookie"):
            assert cookie.split("=")[0] == "kiosk_volunteer"
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie

    def send(self, *rows: dict, status: int = 200) -> dict:
        """Send scans as the scanner page does, and return the answer."""
        response = self.open("/volunteer/scans", method="POST", json={"scans": list(rows)})
        assert response.status_code == status, response.get_data(as_text=True)[:2000]
        return response.get_json()
