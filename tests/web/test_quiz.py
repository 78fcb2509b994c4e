"""The practice quiz by links and forms alone: a whole round, the first answer that stays, an entry for a round that was
begun and one for a finished one."""

import os
import re
from itertools import product
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from kiosk.domain.quiz_round import MOST_TURNS, Place, Plan, order
from kiosk.storage.rounds import OpenRounds
from tests.playing import answers, offered, plan_of, questions_of, said
from tests.web.conftest import set_up
from tests.web.page import Page, Visitor
from tests.web.spoiled import edit

LENGTH = 5


def new_place(turn: int = 0) -> Place:
    return Place(str(uuid4()), turn)


def address(place: Place, number: int | None = None, query: str = "") -> str:
    return f"/quiz/{place.series}/{place.turn}" + (f"/{number}" if number is not None else "") + query


def answer(visitor: Visitor, place: Place, number: int, choice: str, status: int = 303, query: str = "") -> Page:
    return visitor.post(address(place, number, query), [("answer", choice)], status)


def play(visitor: Visitor, kiosk, place: Place, is_right: bool = True, upto: int = LENGTH) -> None:
    for number, choice in list(answers(kiosk, place, is_right))[:upto]:
        answer(visitor, place, number, choice)


def rounds(entries_found) -> list:
    return [entry for entry in entries_found if entry.kind == "quiz"]


def verdict(page: Page) -> str | None:
    """Return whether the page says that the answer was right: `yes`, `no`, or None before answering."""
    found = page.carries("data-right")
    return found[0] if found else None


def onward(page: Page) -> str:
    return next(href for name, href in page.links() if name.startswith(("下一题", "看结果", "Next", "See the")))


@pytest.fixture
def the(kiosk):
    """Return a function that gives the questions of a round, in order."""
    return lambda place, plan=None: questions_of(kiosk, place, plan)


@pytest.mark.parametrize("who", ["kiosk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_whole_round_by_links_and_buttons(app, kiosk, the, entries, clock, who, lang):
    # The quiz is open to phones even where check-in is not.
    visitor = Visitor(app, "127.0.0.1" if who == "kiosk" else "10.0.0.7")
    page = visitor.get("/quiz" if lang == "zh" else "/quiz?lang=en")
    page = visitor.get(page.link("小学生" if lang == "zh" else "Primary school"))
    place = Place(page.address.split("/")[2], 0)
    plan = Plan("primary_pupil", LENGTH)
    asked = the(place, plan)
    for number, question in enumerate(asked, 1):
        assert page.heading == question.text[lang]
        assert [entry.kind for entry in entries(kiosk)] == (["quiz_begun"] if number > 1 else [])
        (form,) = page.forms()
        assert len(form.buttons) == (len(question.options) or 2)
        choice = said(place, question, is_right=number % 2 == 0)
        (own,) = [own for _, own in form.buttons if own == (("answer", choice),)]
        clock.forward(9_000)
        page = visitor.post(form.action, [*form.fields, *own])
        assert verdict(page) == ("yes" if number % 2 == 0 else "no")
        assert question.explanation[lang] in page.text
        page = visitor.get(onward(page))
    begun, entry = entries(kiosk)
    assert (begun.kind, begun.id, begun.answers) == (
        "quiz_begun",
        place.begun_id,
        {"quiz_audience": {"primary_pupil": 1}},
    )
    assert (entry.id, entry.kind, entry.source) == (place.entry_id, "quiz", "touch" if who == "kiosk" else "phone")
    assert entry.answers == {"quiz_audience": {"primary_pupil": 1}}
    assert entry.details == {
        "asked": 5,
        "right": 2,
        "questions": [{"question": one.id, "topic": one.topic, "right": at % 2 == 1} for at, one in enumerate(asked)],
        "again": False,
        "duration_seconds": 36,
    }
    assert page.carries("data-entry-id") == [place.entry_id]
    assert page.carries("data-right") == ["no", "yes", "no", "yes", "no"]
    assert {"2", "5"} <= set(re.findall(r"\d+", page.heading))
    for question in asked:
        assert question.text[lang] in page.text


def test_nothing_in_the_log_tells_which_rounds_were_of_one_person(at_kiosk, kiosk, entries):
    series = str(uuid4())
    for turn in (0, 1):
        play(at_kiosk, kiosk, Place(series, turn))
    assert not [entry for entry in entries(kiosk) if series in str(vars(entry))]
    assert [entry.details["again"] for entry in rounds(entries(kiosk))] == [False, True]


# Choosing


def test_the_door_offers_every_audience_and_length(at_kiosk, kiosk):
    page = at_kiosk.get("/quiz")
    doors = [href for _, href in page.links() if "/quiz/" in href]
    chosen = [parse_qs(urlsplit(href).query) for href in doors]
    assert [one.get("audience") for one in chosen] == [
        ["primary_pupil"],
        ["secondary_pupil"],
        ["adult"],
        ["farmer_herder"],
        None,
    ]
    assert {one["length"][0] for one in chosen} == {"5"}
    assert len({urlsplit(href).path for href in doors}) == 5, "each a round of its own"
    longer = at_kiosk.get(page.link("10题"))
    assert {parse_qs(urlsplit(href).query)["length"][0] for _, href in longer.links() if "/quiz/" in href} == {"10"}
    at_kiosk.get(longer.link("5题"))


@pytest.mark.parametrize("audience", [None, "primary_pupil", "farmer_herder"])
def test_what_was_chosen_counts_to_the_end_and_cannot_be_changed_on_the_way(at_kiosk, kiosk, the, entries, audience):
    place, plan = new_place(), plan_of(kiosk, audience, 10)
    query = f"?length=10&audience={audience}" if audience else "?length=10"
    asked = the(place, plan)
    answer(at_kiosk, place, 1, said(place, asked[0], True), query=query)
    for number, question in enumerate(asked[1:], 2):
        answer(at_kiosk, place, number, said(place, question, True), query="?length=5&audience=adult")
    (entry,) = rounds(entries(kiosk))
    assert [one["question"] for one in entry.details["questions"]] == [one.id for one in asked]
    assert entry.answers == plan.answers


@pytest.mark.parametrize(
    "query", ["?audience=cats", "?length=7", "?length=-1", "?length=x&audience=", "?length=99999999999"]
)
def test_what_is_not_on_offer_counts_as_not_chosen(at_kiosk, the, query):
    place = new_place()
    assert at_kiosk.get(address(place, 1, query)).heading == the(place)[0].text["zh"]
    at_kiosk.get("/quiz" + query)


def test_another_round_asks_other_questions_of_the_same_kind(at_kiosk, kiosk, the, entries):
    place, plan = new_place(), plan_of(kiosk, "farmer_herder")
    for number, choice in answers(kiosk, place, plan=plan):
        answer(at_kiosk, place, number, choice, query="?audience=farmer_herder")
    again = at_kiosk.get(address(place)).link("再来一轮")
    assert urlsplit(again).path == address(Place(place.series, 1), 1)
    assert parse_qs(urlsplit(again).query) == {"audience": ["farmer_herder"], "length": ["5"]}
    following = {one.id for one in the(Place(place.series, 1), plan)}
    assert len(following) == LENGTH
    assert not following & {one.id for one in the(place, plan)}
    assert at_kiosk.get(again).status == 200


# The key


def test_nothing_of_the_key_is_in_the_page_before_answering(at_kiosk, kiosk, the):
    for place, locale in product([new_place() for _ in range(20)], ("zh", "en")):
        page = at_kiosk.get(address(place, 1, f"?lang={locale}"))
        question = the(place)[0]
        for words in (question.explanation[locale], (question.reasoning or {}).get(locale), question.id):
            assert not words or words not in page.html
        if question.source:
            assert question.source.title[locale] not in page.html
        assert verdict(page) is None


def test_a_statement_looks_the_same_whatever_its_key(at_kiosk, the):
    shapes = {}
    for _ in range(400):
        place = new_place()
        question = the(place)[0]
        if question.kind == "true_false" and (question.topic, len(question.text["zh"]) // 24) not in shapes.get(
            question.key, {}
        ):
            html = at_kiosk.open(address(place, 1)).get_data(as_text=True)
            html = html.replace(place.series, "").replace(question.text["zh"], "")
            shapes.setdefault(question.key, {})[question.topic, len(question.text["zh"]) // 24] = html
    alike = set(shapes[True]) & set(shapes[False])
    assert alike
    for one in alike:
        assert shapes[True][one] == shapes[False][one]


def test_options_are_offered_by_their_place_alone(at_kiosk, the):
    """What a form would send says nothing of the order in the file, in which banks are lopsided sometimes."""
    seen = 0
    for _ in range(60):
        place = new_place()
        question = the(place)[0]
        if question.options:
            page = at_kiosk.get(address(place, 1))
            (form,) = page.forms()
            assert offered(page.html) == [str(n) for n in range(1, len(question.options) + 1)]
            shown = [question.options[at]["zh"] for at in order(place, question)]
            assert [name[1:].strip() for name, _ in form.buttons] == shown
            seen += 1
    assert seen > 10


def test_after_the_answer_the_right_option_and_the_chosen_one_are_marked(at_kiosk, the):
    for is_right in (True, False):
        place = new_place()
        while not the(place)[0].options:
            place = new_place()
        page = answer(at_kiosk, place, 1, said(place, the(place)[0], is_right))
        assert (len(page.carries("data-key")), len(page.carries("data-missed"))) == (1, 0 if is_right else 1)


def test_the_first_answer_stays(at_kiosk, kiosk, the, entries):
    place = new_place()
    asked = the(place)
    first = answer(at_kiosk, place, 1, said(place, asked[0], False))
    assert answer(at_kiosk, place, 1, said(place, asked[0], True)).html == first.html
    assert at_kiosk.get(address(place, 1)).html == first.html
    answer(at_kiosk, place, 2, said(place, asked[1], True))
    answer(at_kiosk, place, 1, said(place, asked[0], True))
    assert verdict(at_kiosk.get(address(place, 1))) == "no"
    for number in (3, 4, 5):
        answer(at_kiosk, place, number, said(place, asked[number - 1], True))
    assert rounds(entries(kiosk))[0].details["right"] == 4
    answer(at_kiosk, place, 5, said(place, asked[4], False))
    answer(at_kiosk, place, 1, said(place, asked[0], True))
    assert verdict(at_kiosk.get(address(place, 5))) == "yes"
    (entry,) = rounds(entries(kiosk))
    assert entry.details["right"] == 4


def test_a_restart_gives_no_second_try(tmp_path, open_at, entries):
    kiosk = open_at(tmp_path / "restarted")
    finished, cut_short = new_place(), new_place()
    visitor = Visitor(set_up(kiosk))
    play(visitor, kiosk, finished, is_right=False)
    play(visitor, kiosk, cut_short, upto=2)
    kiosk.close()
    kiosk = open_at(tmp_path / "restarted")
    visitor = Visitor(set_up(kiosk))
    for place in (finished, cut_short):
        (_, right), *_ = answers(kiosk, place)
        for number in (1, 2, 3):
            if place is finished:  # its result is all that is left, whatever was sent again
                assert visitor.open(address(place, number)).headers["Location"] == address(place)
                assert answer(visitor, place, number, right).carries("data-entry-id") == [place.entry_id]
            else:
                page = visitor.get(address(place, number, "?lang=en"), 404)
                assert page.heading == "This round was cut short. Please start a new one."
                answer(visitor, place, number, right, 404)
    assert visitor.get(address(finished)).carries("data-entry-id") == [finished.entry_id]
    visitor.get(address(cut_short), 404)
    assert [entry.kind for entry in entries(kiosk)] == ["quiz_begun", "quiz", "quiz_begun"]


def test_a_question_ahead_is_not_open(at_kiosk, kiosk):
    place = new_place()
    for number in (2, 3, 5, 6, 0, 99, 10**30):
        at_kiosk.get(address(place, number), 404)
        answer(at_kiosk, place, number, "true", 404)
    play(at_kiosk, kiosk, place, upto=1)
    at_kiosk.get(address(place, 2))
    at_kiosk.get(address(place, 3, "?lang=en"), 404)
    at_kiosk.get(address(place), 404)


# The log


def test_an_unfinished_round_is_counted_apart(at_kiosk, kiosk, entries):
    play(at_kiosk, kiosk, new_place(), upto=LENGTH - 1)
    play(at_kiosk, kiosk, new_place())
    at_kiosk.get(address(new_place(), 1))  # looked at only
    assert [entry.kind for entry in entries(kiosk)] == ["quiz_begun", "quiz_begun", "quiz"]
    quiz = kiosk.tally.report(kiosk.clock.now()).whole.quiz
    assert (quiz.begun, quiz.rounds, quiz.left, quiz.players) == (2, 1, 1, 1)


def test_two_rounds_do_not_mix(at_kiosk, kiosk, entries):
    one, other = new_place(), new_place()
    played = zip(answers(kiosk, one, True), answers(kiosk, other, False), strict=True)
    for (number, right), (_, wrong) in played:
        answer(at_kiosk, one, number, right)
        answer(at_kiosk, other, number, wrong)
    assert {entry.id: entry.details["right"] for entry in rounds(entries(kiosk))} == {
        one.entry_id: 5,
        other.entry_id: 0,
    }


def test_the_same_answer_twice_is_one_entry_whenever_it_comes(at_kiosk, kiosk, entries, clock):
    place = new_place()
    play(at_kiosk, kiosk, place)
    clock.forward(60_000)
    play(at_kiosk, kiosk, place)  # a reload of every form: the duration stays what it was
    assert [entry.kind for entry in entries(kiosk)] == ["quiz_begun", "quiz"]


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("answer", "")],
        [("answer", "yes")],
        [("answer", "True")],
        [("answer", "0")],
        [("answer", "7")],
        [("answer", "1 ")],
        [("answer", "true ")],
        [("answer", "A")],
        [("answer", "true"), ("answer", "false")],
        [("answer", "1"), ("id", "x")],
        [("choice", "true")],
        [("answer\0", "true")],
        [("answer", "<script>alert(1)</script>")],
        [("answer", "x" * 50_000)],
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_rubbish_is_refused_and_answers_nothing(at_kiosk, kiosk, entries, fields):
    place = new_place()
    page = at_kiosk.post(address(place, 1, "?lang=en"), fields, 400)
    assert page.heading.endswith("Please start again.")
    assert verdict(at_kiosk.get(address(place, 1))) is None
    assert entries(kiosk) == []


def test_a_choice_of_another_kind_of_question_is_refused(at_kiosk, the, entries, kiosk):
    place = new_place()
    answer(at_kiosk, place, 1, "true" if the(place)[0].options else "1", 400)
    assert entries(kiosk) == []


SERIES = "8682e92d-6ed7-4516-9ab6-5bd6edbebe33"


@pytest.mark.parametrize("series", ["x", "1", SERIES.replace("-", ""), "{" + SERIES + "}", SERIES + "0"])
def test_a_series_with_a_strange_number_is_not_there(at_kiosk, series):
    at_kiosk.get(f"/quiz/{series}/0/1", 404)
    at_kiosk.post(f"/quiz/{series}/0/1", [("answer", "true")], 404)


@pytest.mark.parametrize("turn", ["-1", "x", str(MOST_TURNS + 1), "9" * 30])
def test_a_turn_that_nobody_reaches_is_not_there(at_kiosk, turn):
    at_kiosk.get(f"/quiz/{SERIES}/{turn}/1", 404)


def test_the_last_turn_can_be_played(at_kiosk, kiosk):
    place = new_place(MOST_TURNS)
    play(at_kiosk, kiosk, place)
    again = urlsplit(at_kiosk.get(address(place)).link("再来一轮")).path
    assert re.fullmatch(r"/quiz/[0-9a-f-]{36}/0/1", again)
    assert place.series not in again


def test_a_round_that_could_not_be_recorded_is_said_and_can_be_sent_again(tmp_path, open_at, entries):
    kiosk = open_at(tmp_path / "troubled")
    visitor = Visitor(set_up(kiosk))
    path, elsewhere = kiosk.data / "kiosk.db", kiosk.data / "elsewhere.db"
    place = new_place()
    for number, choice in answers(kiosk, place):
        fails = number in (1, LENGTH)  # where something is recorded
        if fails:
            kiosk.log.try_writing()
            os.rename(path, elsewhere)
        page = answer(visitor, place, number, choice, 503 if fails else 303, query="?lang=en")
        if fails:
            assert page.heading.startswith("That was not recorded just now.")
            (again,) = page.forms()
            assert again.fields == (("answer", choice),)
            os.rename(elsewhere, path)
            page = visitor.post(again.action, again.fields)
        assert verdict(page) == "yes"
    assert [entry.kind for entry in entries(kiosk)] == ["quiz_begun", "quiz"]
    assert visitor.get(address(place)).carries("data-entry-id") == [place.entry_id]


def test_only_so_many_rounds_are_kept_open(kiosk):
    open_rounds = OpenRounds(most=2)
    played = [kiosk.pool.draw(new_place(), plan_of(kiosk)) for _ in range(3)]
    for one in played:
        open_rounds.begin(one, 0)
    assert [open_rounds.get(one.place) is not None for one in played] == [False, True, True]
    assert open_rounds.answer(played[0].place, 0, "true", 1) is None


# The result


def test_the_result_leads_to_people_and_shows_the_nations_rise_with_its_survey(at_kiosk, kiosk):
    place = new_place()
    play(at_kiosk, kiosk, place, is_right=False)
    page = at_kiosk.get(address(place))
    people = {one.id for one in kiosk.pack.scientists}
    led = [href.rsplit("/", 1)[1] for _, href in page.links() if href.startswith("/scientists/")]
    assert 1 <= len(set(led)) <= 3
    assert set(led) <= people
    assert "3.27%" in page.html
    assert "15.37%" in page.html
    assert "中国公民科学素质抽样调查" in page.text
    assert "第1名" not in page.html


def test_a_pack_that_says_nothing_more_has_a_plain_result(tmp_path, open_at, pack_folder):
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    text = text[: text.index("[quiz.literacy]")]
    text = re.sub(r"\nscientists = \[.*?\]", "", text)
    file.write_text(text, encoding="utf-8")
    for bank in (pack_folder / "quiz").glob("*.toml"):
        bank.write_text(re.sub(r"\nscientists = \[.*?\]", "", bank.read_text(encoding="utf-8")), encoding="utf-8")
    kiosk = open_at(tmp_path / "plain", pack_folder)
    visitor, place = Visitor(set_up(kiosk)), new_place()
    play(visitor, kiosk, place)
    page = visitor.get(address(place))
    assert not [href for _, href in page.links() if href.startswith("/scientists/")]
    assert "15.37" not in page.html


def test_the_official_contest_is_offered_where_it_has_an_address(tmp_path, open_at, pack_folder):
    edit(
        "event.toml",
        'owner = { zh = "内蒙古自治区", en',
        'address = "https://example.org/contest"\nowner = { zh = "内蒙古自治区", en',
    )(pack_folder)
    kiosk = open_at(tmp_path / "official", pack_folder)
    visitor, place = Visitor(set_up(kiosk)), new_place()
    assert "https://example.org/contest" in visitor.get("/quiz").carries("data-code")
    play(visitor, kiosk, place)
    assert "https://example.org/contest" in visitor.get(address(place)).carries("data-code")
    phone = Visitor(visitor.app, "10.0.0.7")
    for path in ("/quiz", address(place)):  # a phone cannot read its own screen
        page = phone.get(path)
        assert page.link("自治区公民科学素质知识网络大赛") == "https://example.org/contest"
        assert page.carries("data-code") == []


def test_a_pack_without_questions_has_no_practice(tmp_path, open_at, pack_folder):
    for file in (pack_folder / "quiz").glob("*.toml"):
        file.unlink()
    visitor = Visitor(set_up(open_at(tmp_path / "none", pack_folder)))
    page = visitor.get("/quiz")
    assert not [href for _, href in page.links() if "/quiz/" in href]
    visitor.get(f"/quiz/{uuid4()}/0/1", 404)


def test_a_pack_with_few_questions_asks_those(tmp_path, open_at, pack_folder, entries):
    files = sorted((pack_folder / "quiz").glob("*.toml"))
    for file in files[1:]:
        file.unlink()
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text("[[questions]]".join(text.split("[[questions]]")[:4]), encoding="utf-8")
    kiosk = open_at(tmp_path / "few", pack_folder)
    visitor, place = Visitor(set_up(kiosk)), new_place()
    page = visitor.get("/quiz")
    assert not [name for name, _ in page.links() if name in ("5题", "10题")]
    assert {parse_qs(urlsplit(href).query)["length"][0] for _, href in page.links() if "/quiz/" in href} == {"3"}
    for number, choice in answers(kiosk, place):
        answer(visitor, place, number, choice)
    (entry,) = rounds(entries(kiosk))
    assert entry.details["asked"] == 3
