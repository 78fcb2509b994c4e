"""The way from the first tap to a recorded check-in by links alone, for one person and for groups."""

from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.page import Page

DECLINE = "不填"
FIRST_OR_LAST = {
    "visitor_type": {"小学生": "primary_pupil", "其他": "other", DECLINE: None},
    "age_band": {"12岁及以下": "child", "60岁及以上": "senior", DECLINE: None},
    "district": {"新城区": "xincheng", "呼和浩特市以外": "elsewhere", DECLINE: None},
}


def choose(visitor, page: Page, words: str) -> Page:
    """Tap a choice, be it a link to the next question or the button that records."""
    if any(name.startswith(words) for name, _ in page.links()):
        return visitor.tap(page, words)
    return visitor.press(page, words)


def last(entries, kiosk):
    return entries(kiosk)[-1]


@pytest.mark.parametrize("choices", list(product(*FIRST_OR_LAST.values())), ids=" ".join)
def test_one_person_checks_in_with_three_taps(at_kiosk, kiosk, entries, choices):
    page, taps = at_kiosk.get("/check-in"), 0
    expected = {}
    implied = choices[0] == "小学生"
    for (question, options), words in zip(FIRST_OR_LAST.items(), choices, strict=True):
        if question == "age_band" and implied:
            expected[question] = {"child": 1}
            continue
        page, taps = choose(at_kiosk, page, words), taps + 1
        if options[words]:
            expected[question] = {options[words]: 1}
    assert page.carries("data-entry-id")
    assert taps == (2 if implied else 3)
    (entry,) = entries(kiosk)
    assert (entry.party_size, entry.answers, entry.source) == (1, expected, "touch")


@pytest.mark.parametrize(("pupil", "age"), [("Primary pupil", "child"), ("Secondary pupil", "teen")])
def test_a_pupil_is_not_asked_for_the_age(at_kiosk, kiosk, entries, pupil, age):
    page = at_kiosk.tap(at_kiosk.get("/check-in?lang=en"), pupil)
    assert page.heading == "Where are you from?"
    page = at_kiosk.press(page, "Yuquan")
    assert last(entries, kiosk).answers["age_band"] == {age: 1}


def test_every_question_offers_not_to_answer(at_kiosk, kiosk, entries):
    page = at_kiosk.get("/check-in")
    for _ in kiosk.event.check_in.questions:
        assert page.ways().count(DECLINE) == 1
        page = choose(at_kiosk, page, DECLINE)
    assert last(entries, kiosk).answers == {}


def test_every_option_of_every_question_is_on_the_screen_in_the_packs_order(at_kiosk, kiosk):
    page = at_kiosk.get("/check-in")
    for question in kiosk.event.check_in.questions:
        assert page.heading == question.label["zh"]
        wanted = [option.label["zh"] for option in question.options]
        assert [name for name in page.ways() if name in wanted] == wanted
        page = choose(at_kiosk, page, wanted[-1])


def test_the_steps_on_the_way_record_nothing_and_can_be_opened_again(at_kiosk, kiosk, entries):
    first = at_kiosk.get("/check-in")
    second = at_kiosk.tap(first, "教师")
    third = at_kiosk.tap(second, "18～59岁")
    assert at_kiosk.get(second.address).html == second.html
    assert at_kiosk.get(third.address).html == third.html
    assert entries(kiosk) == []


def test_going_back_and_choosing_again_is_still_one_check_in_with_one_number(at_kiosk, kiosk, entries):
    second = at_kiosk.tap(at_kiosk.get("/check-in"), "教师")
    one, other = at_kiosk.tap(second, "18～59岁"), at_kiosk.tap(second, "60岁及以上")
    at_kiosk.press(one, "回民区")
    address, fields = other.form("回民区")
    at_kiosk.post(address, fields, 409)
    assert len(entries(kiosk)) == 1


def test_a_double_tap_on_the_last_choice_is_one_check_in(at_kiosk, kiosk, entries):
    page = at_kiosk.tap(at_kiosk.tap(at_kiosk.get("/check-in"), "教师"), "18～59岁")
    assert at_kiosk.press(page, "回民区").html == at_kiosk.press(page, "回民区").html
    assert len(entries(kiosk)) == 1


# Groups. The words on the buttons may change; what a tap leads to is told by the address behind it.


def said(address: str) -> dict[str, str]:
    """Return the fields that an address carries, those of the language aside."""
    fields = parse_qs(urlsplit(address).query)
    return {name: values[0] for name, values in fields.items() if name != "lang"}


def leads(page: Page, path: str, fields: dict[str, str]) -> str | None:
    """Return the address of the link of a page that leads to `path` with exactly `fields`, None if there is none."""
    found = {href for _, href in page.links() if urlsplit(href).path == path and said(href) == fields}
    return found.pop() if found else None


def follow(visitor, page: Page, path: str | None = None, **changes: str | None) -> Page:
    """Tap what leads from a page to `path` (or back to it) with the fields changed like that, None taken away."""
    fields = {**said(page.address), **{name.replace("__", "."): value for name, value in changes.items()}}
    fields = {name: value for name, value in fields.items() if value is not None}
    address = leads(page, path or urlsplit(page.address).path, fields)
    assert address, f"nothing leads to {path} {fields}; there is {[href for _, href in page.links()]}"
    return visitor.get(address)


def group(visitor, digits: str) -> Page:
    """Return the first question for a group, its size tapped on the number pad."""
    page = visitor.get("/check-in")
    page = visitor.get(next(href for _, href in page.links() if urlsplit(href).path == "/check-in/group"))
    for at in range(len(digits)):
        page = follow(visitor, page, typed=digits[: at + 1])
    return follow(visitor, page, "/check-in/group/0", typed=None, party_size=digits)


def onward(visitor, page: Page) -> Page:
    """Tap the way on to the next question."""
    here = int(urlsplit(page.address).path.rpartition("/")[2])
    (address,) = [href for _, href in page.links() if urlsplit(href).path == f"/check-in/group/{here + 1}"]
    return visitor.get(address)


def finish(visitor, page: Page) -> Page:
    """Go on without answering more, and record."""
    while not page.forms():
        page = onward(visitor, page)
    return visitor.press(page, page.forms()[-1].buttons[0][0])


def type_number(visitor, page: Page, question: str, option: str, digits: str) -> Page:
    """Type how many chose an option on its number pad."""
    page = follow(visitor, page, pad=option)
    for at in range(len(digits)):
        now = digits[: at + 1]
        page = follow(visitor, page, **{f"{question}__{option}": now, "typed": now})
    return follow(visitor, page, pad=None, typed=None)


def digits_offered(page: Page) -> list[str]:
    return [name for name, _ in page.links() if len(name) == 1 and name.isdigit()]


def test_the_number_pad_of_the_size_types_erases_and_stops_at_the_largest_group(at_kiosk):
    page = at_kiosk.get("/check-in/group")
    assert digits_offered(page) == list("123456789")
    assert not [href for _, href in page.links() if "/check-in/group/0" in href]
    new_id = next(said(href)["id"] for _, href in page.links() if "typed=" in href)
    page = at_kiosk.get(f"/check-in/group?id={new_id}&typed=20")
    assert digits_offered(page) == ["0"]
    page = follow(at_kiosk, page, typed="200")
    assert digits_offered(page) == []
    assert leads(page, "/check-in/group", {"id": new_id, "typed": "201"}) is None
    assert follow(at_kiosk, page, typed="199")
    assert follow(at_kiosk, page, typed="20")
    page = at_kiosk.get(f"/check-in/group?id={new_id}&typed=1")
    assert leads(page, "/check-in/group", {"id": new_id, "typed": "0"}) is None
    assert follow(at_kiosk, page, typed=None)


def test_a_group_of_46_by_number_pad_rest_plus_and_minus(at_kiosk, kiosk, entries):
    page = group(at_kiosk, "46")
    page = follow(at_kiosk, page, visitor_type__teacher="1")
    page = follow(at_kiosk, page, visitor_type__teacher="2")
    page = follow(at_kiosk, page, visitor_type__teacher="1")
    page = follow(at_kiosk, page, visitor_type__primary_pupil="45")
    page = onward(at_kiosk, page)
    assert said(page.address)["age_band.child"] == "45", "what a primary pupil implies stands there already"
    page = follow(at_kiosk, page, age_band__adult="1")
    page = onward(at_kiosk, page)
    page = follow(at_kiosk, page, district__saihan="46")
    page = finish(at_kiosk, page)
    assert "46" in page.text
    (entry,) = entries(kiosk)
    assert entry.party_size == 46
    assert entry.answers == {
        "visitor_type": {"primary_pupil": 45, "teacher": 1},
        "age_band": {"child": 45, "adult": 1},
        "district": {"saihan": 46},
    }


def test_a_teacher_with_45_pupils_types_the_numbers(at_kiosk, kiosk, entries):
    page = type_number(at_kiosk, group(at_kiosk, "46"), "visitor_type", "secondary_pupil", "45")
    page = type_number(at_kiosk, page, "visitor_type", "teacher", "1")
    page = onward(at_kiosk, page)
    assert said(page.address)["age_band.teen"] == "45"
    page = type_number(at_kiosk, page, "age_band", "adult", "1")
    finish(at_kiosk, page)
    (entry,) = entries(kiosk)
    assert entry.answers == {
        "visitor_type": {"secondary_pupil": 45, "teacher": 1},
        "age_band": {"teen": 45, "adult": 1},
    }


def test_a_grandmother_with_two_children(at_kiosk, kiosk, entries):
    page = group(at_kiosk, "3")
    page = follow(at_kiosk, page, visitor_type__primary_pupil="1")
    page = follow(at_kiosk, page, visitor_type__primary_pupil="2")
    page = onward(at_kiosk, follow(at_kiosk, page, visitor_type__retired="1"))
    page = onward(at_kiosk, follow(at_kiosk, page, age_band__senior="1"))
    finish(at_kiosk, follow(at_kiosk, page, district__yuquan="3"))
    (entry,) = entries(kiosk)
    assert entry.party_size == 3
    assert entry.answers == {
        "visitor_type": {"primary_pupil": 2, "retired": 1},
        "age_band": {"child": 2, "senior": 1},
        "district": {"yuquan": 3},
    }


def test_a_group_need_not_answer(at_kiosk, kiosk, entries):
    finish(at_kiosk, group(at_kiosk, "46"))
    (entry,) = entries(kiosk)
    assert (entry.party_size, entry.answers) == (46, {})


def test_a_group_in_english_stays_in_english(at_kiosk, kiosk, entries):
    page = at_kiosk.tap(at_kiosk.get("/check-in?lang=en"), "Group")
    for tap in ("4", "6", "Next", "One more: Teacher", "Next", "Next"):
        page = at_kiosk.tap(page, tap)
    page = at_kiosk.press(page, "Check in 46 people")
    assert page.all("html")[0].get("lang") == "en"
    assert (last(entries, kiosk).party_size, last(entries, kiosk).answers) == (46, {"visitor_type": {"teacher": 1}})


def test_the_pad_offers_no_digit_that_would_count_more_than_are_left(at_kiosk):
    page = follow(at_kiosk, group(at_kiosk, "3"), visitor_type__teacher="1")
    page = follow(at_kiosk, page, pad="primary_pupil")
    typed = {said(href)["typed"] for _, href in page.links() if {"typed", "pad"} <= set(said(href))}
    assert typed == {"1", "2"}


def test_nobody_left_means_no_plus_and_no_rest(at_kiosk):
    page = follow(at_kiosk, group(at_kiosk, "2"), visitor_type__teacher="2")
    people = [
        sum(int(value) for name, value in said(href).items() if name.startswith("visitor_type."))
        for _, href in page.links()
        if urlsplit(href).path.startswith("/check-in/group/") and "pad" not in said(href)
    ]
    assert people
    assert max(people) == 2
    assert {tuple(said(href)) for _, href in page.links() if "visitor_type.retired" in href} == set()
    page = follow(at_kiosk, page, visitor_type__teacher="1")
    assert follow(at_kiosk, page, visitor_type__retired="1")


def test_a_group_can_go_back_to_its_size_and_to_the_question_before(at_kiosk):
    page = follow(at_kiosk, group(at_kiosk, "12"), visitor_type__teacher="1")
    size = leads(page, "/check-in/group", {"id": said(page.address)["id"], "typed": "12"})
    assert at_kiosk.get(size)
    second = onward(at_kiosk, page)
    assert follow(at_kiosk, second, "/check-in/group/0").heading == page.heading
