"""The visitor's whole way in a real browser: in both languages, with scripts and without."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import in_language
from tests.browser.served import Served

WORDS = {
    "zh": {
        "people": ["教师", "18～59岁", "玉泉区"],
        "undo": "撤销",
        "group": "团体签到",
        "next": "下一步",
        "true": "对",
        "lang": "zh-CN",
    },
    "en": {
        "people": ["Teacher", "18–59", "Yuquan"],
        "undo": "Made a mistake?",
        "group": "Group",
        "next": "Next",
        "true": "True",
        "lang": "en",
    },
}
# Each language and each manner at every run; the other two pairs with --long.
WAYS = [
    pytest.param("zh", True, id="zh-script"),
    pytest.param("en", False, id="en-no-script"),
    pytest.param("zh", False, id="zh-no-script", marks=pytest.mark.long),
    pytest.param("en", True, id="en-script", marks=pytest.mark.long),
]


@pytest.fixture
def visit(new_page, served):
    """Return a function that opens the home screen in a language."""

    def open_home(locale: str, script: bool = True, **options) -> Page:
        page = new_page(java_script_enabled=script, **options)
        page.goto(served.url + in_language("/", locale))
        return page

    return open_home


def tap(page: Page, words: str, exact: bool = False) -> None:
    """Tap the link or button with these words, wherever it stands in the page's main part."""
    either = page.locator("main").get_by_role("link", name=words, exact=exact)
    page.locator("main").get_by_role("button", name=words, exact=exact).or_(either).first.tap()


def door(page: Page, path: str) -> None:
    page.locator(f":is(main, header) a[href^='{path}']").first.tap()


def last(served: Served):
    from kiosk.domain.entry import entry_from_row

    return entry_from_row(list(served.kiosk.log.rows())[-1])


def check_in(page: Page, locale: str) -> str:
    """Check in with three taps and return the entry's id."""
    door(page, "/check-in")
    for words in WORDS[locale]["people"]:
        tap(page, words)
    page.wait_for_selector("[data-entry-id]")
    return page.get_attribute("[data-entry-id]", "data-entry-id")


@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_a_visitor_checks_in_with_three_taps(visit, served, locale, script):
    page = visit(locale, script)
    new_id = check_in(page, locale)
    entry = last(served)
    assert entry.id == new_id
    assert entry.answers == {"visitor_type": {"teacher": 1}, "age_band": {"adult": 1}, "district": {"yuquan": 1}}
    assert page.get_attribute("html", "lang") == WORDS[locale]["lang"]


def test_the_screen_goes_home_by_itself_after_eight_seconds(visit):
    page = visit("en")
    page.clock.install()
    check_in(page, "en")
    page.clock.run_for(5_000)
    assert "/check-in/" in page.url
    assert page.locator("[data-countdown]").inner_text() in ("2", "3")
    page.clock.run_for(3_500)
    page.wait_for_url("**/")
    # Home is in its own language again.
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_touch_keeps_the_screen(visit):
    page = visit("zh")
    page.clock.install()
    new_id = check_in(page, "zh")
    page.locator("h1").tap()
    page.clock.run_for(20_000)
    assert new_id in page.url


def test_without_scripts_the_page_itself_asks_to_go_home(visit):
    page = visit("zh", script=False)
    check_in(page, "zh")
    assert page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1


@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_a_wrong_check_in_is_taken_back(visit, served, locale, script):
    page = visit(locale, script)
    new_id = check_in(page, locale)
    tap(page, WORDS[locale]["undo"])
    page.wait_for_selector(f"[data-entry-id='{new_id}']:not(:has(form[action*=undo]))")
    expect(page.locator("form[action*=undo]")).to_have_count(0)
    assert (last(served).kind, last(served).voids) == ("void", new_id)


@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_a_class_of_46_checks_in(visit, served, locale, script):
    page = visit(locale, script)
    door(page, "/check-in")
    page.locator("a[href*='/check-in/group']").tap()
    for digit in "46":
        page.locator("main").get_by_role("link", name=digit, exact=True).tap()
    expect(page.locator("output").first).to_have_text("46")
    tap(page, WORDS[locale]["next"])
    page.locator("a[href*='visitor_type.teacher=1']:not([href*=pad])").tap()
    rest = page.locator("a[href*='visitor_type.primary_pupil=45']:not([href*=pad])")
    rest.tap()
    tap(page, WORDS[locale]["next"])
    page.wait_for_url("**/check-in/group/1?**")
    page.locator("a[href*='age_band.adult=1']:not([href*=pad])").first.tap()
    tap(page, WORDS[locale]["next"])
    page.wait_for_url("**/check-in/group/2?**")
    page.locator("form[action^='/check-in'] button").tap()
    page.wait_for_selector("[data-entry-id]")
    assert last(served).party_size == 46
    assert last(served).answers == {
        "visitor_type": {"primary_pupil": 45, "teacher": 1},
        "age_band": {"child": 45, "adult": 1},
    }


def test_quick_taps_on_plus_are_all_counted(visit, served):
    page = visit("zh")
    page.goto(served.url + "/check-in/group?typed=46")
    page.locator("main a[href*='/check-in/group/0']").tap()
    page.wait_for_url("**/check-in/group/0?**")
    plus = page.get_by_role("link", name="多一位：教师")
    for _ in range(7):
        plus.dispatch_event("click")
    page.wait_for_url("**visitor_type.teacher=7**")


@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_scientists_and_a_profile(visit, served, locale, script):
    page = visit(locale, script)
    door(page, "/scientists")
    expect(page.locator("main a[href*='/scientists/']")).to_have_count(len(served.kiosk.pack.scientists))
    page.locator("main a[href*='/scientists/tu-youyou']").first.tap()
    expect(page.locator("h1")).to_contain_text("屠呦呦")
    page.locator("a[rel=next]").tap()
    expect(page.locator("h1")).not_to_contain_text("屠呦呦")
    page.locator("a[rel=up]").first.tap()
    page.wait_for_url(lambda url: urlsplit(url).path == "/scientists")


def play_round(page: Page, length: int) -> str:
    """Answer the round that is open with whatever comes first or last, and return the id of its entry."""
    for number in range(1, length + 1):
        page.wait_for_url(f"**/quiz/*/*/{number}**")
        answers = page.locator("button[name=answer]")
        assert not page.locator(".verdict, [data-key]").count(), "nothing of the key before the answer"
        answer = answers.first if number % 2 else answers.last
        # A finger has to wait a moment, as after each change of the screen; a key need not.
        answer.tap() if number <= 2 else answer.press("Enter")
        page.wait_for_selector(".verdict[data-right]")
        assert page.locator(".explanation").inner_text().strip()
        if number in (1, length):
            page.reload()  # no second try
            assert page.locator(".verdict[data-right]").count() == 1
            assert page.locator("button[name=answer]").count() == 0
        # For a second nothing but a key presses it; a finger waits, once.
        page.locator("a.next").tap() if number == 1 else page.locator("a.next").press("Enter")
    page.wait_for_selector("[data-entry-id]")
    return page.get_attribute("[data-entry-id]", "data-entry-id")


@pytest.mark.parametrize("device", ["kiosk", pytest.param("phone", marks=pytest.mark.long)])
@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_a_quiz_round_and_another(new_page, served, locale, script, device):
    page = new_page((390, 844) if device == "phone" else (1280, 800), java_script_enabled=script)
    url = served.phone_url if device == "phone" else served.url
    page.goto(url + in_language("/", locale))
    door(page, "/quiz")
    length = 10 if device == "phone" and script else 5
    if length == 10:
        page.get_by_role("link", name="10题" if locale == "zh" else "10 questions").tap()
        page.wait_for_url("**length=10**")
    page.get_by_role("link", name="农牧民" if locale == "zh" else "Farmers and herders").tap()
    asked = []
    for again in (False, True):
        entry_id = play_round(page, length)
        assert page.locator(".marks [data-right]").count() == length
        entry = last(served)
        assert (entry.id, entry.source) == (entry_id, "phone" if device == "phone" else "touch")
        assert entry.answers == {"quiz_audience": {"farmer_herder": 1}}
        assert (entry.details["asked"], entry.details["again"]) == (length, again)
        assert page.locator(".marks [data-right=yes]").count() == entry.details["right"]
        asked += [mark["question"] for mark in entry.details["questions"]]
        page.get_by_role("link", name="再来一轮" if locale == "zh" else "Another round").tap()
        page.wait_for_url("**/quiz/*/1**")
    assert len(set(asked)) == 2 * length, "another round asks other questions"


@pytest.mark.parametrize(("locale", "script"), WAYS)
def test_what_there_is_to_read(visit, served, locale, script):
    page = visit(locale, script)
    for path in ("/programme", "/about", "/privacy"):
        door(page, path)
        page.wait_for_url(f"**{path}**")
        expect(page.locator("body")).to_have_attribute("data-screen", path.strip("/"))
        assert page.locator("h1").inner_text().strip()
        assert page.get_attribute("html", "lang") == WORDS[locale]["lang"]
        page.locator("a[rel=up]").first.tap()
        page.wait_for_url(lambda url: url in (served.url + "/", served.url + "/?lang=en"))


def test_a_tap_changes_the_language_and_another_changes_it_back(visit):
    page = visit("zh")
    page.locator("a[hreflang=en]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("a[hreflang=zh]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_double_tap_on_the_last_choice_is_one_check_in(visit, served):
    page = visit("zh")
    door(page, "/check-in")
    tap(page, "教师")
    tap(page, "18～59岁")
    before = served.kiosk.log.count()
    page.locator("form button").first.dblclick(no_wait_after=True)
    page.wait_for_selector("[data-entry-id]")
    assert served.kiosk.log.count() == before + 1


def test_the_phone_sees_no_kiosk_manners(new_page, served):
    page = new_page((390, 844))
    page.goto(served.phone_url + "/")
    assert page.get_attribute("body", "data-place") == "phone"
    assert page.locator("dialog").count() == 0
