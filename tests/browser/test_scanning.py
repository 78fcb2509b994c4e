"""The volunteers' scanner page: cards read from photos, by a scanner that types and by their code; scans that wait for
the network; and what a volunteer sees of it at arm's length."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kiosk.domain.cards import short_code, spaced
from tests.browser import card_photos
from tests.browser.card_photos import TAKEN, photo
from tests.browser.eyes import ELSEWHERE, layout, violations
from tests.browser.keyboard import Keyboard
from tests.browser.scan_server import ScanStub, serving_scans
from tests.browser.waiting import wait_in

PHONE = {"is_mobile": True, "has_touch": True}
LAPTOP = {"is_mobile": False, "has_touch": False}
SIZES = [(360, 640), (390, 844), (1366, 768)]
ANSWERS = ("stamped", "already", "unknown", "refused", "waiting")
ADDRESS = "HTTP://192.168.4.1:8000/P/"

READER_IS_HERE = "performance.getEntriesByType('resource').some(one => one.name.includes('.wasm'))"

WITH_Y_AND_Z = 2  # the number of a card that shows which layout was read


@pytest.fixture(scope="module")
def _stub(tmp_path_factory) -> Iterator[ScanStub]:
    with serving_scans(tmp_path_factory.mktemp("data")) as stub:
        yield stub


@pytest.fixture
def stub(_stub) -> ScanStub:
    _stub.reset()
    return _stub


@pytest.fixture
def opened(stub, new_page) -> Callable[..., Page]:
    def open_page(size: tuple[int, int] = (390, 844), lang: str = "zh", **options) -> Page:
        page = new_page(size, **{**(PHONE if size[0] < 1000 else LAPTOP), **options})
        page.goto(stub.url + ("?lang=en" if lang == "en" else ""))
        page.locator("[aria-pressed=true]").wait_for()
        return page

    return open_page


def token(stub: ScanStub, number: int = 0) -> str:
    """Return the token of a card: the same one in each run, so that each run draws the same pictures."""
    return stub.key.after(f"{number:08}-0000-4000-8000-000000000000")


def wait_for_reader(page: Page) -> None:
    wait_in(page, lambda: page.evaluate(READER_IS_HERE))


def answer(page: Page):
    return page.locator(".answer")


def expect_answer(page: Page, result: str) -> None:
    expect(answer(page)).to_have_attribute("data-answer", result)


# By photo


def give(page: Page, name: str, content: bytes) -> None:
    page.set_input_files(".shoot input", {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": content})
    # A photo has been looked at when the next may be taken.
    expect(page.locator(".shoot input")).to_be_enabled()


# By name, the card whose photo only a later look reads.
LATER = {"dark": 8, "shadow": 13, "twelve megapixels": 18, "out of focus": 6}


def reads(stub: ScanStub) -> list[str]:
    return [row["read"] for rows in stub.sent for row in rows]


def test_of_photos_taken_badly_nine_in_ten_are_read(opened, stub):
    page = opened()
    missed = []
    for number, (name, taken) in enumerate(TAKEN.items()):
        wanted = ADDRESS + token(stub, number)
        give(page, name, photo(wanted, taken, number))
        expect(answer(page)).to_have_attribute("data-answer", re.compile("stamped|nothing"))
        if wanted not in reads(stub):
            missed.append(f"{name}: {taken.said}")
    assert len(missed) <= len(TAKEN) // 10, missed
    assert {row["how"] for rows in stub.sent for row in rows} == {"camera"}


@pytest.mark.parametrize("name", ["dark", "shadow", "twelve megapixels", "out of focus"])
def test_what_the_first_look_misses_a_later_one_finds(opened, stub, name):
    page = opened()
    wanted = ADDRESS + token(stub, LATER[name])
    give(page, name, photo(wanted, TAKEN[name], LATER[name]))
    expect_answer(page, "stamped")
    assert reads(stub) == [wanted]
    assert page.locator(".looks").evaluate("bar => bar.value") > 1


def test_of_two_cards_in_a_photo_the_one_in_the_middle_counts(opened, stub):
    page = opened()
    middle, edge = (ADDRESS + token(stub, number) for number in (1, 2))
    give(page, "two", card_photos.both(middle, edge))
    expect_answer(page, "stamped")
    assert reads(stub) == [middle]


@pytest.mark.parametrize("content", [None, "HTTPS://EXAMPLE.COM/NOT/A/CARD"])
def test_a_photo_without_a_card_is_told_and_nothing_is_sent(opened, stub, content):
    page = opened()
    taken = TAKEN["tilted"]
    give(page, "none", photo(content, taken, 1) if content else card_photos.nothing())
    expect_answer(page, "nothing")
    expect(answer(page)).to_contain_text("照片里没找到集章卡")
    assert stub.sent == []


def test_after_a_photo_the_next_is_under_the_thumb(opened, stub):
    page = opened()
    expect(page.locator(".shoot")).to_have_text("拍集章卡", use_inner_text=True)
    give(page, "one", photo(ADDRESS + token(stub), TAKEN["tilted"], 1))
    expect_answer(page, "stamped")
    expect(page.locator(".shoot")).to_have_text("拍下一张", use_inner_text=True)
    expect(page.locator(".shoot input")).to_be_focused()
    # The same picture again is another photo.
    give(page, "one", photo(ADDRESS + token(stub), TAKEN["tilted"], 1))
    expect(answer(page)).to_have_attribute("data-answer", "already")


def test_a_phone_that_cannot_have_the_reader_says_so_and_tries_again(opened, stub, watched):
    watched.expected += ["Failed to load resource", "wasm", "falling back to ArrayBuffer"]
    page = opened()
    page.route("**/*.wasm*", lambda route: route.abort())
    page.reload()
    page.locator("[aria-pressed=true]").wait_for()
    give(page, "one", photo(ADDRESS + token(stub), TAKEN["tilted"], 1))
    expect(answer(page)).to_contain_text("暂时无法识别照片")
    page.unroute("**/*.wasm*")
    give(page, "one", photo(ADDRESS + token(stub), TAKEN["tilted"], 1))
    expect_answer(page, "stamped")


def test_the_reader_comes_after_the_page_is_usable_and_only_from_here(opened, stub, watched):
    page = opened()
    wait_for_reader(page)
    wasm = page.evaluate("performance.getEntriesByType('resource').find(one => one.name.includes('.wasm')).startTime")
    assert wasm > page.evaluate("performance.timing.loadEventStart - performance.timing.navigationStart")
    assert "zxing_reader.wasm?v=" in " ".join(watched.asked)


# By a scanner that types


@pytest.mark.parametrize(
    ("waits", "end", "german"),
    [
        ((4,), "Enter", False),
        ((4,), "Tab", True),
        ((4,), "", True),
        ((35,), "Enter", True),
        ((50,), "Enter", False),
        ((50,), "", False),
        ((8, 70, 10, 45), "Enter", True),
    ],
)
def test_a_scanner_is_known_whatever_has_the_focus(opened, stub, waits, end, german):
    page = opened(SIZES[-1])
    wanted = ADDRESS + token(stub, WITH_Y_AND_Z)
    assert {"Y", "Z"} <= set(wanted)
    page.locator(".sound").focus()
    Keyboard(page).scan(wanted, waits, german, end)
    expect_answer(page, "stamped")
    assert reads(stub) == [wanted]
    assert stub.sent[0][0]["how"] == "scanner"
    expect(page.locator(".sound")).to_be_focused()
    expect(page.locator(".sound")).to_have_attribute("aria-checked", "false")


def test_a_scan_beside_somebody_who_types_leaves_their_words_alone(opened, stub):
    page = opened(SIZES[-1])
    page.click("[data-choose=code]")
    page.locator(".code-field").focus()
    keyboard = Keyboard(page)
    keyboard.type("7KQ39F", [100, 30])
    expect(page.locator(".code-field")).to_have_value("7KQ3 9F")
    wanted = ADDRESS + token(stub)
    keyboard.scan(wanted)
    expect_answer(page, "stamped")
    assert reads(stub) == [wanted]
    expect(page.locator(".code-field")).to_have_value("7KQ3 9F")
    expect(page.locator(".code-field")).to_be_focused()
    keyboard.now += 1
    keyboard.type("2M8XWT", [100])
    expect(page.locator(".code-field")).to_have_value("7KQ3 9F2M 8XWT")


@pytest.mark.parametrize("waits", [(100,), (30, 100), (65,), (30, 30, 30, 140)])
def test_nobody_who_types_is_taken_for_a_scanner(opened, stub, waits):
    page = opened(SIZES[-1])
    page.click("[data-choose=code]")
    page.locator(".code-field").focus()
    keyboard = Keyboard(page)
    code = short_code(token(stub))
    keyboard.type(code, list(waits))
    expect(page.locator(".code-field")).to_have_value(spaced(code))
    keyboard.press("Enter", "Enter", wait=waits[0])
    expect_answer(page, "stamped")
    assert [(row["read"], row["how"]) for rows in stub.sent for row in rows] == [(code, "code")]


def test_a_key_held_down_is_no_scanner(opened, stub):
    page = opened(SIZES[-1])
    keyboard = Keyboard(page)
    for _ in range(30):
        keyboard.press("KeyA", "a", wait=30, autoRepeat=True)
    keyboard.press("Enter", "Enter", wait=30)
    page.wait_for_timeout(300)
    assert stub.sent == []


def test_a_card_held_under_the_scanner_counts_once(opened, stub):
    page = opened(SIZES[-1])
    keyboard = Keyboard(page)
    one, other = (ADDRESS + token(stub, number) for number in (1, 2))
    keyboard.scan(one)
    keyboard.scan(one)  # a second later
    expect_answer(page, "stamped")
    keyboard.scan(other)
    keyboard.now += 1
    keyboard.scan(other)  # two seconds later it is meant
    expect_answer(page, "already")
    assert reads(stub) == [one, other, other]


# By code


def test_a_code_is_tapped_on_the_pad(opened, stub):
    page = opened((360, 640))
    page.click("[data-choose=code]")
    code = short_code(token(stub))
    for key in code[:5] + "Z":
        page.click(f"[data-key='{key}']")
    page.click("[data-key=back]")
    for key in code[5:]:
        page.click(f"[data-key='{key}']")
    expect(page.locator(".code-field")).to_have_value(spaced(code))
    page.click(".key-main")
    expect_answer(page, "stamped")
    assert [(row["read"], row["how"]) for rows in stub.sent for row in rows] == [(code, "code")]
    expect(page.locator(".code-field")).to_have_value("")


def test_a_code_typed_as_it_sounds_is_folded_and_a_short_one_is_not_sent(opened, stub):
    page = opened(SIZES[-1])
    page.click("[data-choose=code]")
    page.fill(".code-field", "oil0-7kq3")
    page.click(".key-main")
    expect(answer(page)).to_contain_text("卡号是 12 位字母和数字")
    assert stub.sent == []
    page.fill(".code-field", "oilo 7kq3 9f2m")
    page.click(".key-main")
    expect_answer(page, "unknown")
    assert reads(stub) == ["01107KQ39F2M"]


def test_a_code_is_sent_without_the_script_too(opened, stub, new_page):
    page = new_page((360, 640), **PHONE, java_script_enabled=False)
    page.goto(stub.url)
    expect(page.locator(".shoot")).to_be_hidden()
    page.fill(".code-field", short_code(token(stub)))
    page.click(".key-main")
    expect_answer(page, "stamped")
    expect(answer(page)).to_contain_text("盖章成功")


# Scans that wait


def scan_all(page: Page, contents: list[str]) -> None:
    """Scan faster than any scanner, in the page itself."""
    page.evaluate(
        """contents => {
          for (const key of contents.flatMap((one) => [...one, "Enter"])) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
          }
        }""",
        contents,
    )


def kept(page: Page) -> int:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('scans.')).length")


def expect_waiting(page: Page, count: int) -> None:
    if count:
        expect(page.locator(".notice-waiting")).to_contain_text(f"还有 {count} 条待上传，请勿关闭本页")
        expect(page.locator(".leave")).to_be_disabled()
    else:
        expect(page.locator(".notice-waiting")).to_be_hidden()
        expect(page.locator(".leave")).to_be_enabled()
    assert kept(page) == count


def go_offline(page: Page) -> None:
    wait_for_reader(page)  # so that all that fails from now on is the scans
    page.context.set_offline(True)


def hurry(page: Page) -> None:
    """Let the page believe that the network came back, rather than wait for its next try."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_three_hundred_scans_of_a_phone_without_network_arrive_once_each_twice(opened, stub, watched):
    watched.expected.append("net::ERR_INTERNET_DISCONNECTED")
    page = opened()
    for turn in range(2):
        go_offline(page)
        wanted = [ADDRESS + token(stub, 300 * turn + number) for number in range(300)]
        scan_all(page, wanted)
        expect_waiting(page, 300)
        expect_answer(page, "waiting")
        # The kiosk records all and its answers are lost: what is sent again is the same.
        stub.other_kiosk = True
        page.context.set_offline(False)
        page.wait_for_timeout(300)
        assert kept(page) == 300
        stub.other_kiosk = False
        hurry(page)
        expect_waiting(page, 0)
        assert len(stub.scans) == 300 * (turn + 1)
        assert [row["read"] for row in list(stub.scans.values())[300 * turn :]] == wanted
    assert max(len(rows) for rows in stub.sent) == 40
    assert min(row["age_ms"] for rows in stub.sent for row in rows) >= 0
    assert len({row["read"] for row in stub.scans.values()}) == 600
    # Each was stamped by its own scan: none was taken for a second one of the same card.
    assert sorted(stub.cards.values()) == sorted(stub.scans)
    expect(page.locator(".notice-late")).to_contain_text("补传 · 已盖章 598")


def test_a_captive_portal_is_no_kiosk(opened, stub):
    page = opened()
    stub.portal = True
    scan_all(page, [ADDRESS + token(stub)])
    expect_answer(page, "waiting")
    expect_waiting(page, 1)
    stub.portal = False
    hurry(page)
    expect_answer(page, "stamped")
    expect_waiting(page, 0)


def test_another_kiosk_is_not_this_one(opened, stub):
    page = opened()
    stub.other_kiosk = True
    scan_all(page, [ADDRESS + token(stub)])
    expect_answer(page, "waiting")
    assert len(stub.sent) >= 1
    expect_waiting(page, 1)


def test_without_help_it_is_tried_again(opened, stub):
    page = opened()
    stub.portal = True
    scan_all(page, [ADDRESS + token(stub)])
    expect_answer(page, "waiting")
    stub.portal = False
    expect_answer(page, "stamped")


def test_a_scan_kept_waiting_holds_nobody_up(opened, stub, watched):
    watched.expected.append("net::ERR_INTERNET_DISCONNECTED")
    page = opened()
    held = ADDRESS + token(stub, 0)
    stub.keep_waiting = lambda row: row["read"] == held
    go_offline(page)
    scan_all(page, [ADDRESS + token(stub, number) for number in range(90)])
    page.context.set_offline(False)
    expect_waiting_of(page, 1)
    assert held not in [row["read"] for row in stub.scans.values()]
    assert len(stub.scans) == 89
    stub.keep_waiting = lambda row: False
    hurry(page)
    expect_waiting(page, 0)
    assert len(stub.scans) == 90


def expect_waiting_of(page: Page, count: int) -> None:
    expect(page.locator(".waiting-count")).to_have_text(str(count))
    expect_waiting(page, count)


def test_a_row_that_spoils_its_whole_request_is_sent_alone_in_the_end(opened, stub, watched):
    watched.expected.append("net::ERR_INTERNET_DISCONNECTED")
    page = opened()
    bad = ADDRESS + token(stub, 3)
    stub.choke_on = lambda row: row["read"] == bad
    go_offline(page)
    scan_all(page, [ADDRESS + token(stub, number) for number in range(60)])
    page.context.set_offline(False)
    expect_waiting_of(page, 1)
    assert len(stub.scans) == 59


def test_what_waits_is_still_there_after_a_reload(opened, stub):
    page = opened()
    stub.portal = True
    scan_all(page, [ADDRESS + token(stub, number) for number in range(12)])
    expect_waiting(page, 12)
    page.reload()
    expect_waiting(page, 12)
    stub.portal = False
    hurry(page)
    expect_waiting(page, 0)
    assert len(stub.scans) == 12


def test_two_tabs_of_a_shift_lose_nothing(opened, stub):
    page = opened()
    other = page.context.new_page()
    other.goto(stub.url)
    other.locator("[aria-pressed=true]").wait_for()
    stub.portal = True
    for turn in range(3):
        scan_all(page, [ADDRESS + token(stub, 10 * turn + number) for number in range(5)])
        scan_all(other, [ADDRESS + token(stub, 10 * turn + number) for number in range(5, 10)])
    expect_waiting(page, 30)
    stub.portal = False
    # What one of them sent, the other asks about all the same: whoever scanned is to see the answer.
    hurry(page)
    expect_answer(page, "stamped")
    expect_waiting_of(page, 0)
    hurry(other)
    expect_answer(other, "stamped")
    expect_waiting_of(other, 0)
    assert len(stub.scans) == 30
    assert sorted(stub.cards.values()) == sorted(stub.scans)


def test_a_phone_that_keeps_nothing_says_so_and_sends_all_the_same(opened, stub):
    page = opened()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full') } }")
    stub.portal = True
    scan_all(page, [ADDRESS + token(stub)])
    expect(page.locator(".notice-unkept")).to_be_visible()
    stub.portal = False
    hurry(page)
    expect_answer(page, "stamped")
    expect(page.locator(".notice-unkept")).to_be_hidden()


@pytest.mark.parametrize("waiting", [3, pytest.param(60, id="more than a request")])
def test_after_the_shift_what_waits_is_answered_as_refused(opened, stub, waiting):
    page = opened()
    stub.portal = True
    scan_all(page, [ADDRESS + token(stub, number) for number in range(waiting)])
    expect_waiting(page, waiting)
    stub.portal, stub.over = False, True
    hurry(page)
    expect_waiting_of(page, 0)
    expect_answer(page, "refused")
    expect(answer(page)).to_contain_text("本班已结束")
    assert stub.scans == {}
    sent = len(stub.sent)
    scan_all(page, [ADDRESS + token(stub, 9)])
    page.wait_for_timeout(300)
    assert len(stub.sent) == sent


# What a volunteer sees


def show(page: Page, stub: ScanStub, result: str) -> None:
    stub.portal, stub.result = result == "waiting", None if result == "waiting" else result
    stub.complete = result == "stamped"
    scan_all(page, [ADDRESS + stub.key.new()])
    expect_answer(page, result)


def test_each_answer_has_a_colour_a_shape_and_words_of_its_own(opened, stub):
    page = opened()
    seen = []
    for result in ANSWERS:
        show(page, stub, result)
        seen.append(
            answer(page).evaluate(
                """one => [getComputedStyle(one).backgroundColor, one.querySelector("use").getAttribute("href"),
                           one.querySelector(".said").textContent]"""
            )
        )
        assert seen[-1][1] == f"#shape-{result}" and page.locator(seen[-1][1]).count() == 1
    for kind in zip(*seen, strict=True):
        assert len(set(kind)) == len(ANSWERS), kind


def test_the_last_stamp_can_be_undone_for_a_while(opened, stub):
    page = opened()
    scan_all(page, [ADDRESS + token(stub, 1)])
    expect_answer(page, "stamped")
    page.click(".undo")
    expect(answer(page)).to_contain_text("已撤销")
    assert stub.undone == list(stub.scans)
    expect(page.locator(".undo")).to_be_hidden()
    page.clock.install()
    scan_all(page, [ADDRESS + token(stub, 2)])
    expect(page.locator(".undo")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator(".undo")).to_be_hidden()


@pytest.mark.parametrize(
    ("size", "ways"), [((360, 640), ["photo", "code", "scanner"]), (SIZES[-1], ["scanner", "code", "photo"])]
)
def test_what_works_on_this_device_comes_first(opened, size, ways):
    page = opened(size)
    left = {one.get_attribute("data-choose"): one.bounding_box()["x"] for one in page.locator("[data-choose]").all()}
    assert sorted(left, key=left.get) == ways
    expect(page.locator(f"[data-choose={ways[0]}]")).to_have_attribute("aria-pressed", "true")


def test_where_a_screen_cannot_be_kept_awake_the_page_says_what_to_set(stub, new_page):
    page = new_page((360, 640), **PHONE)
    page.add_init_script("delete Navigator.prototype.wakeLock")  # as over plain HTTP
    page.goto(stub.url)
    page.locator("[aria-pressed=true]").wait_for()
    expect(page.locator(".hint-dark")).to_contain_text("自动锁屏")
    assert layout(page, ELSEWHERE)[0] == []
    page = new_page((360, 640), **PHONE)
    page.goto(stub.url)
    page.locator("[aria-pressed=true]").wait_for()
    expect(page.locator(".hint-dark")).to_be_hidden()


def test_a_phone_is_silent_until_its_volunteer_wants_otherwise(opened, stub):
    page = opened()
    page.evaluate("() => { window.beats = []; navigator.vibrate = (beat) => beats.push(beat) }")
    scan_all(page, [ADDRESS + token(stub, 1)])
    expect_answer(page, "stamped")
    assert page.evaluate("beats") == []
    page.get_by_role("switch", name="提示音和振动").click()
    scan_all(page, ["NO CARD AT ALL"])
    expect_answer(page, "unknown")
    assert page.evaluate("beats").pop() == [250, 80, 250]
    page.get_by_role("switch", checked=True).click()
    count = page.evaluate("beats.length")
    scan_all(page, [ADDRESS + token(stub, 2)])
    expect_answer(page, "stamped")
    assert page.evaluate("beats.length") == count


ALL_LOOKS = [(size, lang) for size in SIZES for lang in ("zh", "en")]
FEW_LOOKS = [(SIZES[0], "en"), (SIZES[2], "zh")]


@pytest.mark.parametrize(
    ("size", "lang"), [one if one in FEW_LOOKS else pytest.param(*one, marks=pytest.mark.long) for one in ALL_LOOKS]
)
def test_every_way_and_answer_fits_and_breaks_no_rule(opened, stub, size, lang):
    page = opened(size, lang)
    found = []
    for way in ("photo", "code", "scanner"):
        page.click(f"[data-choose={way}]")
        found += [f"{way}: {fault}" for fault in layout(page, ELSEWHERE)[0] + violations(page)]
        for result in ANSWERS:
            show(page, stub, result)
            found += [f"{way} {result}: {fault}" for fault in layout(page, ELSEWHERE)[0]]
            if way != "scanner":
                continue
            found += [f"{result}: {fault}" for fault in violations(page)]
        stub.portal = False
        hurry(page)
        expect(page.locator(".notice-waiting")).to_be_hidden()
    assert found == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("way", ["photo", "code"])
def test_on_the_smallest_phone_the_thumbs_work_is_in_the_window_whatever_the_answer(opened, stub, way, lang):
    page = opened((360, 640), lang)
    page.click(f"[data-choose={way}]")
    for result in ANSWERS[:-1]:
        show(page, stub, result)
        ways = page.locator(".ways").bounding_box()
        assert ways["y"] + ways["height"] <= 641, (result, ways)
