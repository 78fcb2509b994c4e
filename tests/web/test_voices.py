"""Tribute and feedback as visitors and staff meet them: each once in a visit, none after a check-in, no ranking."""

import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from kiosk.actions import voices
from kiosk.actions.export import export
from kiosk.domain.entry import derived_id, entry_faults, mint_id
from kiosk.domain.errors import LogUnreadable, NotRecorded
from kiosk.web.locale import translations
from tests.web.conftest import PIN, set_up
from tests.web.figures import figure, table
from tests.web.page import Page, Staff, Visitor

ANSWERS = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
SUGGESTIONS = ["hands-on", "slower", "simpler", "children"]


def visit_in(page: Page) -> str | None:
    """Return the visit in a page's address."""
    return parse_qs(urlsplit(page.address).query).get("visit", [None])[0]


def said(entries, kiosk) -> list[tuple]:
    return [(one.kind, one.subject, one.answers, one.details) for one in entries(kiosk)]


def feedback_form(*suggestions: str, visit: str = "", satisfaction: str = "satisfied") -> list[tuple[str, str]]:
    chosen = [("suggestion", one) for one in suggestions]
    return [("visit", visit or mint_id()), ("satisfaction", satisfaction), *chosen]


@pytest.fixture
def changed_pack(tmp_path, pack_folder, open_at):
    """Return a function that opens a kiosk with another `[feedback]` table, and its kiosk."""

    def change(table: str):
        file = pack_folder / "event.toml"
        text = file.read_text(encoding="utf-8")
        begin, end = text.index("[feedback]"), text.index("[quiz]")
        file.write_text(text[:begin] + table + "\n" + text[end:], encoding="utf-8")
        return open_at(tmp_path / "changed", pack_folder)

    return change


# Tribute


@pytest.mark.parametrize(
    ("person", "button", "done"),
    [
        ("/scientists/tu-youyou", "向她致敬", "已致敬"),
        ("/scientists/qian-xuesen", "向他致敬", "已致敬"),
        ("/scientists/tu-youyou?lang=en", "Pay tribute to Tu Youyou", "Tribute paid"),
    ],
)
def test_tribute_is_paid_with_one_tap_and_the_page_says_so(at_kiosk, kiosk, entries, person, button, done):
    page = at_kiosk.get(person)
    assert done not in page.text
    page = at_kiosk.press(page, button)
    assert done in page.text
    assert button not in page.text
    (status,) = [one for one in page.all("main")[0].iter() if one.get("role") == "status"]
    assert not [one for one in status.iter() if one.tag in ("a", "button")]
    (entry,) = entries(kiosk)
    scientist_id = person.split("/")[2].split("?")[0]
    assert (entry.kind, entry.subject, entry.party_size, entry.source) == ("tribute", scientist_id, 1, "touch")
    assert (entry.answers, entry.details, entry_faults(entry)) == ({}, {}, [])


def test_double_taps_reloads_and_replays_give_one_tribute(at_kiosk, kiosk, entries):
    page = at_kiosk.get("/scientists/tu-youyou")
    for _ in range(3):
        after = at_kiosk.press(page, "向她致敬")
    assert "已致敬" in at_kiosk.get(after.address).text
    assert len(entries(kiosk)) == 1


def test_each_scientist_can_be_paid_tribute_in_the_same_visit_and_no_two_entries_tell_that(at_kiosk, kiosk, entries):
    page = at_kiosk.press(at_kiosk.get("/scientists/tu-youyou"), "向她致敬")
    visit = visit_in(page)
    page = at_kiosk.press(at_kiosk.get(f"/scientists/qian-xuesen?visit={visit}"), "向他致敬")
    assert visit_in(page) == visit
    assert [one.subject for one in entries(kiosk)] == ["tu-youyou", "qian-xuesen"]
    assert "已致敬" in at_kiosk.get(f"/scientists/tu-youyou?visit={visit}").text
    assert visit not in json.dumps([list(row) for row in kiosk.log.rows()])


def test_the_visit_goes_along_from_then_on_and_ends_at_the_start(at_kiosk):
    page = at_kiosk.press(at_kiosk.get("/scientists/tu-youyou?area=medicine"), "向她致敬")
    visit = visit_in(page)
    assert parse_qs(urlsplit(page.address).query) == {"visit": [visit], "area": ["medicine"]}
    assert visit_in(at_kiosk.tap(page, "科学家")) == visit
    assert "已致敬" not in at_kiosk.get("/scientists/tu-youyou").text


def test_two_visitors_of_the_same_page_are_two_visits(at_kiosk, kiosk, entries):
    pages = [at_kiosk.get("/scientists/tu-youyou") for _ in range(2)]
    for page in pages:
        at_kiosk.press(page, "向她致敬")
    assert len(entries(kiosk)) == 2


def test_a_phone_that_reads_on_is_a_visit_of_its_own(kiosk):
    visitor = Visitor(set_up(kiosk, public_url="http://kiosk.example"))
    page = visitor.get(f"/scientists/tu-youyou?visit={uuid4()}")
    codes = [one for one in page.carries("data-code") if "kiosk.example" in one]
    assert codes == ["http://kiosk.example/scientists/tu-youyou"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([], 400),
        ([("visit", "")], 400),
        ([("visit", "<script>alert(1)</script>")], 400),
        ([("visit", str(uuid4())), ("visit", str(uuid4()))], 400),
        ([("visit", str(uuid4())), ("count", "100")], 400),
    ],
)
def test_a_tribute_that_does_not_fit_is_refused_and_not_recorded(at_kiosk, kiosk, entries, fields, status):
    page = at_kiosk.post("/scientists/tu-youyou/tribute", fields, status)
    assert "<script>alert" not in page.html
    assert entries(kiosk) == []


def test_nobody_pays_tribute_to_someone_the_pack_does_not_have(at_kiosk, kiosk, entries):
    at_kiosk.post("/scientists/nobody/tribute", [("visit", mint_id())], 404)
    assert entries(kiosk) == []


def test_an_id_that_someone_took_for_another_entry_is_a_conflict_for_staff(at_kiosk, kiosk, form, entries):
    """Only with one's own visit can an id be worked out beforehand."""
    visit = mint_id()
    at_kiosk.post("/check-in", form(id=derived_id(visit, "tribute", "tu-youyou")))
    at_kiosk.post("/check-in", form(id=derived_id(visit, "feedback")))
    at_kiosk.post("/scientists/tu-youyou/tribute", [("visit", visit)], 409)
    at_kiosk.post("/feedback", feedback_form(visit=visit), 409)
    assert "已致敬" not in at_kiosk.get(f"/scientists/tu-youyou?visit={visit}").text
    assert [one.kind for one in entries(kiosk)] == ["check_in", "check_in"]
    assert [one.what for one in kiosk.log.refusals.newest(5)] == ["conflict", "conflict"]


def test_no_page_says_how_many_paid_tribute_to_whom(at_kiosk, staff, kiosk):
    addresses = ("/", "/scientists", "/scientists/tu-youyou", "/scientists?area=medicine", "/about")
    before = [at_kiosk.get(address).text for address in addresses]
    for _ in range(37):
        voices.pay_tribute(kiosk, "tu-youyou", [("visit", mint_id())], "touch")
    at_kiosk.app.extensions["pages"].clear()
    assert [at_kiosk.get(address).text for address in addresses] == before
    page = staff.get("/staff")
    assert figure(page, "tributes") == 37
    without_entries = re.sub(r"<table class=\"entries\">.*?</table>", "", page.html, flags=re.S)
    assert "屠呦呦" not in without_entries
    assert "屠呦呦" not in staff.get("/staff/figures").text


# Feedback


def test_the_first_question_has_five_answers_in_words(at_kiosk):
    page = at_kiosk.get("/feedback")
    assert page.heading == "您对今天的活动满意吗？"
    assert [one for one in page.ways() if "满意" in one] == ANSWERS


def test_satisfied_with_two_suggestions(at_kiosk, kiosk, entries):
    page = at_kiosk.tap(at_kiosk.get("/feedback"), "基本满意")
    assert page.heading == "您有什么建议？"
    action, fields = page.form("提交")
    page = at_kiosk.post(action, [*fields, ("suggestion", "children"), ("suggestion", "hands-on")])
    assert page.heading == "感谢您的反馈"
    (entry,) = entries(kiosk)
    assert (entry.kind, entry.subject, entry.party_size) == ("feedback", None, 1)
    assert entry.answers == {"satisfaction": {"fairly_satisfied": 1}}
    assert entry.details == {"suggestions": ["hands-on", "children"]}
    assert entry_faults(entry) == []


def test_it_may_be_sent_without_a_suggestion(at_kiosk, kiosk, entries):
    page = at_kiosk.tap(at_kiosk.get("/feedback?lang=en"), "Very dissatisfied")
    assert at_kiosk.press(page, "Send").heading == "Thank you for your feedback"
    assert said(entries, kiosk) == [("feedback", None, {"satisfaction": {"very_dissatisfied": 1}}, {"suggestions": []})]


def test_a_pack_without_suggestions_is_done_with_one_tap(changed_pack, entries):
    kiosk = changed_pack("[feedback]\nask = true")
    visitor = Visitor(set_up(kiosk))
    assert visitor.press(visitor.get("/feedback"), "满意").heading == "感谢您的反馈"
    assert said(entries, kiosk) == [("feedback", None, {"satisfaction": {"satisfied": 1}}, {"suggestions": []})]
    visitor.get("/feedback/satisfied", 404)
    visitor.post("/feedback", feedback_form("slower"), 400)


def test_every_step_can_be_left_with_nothing_recorded(at_kiosk, kiosk, entries):
    page = at_kiosk.get("/feedback")
    assert at_kiosk.tap(page, "不提交").carries("data-screen") == ["home"]
    page = at_kiosk.tap(page, "满意")
    assert at_kiosk.tap(page, "不提交").carries("data-screen") == ["home"]
    assert entries(kiosk) == []


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_fourth_suggestion_brings_the_page_again_with_what_was_chosen(at_kiosk, kiosk, entries, lang):
    form = feedback_form(*SUGGESTIONS)
    page = at_kiosk.post(f"/feedback{lang}", form, 400)
    (alert,) = [one for one in page.tree.iter() if one.get("role") == "alert"]
    assert ("at most 3" if lang else "最多选 3 条") in page.name(alert)
    assert [one.get("value") for one in page.all("input") if one.get("checked") is not None] == SUGGESTIONS
    assert entries(kiosk) == []
    action, fields = page.form("Send" if lang else "提交")
    assert sorted(fields) == sorted(form)
    fields.remove(("suggestion", "slower"))
    at_kiosk.post(action, fields)
    assert entries(kiosk)[0].details == {"suggestions": ["hands-on", "simpler", "children"]}


@pytest.mark.parametrize("level", ["delighted", "", "<script>alert(1)</script>", "5"])
def test_an_answer_that_was_not_offered_is_refused(at_kiosk, kiosk, entries, level):
    page = at_kiosk.post("/feedback", feedback_form(satisfaction=level), 400)
    assert "<script>alert" not in page.html
    assert at_kiosk.open(f"/feedback/{level.replace('<', '%3C').replace('/', '%2F')}").status_code in (200, 404)
    assert entries(kiosk) == []


@pytest.mark.parametrize("suggestion", ["", "world-peace", '"><script>alert(1)</script>', "满意"])
def test_a_suggestion_that_was_not_offered_is_refused_and_not_echoed(at_kiosk, kiosk, entries, suggestion):
    page = at_kiosk.post("/feedback", feedback_form("slower", suggestion), 400)
    assert "有一条建议已不再提供" in page.text
    assert not suggestion or f'value="{suggestion}"' not in page.html
    assert "<script>alert" not in page.html
    assert entries(kiosk) == []


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("satisfaction", "satisfied")],
        [("visit", "7"), ("satisfaction", "satisfied")],
        [*feedback_form(), ("satisfaction", "dissatisfied")],
        [*feedback_form(), ("name", "李雷")],
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(at_kiosk, kiosk, entries, fields):
    at_kiosk.post("/feedback", fields, 400)
    assert entries(kiosk) == []


def test_a_file_is_no_feedback(at_kiosk, kiosk, entries):
    for address in ("/feedback", "/scientists/tu-youyou/tribute"):
        data = {"visit": mint_id(), "satisfaction": "satisfied", "photo": (io.BytesIO(b"x"), "x.png")}
        answer = at_kiosk.open(address, "POST", data=data, content_type="multipart/form-data")
        assert answer.status_code == 400
    assert entries(kiosk) == []


def test_of_two_in_a_visit_the_first_counts_and_both_are_thanked(at_kiosk, kiosk, entries):
    visit = mint_id()
    for form in (feedback_form("slower", visit=visit), feedback_form(visit=visit, satisfaction="dissatisfied")):
        assert at_kiosk.post("/feedback", form).heading == "感谢您的反馈"
    assert [one.answers for one in entries(kiosk)] == [{"satisfaction": {"satisfied": 1}}]
    assert kiosk.log.refusals.newest(5) == []
    for address in ("/feedback", "/feedback/satisfied", "/feedback/thanks"):
        assert at_kiosk.get(f"{address}?visit={visit}").heading == "感谢您的反馈"


def test_two_that_come_at_the_very_same_time_are_one_and_both_are_thanked(app, kiosk, entries, monkeypatch):
    visit = mint_id()
    entry = kiosk.log.entry
    monkeypatch.setattr(kiosk.log, "entry", lambda _: None)  # nobody has seen the other's yet
    forms = [feedback_form(visit=visit, satisfaction=level) for level in ("satisfied", "dissatisfied")]
    with ThreadPoolExecutor(2) as pool:
        visits = list(pool.map(lambda form: voices.give_feedback(kiosk, form, "touch"), forms))
    monkeypatch.setattr(kiosk.log, "entry", entry)
    assert visits == [visit, visit]
    assert len(entries(kiosk)) == 1


def test_the_way_out_of_the_thanks_ends_the_visit(at_kiosk, kiosk, entries):
    for _ in range(2):
        page = at_kiosk.press(at_kiosk.tap(at_kiosk.get("/feedback"), "满意"), "提交")
        page = at_kiosk.tap(page, "回到首页")
        assert visit_in(page) is None
        assert at_kiosk.get("/feedback").heading == "您对今天的活动满意吗？"
    assert len(entries(kiosk)) == 2


def test_going_back_and_sending_again_is_the_same_feedback(at_kiosk, kiosk, entries):
    first = at_kiosk.get("/feedback")
    step = at_kiosk.tap(first, "不满意")
    at_kiosk.press(step, "提交")
    again = at_kiosk.get(step.address)
    assert again.heading == "感谢您的反馈"
    at_kiosk.press(step, "提交")
    assert len(entries(kiosk)) == 1


def test_thanks_are_for_those_who_said_something(at_kiosk):
    answer = at_kiosk.open(f"/feedback/thanks?visit={uuid4()}")
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/feedback")


def test_it_is_offered_on_the_way_out_and_never_by_a_check_in(at_kiosk, phone, form, clock):
    """After one check-in there is at most one thing asked, and that is none of tribute, feedback and card."""
    for address in ("/", "/about"):
        assert at_kiosk.tap(at_kiosk.get(address), "评价").heading == "您对今天的活动满意吗？"
    for visitor in (at_kiosk, phone):
        for changes in ({}, {"party_size": "40"}):
            page = visitor.post("/check-in", form(**changes))
            asked = [href for _, href in page.links() if re.search(r"/feedback|/tribute|/card", href)]
            asked += [one.action for one in page.forms() if not one.action.split("?")[0].endswith("/undo")]
            assert asked == []


def test_a_pack_that_asks_for_neither_shows_neither(changed_pack, entries):
    kiosk = changed_pack("[feedback]\nask = false\ntribute = false")
    visitor = Visitor(set_up(kiosk))
    assert "致敬" not in visitor.get("/scientists/tu-youyou").text
    for address in ("/", "/about", "/privacy"):
        page = visitor.get(address)
        assert "评价" not in page.html
        assert "致敬" not in page.text
        assert "满意" not in page.text
    for address in ("/feedback", "/feedback/satisfied", "/feedback/thanks"):
        visitor.get(address, 404)
    visitor.post("/feedback", feedback_form(), 404)
    visitor.post("/scientists/tu-youyou/tribute", [("visit", mint_id())], 404)
    assert entries(kiosk) == []


def test_what_is_recorded_of_both_is_told(at_kiosk):
    told = at_kiosk.get("/privacy").text
    assert "致敬" in told
    assert "满意" in told


def test_what_cannot_be_recorded_is_not_thanked_for(at_kiosk, kiosk, monkeypatch):
    def fails(_):
        raise NotRecorded("disk full")

    monkeypatch.setattr(kiosk.log, "append", fails)
    assert "没有记上" in at_kiosk.post("/feedback", feedback_form(), 503).html
    assert "没有记上" in at_kiosk.post("/scientists/tu-youyou/tribute", [("visit", mint_id())], 503).html


def test_with_a_log_that_cannot_be_read_profiles_are_read_all_the_same(at_kiosk, kiosk, monkeypatch):
    def fails(_):
        raise LogUnreadable("gone")

    monkeypatch.setattr(kiosk.log, "entry", fails)
    at_kiosk.get(f"/scientists/tu-youyou?visit={uuid4()}")
    at_kiosk.get(f"/feedback?visit={uuid4()}")
    assert "没有记上" in at_kiosk.post("/feedback", feedback_form(), 503).html


def test_a_phone_may_say_both_where_it_may_not_check_in(app, kiosk, entries):
    visitor = Visitor(app, "10.0.0.7")
    visitor.post("/scientists/tu-youyou/tribute", [("visit", mint_id())])
    visitor.post("/feedback", feedback_form())
    assert [one.source for one in entries(kiosk)] == ["phone", "phone"]


# What staff see


def counted(page: Page, name: str) -> dict[str, int]:
    return {words: count for words, count in table(page, name).items() if count}


def test_staff_see_how_satisfied_people_were_and_what_they_suggested(desk, kiosk, clock):
    for form in (
        feedback_form("slower", "children"),
        feedback_form("slower"),
        feedback_form(satisfaction="dissatisfied"),
    ):
        voices.give_feedback(kiosk, form, "touch")
    for address in ("/staff", "/staff/figures"):
        page = desk.get(address)
        assert figure(page, "feedback") == 3
        assert list(counted(page, "satisfaction").items()) == [("满意", 2), ("不满意", 1)]
        assert list(counted(page, "suggestions").items()) == [("讲解再慢一点", 2), ("多一些适合孩子的内容", 1)]
    clock.forward(86_400_000)
    desk.type_pin(PIN)
    assert figure(desk.get("/staff"), "feedback") == 0
    assert counted(desk.get("/staff/figures?day=2027-05-30"), "satisfaction") == {"满意": 2, "不满意": 1}


def test_entries_of_both_are_said_in_words_and_can_be_voided(staff, kiosk, entries):
    voices.pay_tribute(kiosk, "tu-youyou", [("visit", mint_id())], "touch")
    voices.give_feedback(kiosk, feedback_form("slower", "mongolian"), "touch")
    listed = staff.get("/staff/entries").text
    assert "满意、讲解再慢一点、增加蒙古语内容" in listed
    assert "屠呦呦" in listed
    for entry, words in zip(entries(kiosk), ("致敬对象屠呦呦", "满意、讲解再慢一点、增加蒙古语内容"), strict=True):
        page = staff.get(f"/staff/entries/{entry.id}")
        assert words in page.text
        assert "已作废" in staff.press(page, "小朋友点着玩").text
    page = staff.get("/staff")
    assert (figure(page, "tributes"), figure(page, "feedback")) == (0, 0)
    assert [one for one in page.carries("data-counts") if one in ("satisfaction", "suggestions")] == []


def test_a_suggestion_that_the_pack_no_longer_has_is_counted_all_the_same(changed_pack, open_at):
    changes = '[feedback]\nsuggestions = [{ id = "shade", label = { zh = "多一些遮阳", en = "More shade" } }]'
    changed = changed_pack(changes)
    voices.give_feedback(changed, feedback_form("shade"), "touch")
    changed.accounts.put_secret("pin", PIN, made=True)
    changed.close()
    desk = Staff(set_up(open_at(changed.data)))
    desk.type_pin(PIN)
    assert counted(desk.get("/staff"), "suggestions") == {"shade（活动包中已撤销）": 1}
    assert "满意、shade" in desk.get("/staff/entries").text


def test_files_say_the_words(tmp_path, kiosk):
    voices.give_feedback(kiosk, feedback_form("slower", "closer"), "touch")
    voices.pay_tribute(kiosk, "tu-youyou", [("visit", mint_id())], "touch")
    target = tmp_path / "log.csv"
    say = translations("zh").gettext
    export(kiosk.log, target, format="csv", pack=kiosk.pack, labels=True, say=say)
    feedback, tribute = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig")))
    assert (feedback["answers.satisfaction"], feedback["answers.satisfaction.label"]) == ("satisfied:1", "满意:1")
    assert feedback["suggestions.label"] == "讲解再慢一点;办到学校和社区去"
    assert (tribute["subject"], tribute["answers.satisfaction"], tribute["suggestions.label"]) == ("tu-youyou", "", "")
