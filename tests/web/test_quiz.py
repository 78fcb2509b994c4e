"""The practice quiz by forms alone: a whole round, the first answer that stays, and one entry for a finished round."""

import os
import re
from itertools import product
from uuid import uuid4

import pytest

from kiosk.domain.quiz import draw
from tests.web.conftest import set_up
from tests.web.page import Page, Visitor

ROUND = "8682e92d-6ed7-4516-9ab6-5bd6edbebe33"

LENGTH = 5


@pytest.fixture
def questions(kiosk):
    """Return a function that gives the questions of a round, in order."""
    bank = tuple(question for bank in kiosk.pack.banks for question in bank.questions)
    return lambda round_id: draw(round_id, bank, LENGTH).questions


def answer(visitor: Visitor, round_id: str, number: int, said: bool | str, status: int = 303, lang: str = "") -> Page:
    value = said if isinstance(said, str) else str(said).lower()
    return visitor.post(f"/quiz/{round_id}/{number}{lang}", [("answer", value)], status)


def verdict(page: Page) -> str | None:
    """Return whether the page says that the answer was right: `yes`, `no`, or None before answering."""
    found = page.carries("data-right")
    return found[0] if found else None


@pytest.mark.parametrize("who", ["kiosk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_whole_round_by_links_and_buttons_is_one_entry(app, kiosk, questions, entries, who, lang):
    # The quiz is open to phones even where check-in is not.
    visitor = Visitor(app, "127.0.0.1" if who == "kiosk" else "10.0.0.7")
    page = visitor.get("/quiz" if lang == "zh" else "/quiz?lang=en")
    page = visitor.get(next(href for _, href in page.links() if re.search(r"/quiz/.*/1(\?|$)", href)))
    round_id = page.address.split("/")[2]
    asked = questions(round_id)
    for number, question in enumerate(asked, 1):
        assert page.heading == question.text[lang]
        assert entries(kiosk) == []
        (form,) = page.forms()
        right = number % 2 == 0
        said = question.key if right else not question.key
        (own,) = [own for _, own in form.buttons if own == (("answer", str(said).lower()),)]
        page = visitor.post(form.action, [*form.fields, *own])
        assert verdict(page) == ("yes" if right else "no")
        assert question.explanation[lang] in page.text
        onward = f"/quiz/{round_id}/{number + 1}" if number < LENGTH else f"/quiz/{round_id}"
        if number < LENGTH:
            page = visitor.get(next(href for _, href in page.links() if href.split("?")[0] == onward))
    (entry,) = entries(kiosk)
    assert (entry.id, entry.kind, entry.source) == (round_id, "quiz", "touch" if who == "kiosk" else "phone")
    assert entry.details == {
        "asked": 5,
        "right": 2,
        "questions": [{"question": one.id, "right": at % 2 == 1} for at, one in enumerate(asked)],
    }
    result = visitor.get(next(href for _, href in page.links() if href.split("?")[0] == onward))
    assert result.carries("data-entry-id") == [round_id]
    assert result.carries("data-right") == ["no", "yes", "no", "yes", "no"]
    assert "2" in result.heading
    assert "5" in result.heading
    for question in asked:
        assert question.text[lang] in result.text


def test_nothing_of_the_key_is_in_the_page_before_answering(at_kiosk, kiosk, questions):
    banks = [question for bank in kiosk.pack.banks for question in bank.questions]
    round_ids = [str(uuid4()) for _ in range(20)]
    for round_id, locale in product(round_ids, ("zh", "en")):
        page = at_kiosk.get(f"/quiz/{round_id}/1?lang={locale}")
        (question,) = [one for one in banks if one.text[locale] == page.heading]
        for words in (question.explanation[locale], (question.reasoning or {}).get(locale), question.id):
            assert not words or words not in page.html
        if question.source:
            assert question.source.title not in page.html
        assert verdict(page) is None


def test_a_page_before_answering_is_the_same_but_for_the_question_whatever_the_key(at_kiosk, questions):
    shapes = {}
    for _ in range(40):
        round_id = str(uuid4())
        question = questions(round_id)[0]
        html = at_kiosk.open(f"/quiz/{round_id}/1").get_data(as_text=True)
        html = html.replace(round_id, "").replace(question.text["zh"], "")
        shapes.setdefault(question.key, set()).add(html)
    assert set(shapes) == {True, False}
    assert shapes[True] == shapes[False]


def test_the_first_answer_stays(at_kiosk, kiosk, questions, entries):
    round_id = str(uuid4())
    keys = [one.key for one in questions(round_id)]
    first = answer(at_kiosk, round_id, 1, not keys[0])
    assert answer(at_kiosk, round_id, 1, keys[0]).html == first.html
    assert at_kiosk.get(f"/quiz/{round_id}/1").html == first.html
    answer(at_kiosk, round_id, 2, keys[1])
    answer(at_kiosk, round_id, 1, keys[0])
    assert verdict(at_kiosk.get(f"/quiz/{round_id}/1")) == "no"
    for number in (3, 4, 5):
        answer(at_kiosk, round_id, number, keys[number - 1])
    assert entries(kiosk)[0].details["right"] == 4
    answer(at_kiosk, round_id, 5, not keys[4])
    answer(at_kiosk, round_id, 1, keys[0])
    assert verdict(at_kiosk.get(f"/quiz/{round_id}/5")) == "yes"
    (entry,) = entries(kiosk)
    assert entry.details["right"] == 4


def test_a_question_ahead_is_not_open(at_kiosk):
    round_id = str(uuid4())
    for number in (2, 3, 5, 6, 0, 99, 10**30):
        at_kiosk.get(f"/quiz/{round_id}/{number}", 404)
        answer(at_kiosk, round_id, number, True, 404)
    answer(at_kiosk, round_id, 1, True)
    at_kiosk.get(f"/quiz/{round_id}/2")
    at_kiosk.get(f"/quiz/{round_id}/3?lang=en", 404)
    at_kiosk.get(f"/quiz/{round_id}", 404)


def test_an_unfinished_round_is_no_entry(at_kiosk, kiosk, entries):
    round_id = str(uuid4())
    for number in range(1, LENGTH):
        answer(at_kiosk, round_id, number, True)
    assert entries(kiosk) == []


def test_two_rounds_draw_questions_of_their_own_and_do_not_mix(at_kiosk, kiosk, entries):
    one, other = str(uuid4()), str(uuid4())
    for number in range(1, LENGTH + 1):
        answer(at_kiosk, one, number, True)
        answer(at_kiosk, other, number, False)
    assert {entry.id for entry in entries(kiosk)} == {one, other}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("answer", "")],
        [("answer", "yes")],
        [("answer", "True")],
        [("answer", "1")],
        [("answer", "true ")],
        [("answer", "true"), ("answer", "false")],
        [("answer", "true"), ("id", "x")],
        [("choice", "true")],
        [("answer\0", "true")],
        [("answer", "<script>alert(1)</script>")],
        [("answer", "x" * 50_000)],
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_rubbish_is_refused_and_answers_nothing(at_kiosk, kiosk, entries, fields):
    round_id = str(uuid4())
    page = at_kiosk.post(f"/quiz/{round_id}/1?lang=en", fields, 400)
    assert page.heading.endswith("Please start again.")
    assert verdict(at_kiosk.get(f"/quiz/{round_id}/1")) is None


@pytest.mark.parametrize("round_id", ["x", "1", ROUND.replace("-", ""), "{" + ROUND + "}", ROUND + "0"])
def test_a_round_with_a_strange_number_is_not_there(at_kiosk, round_id):
    at_kiosk.get(f"/quiz/{round_id}/1", 404)
    answer(at_kiosk, round_id, 1, True, 404)


def test_a_check_in_is_no_round(at_kiosk, form):
    check_in = at_kiosk.post("/check-in", form()).carries("data-entry-id")[0]
    at_kiosk.get(f"/quiz/{check_in}", 404)


def test_a_round_whose_number_is_taken_is_told_so(at_kiosk, kiosk, form, entries):
    taken = at_kiosk.post("/check-in", form()).carries("data-entry-id")[0]
    for number in range(1, LENGTH):
        answer(at_kiosk, taken, number, True)
    answer(at_kiosk, taken, LENGTH, True, 409, "?lang=en")
    assert [entry.kind for entry in entries(kiosk)] == ["check_in"]


def test_a_round_that_could_not_be_recorded_is_said_and_can_be_sent_again(tmp_path, open_at, entries):
    kiosk = open_at(tmp_path / "troubled")
    visitor = Visitor(set_up(kiosk))
    round_id = str(uuid4())
    for number in range(1, LENGTH):
        answer(visitor, round_id, number, True)
    path = kiosk.data / "kiosk.db"
    kiosk.log.try_writing()
    os.rename(path, kiosk.data / "elsewhere.db")
    page = answer(visitor, round_id, LENGTH, True, 503, "?lang=en")
    assert page.heading.startswith("That was not recorded just now.")
    (again,) = page.forms()
    assert again.fields == (("answer", "true"),)
    os.rename(kiosk.data / "elsewhere.db", path)
    shown = visitor.post(again.action, again.fields)
    assert verdict(shown)
    assert [entry.id for entry in entries(kiosk)] == [round_id]
    assert visitor.get(f"/quiz/{round_id}").carries("data-entry-id") == [round_id]


def test_a_finished_round_is_still_there_after_a_restart(tmp_path, open_at):
    kiosk = open_at(tmp_path / "restarted")
    visitor = Visitor(set_up(kiosk))
    round_id = str(uuid4())
    for number in range(1, LENGTH + 1):
        answer(visitor, round_id, number, True)
    kiosk.close()
    visitor = Visitor(set_up(open_at(tmp_path / "restarted")))
    assert visitor.get(f"/quiz/{round_id}").carries("data-entry-id") == [round_id]


def test_a_pack_without_questions_has_no_practice(tmp_path, open_at, pack_folder):
    for file in (pack_folder / "quiz").glob("*.toml"):
        file.unlink()
    visitor = Visitor(set_up(open_at(tmp_path / "none", pack_folder)))
    page = visitor.get("/quiz")
    assert not [href for _, href in page.links() if "/quiz/" in href]
    visitor.get(f"/quiz/{uuid4()}/1", 404)
