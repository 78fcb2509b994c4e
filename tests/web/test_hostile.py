"""Whatever is sent to whichever address: no failure of ours, no trace, and only well-formed check-ins recorded."""

import re
import string
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes, urlencode
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.actions.kiosk import Kiosk, open_kiosk
from kiosk.domain.entry import entry_faults, entry_from_row
from kiosk.domain.errors import InvalidInput
from kiosk.domain.party import read_party
from kiosk.domain.voices import SATISFACTION
from tests.conftest import SHIPPED
from tests.web.conftest import set_up
from tests.web.page import TRACES, UUID, Page, parse

# The server hands any bytes on as Latin-1; a header may hold all but line ends.
RAW = st.text(st.characters(min_codepoint=0, max_codepoint=255, exclude_characters="\r\n"), max_size=60)
TEXT = st.text(max_size=40)
ROUTES = [
    *("/", "/about", "/check-in", "/check-in/group", "/healthz", "/privacy", "/programme", "/quiz", "/scientists"),
    *("/check-in/one/1", "/check-in/group/0", "/check-in/group/2", "/scientists/tu-youyou", "/pictures/x.png"),
    *("/static/js/kiosk.js", "/static/../kiosk/app.py", "/check-in/{id}", "/check-in/{id}/undo", "/quiz/{id}/0"),
    *("/feedback", "/feedback/satisfied", "/feedback/thanks", "/scientists/tu-youyou/tribute"),
    *("/quiz/{id}/0/1", "/quiz/{id}/7/5", "/quiz?audience={id}&length={id}", "/staff/log.csv", "/nothing"),
]
METHODS = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
QUESTIONS = ["visitor_type", "age_band", "district"]
VOICES = ["visit", "satisfaction", "suggestion"]
OPTIONS = ["satisfied", "slower", "teacher", "primary_pupil", "child", "adult", "saihan", "elsewhere"]
ID = "00000000-1111-4222-8333-444444444444"

FIELD_NAME = st.one_of(
    st.sampled_from(["id", "party_size", "answer", "lang", "pad", "typed", "stay", *QUESTIONS, *VOICES]),
    st.builds("{}.{}".format, st.sampled_from(QUESTIONS), st.sampled_from(OPTIONS)),
    TEXT,
)
FIELD_VALUE = st.one_of(
    st.sampled_from([ID, "1", "2", "0", "200", "201", "true", "false", *OPTIONS]),
    st.integers(-5, 10**9).map(str),
    TEXT,
)
FIELDS = st.lists(st.tuples(FIELD_NAME, FIELD_VALUE), max_size=8)
HEADER = st.sampled_from(
    [
        *("HTTP_HOST", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_COOKIE", "HTTP_RANGE", "HTTP_IF_NONE_MATCH"),
        *("HTTP_ACCEPT_LANGUAGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_X_FORWARDED_FOR", "HTTP_REFERER", "HTTP_IF_RANGE"),
        *("HTTP_AUTHORIZATION", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_ACCEPT"),
        "HTTP_X_HTTP_METHOD_OVERRIDE",
    ]
)
HEADER_VALUE = st.one_of(
    RAW,
    st.sampled_from(
        [
            *(
                "localhost",
                "a" * 300,
                "[::1",
                "bytes=0-",
                "bytes=5-1",
                "bytes=-0",
                "bytes=0-0,2-3",
                "-1",
                "1e9",
                "99999",
            ),
            *("multipart/form-data", "multipart/form-data; boundary=", "application/json; charset=utf-7", "null"),
            *(
                "application/x-www-form-urlencoded; charset=bogus",
                "*",
                "Thu, 99 Foo 9999",
                "W/",
                "cross-site",
                "ü" * 70,
            ),
        ]
    ),
)

CALM = settings(
    max_examples=250,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
    database=None,
)


class Target:
    """One application for many attempts; looks at what each left in the log."""

    def __init__(self, kiosk: Kiosk):
        self.kiosk, self.client = kiosk, set_up(kiosk).test_client(use_cookies=False)
        self._after = 0

    def hit(self, path: str, method: str = "GET", query: str = "", body: bytes = b"", **environ: str):
        """Send a request as a server would pass it on; return (status, body) after looking for what must not be."""
        given = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "CONTENT_LENGTH": str(len(body)), **environ}
        given["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        given["QUERY_STRING"] = query.encode("utf-8", "replace").decode("latin-1")
        response = self.client.open(method=method, data=body, environ_overrides=given, buffered=True)
        text = response.get_data(as_text=True) if "text" in response.headers.get("Content-Type", "") else ""
        assert response.status_code < 500, (response.status_code, path, method)
        for trace in TRACES:
            if trace in path:  # in the links to this page in another look
                continue
            assert trace not in text or response.headers["Content-Type"].startswith("text/javascript"), trace
        assert "Set-Cookie" not in response.headers
        return response.status_code, text

    def new_entries(self) -> Iterator:
        """Yield the entries made since the last look."""
        rows = [entry_from_row(row) for row in self.kiosk.log.rows()]
        found, self._after = rows[self._after :], len(rows)
        yield from found

    def look_at_the_log(self) -> None:
        for entry in self.new_entries():
            assert entry_faults(entry) == []
            assert UUID.fullmatch(entry.id)
            if entry.kind == "feedback":
                assert set(entry.answers["satisfaction"]) < set(SATISFACTION)
                continue
            for question_id, counts in entry.answers.items():
                question = self.kiosk.event.check_in.question(question_id)
                assert question
                assert all(question.option(option_id) for option_id in counts)


@pytest.fixture(scope="module")
def target(tmp_path_factory) -> Iterator[Target]:
    kiosk = open_kiosk(tmp_path_factory.mktemp("hostile"), SHIPPED)
    yield Target(kiosk)
    kiosk.close()


@CALM
@given(
    path=st.one_of(
        TEXT,
        st.lists(st.sampled_from(["check-in", "quiz", "..", "", "%00", ID, "one", "-1", "9" * 30]), max_size=5).map(
            "/".join
        ),
    )
)
@example(path="static/%2e%2e/%2e%2e/kiosk/app.py")
@example(path="/evil.example/check-in")
def test_any_path(target, path):
    for method in ("GET", "POST"):
        target.hit("/" + quote(path, safe="/%.", errors="replace"), method)
    target.look_at_the_log()


@CALM
@given(route=st.sampled_from(ROUTES), method=st.sampled_from(METHODS), query=FIELDS, raw=RAW)
def test_any_query_on_any_route_by_any_method(target, route, method, query, raw):
    path = route.format(id=ID)
    target.hit(path, method, urlencode(query, errors="replace"))
    target.hit(path, method, raw)
    target.look_at_the_log()


@CALM
@given(route=st.sampled_from(ROUTES), fields=FIELDS)
def test_any_form_on_any_route(target, route, fields):
    body = urlencode(fields, errors="replace").encode()
    target.hit(route.format(id=ID), "POST", body=body, CONTENT_TYPE="application/x-www-form-urlencoded")
    target.look_at_the_log()


@CALM
@given(route=st.sampled_from(ROUTES), method=st.sampled_from(METHODS), body=st.binary(max_size=200), kind=HEADER_VALUE)
def test_any_body_on_any_route(target, route, method, body, kind):
    target.hit(route.format(id=ID), method, body=body, CONTENT_TYPE=kind)
    target.look_at_the_log()


@CALM
@given(
    route=st.sampled_from(ROUTES),
    method=st.sampled_from(METHODS[:5]),
    headers=st.dictionaries(HEADER, HEADER_VALUE, max_size=4),
)
@example(route="/", method="GET", headers={"HTTP_HOST": "a" * 300})
@example(route="/static/js/kiosk.js", method="GET", headers={"HTTP_RANGE": "bytes=9999-1"})
@example(route="/", method="GET", headers={"HTTP_HOST": "xn--\xe9"})
def test_any_headers_on_any_route(target, route, method, headers):
    target.hit(route.format(id=ID), method, body=b"id=x", **headers)
    target.look_at_the_log()


@CALM
@given(fields=FIELDS, size=st.integers(-1, 205))
def test_a_form_is_recorded_exactly_when_it_is_well_formed(target, fields, size):
    list(target.new_entries())
    whole = [("id", str(uuid4())), ("party_size", str(size))]
    whole += [(name, value) for name, value in fields if name not in ("id", "party_size")]
    sent = [
        (name.encode("utf-8", "replace").decode(), value.encode("utf-8", "replace").decode()) for name, value in whole
    ]
    try:
        new_id, party = read_party(sent, target.kiosk.event.check_in)
        expected = [(new_id, party.size, party.answers)]
    except InvalidInput:
        expected = []
    body = urlencode(sent).encode()
    status, _ = target.hit("/check-in", "POST", body=body, CONTENT_TYPE="application/x-www-form-urlencoded")
    assert status == (303 if expected else 400)
    assert [(entry.id, entry.party_size, entry.answers) for entry in target.new_entries()] == expected


@CALM
@given(
    at=st.integers(0, 35),
    letter=st.one_of(st.characters(codec="utf-8"), st.sampled_from(string.printable)),
    how=st.sampled_from(["put", "insert", "drop"]),
)
def test_a_mutated_number_is_an_id_or_refused(target, at, letter, how):
    mutated = ID[:at] + ("" if how == "drop" else letter) + ID[at + (how != "insert") :]
    body = urlencode({"id": mutated, "party_size": "1"}).encode()
    status, _ = target.hit("/check-in", "POST", body=body, CONTENT_TYPE="application/x-www-form-urlencoded")
    assert status == (303 if re.fullmatch(UUID.pattern, mutated) else 400)
    target.look_at_the_log()


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "{{ 111111*1000001 }}{% print(config) %}",
    "%(name)s %s %d",
    "\u202egnp.exe",
    "\U0001f9d1\u200d\U0001f52c",
    "\ufeff\u0000",
    "javascript:alert(1)",
    "//evil.example/",
    "\ud7ff\ue000\uffff",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "route", ["/", "/programme", "/quiz", "/check-in", "/nothing", "/check-in/one/1", "/check-in/group/0"]
)
def test_hostile_text_in_an_address_is_never_markup(target, route, text):
    for query in (urlencode({"x": text}), urlencode({text: "x"}), urlencode({"lang": text}), quote(text)):
        _, html = target.hit(route, query=query)
        tree, errors = parse(html)
        assert errors == []
        assert "111111111111" not in html
        for element in tree.iter():
            names = [str(name) for name in element.keys()]  # noqa: SIM118
            assert not [name for name in names if name.startswith("on")]
            assert (element.get("href") or "/").startswith(("/", "#"))
            assert not (element.get("href") or "").startswith("//")
        for script in tree.iter("script"):
            assert script.get("src", "").startswith("/static/js/") and not script.text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_in_a_path_or_a_form_is_never_markup(target, text):
    for path in (f"/{quote(text)}", f"/scientists/{quote(text)}", f"/quiz/{quote(text)}", f"//{quote(text)}"):
        assert target.hit(path)[0] in (301, 308, 404)
    status, html = target.hit(
        "/check-in",
        "POST",
        body=urlencode({"id": text, "party_size": text, text: text}).encode(),
        CONTENT_TYPE="application/x-www-form-urlencoded",
    )
    assert status == 400
    assert parse(html)[1] == []
    assert text not in html or text.isalpha()


def test_what_is_sent_again_after_a_failure_is_escaped(kiosk, monkeypatch):
    from kiosk.domain.errors import NotRecorded

    def fail(*_):
        raise NotRecorded("full")

    monkeypatch.setattr("kiosk.actions.check_in.check_in", fail)
    text = HOSTILE[1]
    response = set_up(kiosk).test_client().post("/check-in", data={"id": text, text: "'\"<"})
    page = Page("/check-in", response)
    assert page.errors == []
    (form,) = page.forms()
    assert list(form.fields) == [("id", text), (text, "'\"<")]


@pytest.mark.parametrize("path", ["/%0d%0aSet-Cookie:x=1", "/check-in?lang=%0d%0aX-Evil:1", "/quiz?x=%0d%0a"])
def test_no_header_can_be_smuggled_into_an_answer(target, path):
    response = target.client.get(path, environ_overrides={"HTTP_HOST": "localhost"})
    assert not {"Set-Cookie", "X-Evil"} & set(response.headers.keys())


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/..", "/\\evil.example", "/check-in//evil.example", "///"]
)
def test_no_address_leads_a_visitor_to_another_site(target, path):
    response = target.client.get(path, environ_overrides={"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"})
    assert response.status_code in (200, 301, 308, 404)
    location = response.headers.get("Location", "/")
    assert not location.startswith("//")
    assert "evil.example" not in location or location.startswith("http://localhost/")
